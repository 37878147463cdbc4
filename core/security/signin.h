/* Signing in: password, then a code where there is a second factor; the throttle before both.
 *
 * A guess is counted before it is tried, in a transaction of its own, so that a hundred parallel ones get what one after another would
 * get. Counters live in the database: a restart does not reset them. Unknown addresses are counted and cost the same. A backup code
 * opens a blocked account to its owner: 80 random bits need no throttle, so blocking is no weapon. */
#ifndef CORE_SECURITY_SIGNIN_H
#define CORE_SECURITY_SIGNIN_H

#include "core/security/session.h"

struct signin {
	bool needs_code;         /* token is a half login's: signin_code() goes on */
	bool must_set_up;        /* signed in, but the organization or role wants a second factor that is not set up: nothing else until then */
	int64_t set_up_by;       /* ms; until when it may wait; 0: not asked for */
	char token[TOKEN_SIZE];
};

/* `backup`: a backup code given along, or NULL. ST_DENIED with one text for every wrong combination; ST_LIMIT when throttled, with the
 * seconds to wait in the message. */
enum status signin_password(struct core *c, const char *email, const char *password, const char *backup, struct signin *out,
	struct error *err);
/* A code of the authenticator or a backup code. The half login is good for one success and HALF_LOGIN_TRIES tries. */
enum status signin_code(struct core *c, const char *half_token, const char *code, struct signin *out, struct error *err);
/* The password of the session's user again, to unlock the screen. Throttled like sign-in. */
enum status signin_unlock(struct core *c, const char *password, struct error *err);

/* Set or change one's own password; `old` NULL when there was none. Other sessions end; a session begins when there was none
 * (*token then holds it, else is ""). */
enum status signin_set_password(struct core *c, const char *old, const char *password, char token[TOKEN_SIZE], struct error *err);
/* May whoever works choose this password? For asking once more only after a good one. */
enum status signin_check_choice(struct core *c, const char *password, struct error *err);
char *signin_password_rule(struct arena *a); /* what is asked of a password, in words */
bool signin_has_password(struct core *c, const struct id *user);

/* Only administrators invite, and only once they sign in themselves. */
enum status signin_may_invite(struct core *c, struct error *err);
/* Invite a user (also anew, when the password is lost): the token is given to them once; who brings it chooses a password. */
enum status signin_invite(struct core *c, const struct id *user, char token[TOKEN_SIZE], struct error *err);
/* The same by mail address: a user is made when nobody has it. first, last, role may be NULL. */
enum status signin_invite_address(struct core *c, const char *email, const char *first, const char *last, const char *role, char token[TOKEN_SIZE],
	struct error *err);
/* Before asking further: is the invitation still good, and may this password (NULL: none yet) be chosen by whom it invites? */
enum status signin_check_invitation(struct core *c, const char *token, const char *password, struct error *err);
enum status signin_accept(struct core *c, const char *token, const char *password, struct signin *out, struct error *err);

/* For twofactor.c: try, counting, the password and code of the user who works. */
enum status signin_prove(struct core *c, const char *password, const char *code, struct error *err);

#endif
