/* Services that send mail over HTTPS: what to ask them (SendGrid v3, Mailgun v3, Amazon SES v2), and what their answers mean. Pure: the
 * helper that owns the network posts a mail_request and hands back a mail_answer.
 *
 * A job is our own id of the sending; the service keeps it with the mail and names it in the events it reports later. A mail is checked
 * before a request is made, so a request that exists has nothing in it that could end a header.
 */
#ifndef CORE_MAIL_SENDERS_H
#define CORE_MAIL_SENDERS_H

#include "core/mail/message.h"

enum { MAIL_REQUEST_HEADERS = 6, MAIL_JOB_MAX = 64 };

struct mail_request {
	const char *method, *url;
	struct mail_header headers[MAIL_REQUEST_HEADERS];
	size_t headers_n;
	const char *body; /* not text: n bytes */
	size_t body_n;
};

/* All strings of *out are the arena's. `job` is made of letters, digits, '-' and '_'. A base URL has no slash at its end; NULL takes the
 * service's own. ST_INVALID or ST_LIMIT, naming the field, when the service would refuse the mail. */
enum status mail_request_sendgrid(const char *base_url, const char *key, const struct mail *m, const char *job, struct arena *a,
	struct mail_request *out, struct error *err);
enum status mail_request_mailgun(const char *base_url, const char *domain, const char *key, const struct mail *m, const char *job,
	struct arena *a, struct mail_request *out, struct error *err);
struct mail_ses {
	const char *base_url; /* NULL: https://email.REGION.amazonaws.com */
	const char *region, *access_key, *secret;
	int64_t now_ms; /* when it is signed; AWS takes it for five minutes */
};
enum status mail_request_ses(const struct mail_ses *ses, const struct mail *m, const char *job, struct arena *a, struct mail_request *out,
	struct error *err);

/* The addresses that the service no longer sends to. */
enum status mail_request_ses_suppressed(const struct mail_ses *ses, struct arena *a, struct mail_request *out, struct error *err);

struct mail_answer {
	int status; /* of HTTP; 0 when there was no answer */
	const struct mail_header *headers;
	size_t headers_n;
	const char *body;
	size_t body_n;
};

enum mail_outcome {
	MAIL_ACCEPTED,
	MAIL_REFUSED, /* the same request would be refused again */
	MAIL_LATER,
};

struct mail_verdict {
	enum mail_outcome outcome;
	bool unclear;        /* with MAIL_LATER: it may have been taken, so sending it again may send it twice */
	const char *id;      /* the service's own id of the mail; "" when it named none */
	const char *message; /* for a person, translated: what happened */
	const char *said;    /* the service's own words, cleaned for display; "" when it had none */
	int64_t retry_s;     /* how long it asks us to wait; 0: it does not say */
};
void mail_answer_sendgrid(const struct mail_answer *answer, struct arena *a, struct mail_verdict *out);
void mail_answer_mailgun(const struct mail_answer *answer, struct arena *a, struct mail_verdict *out);
void mail_answer_ses(const struct mail_answer *answer, struct arena *a, struct mail_verdict *out);

#endif
