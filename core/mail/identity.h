/* Whom mail comes from: the senders that are set up, and for want of one EMAIL_FROM under the person's own name. */
#ifndef CORE_MAIL_IDENTITY_H
#define CORE_MAIL_IDENTITY_H

#include "core/crm/core.h"

struct identity {
	struct id id; /* nil: EMAIL_FROM */
	const char *name, *email, *reply_to, *signature; /* reply_to, signature: NULL for none */
};

/* Those the person may use, the best first: their own, everybody's, EMAIL_FROM. Arena memory. */
enum status identities_list(struct core *c, struct arena *a, struct identity **out, int *n, struct error *err);
/* By reference, name or address; NULL: the best. ST_INVALID, saying what to set up, when there is none at all. */
enum status identity_find(struct core *c, const char *text, struct arena *a, struct identity *out, struct error *err);

/* Keep what a look-up of the sender's domain said (domain_check.h). */
enum status identity_checked(struct core *c, const struct id *sender, const char *proofs, struct error *err);
/* A test mail from the sender to whoever works, through whatever is set up. */
enum status identity_test(struct core *c, const struct id *sender, struct id *activity, int64_t *job, struct error *err);

/* The text with the signature below it, once. */
const char *identity_sign(const struct identity *who, const char *text, struct arena *a);

#endif
