/* Stripe: what is asked of it, and what it tells. Nothing here waits: asking writes a row and a job in one transaction; the helper sends, and what Stripe
 * answers or tells by its events (polled, or sent to `simplix serve`) moves the rows.
 *
 * Every POST carries an idempotency key that is kept in its row before it is sent and never changes, so a lost answer costs nothing; after 23 hours, before
 * Stripe forgets the key, what became of it is looked up by metadata instead. Amounts are minor units as Stripe counts them. Card numbers never come near. */
#ifndef CORE_BILLING_STRIPE_H
#define CORE_BILLING_STRIPE_H

#include "core/crm/core.h"
#include "core/crm/store.h"
#include "core/helper/kind.h"

/* The release of Stripe's API that this was written for; sent with every request. */
#define STRIPE_VERSION "2026-02-25.clover"

enum stripe_mode { STRIPE_OFF, STRIPE_TEST, STRIPE_LIVE };
enum stripe_mode stripe_mode(struct core *c); /* by STRIPE_SECRET_KEY */

/* An open invoice to be paid: a hosted page as link (intent kind "link"), `amount` minor units, 0 for all that is due. The helper fills in hosted_url.
 * A link for the same amount that is still open is given again. ST_INVALID: not issued, more than is due, a currency or amount that Stripe does not take;
 * ST_DENIED: Stripe is not set up. Each a change set of its own; *out names the payment_intents row. */
enum status charge_link(struct core *c, const struct id *invoice, int64_t amount, struct id *out, struct error *err);
/* The customer's saved card, now and without her (create and confirm; the founding document's create-payment-intent and confirm-payment). */
enum status charge_card(struct core *c, const struct id *invoice, int64_t amount, const struct id *method, struct id *out, struct error *err);
/* A payment intent to be confirmed later, and its confirmation. */
enum status charge_intent(struct core *c, const struct id *invoice, int64_t amount, struct id *out, struct error *err);
enum status charge_confirm(struct core *c, const struct id *intent, const struct id *method, struct error *err);
enum status charge_cancel(struct core *c, const struct id *intent, struct error *err); /* close the link, cancel the intent */
/* A hosted page on which the customer saves a card (intent kind "setup"). */
enum status card_setup(struct core *c, const struct id *account, struct id *out, struct error *err);
enum status card_detach(struct core *c, const struct id *method, struct error *err);
enum status cards_refresh(struct core *c, const struct id *account, struct error *err); /* list anew from Stripe */

/* price: a price of Stripe's (price_…), a product with one, or starter, pro, enterprise of STRIPE_PRICE_*. account NULL: the tenant's own plan. */
enum status subscription_start(struct core *c, const struct id *account, const char *price, int64_t quantity, struct id *out, struct error *err);
enum status subscription_cancel(struct core *c, const struct id *subscription, bool at_period_end, const char *reason, struct error *err);

/* Ask about a row, in the open transaction: for hooks of refunds ("refund"). */
enum status stripe_ask(struct core *c, const char *op, const struct record *r, struct error *err);

/* What is due of an invoice changed: links that ask for more than that are closed. In the open change set. */
enum status stripe_invoice_moved(struct txn *t, const struct record *invoice, struct error *err);

/* Look for events while something is open (links, pending refunds, live subscriptions): often at first, then rarely. In no transaction; cheap. */
void stripe_follow(struct core *c);
/* Look right now: somebody waits for the payment on a screen. */
void stripe_look_now(struct core *c);
/* Events as Stripe's API lists them or its webhook sends them: kept under their ids, once, then handled in any order. Answers how many were new. */
enum status stripe_events_take(struct core *c, const char *json, size_t n, int64_t *fresh, struct error *err);
/* Check a webhook's body (Stripe-Signature: t=…,v1=…; STRIPE_WEBHOOK_SECRET, several with commas) by SEC-54: raw bytes, every v1, 300 s, one t. */
enum status stripe_signature_check(struct core *c, const char *header, const void *body, size_t n, int64_t now, struct error *err);

extern const struct job_kind stripe_kind, stripe_events_kind;

#endif
