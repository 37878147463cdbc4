/* The helpers of other processes and machines, woken by ringing, and woken by them when they ring (PostgreSQL). Only a hint: what is not
 * heard is found by the runner's look of every second, so nothing here holds the queue up. A lost connection is made anew after a
 * second, then two, up to a minute. For the helper's thread alone. */
#ifndef CORE_HELPER_BELL_H
#define CORE_HELPER_BELL_H

#include "core/crm/core.h"
#include "core/helper/http.h"

struct bell;
/* For the organization of c. http_turn() of http ends when somebody rings. NULL: a file, for which there is none; all below take it. */
struct bell *bell_new(const struct core *c, struct http *http);
void bell_free(struct bell **b); /* what is to be rung is rung; before http_free() */
/* Ring at the next bell_turn(), but not more often than 20 times a second. */
void bell_ring(struct bell *b);
/* Each turn. True when somebody else rang, or may have while nobody listened. */
bool bell_turn(struct bell *b);
/* How long may be waited before the next turn, at most wait_ms. */
int bell_wait(const struct bell *b, int wait_ms);

#endif
