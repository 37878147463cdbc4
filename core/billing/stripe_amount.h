/* Amounts as Stripe counts them (docs.stripe.com/currencies): mostly ISO 4217's minor units, but some currencies have none at Stripe, two have two that must be
 * zero, and of three decimals the last must be zero. Charges have a least amount in some currencies and eight digits at most. */
#ifndef CORE_BILLING_STRIPE_AMOUNT_H
#define CORE_BILLING_STRIPE_AMOUNT_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stdint.h>

/* Our minor units as Stripe's. ST_INVALID: Stripe does not take the currency, or not this amount in it. */
enum status stripe_amount_of(const char *currency, int64_t minor, struct arena *a, int64_t *out, struct error *err);
/* The same for what is to be charged: also not too little or too much. */
enum status stripe_charge_amount(const char *currency, int64_t minor, struct arena *a, int64_t *out, struct error *err);
/* Stripe's amount in our minor units; the currency in either case. False: cannot be said in them. */
bool stripe_amount_back(const char *currency, int64_t amount, int64_t *minor);

#endif
