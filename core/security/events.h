/* What happened that somebody should know: security events, and the history of sign-ins. Append-only; both are part of the audit trail. */
#ifndef CORE_SECURITY_EVENTS_H
#define CORE_SECURITY_EVENTS_H

#include "core/crm/core.h"

#define SECURITY_EVENTS(X)                                                                                             \
	X(NEW_DEVICE, "new_device", "info", N_("Sign-in from a new device"))                                           \
	X(BRUTE_FORCE, "brute_force", "critical", N_("Many wrong passwords or codes"))                                 \
	X(PASSWORD_SET, "password_set", "info", N_("Password set"))                                                    \
	X(TWO_FACTOR_ON, "two_factor_on", "info", N_("Second factor turned on"))                                       \
	X(TWO_FACTOR_OFF, "two_factor_off", "warning", N_("Second factor turned off"))                                 \
	X(TWO_FACTOR_RESET, "two_factor_reset", "critical", N_("Second factor reset on the host"))                     \
	X(CODE_REPLAYED, "code_replayed", "warning", N_("A code that was used already"))                               \
	X(BACKUP_CODE_USED, "backup_code_used", "warning", N_("Backup code used"))                                     \
	X(BACKUP_CODES_NEW, "backup_codes_new", "info", N_("New backup codes"))                                        \
	X(SESSION_REVOKED, "session_revoked", "info", N_("Session ended by hand"))                                     \
	X(REVOKED_SESSION, "revoked_session", "warning", N_("A session that was ended is still in use"))               \
	X(KEY_MADE, "key_made", "info", N_("API key made"))                                                            \
	X(KEY_REVOKED, "key_revoked", "info", N_("API key revoked"))                                                   \
	X(KEY_REFUSED, "key_refused", "warning", N_("API key refused"))                                                \
	X(EXPORT_MADE, "export_made", "info", N_("Records exported"))                                                  \
	X(INVITED, "invited", "info", N_("Somebody invited"))                                                          \
	X(RIGHTS_CHANGED, "rights_changed", "warning", N_("Rights changed"))                                           \
	X(SECRET_SET, "secret_set", "info", N_("A provider's key set or removed"))                                     \
	X(SECRETS_ROTATED, "secrets_rotated", "info", N_("Sealing key rotated"))                                       \
	X(PERSON_ERASED, "person_erased", "warning", N_("A person's data erased"))

enum security_event {
#define X(id, name, severity, label) SEV_##id,
	SECURITY_EVENTS(X)
#undef X
	SECURITY_EVENT_COUNT
};

const char *security_event_label(const char *type); /* translated; the type itself when unknown */
/* For people: a word that stands in these tables (severity, method, reason, client, kind, type, "local" for an address), translated; else itself. */
const char *security_word(const char *word);

/* Record one, in the open transaction or one of its own. `user`: whom it is about (NULL: who acts). detail: short text or NULL. */
enum status event_add(struct core *c, enum security_event type, const struct id *user, const char *detail, struct error *err);

struct login_attempt {
	const char *email;
	struct id user; /* nil when unknown */
	bool ok;
	const char *method; /* password, code, backup_code, api_key, unlock */
	const char *reason; /* why not: wrong, throttled, suspended, …; "" when ok */
};
enum status login_record(struct core *c, const struct login_attempt *l, struct error *err);

struct event_row {
	int64_t num, at, ack_at;
	const char *type, *severity, *who, *by, *detail, *client, *address, *ack_by;
};
struct login_row {
	int64_t num, at;
	bool ok;
	const char *email, *who, *method, *reason, *client, *device, *address;
};
/* Newest first; everybody's for administrators, one's own otherwise. Arena memory. */
enum status events_list(struct core *c, bool open_only, int limit, struct arena *a, struct event_row **out, int *n, struct error *err);
enum status logins_list(struct core *c, int limit, struct arena *a, struct login_row **out, int *n, struct error *err);
enum status event_acknowledge(struct core *c, int64_t num, struct error *err);

#endif
