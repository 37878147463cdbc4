/* A receiver of webhooks that explains itself: what a careful one checks of each delivery, step by step, in words.
 *
 * It remembers which ids came and how they were answered, so it can tell a try from a repeat. */
#ifndef CORE_AUTOMATION_LAB_H
#define CORE_AUTOMATION_LAB_H

#include "core/automation/webhook.h"

enum { LAB_TOLERANCE_S = 5 * 60, LAB_STEPS = 8 };

enum lab_verdict {
	LAB_NOTE,
	LAB_GOOD,
	LAB_UNKNOWN, /* could not be checked */
	LAB_BAD,
};

struct lab_request {
	const char *method;
	struct webhook_delivery delivery;
	bool cut; /* the body was longer than was read */
};
struct lab_step {
	const char *key; /* method, headers, timestamp, signature, legacy_signature, body, attempt */
	enum lab_verdict verdict;
	const char *text; /* translated */
};
struct lab_report {
	const char *id, *event; /* "" */
	struct lab_step steps[LAB_STEPS];
	int n;
	enum lab_verdict verdict; /* the worst of them: GOOD, UNKNOWN or BAD */
	int attempt;              /* how often the id came, this time counted */
	bool repeated;            /* it was valid and accepted before: to be ignored */
};

/* What signatures are checked with: one secret, or those of a webhook (core), or nothing. */
struct lab_key {
	const char *secret;
	struct core *core;
	struct id webhook;
	const char *name; /* of the webhook, for people */
};
struct lab;
struct lab *lab_new(const struct lab_key *key); /* what it points to must outlive the lab */
void lab_free(struct lab **l);

/* Texts are the arena's. */
void lab_check(struct lab *l, const struct lab_request *q, struct arena *a, struct lab_report *out);
/* The status that it is answered with. */
void lab_answered(struct lab *l, const struct lab_report *r, int status);

#endif
