/* Quotes, invoices and payments: what is done with them. A quote comes of a deal, an invoice of a quote, a deal or nothing; a draft may be changed freely;
 * issuing takes the number and locks it (issue.h); payments and credit notes then move what is due, and the state follows from the sums.
 *
 * Each of these functions is one change set of its own. Errors name what to do. */
#ifndef CORE_BILLING_BILLING_H
#define CORE_BILLING_BILLING_H

#include "core/billing/document.h"
#include "core/crm/core.h"
#include "core/crm/store.h"

/* A draft quote with the deal's products as lines, or one line of the deal's value when it has none. */
enum status quote_from_deal(struct core *c, const struct id *deal, struct id *out, struct error *err);
/* The next version of a quote as a draft; the one before is replaced when the new one is sent. */
enum status quote_revise(struct core *c, const struct id *quote, struct id *out, struct error *err);
/* Its number, dates and text are fixed, as it goes to the customer. */
enum status quote_send(struct core *c, const struct id *quote, struct error *err);
enum status quote_accept(struct core *c, const struct id *quote, const char *by, struct error *err); /* by: who said yes; NULL */
enum status quote_decline(struct core *c, const struct id *quote, const char *reason, struct error *err);

/* Drafts. Of a quote: deposit_pct NULL for the whole, else "30" for a deposit invoice; the whole deducts deposits that were issued. */
enum status invoice_from_quote(struct core *c, const struct id *quote, const char *deposit_pct, struct id *out, struct error *err);
enum status invoice_from_deal(struct core *c, const struct id *deal, struct id *out, struct error *err);
enum status invoice_copy(struct core *c, const struct id *invoice, struct id *out, struct error *err);
/* A draft credit note about an issued invoice: all of it, or with `gross` (minor units) that much, spread over its VAT rates. */
enum status credit_note_draft(struct core *c, const struct id *invoice, int64_t gross, struct id *out, struct error *err);
/* Nothing more is expected of it. */
enum status invoice_write_off(struct core *c, const struct id *invoice, const char *reason, struct error *err);
enum status invoice_mark_sent(struct core *c, const struct id *invoice, struct error *err);

/* Invoices whose day has passed become overdue, quotes whose day has passed expire. Cheap when there are none. The number of both; for the start of a program
 * and the helper. */
enum status billing_sweep(struct core *c, int64_t *changed, struct error *err);

/* The document as it is put before a customer: of an issued one, and a sent quote, what was kept then (beside it what changes later: paid, pay_url); of a
 * draft, made of its rows. Arena memory. */
enum status billing_document(struct core *c, const struct entity *e, const struct id *id, struct arena *a, struct document *out, struct error *err);
/* Its file: "INV-2026-0001.pdf", and the bytes. */
enum status billing_pdf(struct core *c, const struct entity *e, const struct id *id, struct arena *a, const char **name, struct buf *out, struct error *err);

/* The same of a loaded row as it stands now. */
enum status document_of_rows(struct core *c, const struct record *r, struct arena *a, struct document *out, struct error *err);

/* The customer's account, made when there is none yet. In the open change set. */
enum status billing_account_of(struct txn *t, const struct record *document, struct id *out, struct error *err);
/* Of a company or contact; a change set of its own when it must be made. */
enum status billing_account_for(struct core *c, const struct entity *e, const struct id *who, struct id *out, struct error *err);
/* The card of an account that ends so; NULL: its default, or the only one. ST_NOT_FOUND. */
enum status card_of_account(struct core *c, const struct id *account, const char *last4, struct id *out, struct error *err);

/* Give money back: `r` is a refunds record with payment, amount, reason set. With `credit` a credit note of the same amount is drafted, issued and tied to it. */
enum status refund_make(struct core *c, struct record *r, bool credit, struct error *err);

/* Within a change set: the sums of a draft's lines; what is paid, credited and due, and the state that follows. */
enum status document_sum(struct txn *t, const struct entity *e, const struct id *id, struct error *err);
enum status invoice_hold(struct txn *t, const struct id *id, struct error *err); /* until the end of the transaction nobody else moves its sums */
enum status invoice_follow(struct txn *t, const struct id *id, struct error *err);

/* "20" or "5.5" in hundredths of a percent; -1 when it is none. */
int decimal_bp(const char *text);
/* A whole number of minor units as the decimal text of a price: "12.50". */
const char *minor_decimal(struct arena *a, int64_t minor, const char *currency);

#endif
