/* Counting guesses. A counter is taken before a guess is tried and forgotten when it was right; see policy.h for the numbers. */
#ifndef CORE_SECURITY_THROTTLE_H
#define CORE_SECURITY_THROTTLE_H

#include "core/crm/core.h"

enum throttle_kind {
	THROTTLE_ACCOUNT, /* an address, a second factor: LOGIN_FREE_TRIES, then delays, LOGIN_HARD_STOP in all */
	THROTTLE_SOURCE,  /* where guesses come from: many people may sit there, so four times as many tries, and no hard stop */
};

/* One guess, durably counted before it is made. ST_LIMIT while one must wait (the message says how long), also for those who come at the same
 * moment. */
enum status throttle_take(struct core *c, const char *name, enum throttle_kind kind, struct error *err);
void throttle_forget(struct core *c, const char *name);
/* After a wrong guess: a security event when the counter just crossed into delays, or reached the end. */
void throttle_told(struct core *c, const char *name, const struct id *user);

#endif
