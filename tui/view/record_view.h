/* One record: its fields at the left, what belongs to it at the right (below when narrow). Every line can be acted on: Enter edits a
 * field or opens what the line is about. */
#ifndef TUI_VIEW_RECORD_VIEW_H
#define TUI_VIEW_RECORD_VIEW_H

#include "tui/app.h"

void record_view_open(struct app *app, const struct entity *e, int64_t num);
void record_view_restore(struct app *app, char *state);
/* The record of a screen of this kind; 0 when it is none. */
int64_t record_view_subject(struct screen *s, const struct entity **e);

/* For the command that adds a row: NULL, or why there is nothing to add. */
struct command_call;
const char *record_view_adds(const struct command_call *call);

#endif
