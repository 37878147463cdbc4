/* Paths that a person types: ~ and completion with Tab. */
#ifndef TUI_VIEW_PATH_H
#define TUI_VIEW_PATH_H

#include "tui/widget/prompt.h"

char *path_expand(const char *path); /* "~/x" to the home folder; the caller frees */
/* A prompt's complete(): the names of the folder that begin as typed, folders with a slash behind, in order. */
int path_complete(void *arg, const char *text, size_t cursor, struct arena *a, struct candidate *out, int max, size_t *from);

#endif
