/* A small HTTP server for one person at this machine: it hands each request whole to a function and sends what that answers.
 *
 * On 127.0.0.1 only, in the caller's thread: nothing happens but in receiver_turn(). Requests are bounded: RECEIVER_BODY_MAX of body, 24 KiB of
 * headers, a few connections, ten seconds of silence. */
#ifndef CORE_API_RECEIVER_H
#define CORE_API_RECEIVER_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { RECEIVER_BODY_MAX = 80 * 1024, RECEIVER_DELAY_MAX_MS = 10 * 60 * 1000 };

struct receiver_header {
	const char *name, *value;
};
struct receiver_request {
	const char *method, *path;
	const struct receiver_header *headers; /* as they came */
	size_t n_headers;
	const char *body; /* terminated; cut at RECEIVER_BODY_MAX */
	size_t body_n;
	bool cut;
};
const char *receiver_header(const struct receiver_request *r, const char *name); /* blind to case; NULL */

struct receiver_answer {
	int status, delay_ms;
	const char *text; /* copied */
};
/* Called once for each request that arrived whole; the request lives during the call. */
typedef struct receiver_answer receiver_fn(void *arg, const struct receiver_request *r);

struct receiver;
/* Port 0: any that is free. ST_CONFLICT when another program has it. */
enum status receiver_start(int port, receiver_fn *fn, void *arg, struct receiver **out, struct error *err);
int receiver_port(const struct receiver *r);
/* Work for up to wait_ms, less when something arrived. False when the server is broken. */
bool receiver_turn(struct receiver *r, int wait_ms);
bool receiver_is_idle(const struct receiver *r); /* every answer went out */
void receiver_stop(struct receiver **r);         /* answers that wait are not sent */

#endif
