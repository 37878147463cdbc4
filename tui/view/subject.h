/* What the person is pointing at, whatever the screen: the marked rows of a list, the selected card of a board, the open record. */
#ifndef TUI_VIEW_SUBJECT_H
#define TUI_VIEW_SUBJECT_H

#include "tui/app.h"

struct subject {
	const struct entity *entity;
	int64_t *nums; /* free with subject_free() */
	size_t n;
};

/* False, with a toast, when there is nothing to act on. */
bool subject_get(struct screen *s, struct subject *out);
/* Quietly: the one record that is selected, 0 when there is none. Whatever is marked besides. */
int64_t subject_selected(struct screen *s, const struct entity **e);
void subject_free(struct subject *s);

#endif
