/* AWS Signature Version 4, over HMAC-SHA256 of core/base. Pure; tests hold it to the examples that AWS publishes.
 *
 * Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. What we sign has a path without
 * percent-encodings and no query, so the rules for those are not here.
 */
#ifndef CORE_MAIL_SIGV4_H
#define CORE_MAIL_SIGV4_H

#include "core/base/crypto.h"
#include "core/mail/message.h"

#include <stdint.h>

struct sigv4 {
	const char *access_key, *secret;
	const char *region, *service;
	const char *method, *path;
	const struct mail_header *headers; /* to sign: lower case, sorted by name; host and x-amz-date are among them */
	size_t headers_n;
	const void *body;
	size_t body_n;
	int64_t now_ms;
};

/* "20150830T123600Z", the value of x-amz-date. */
char *sigv4_date(struct arena *a, int64_t now_ms);
/* The signing key of a day ("20150830"). */
void sigv4_key(const char *secret, const char *day, const char *region, const char *service, uint8_t out[SHA256_BYTES]);
/* The value of the Authorization header. */
char *sigv4_authorization(struct arena *a, const struct sigv4 *s);

#endif
