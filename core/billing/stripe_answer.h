/* What Stripe's answers mean for the rows they are about. */
#ifndef CORE_BILLING_STRIPE_ANSWER_H
#define CORE_BILLING_STRIPE_ANSWER_H

#include "core/billing/stripe_task.h"
#include "core/helper/kind.h"

/* job_kind.judge and .settled */
void stripe_judge(struct core *c, const struct job *j, const struct http_answer *answer, struct arena *a, struct result *r);
void stripe_settled(struct core *c, const struct result *list, size_t n);

/* The row of a task: it came to nothing, and why. In a change set of its own. */
enum status stripe_task_fail(struct core *c, const struct stripe_task *t, const char *why, struct error *err);

#endif
