/* HTTP and SMTP out, over libcurl's multi interface: many requests at once in one thread; no redirects, no proxies of the environment, TLS always
 * verified, answers read to HTTP_BODY_MAX and no further. The only module that includes curl's headers. */
#ifndef CORE_HELPER_HTTP_H
#define CORE_HELPER_HTTP_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stdint.h>

enum { HTTP_BODY_MAX = 16 * 1024, HTTP_CONNECT_MS = 5000 };

/* How it ended. */
enum http_end {
	HTTP_ANSWERED,
	HTTP_NO_NETWORK, /* this machine reaches nobody: no route, no name server */
	HTTP_FAILED,     /* refused, reset, timed out, TLS */
	HTTP_FORBIDDEN,  /* the address is not one to call */
};

struct http_request {
	const char *method, *url;
	const char *const *headers; /* "Name: value", NULL-terminated */
	const char *body;
	size_t body_n;
	int timeout_ms;
	size_t answer_max; /* how much of the answer is read; 0: HTTP_BODY_MAX */
	/* A mail instead: url smtp(s)://HOST:PORT, the body its bytes. Encrypted, or not at all. */
	const char *mail_from;
	const char *const *rcpt; /* NULL-terminated */
	const char *user, *password; /* NULL: none */
	const char *allowed; /* hosts that may be http and inside (address_is_listed()); NULL: none */
};

struct http_answer {
	enum http_end end;
	bool sent; /* all of it went out: without an answer nobody knows whether it was done */
	bool smtp; /* it was a mail: body is what the server said last, status its code */
	int status, latency_ms;
	int64_t retry_after_s; /* -1: not said */
	bool replayed;         /* Idempotent-Replayed: true; the other side remembers this answer, and gives no other */
	const char *body;      /* cut at answer_max; terminated */
	size_t body_n;
	const char *error;     /* for people, translated; "" when answered */
};

struct http; /* one for a thread */
struct http *http_new(const char *ca_file); /* a file of certificates to trust instead of the system's; NULL */
void http_free(struct http **h);

/* Send. `done` is called from http_turn(), once; the answer lives during that call. The request is copied. */
typedef void http_done(void *arg, const struct http_answer *answer);
void http_send(struct http *h, const struct http_request *r, http_done *done, void *arg);
int http_running(const struct http *h);
/* Work for up to wait_ms, less when something arrived or http_wake() was called. */
void http_turn(struct http *h, int wait_ms);
void http_wake(struct http *h); /* from any thread */
/* http_turn() ends also when there is something to read from fd, which stays the caller's; -1: none. One only. */
void http_watch(struct http *h, int fd);

/* May the URL be called at all: https, or http to an allowed host; no user name in it. Says what to do. */
enum status http_check_url(const char *url, const char *allowed, struct error *err);
/* "host:port" of a URL, for what is counted by host; arena text. */
char *http_host(const char *url, struct arena *a);

#endif
