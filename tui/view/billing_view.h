/* Quotes, invoices, payments and subscriptions on the screen: their commands, the money at the top of a record, the money on the first page. */
#ifndef TUI_VIEW_BILLING_VIEW_H
#define TUI_VIEW_BILLING_VIEW_H

#include "core/crm/record.h"
#include "tui/app.h"

extern const struct command billing_commands[];
extern const size_t billing_command_count;

/* What a record is worth, in one line below its name: state, total, what is due. False when it says nothing of money. */
enum { GLANCE_SPANS = 12 };
size_t billing_glance(struct core *c, const struct record *r, struct arena *a, struct span out[GLANCE_SPANS]);
/* Opening a row that is no page of its own: a payment request shows its screen. False: it is opened as others are. */
bool billing_open_row(struct app *app, const struct entity *e, int64_t num);

/* A line for a draft, asked for in two short questions. False when the record has no such lines. */
bool billing_add_line(struct app *app, const struct record *document);

/* Lines about money for the first page, when there is any. */
struct lines_screen;
void billing_home(struct lines_screen *s);

#endif
