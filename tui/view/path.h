/* Paths that a person types: ~ and completion with Tab. */
#ifndef TUI_VIEW_PATH_H
#define TUI_VIEW_PATH_H

#include "tui/widget/lineedit.h"

char *path_expand(const char *path); /* "~/x" to the home folder; the caller frees */
/* A prompt's complete(): the longest beginning that all names of the folder share. */
void path_complete(void *arg, struct lineedit *e);

#endif
