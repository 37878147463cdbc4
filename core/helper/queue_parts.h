/* What the two halves of the queue share. */
#ifndef CORE_HELPER_QUEUE_PARTS_H
#define CORE_HELPER_QUEUE_PARTS_H

/* When the first unfinished job of a row of job_targets may run. */
#define QUEUE_FIRST_RUN \
	"(SELECT j.run_at FROM jobs j WHERE j.target_num = job_targets.num AND j.finished_at IS NULL ORDER BY j.num LIMIT 1)"
/* What due_at becomes when the target is free. */
#define QUEUE_DUE "CASE WHEN held = 1 THEN NULL ELSE " QUEUE_FIRST_RUN " END"

#endif
