/* Doing what is in the queue, turn by turn, in one thread: claim targets, send their jobs one after another, record in one transaction
 * what a turn brought. The helper thread and `simplix jobs run` are loops around it.
 *
 * Being offline is no failure: while nobody at all is reached, jobs wait uncounted, 15 seconds at first, five minutes at most. */
#ifndef CORE_HELPER_RUNNER_H
#define CORE_HELPER_RUNNER_H

#include "core/crm/core.h"
#include "core/helper/http.h"

struct runner;
/* On a core of its own, which works for the program itself (core_work_alone()). Neither http nor core become the runner's. */
enum status runner_new(struct core *c, struct http *http, struct runner **out, struct error *err);
void runner_free(struct runner **r); /* what is under way is given up and stays in the queue */

/* One turn, waiting up to wait_ms for answers. False when nothing is under way, due, or waits to be recorded. */
bool runner_turn(struct runner *r, int wait_ms);
/* Look for work at the next turn: something was put in the queue. */
void runner_look(struct runner *r);
/* How often to look whether other programs put something in; a second unless told otherwise. */
void runner_poll(struct runner *r, int ms);
/* Start nothing more; go on turning until runner_idle(). */
void runner_finish(struct runner *r);
bool runner_idle(const struct runner *r);
/* For some seconds nothing could be recorded (a full disk): nothing more is started meanwhile. Why, into err (NULL). */
bool runner_stuck(const struct runner *r, struct error *err);
int64_t runner_done(const struct runner *r);  /* jobs ended well so far */
int64_t runner_failed(const struct runner *r); /* ended badly, or to be tried again */

#endif
