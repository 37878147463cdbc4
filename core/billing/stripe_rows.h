/* Objects that answer our requests, put into their rows. In an open change set. */
#ifndef CORE_BILLING_STRIPE_ROWS_H
#define CORE_BILLING_STRIPE_ROWS_H

#include "core/billing/stripe_task.h"

struct cJSON;

/* What an operation was answered with. `replayed`: Stripe only repeated it, so it may be old. */
enum status stripe_take_object(struct txn *t, const struct stripe_task *task, const struct cJSON *object, bool replayed, struct error *err);
/* The customer's bank wants to see her: ask for the page on which she confirms. */
enum status stripe_take_challenge(struct txn *t, const struct stripe_task *task, const struct cJSON *error, struct error *err);

#endif
