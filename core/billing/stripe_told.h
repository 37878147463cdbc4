/* What Stripe told about one thing: its events as they are kept, oldest first. What is made of them is always made of all of them, so their order of coming, and
 * how often they came, cannot matter. */
#ifndef CORE_BILLING_STRIPE_TOLD_H
#define CORE_BILLING_STRIPE_TOLD_H

#include "core/crm/core.h"
#include "core/crm/store.h"

struct cJSON;

#define STRIPE_JUST_NOW INT64_MAX

struct stripe_said {
	const char *type; /* "charge.refunded"; "" of an answer to us */
	int64_t created;  /* seconds, Stripe's clock; of an answer STRIPE_JUST_NOW, or 0 when Stripe only repeated it */
	const struct cJSON *object;
};
struct stripe_told {
	struct stripe_said *list;
	int n;
	struct cJSON **docs; /* hold the objects */
};
/* `answer`: an object that a request of ours was answered with, `fresh` just now; NULL. stripe_told_free() when done. */
enum status stripe_told_load(struct core *c, const char *about, const struct cJSON *answer, bool fresh, struct arena *a, struct stripe_told *out, struct error *err);
void stripe_told_free(struct stripe_told *t);

/* Work out what follows in our rows, in an open change set. Without effect for what is not ours. */
enum status stripe_payment_fold(struct txn *t, const char *payment_intent, const struct cJSON *answer, bool fresh, struct error *err);
enum status stripe_session_fold(struct txn *t, const char *session, const struct cJSON *answer, struct error *err);
enum status stripe_subscription_fold(struct txn *t, const char *subscription, const struct cJSON *answer, bool fresh, struct error *err);

/* A member that is an id, or an object with one. NULL. */
const char *stripe_ref(const struct cJSON *object, const char *name);
/* Our mark in the metadata of an object, when it is of this organization. */
bool stripe_mark(const struct core *c, const struct cJSON *object, const char *name, struct id *out);
int64_t stripe_int(const struct cJSON *object, const char *name); /* 0 when absent */

#endif
