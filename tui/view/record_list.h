/* The list of an entity: filter as you type, sort, columns, views, marks, a card of the selected record beside it when there is room. */
#ifndef TUI_VIEW_RECORD_LIST_H
#define TUI_VIEW_RECORD_LIST_H

#include "tui/app.h"
#include "tui/widget/list.h"

/* filter and title may be NULL. */
void record_list_open(struct app *app, const struct entity *e, const char *filter, const char *title);
/* Show the deleted records instead, or the others again. False when the screen is no record list. */
bool record_list_toggle_deleted(struct screen *s);
/* Put the state that save() wrote back on the list that is on top. */
void record_list_restore(struct app *app, char *state);

/* For subject.h: the marked rows, all rows when all are marked, else the selected one. */
struct subject;
bool record_list_subject(struct screen *s, struct subject *out);
/* The selected row alone, whatever is marked; 0 when there is none. */
int64_t record_list_selected(struct screen *s, const struct entity **e);

#endif
