/* The second factor: a TOTP seed sealed under the key file, and ten backup codes of which only hashes are stored. */
#ifndef CORE_SECURITY_TWOFACTOR_H
#define CORE_SECURITY_TWOFACTOR_H

#include "core/crm/core.h"
#include "core/security/policy.h"
#include "core/security/totp.h"

struct twofactor_setup {
	const char *secret; /* base32 in groups of four */
	const char *uri;    /* otpauth://…, what the QR shows */
	char codes[BACKUP_CODES][20];
};

/* A new seed and codes, not in force before twofactor_activate(). Shown once. Needs a password to be set. Where a second
 * factor is on already, password and code prove that it is its owner who replaces it; else both may be NULL. Arena memory: wipe it by
 * freeing the arena soon. */
enum status twofactor_begin(struct core *c, const char *password, const char *code, struct arena *a, struct twofactor_setup *out, struct error *err);
/* ST_DENIED on a wrong code. Other sessions end. */
enum status twofactor_activate(struct core *c, const char *code, struct error *err);
/* Refused while the organization or the role wants it. */
enum status twofactor_disable(struct core *c, const char *password, const char *code, struct error *err);
enum status twofactor_new_codes(struct core *c, const char *password, const char *code, char codes[BACKUP_CODES][20], struct error *err);
/* On the host, without the network: whoever may read the database file and the key. `email` names the user. */
enum status twofactor_reset(struct core *c, const char *email, struct error *err);

struct twofactor_status {
	bool on, pending, required;
	int64_t since, required_from; /* ms */
	int codes_left;
};
enum status twofactor_status(struct core *c, const struct id *user, struct twofactor_status *out, struct error *err);

/* Try a code for a user: each accepted once, across processes. *backup tells a backup code was used up. ST_DENIED when it is not one. */
enum status twofactor_try(struct core *c, const struct id *user, const char *code, bool *backup, struct error *err);
enum status twofactor_try_backup(struct core *c, const struct id *user, const char *code, struct error *err);

#endif
