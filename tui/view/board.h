/* The pipeline board: stages as columns with counts and sums, deals as cards, rotting ones marked; moves by key and mouse. */
#ifndef TUI_VIEW_BOARD_H
#define TUI_VIEW_BOARD_H

#include "tui/app.h"

/* pipeline: its name, or NULL for the default one. */
void board_open(struct app *app, const char *pipeline);
/* For subject.h: the marked cards, else the selected one. */
struct subject;
bool board_subject(struct screen *s, struct subject *out);

#endif
