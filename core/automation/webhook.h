/* Outgoing webhooks: their secrets, how a delivery is signed, what an answer means.
 *
 * Signed as Standard Webhooks 1.0 say (webhook-id, webhook-timestamp, webhook-signature: v1 of HMAC-SHA256 over "id.timestamp.body"), with
 * the id of the event in every try and a fresh timestamp in each; beside it, where asked for, X-Webhook-Signature, the bare lower-case hex of
 * HMAC-SHA256 over the raw body under the secret's text. While a secret is being replaced both sign for WEBHOOK_OVERLAP_MS. */
#ifndef CORE_AUTOMATION_WEBHOOK_H
#define CORE_AUTOMATION_WEBHOOK_H

#include "core/crm/core.h"
#include "core/helper/http.h"
#include "core/helper/queue.h"

#define WEBHOOK_OVERLAP_MS (24 * INT64_C(3600000))
#define WEBHOOK_FAILING_MS (5 * 24 * INT64_C(3600000)) /* failing that long, in so many tries, turns it off */
enum { WEBHOOK_FAILING_TRIES = 8, WEBHOOK_SECRET_SIZE = 64, WEBHOOK_BODY_MAX = 64 * 1024 };

/* A new secret, "whsec_" + base64 of 32 bytes, given out this once and kept sealed; one that is there signs on for WEBHOOK_OVERLAP_MS. Administrators only. */
enum status webhook_new_secret(struct core *c, const struct id *webhook, char out[WEBHOOK_SECRET_SIZE], struct error *err);

/* The value of the webhook-signature header for one secret; arena text. NULL when the secret is no "whsec_…". */
char *webhook_sign(struct arena *a, const char *secret, const char *id, int64_t timestamp_s, const char *body, size_t n);
char *webhook_sign_legacy(struct arena *a, const char *secret, const char *body, size_t n);
/* Does a header (several signatures, blank between) hold one by this secret? */
bool webhook_verify(const char *secret, const char *id, const char *timestamp, const char *header, const char *body, size_t n);

bool webhook_is_secret(const char *text); /* "whsec_" + base64 */

/* What came as a delivery: its headers (NULL: absent) and its body. */
struct webhook_delivery {
	const char *id, *timestamp, *signature, *legacy;
	const char *body;
	size_t n;
};
/* Which secret made each signature: 1 the first… 0 none of them. */
struct webhook_match {
	int secrets; /* how many were tried */
	int standard, legacy;
};
void webhook_match(const char *const *secrets, int n, const struct webhook_delivery *d, struct webhook_match *out);
/* The same with the secrets that sign for a webhook now, newest first, which nobody is shown. Administrators only. */
enum status webhook_match_own(struct core *c, const struct id *webhook, const struct webhook_delivery *d, struct webhook_match *out, struct error *err);

/* The headers that carry a body, signed now: "Name: value", NULL-terminated, the arena's. */
const char *const *webhook_headers(struct arena *a, const char *secret, const char *id, const char *body, size_t n);
/* The same under a webhook's own secrets; without the headers it has of its own, which are for its address alone. Administrators only. */
enum status webhook_headers_own(struct core *c, const struct id *webhook, const char *id, const char *body, size_t n, struct arena *a, const char *const **out,
	struct error *err);

/* "Name: value" lines of one's own: ST_INVALID for a name that is ours or the protocol's, and for control bytes. */
enum status webhook_check_headers(const char *lines, struct error *err);

/* Put a test event in the queue for this webhook alone; the number of the job. */
enum status webhook_test(struct core *c, const struct id *webhook, int64_t *job, struct error *err);

/* For txn_commit(): webhooks that this set touched were paused, let go, deleted or brought back: their queue follows. */
enum status webhooks_follow(struct core *c, struct error *err);

/* The queue's kind "webhook" (core/helper/kind.h). */
extern const struct job_kind webhook_kind;
/* A line of its own, so that a test call waits behind nothing: "webhook_test". */
extern const struct job_kind webhook_test_kind;

#endif
