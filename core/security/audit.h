/* The audit trail: see audit.c for what is chained, how a person's data can be erased while the chain verifies, and what a third
 * party needs to check it. */
#ifndef CORE_SECURITY_AUDIT_H
#define CORE_SECURITY_AUDIT_H

#include <stdio.h>

#include "core/base/crypto.h"
#include "core/crm/core.h"

/* Append an entry in the open transaction: the digest of what `kind` (change, event, login) number `ref` says. */
enum status audit_append(struct core *c, const char *kind, int64_t ref, const uint8_t digest[SHA256_BYTES], struct error *err);

/* Sign the present end of the chain with this device's key, unless a checkpoint of it is there. Quietly does nothing while the key file is
 * locked or the database is read-only. */
enum status audit_checkpoint(struct core *c, struct error *err);

struct audit_entry {
	int64_t seq, at, ref, device;
	const char *kind, *who, *what; /* what: label of the change, type of the event, address of the sign-in */
	const char *result;            /* of a sign-in: success, failure; "" */
};
/* Newest first; administrators only. */
enum status audit_list(struct core *c, int limit, struct arena *a, struct audit_entry **out, int *n, struct error *err);

struct audit_verdict {
	bool good;
	int64_t entries, checkpoints;
	int64_t before;       /* changes older than the trail: made by a Simplix that kept none, proved by nothing */
	int64_t backwards;    /* entries more than a minute older than the one before: a clock that was set back */
	int64_t bad_seq;      /* first bad entry; 0 when the fault is not in one */
	const char *kind;     /* of the bad entry */
	int64_t ref;
	const char *why;      /* translated; NULL when good */
	const char *public_keys; /* of the devices that signed, base64, one a line */
};
/* Walk the whole chain: every link, every digest against what the tables say, what is in the tables but not in the chain, every signature,
 * and that the end is not before what this device has signed earlier (DATABASE.key.audit beside the key file). */
enum status audit_verify(struct core *c, struct arena *a, struct audit_verdict *out, struct error *err);

/* JSON Lines: each entry with its content, each checkpoint; enough to verify without the database. */
enum status audit_export(struct core *c, FILE *f, int64_t *lines, struct error *err);
/* Check such a file; `public_key` (base64) must have signed its last checkpoint, NULL accepts any key and names it. */
enum status audit_verify_file(FILE *f, const char *public_key, struct arena *a, struct audit_verdict *out, struct error *err);

/* Take what the log remembers of a record (and of what hangs on it) out of it: old and new values, labels of the changes. Their commitments
 * stay. In the open transaction. */
enum status audit_forget(struct core *c, const struct id *subject, struct error *err);

#endif
