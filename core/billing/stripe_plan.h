/* Prices of Stripe's: our plans among them, and what a subscription comes to in a month. */
#ifndef CORE_BILLING_STRIPE_PLAN_H
#define CORE_BILLING_STRIPE_PLAN_H

#include <stdint.h>

struct arena;
struct cJSON;
struct core;

const char *stripe_plan_price(struct core *c, struct arena *a, const char *plan);  /* of starter, pro, enterprise: STRIPE_PRICE_*; NULL */
const char *stripe_price_plan(struct core *c, struct arena *a, const char *price); /* and back */
int64_t stripe_month_of(const struct cJSON *subscription); /* in Stripe's units of its currency */

#endif
