/* Sessions and API keys: who works with this core, from where, until when.
 *
 * A session's token is given out once; the tables hold its hash. It ends after SESSION_IDLE_MS without use, at its absolute end, when it is
 * revoked, when the password or the second factor changes (but for the one that changed it), when the user is suspended. */
#ifndef CORE_SECURITY_SESSION_H
#define CORE_SECURITY_SESSION_H

#include "core/crm/core.h"
#include "core/security/token.h"

/* Does anybody in this database have a password? Without one the boundary is the Unix account, and the owner works at once. */
bool signin_required(struct core *c);
bool session_user_active(struct core *c, const struct id *user); /* there, and neither invited nor suspended */
/* Where the person sits: client "tui", "cli", "api"; address from the SSH connection, else "local". */
void session_origin(struct core *c, const char *client);

/* Begin a session for c's new user and work as them. mfa: a second factor was given. */
enum status session_begin(struct core *c, const struct id *user, bool mfa, char token[TOKEN_SIZE], struct error *err);
/* Go on with a session by its token, or work under an API key. ST_DENIED says why not. */
enum status session_resume(struct core *c, const char *token, struct error *err);
enum status session_api_key(struct core *c, const char *key, struct error *err);
/* Is the session in use still good? Marks it as used when `active`. ST_DENIED when it was ended meanwhile: the core is signed out then. Cheap;
 * for every minute. Without sign-in always ST_OK. */
enum status session_check(struct core *c, bool active, struct error *err);
/* A second core on the same database works as the same person: for work beside the screen, begun by who is signed in. `scopes`: of the
 * API key in use (access_key_scopes()); NULL. */
enum status session_work_as(struct core *c, const struct id *user, int64_t session, const char *scopes, struct error *err);
/* End it and sign out. */
enum status session_end(struct core *c, struct error *err);
/* Nobody works with the core any more; the session lives on. */
void session_leave(struct core *c);

struct session_row {
	int64_t num, created_at, seen_at, expires_at, revoked_at;
	bool mfa, current, alive;
	const char *who, *client, *device, *address;
};
/* One's own, newest first; everybody's for administrators with `all`. */
enum status sessions_list(struct core *c, bool all, int limit, struct arena *a, struct session_row **out, int *n, struct error *err);
enum status session_revoke(struct core *c, int64_t num, struct error *err);
enum status session_revoke_others(struct core *c, int64_t *ended, struct error *err);
/* Every session of a user but the one in use; when something about sign-in changed. In the open transaction. */
enum status sessions_end_of(struct core *c, const struct id *user, struct error *err);

struct key_row {
	int64_t num, created_at, expires_at, used_at, revoked_at;
	const char *who, *name, *hint, *scopes, *addresses, *used_address;
};
/* days: 1…API_KEY_DAYS_MAX. addresses: comma-separated IPs or CIDR blocks, "" for any. The key is given out once. */
enum status key_make(struct core *c, const char *name, const char *scopes, const char *addresses, int days, char key[TOKEN_SIZE],
	int64_t *num, struct error *err);
bool key_alive(struct core *c); /* the key in use: neither revoked nor expired, its user active */
enum status keys_list(struct core *c, bool all, int limit, struct arena *a, struct key_row **out, int *n, struct error *err);
enum status key_revoke(struct core *c, int64_t num, struct error *err);

#endif
