/* Editing one field of one or many records: the right question for the field's type, one change set for all. */
#ifndef TUI_VIEW_EDIT_H
#define TUI_VIEW_EDIT_H

#include "tui/app.h"

/* Asks and writes. nums is taken over (freed). */
void edit_field_open(struct app *app, const struct entity *e, int64_t *nums, size_t n, const char *field);

/* A value chosen for a field, as text that record_set_input() takes (NULL: given up). For forms, which save later. `current` is the
 * field's edit text; `typed` narrows the choice from the start (NULL: nothing). A company or a person that is not there yet can be
 * made at once, the person at `company` (an id; NULL or "": none). Only for fields that are chosen rather than typed: see edit_is_choice(). */
void edit_choose(struct app *app, const struct entity *e, const char *field, const char *current, const char *typed, const char *company,
	void (*done)(void *arg, const char *text), void *arg);
bool edit_is_choice(const struct field *f);

/* Long text in the person's editor. Returns false when nothing changed; *out is malloc'd. */
bool edit_long_text(struct app *app, const char *text, char **out);

/* Write text into a field of the records in one change set. */
enum status edit_apply(struct app *app, const struct entity *e, const int64_t *nums, size_t n, const char *field, const char *text,
	struct error *err);

#endif
