/* The form of a record, made from its descriptor: a short one for a new record, all fields for an existing one. */
#ifndef TUI_VIEW_RECORD_FORM_H
#define TUI_VIEW_RECORD_FORM_H

#include "tui/app.h"
#include "core/crm/record.h"

/* num 0: a new record; `preset` (may be NULL) gives values to start from, copied. */
void record_form_open(struct app *app, const struct entity *e, int64_t num, const struct record *preset);
/* A form that was left unsaved by a lost connection comes back. False when there is none. */
bool record_form_resume(struct app *app);

#endif
