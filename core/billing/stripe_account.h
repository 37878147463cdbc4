/* Whose Stripe account this book uses, and calls to it: the key, its mode, the address. A book belongs to one mode for good: the first that is asked of Stripe
 * decides it, and a key of the other mode is refused from then on (SEC-59). */
#ifndef CORE_BILLING_STRIPE_ACCOUNT_H
#define CORE_BILLING_STRIPE_ACCOUNT_H

#include "core/billing/stripe.h"
#include "core/helper/http.h"

/* ST_DENIED: not set up, or the key is not of the book's mode. */
enum status stripe_ready(struct core *c, bool *live, struct error *err);
/* The same for something that was asked in a mode. */
enum status stripe_ready_for(struct core *c, bool live, struct error *err);
/* The mode of what Stripe tells us: that of the key or, without one here, of the book. ST_DENIED: neither is known. */
enum status stripe_listening(struct core *c, bool *live, struct error *err);
/* From now on the book is of this mode. In the open transaction. */
enum status stripe_bind(struct core *c, bool live, struct error *err);

struct stripe_call {
	const char *method, *path; /* "/v1/…", with what stands behind "?" */
	const char *body;          /* a form; NULL */
	const char *key;           /* Idempotency-Key; NULL */
	size_t answer_max;
};
enum status stripe_call(struct core *c, const struct stripe_call *q, struct arena *a, struct http_request *out, struct error *err);

#endif
