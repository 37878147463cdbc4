/* What the making of drafts has in common, for the files beside it: quotes.c and corrections.c. */
#ifndef CORE_BILLING_DRAFTS_H
#define CORE_BILLING_DRAFTS_H

#include "core/billing/billing.h"

const struct entity *draft_entity(struct core *c, const char *name);
bool draft_is_french(const struct record *r); /* its language */

/* Begin a change set about one record that the person may see. */
enum status draft_begin(struct core *c, const char *name, const struct id *id, struct txn **t, struct record **r, struct error *err);
/* What a document hands on to the one that is made of it. */
void draft_hand_on(const struct record *from, struct record *to);

/* A line for a document, and into it; the caller adds up with document_sum() when all are there. */
struct record *draft_line_new(struct txn *t, const struct record *document);
enum status draft_line_add(struct txn *t, const struct record *document, const struct record *patch, struct error *err);
/* `part` of the gross `whole` of a document, as a line for each of its VAT rates, so that VAT stays what it is; to the cent. */
enum status draft_part(struct txn *t, const struct record *from, const struct record *to, int64_t part, int64_t whole, const char *label, struct error *err);

#endif
