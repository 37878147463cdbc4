/* Documents on their way to the customer: quotes, invoices, receipts and reminders as mails with the PDF. What is mailed and that it was are one change set.
 * ST_INVALID when nobody's address is known, or nothing is set up to send with. */
#ifndef CORE_BILLING_POST_H
#define CORE_BILLING_POST_H

#include "core/crm/core.h"

/* Whom a document goes to when nobody else is named: the account's address, else the contact's; "" when neither has one. Arena memory. */
const char *post_address(struct core *c, const struct entity *e, const struct id *id, struct arena *a);
/* Quote (fixed and numbered when it was a draft) or issued invoice, in the document's language. to: NULL for post_address(). */
enum status post_document(struct core *c, const struct entity *e, const struct id *id, const char *to, int64_t *job, struct error *err);
/* Of a payment that came in. */
enum status post_receipt(struct core *c, const struct id *payment, const char *to, int64_t *job, struct error *err);
/* The next reminder of an overdue invoice: friendly, firm, last notice; ST_CONFLICT within a day of the one before. */
enum status post_reminder(struct core *c, const struct id *invoice, const char *to, int64_t *job, struct error *err);

/* The reminders that are due: 3, 14 and 30 days after the day, a week after the one before at the least. */
struct reminder_due {
	struct id invoice;
	int level; /* 1, 2, 3 */
};
enum status reminders_due(struct core *c, struct arena *a, struct reminder_due **out, int *n, struct error *err);
/* Receipts for what came in by Stripe and has none yet, where an address is known; for the helper. The number of mails. */
enum status receipts_post(struct core *c, int64_t *n, struct error *err);

#endif
