/* One delivery of a webhook taken out of its line: as a job kept it or a file holds it, to be compared, or sent once more by hand.
 *
 * A file is one JSON object: "id", "headers" (an object, names in lower case), "body" (text), or "body_base64" where it is not text. Only
 * "body" must be there. */
#ifndef CORE_AUTOMATION_DELIVERY_H
#define CORE_AUTOMATION_DELIVERY_H

#include "core/automation/webhook.h"

struct delivery {
	const char *id;   /* of the message: "evt_…"; NULL: the file names none */
	const char *body;
	size_t n;
	struct id webhook; /* nil: a file's */
};

/* Of a job of a webhook, as long as the queue keeps it. Administrators only. */
enum status delivery_of_job(struct core *c, int64_t job, struct arena *a, struct delivery *out, struct error *err);
enum status delivery_of_file(const char *path, struct arena *a, struct delivery *out, struct error *err);

struct delivery_header {
	const char *name, *value;
};
struct delivery_copy {
	int64_t at; /* UTC ms */
	const char *method, *path, *id;
	const struct delivery_header *headers;
	size_t n_headers;
	const char *body;
	size_t body_n;
};
/* Into a new file of a folder, which is made where it is not there: ID.json, what comes
 * again ID-2.json and on, for its owner alone. Its path is the arena's. */
enum status delivery_save(const char *folder, const struct delivery_copy *d, struct arena *a, const char **path, struct error *err);

/* Send it now, once, without the queue, past the same guards as any delivery (core/helper/http.h). The answer's texts are the arena's. Only an
 * address that may not be called is an error; everything else is told by the answer. */
enum status delivery_send(const char *url, const char *const *headers, const struct delivery *d, struct arena *a, struct http_answer *out, struct error *err);

#endif
