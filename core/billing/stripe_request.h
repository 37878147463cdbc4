/* What is sent to Stripe: the forms, written when something is asked, and the request of a job. */
#ifndef CORE_BILLING_STRIPE_REQUEST_H
#define CORE_BILLING_STRIPE_REQUEST_H

#include "core/billing/stripe_task.h"
#include "core/helper/http.h"
#include "core/helper/queue.h"

/* Forms. `amount` as Stripe counts. Arena text. */
const char *stripe_form_customer(struct core *c, struct arena *a, const struct record *account);
const char *stripe_form_tenant(struct core *c, struct arena *a, const struct record *organization);
const char *stripe_form_link(struct core *c, struct arena *a, const struct record *invoice, const struct id *intent, int64_t amount);
/* method NULL: to be confirmed later. */
const char *stripe_form_intent(struct core *c, struct arena *a, const struct record *invoice, const struct id *intent, int64_t amount, const char *method);
const char *stripe_form_confirm(struct arena *a, const char *method, bool off_session);
const char *stripe_form_setup(struct core *c, struct arena *a, const struct id *intent);
/* price NULL: it is put in when it is known. method NULL: Stripe sends invoices, to be paid within `days`. */
const char *stripe_form_subscription(struct core *c, struct arena *a, const struct id *subscription, const char *price, int64_t quantity, const char *method, int64_t days);
const char *stripe_form_refund(struct core *c, struct arena *a, const struct record *refund, const char *payment_intent, int64_t amount);

/* Where a customer goes when she is done on a page of Stripe's. */
#define STRIPE_RETURN_URL "https://stripe.com/"

/* job_kind.request */
enum status stripe_request(struct core *c, const struct job *j, struct arena *a, struct http_request *out, struct error *err);

/* The account that a row is about, or the organization for the own plan. */
struct id stripe_line_of(struct core *c, const struct record *row);

#endif
