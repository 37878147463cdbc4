/* What a kind of job is to the helper: how its request is made, and what the answer to it means. */
#ifndef CORE_HELPER_KIND_H
#define CORE_HELPER_KIND_H

#include "core/helper/http.h"
#include "core/helper/queue.h"

struct job_kind {
	const char *name;
	/* Make the request, in the helper's core. ST_BUSY, ST_CONFLICT (the target is held meanwhile: a paused webhook): not now, it is asked again a minute
	 * later. ST_CANCELLED: nobody wants it any more. Any other failure ends the job and is told. It only
	 * reads; ST_ABORTED inside a transaction: it must write first, and is asked again outside. */
	enum status (*request)(struct core *c, const struct job *j, struct arena *a, struct http_request *out, struct error *err);
	/* Judge the answer: r->end and, for JOB_LATER, r->later_at; r->error. The rest is filled in. Texts live in the arena. */
	void (*judge)(struct core *c, const struct job *j, const struct http_answer *answer, struct arena *a, struct result *r);
	/* What else follows from what became of jobs, in the transaction that records it; called again when that fails. NULL: nothing. */
	void (*settled)(struct core *c, const struct result *list, size_t n);
};

const struct job_kind *job_kind_named(const char *name); /* NULL */

#endif
