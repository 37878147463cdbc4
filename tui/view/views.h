/* Saved views: a filter and a sort under a name. Lists and the board use them. */
#ifndef TUI_VIEW_VIEWS_H
#define TUI_VIEW_VIEWS_H

#include "tui/app.h"

struct saved_view {
	const char *name, *filter, *sort; /* NULL: all records, the entity's order */
};

/* Ask for one; nothing is called when the person gives up. The texts are valid during the call. */
void views_pick(struct app *app, const struct entity *e, void (*done)(void *arg, const struct saved_view *v), void *arg);
/* The view at a position from 1. False, with a toast, when there is none. */
bool views_at(struct app *app, const struct entity *e, int position, struct arena *a, struct saved_view *out);
/* Ask for a name and keep filter and sort under it; done (may be NULL) is told the name. */
void views_save(struct app *app, const struct entity *e, const char *filter, const char *sort, void (*done)(void *arg, const char *name),
	void *arg);

#endif
