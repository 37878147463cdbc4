/* One thing asked of Stripe: what the queue's job carries. It is written in the transaction of its row, with all that is sent and the key under which it is
 * sent, so nothing that changes afterwards makes it another request. Only what Stripe itself gives (ids of the customer, the object) is put in when it is sent.
 *
 * Stripe forgets a key after a day; at 23 hours, or when Stripe only repeats that something went wrong, a task that makes something turns to finding out what
 * became of it (`finding`), by the mark in its metadata. */
#ifndef CORE_BILLING_STRIPE_TASK_H
#define CORE_BILLING_STRIPE_TASK_H

#include "core/crm/core.h"
#include "core/crm/store.h"

#define STRIPE_KEY_MS (23 * INT64_C(3600000))

/* Metadata under which we know what is ours. */
#define STRIPE_ORG "simplix_org"
#define STRIPE_INTENT "simplix_intent"
#define STRIPE_INVOICE "simplix_invoice"
#define STRIPE_ACCOUNT "simplix_account"
#define STRIPE_SUBSCRIPTION "simplix_subscription"
#define STRIPE_REFUND "simplix_refund"

enum stripe_answer {
	ANSWER_CUSTOMER,
	ANSWER_LINK,
	ANSWER_INTENT,
	ANSWER_SETUP,
	ANSWER_CARDS,
	ANSWER_DETACHED,
	ANSWER_PRODUCT,
	ANSWER_SUBSCRIPTION,
	ANSWER_REFUND,
	ANSWER_REFUNDS,
	ANSWER_CLOSED,
};

struct stripe_op {
	const char *name, *entity; /* entity: of the row that it is about */
	const char *method, *path; /* {id}: the row's object at Stripe, {customer}, {product}, {payment} */
	enum stripe_answer answer;
	/* Where to look for what became of it, and the mark to look for there; find NULL: asking again does no harm. mark NULL: it is the object itself. */
	const char *find, *mark;
};
const struct stripe_op *stripe_op_named(const char *name); /* NULL */

struct stripe_task {
	const struct stripe_op *op;
	struct id id; /* of its row */
	const char *body; /* form; NULL */
	const char *key;
	int64_t asked; /* ms */
	bool live;
	bool customer; /* the account's customer is put in when it is sent */
	bool finding;
	const char *after; /* finding: looked up to here; "" */
	int64_t misses;    /* finding: how often it was not there */
};

/* At the line of an account (or the organization). In the open transaction. */
enum status stripe_task_add(struct core *c, const struct id *line, const char *title, const struct stripe_task *t, struct error *err);
/* Such a thing is asked for already and not done. */
bool stripe_task_waits(struct core *c, const struct id *line, const char *op, const struct id *row);
/* As it stands in the database now; ST_INVALID: not of ours. */
enum status stripe_task_read(struct core *c, int64_t job, struct arena *a, struct stripe_task *out, struct error *err);
enum status stripe_task_write(struct core *c, int64_t job, const struct stripe_task *t, struct error *err);
/* "simplix-refund-<id>": derived, so that nothing can make a second one. `again` tells repetitions that a person asked for apart; 0: there is one only. */
const char *stripe_key(struct arena *a, const char *op, const struct id *row, int64_t again);

/* The object of the row at Stripe: "pi_…"; NULL: not known yet. */
const char *stripe_object_of(const struct stripe_op *op, const struct record *row);

#endif
