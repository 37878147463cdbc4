/* Prices of Stripe's: our plans among them, and what a subscription comes to in a month. */
#ifndef CORE_BILLING_STRIPE_PLAN_H
#define CORE_BILLING_STRIPE_PLAN_H

#include <stdint.h>

struct cJSON;

const char *stripe_plan_price(const char *plan);   /* of starter, pro, enterprise: STRIPE_PRICE_*; NULL */
const char *stripe_price_plan(const char *price);  /* and back */
int64_t stripe_month_of(const struct cJSON *subscription); /* in Stripe's units of its currency */

#endif
