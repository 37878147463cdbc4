/* Lines of quotes and invoices: what a line takes from its product and its buyer, and what it comes to. */
#ifndef CORE_BILLING_LINES_H
#define CORE_BILLING_LINES_H

#include "core/billing/document.h"
#include "core/crm/store.h"

/* Fill in what is left blank (name, price, VAT, position) and work out the net. ST_INVALID names the field. */
enum status line_complete(struct txn *t, const struct record *document, const struct record *old, struct record *now, struct error *err);
/* The document's currency changed: its lines are in it too, at the same prices. */
enum status lines_follow_currency(struct txn *t, const struct record *document, struct error *err);
/* The lines of a document in order. Arena memory; `records` may be NULL. */
enum status lines_load(struct core *c, const struct record *document, struct arena *a, struct document_line **out, struct record ***records, size_t *n, struct error *err);
/* Copies of the lines of one document in another, in order, negative with `back`. */
enum status lines_copy(struct txn *t, const struct record *from, const struct record *to, struct error *err);

#endif
