/* Amazon SES, SendEmail of v2, with the message as we build it: see senders.h.
 * Source: docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html. */
#include "core/mail/request.h"

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/mail/sigv4.h"

#include <string.h>

enum { SES_RECIPIENTS_MAX = 50 };

static const char path_send[] = "/v2/email/outbound-emails", path_suppressed[] = "/v2/email/suppression/addresses";

static void add_recipients(struct json_out *w, const char *key, const struct mail *m, size_t first, size_t end)
{
	json_key(w, key);
	json_array(w);
	for (size_t i = first; i < end; i++)
		if (!request_is_repeated(m, i))
			json_str(w, request_recipient(m, i)->email);
	json_array_end(w);
}

static void add_destination(struct json_out *w, const struct mail *m)
{
	size_t cc = m->to.n, bcc = cc + m->cc.n;
	json_key(w, "Destination");
	json_object(w);
	add_recipients(w, "ToAddresses", m, 0, cc);
	add_recipients(w, "CcAddresses", m, cc, bcc);
	add_recipients(w, "BccAddresses", m, bcc, bcc + m->bcc.n);
	json_object_end(w);
}

static void add_content(struct json_out *w, const struct buf *message, struct arena *a)
{
	json_key(w, "Content");
	json_object(w);
	json_key(w, "Raw");
	json_object(w);
	json_key(w, "Data");
	json_str(w, base64_encode(a, message->data, message->len));
	json_object_end(w);
	json_object_end(w);
}

static void add_tag(struct json_out *w, const char *job)
{
	json_key(w, "EmailTags");
	json_array(w);
	json_object(w);
	json_key(w, "Name");
	json_str(w, "job");
	json_key(w, "Value");
	json_str(w, job);
	json_object_end(w);
	json_array_end(w);
}

/* The host a request names: that of the URL, with its port when it has one. */
static const char *host_of(struct arena *a, const char *url)
{
	const char *s = strstr(url, "://");
	s = s ? s + 3 : url;
	return arena_strndup(a, s, strcspn(s, "/"));
}

/* Signed headers are sorted by name. The host is sent by whoever posts the request; it signs but does not travel in ours. */
static void sign(const struct mail_ses *ses, const char *base_url, const char *path, struct mail_request *r, struct arena *a)
{
	const char *date = sigv4_date(a, ses->now_ms);
	const struct mail_header headers[] = {
		{"content-type", "application/json"}, {"host", host_of(a, base_url)}, {"x-amz-date", date}};
	struct sigv4 s = {.access_key = ses->access_key, .secret = ses->secret, .region = ses->region, .service = "ses",
		.method = r->method, .path = path, .headers = headers, .headers_n = sizeof headers / sizeof *headers,
		.body = r->body, .body_n = r->body_n, .now_ms = ses->now_ms};
	request_add_header(r, "Content-Type", "application/json");
	request_add_header(r, "X-Amz-Date", date);
	request_add_header(r, "Authorization", sigv4_authorization(a, &s));
}

static enum status check_keys(const struct mail_ses *ses, struct error *err)
{
	enum status st = request_check_word(ses->region, "region", err);
	if (st == ST_OK)
		st = request_check_word(ses->access_key, "access_key", err);
	if (st == ST_OK)
		st = request_check_word(ses->secret, "secret", err);
	return st;
}

static enum status check(const struct mail_ses *ses, const struct mail *m, struct error *err)
{
	enum status st = check_keys(ses, err);
	if (st == ST_OK && m->to.n + m->cc.n + m->bcc.n > SES_RECIPIENTS_MAX)
		st = error_field(err, ST_LIMIT, "to", _("This service takes %d recipients at most."), SES_RECIPIENTS_MAX);
	return st;
}

enum status mail_request_ses(const struct mail_ses *ses, const struct mail *m, const char *job, struct arena *a, struct mail_request *out,
	struct error *err)
{
	struct buf message = {0}, b = {0};
	struct json_out w;
	enum status st = request_check(m, job, ses->base_url, err);
	if (st == ST_OK)
		st = check(ses, m, err);
	if (st == ST_OK)
		st = mail_build(m, &message, err);
	if (st != ST_OK)
		return st;
	json_begin(&w, &b, false);
	json_object(&w);
	json_key(&w, "FromEmailAddress");
	json_str(&w, m->from.email);
	add_destination(&w, m);
	add_content(&w, &message, a);
	add_tag(&w, job);
	json_object_end(&w);
	buf_free(&message);
	const char *base = ses->base_url ? ses->base_url : arena_printf(a, "https://email.%s.amazonaws.com", ses->region);
	*out = (struct mail_request){.method = "POST", .url = arena_printf(a, "%s%s", base, path_send)};
	request_take_body(out, &b, a);
	sign(ses, base, path_send, out, a);
	return ST_OK;
}

enum status mail_request_ses_suppressed(const struct mail_ses *ses, struct arena *a, struct mail_request *out, struct error *err)
{
	enum status st = check_keys(ses, err);
	if (st != ST_OK)
		return st;
	const char *base = ses->base_url ? ses->base_url : arena_printf(a, "https://email.%s.amazonaws.com", ses->region);
	*out = (struct mail_request){.method = "GET", .url = arena_printf(a, "%s%s", base, path_suppressed), .body = ""};
	sign(ses, base, path_suppressed, out, a);
	return ST_OK;
}
