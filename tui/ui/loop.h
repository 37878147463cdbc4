/* The event loop: the only one there is.
 *
 * One turn: poll the terminal and the wake pipe, bounded by the next timer; run what other threads posted and the
 * timers that are due; hand over all keys that are there; then one frame. So a burst of key repeats costs one
 * painting, and nothing ticks while nothing happens. No screen, prompt or question ever runs a loop of its own.
 *
 * Everything but loop_post() and loop_busy() belongs to the thread that runs the loop. Threads that post must be
 * joined before loop_free(); what was posted and not run is then dropped.
 */
#ifndef TUI_UI_LOOP_H
#define TUI_UI_LOOP_H

#include "tui/term/term.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;

struct loop_hooks {
	void (*key)(void *arg, const struct key *k);
	void (*frame)(void *arg); /* before sleeping: paint if something is dirty */
	void *arg;
};

struct loop *loop_new(struct term *t, const struct loop_hooks *hooks);
void loop_free(struct loop **l);

/* Run until loop_quit(); returns its code. */
int loop_run(struct loop *l);
void loop_quit(struct loop *l, int code);
bool loop_quitting(const struct loop *l);
/* One turn, sleeping at most max_ms (-1: as long as it takes). */
void loop_turn(struct loop *l, int max_ms);

/* Call fn(arg) once, `ms` from now. Returns an id, never 0. Cancelling an id that has run does nothing. */
uint32_t loop_after(struct loop *l, int64_t ms, void (*fn)(void *arg), void *arg);
void loop_cancel(struct loop *l, uint32_t *id); /* zeroes *id; 0 allowed */

/* From any thread: call fn(arg) in the loop's thread, in order. */
void loop_post(struct loop *l, void (*fn)(void *arg), void *arg);
/* From any thread: work that will be posted has begun (+1) or ended (-1); the loop is not idle meanwhile. */
void loop_busy(struct loop *l, int change);

/* Tests and scripts. Idle: no keys, no posts, no busy work, no timer due. Settling runs turns until idle (bounded by
 * 10 s). Advancing moves the clock of the timers instead of waiting. */
bool loop_idle(struct loop *l);
void loop_settle(struct loop *l);
void loop_advance(struct loop *l, int64_t ms);
int64_t loop_now(const struct loop *l); /* monotonic ms, as timers see it */

#endif
