/* What is special about quotes, invoices, payments and what belongs to them, called by the one door (core/crm/store.c). See struct entity. */
#ifndef CORE_BILLING_HOOKS_H
#define CORE_BILLING_HOOKS_H

#include "core/base/id.h"
#include "core/crm/hooks.h"

struct core;
struct value;

enum status hook_account_check(struct txn *t, const struct record *old, struct record *now, struct error *err);
enum status hook_quote_check(struct txn *t, const struct record *old, struct record *now, struct error *err);
enum status hook_invoice_check(struct txn *t, const struct record *old, struct record *now, struct error *err);
enum status hook_line_check(struct txn *t, const struct record *old, struct record *now, struct error *err);
enum status hook_payment_check(struct txn *t, const struct record *old, struct record *now, struct error *err);
enum status hook_refund_check(struct txn *t, const struct record *old, struct record *now, struct error *err);

enum status hook_quote_locked(struct txn *t, const struct record *old, const struct record *now, struct error *err);
enum status hook_invoice_locked(struct txn *t, const struct record *old, const struct record *now, struct error *err);
enum status hook_line_locked(struct txn *t, const struct record *old, const struct record *now, struct error *err);
enum status hook_payment_locked(struct txn *t, const struct record *old, const struct record *now, struct error *err);
enum status hook_refund_locked(struct txn *t, const struct record *old, const struct record *now, struct error *err); /* also what only Stripe moves */

enum status hook_document_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err);
enum status hook_line_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err);
enum status hook_payment_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err);
enum status hook_refund_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err);

enum status hook_quote_settle(struct txn *t, const struct id *id, struct error *err);
enum status hook_invoice_settle(struct txn *t, const struct id *id, struct error *err);

void hook_method_expiry(struct core *c, const struct record *r, struct value *out); /* "08/2027", and when that is soon or past */

#endif
