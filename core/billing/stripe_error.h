/* What Stripe's refusals mean, in the language in use (docs.stripe.com/declines/codes, /error-codes). */
#ifndef CORE_BILLING_STRIPE_ERROR_H
#define CORE_BILLING_STRIPE_ERROR_H

#include "core/base/mem.h"

#include <stdbool.h>

struct cJSON;

/* Of the member "error" of an answer, or a payment intent's last_payment_error. Arena text; never NULL. */
const char *stripe_error_words(struct arena *a, const struct cJSON *error);
/* The customer's bank wants her to confirm it herself. */
bool stripe_wants_customer(const struct cJSON *error);
bool stripe_error_is(const struct cJSON *error, const char *code);
/* Of a refund's failure_reason. */
const char *stripe_refund_words(struct arena *a, const char *reason);

#endif
