/* The helper thread: does what is in the queue while the person works. It has its own database connection and its own curl handles, all
 * signals blocked, and never touches the screen.
 *
 * It is detached, with a latch: helper_stop() waits for it at most as long as it is told, and what it has not done by then stays in the
 * queue. The thread frees what is its own; after a stop that did not wait it out, nothing of it may be touched. */
#ifndef CORE_HELPER_HELPER_H
#define CORE_HELPER_HELPER_H

#include "core/crm/core.h"

struct helper;
/* On the database that c has open, for its organization. Not on a read-only one, nor one in memory: ST_INVALID. */
enum status helper_start(const struct core *c, struct helper **out, struct error *err);
/* The same, which looks for what other programs put in the queue only every poll_ms (0: as usual). For tests. */
enum status helper_start_polling(const struct core *c, int poll_ms, struct helper **out, struct error *err);
/* Something was put in the queue. Any thread. */
void helper_wake(struct helper *h);
/* Let what is under way come to an end, up to wait_ms; false when it did not. */
bool helper_stop(struct helper **h, int wait_ms);

/* Work through what is due in this thread until nothing is, or `until_ms` have passed (0: no limit). *done, *failed: jobs that ended well, and not. */
enum status helper_run_once(const struct core *c, int64_t until_ms, int64_t *done, int64_t *failed, struct error *err);

#endif
