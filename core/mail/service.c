#include "core/mail/service.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/security/environment.h"
#include "core/security/secrets.h"

enum { TIMEOUT_MS = 60 * 1000 };

const char *mail_provider(struct core *c, struct arena *a)
{
	const char *provider = secret_text(c, a, "EMAIL_PROVIDER");
	return provider ? provider : secret_text(c, a, "SMTP_HOST") ? "smtp" : NULL;
}

/* Whoever is in Bcc stands in the envelope alone. */
static enum status by_smtp(struct core *c, const struct mail *m, struct arena *a, struct http_request *r, struct error *err)
{
	struct buf bytes = {0};
	const char *host = secret_text(c, a, "SMTP_HOST"), *port = secret_text(c, a, "SMTP_PORT");
	if (!host)
		return error_set(err, ST_BUSY, _("The sending service is not set up: %s is missing or wrong."), "SMTP_HOST");
	enum status st = mail_build(m, &bytes, err);
	if (st != ST_OK)
		return st;
	const struct mail_addresses *lists[] = {&m->to, &m->cc, &m->bcc};
	const char **rcpt = arena_alloc(a, (m->to.n + m->cc.n + m->bcc.n + 1) * sizeof *rcpt);
	size_t n = 0;
	for (size_t k = 0; k < 3; k++)
		for (size_t i = 0; i < lists[k]->n; i++)
			rcpt[n++] = lists[k]->at[i].email;
	bool implicit = port && strcmp(port, "465") == 0;
	r->url = arena_printf(a, "%s://%s:%s", implicit ? "smtps" : "smtp", host, port ? port : "587");
	r->mail_from = m->from.email;
	r->rcpt = rcpt;
	r->user = secret_text(c, a, "SMTP_USER");
	r->password = secret_text(c, a, "SMTP_PASSWORD");
	r->body = arena_strndup(a, bytes.data, bytes.len);
	r->body_n = bytes.len;
	buf_free(&bytes);
	return ST_OK;
}

static enum status by_service(struct core *c, const char *provider, const struct mail *m, const char *job, struct arena *a, struct http_request *r, struct error *err)
{
	struct mail_request q;
	enum status st = ST_BUSY;
	const char *base = secret_text(c, a, "EMAIL_API_BASE");
	if (strcmp(provider, "sendgrid") == 0)
		st = mail_request_sendgrid(base, secret_text(c, a, "SENDGRID_API_KEY"), m, job, a, &q, err);
	else if (strcmp(provider, "mailgun") == 0)
		st = mail_request_mailgun(base, secret_text(c, a, "MAILGUN_DOMAIN"), secret_text(c, a, "MAILGUN_API_KEY"), m, job, a, &q, err);
	else if (strcmp(provider, "ses") == 0)
		st = mail_request_ses(&(struct mail_ses){base, secret_text(c, a, "AWS_REGION"), secret_text(c, a, "AWS_ACCESS_KEY_ID"), secret_text(c, a, "AWS_SECRET_ACCESS_KEY"), clock_now()},
			m, job, a, &q, err);
	else
		error_set(err, ST_BUSY, _("The sending service is not set up: %s is missing or wrong."), "EMAIL_PROVIDER");
	return st == ST_OK ? mail_service_call(&q, a, r, err) : st;
}

enum status mail_service_call(const struct mail_request *q, struct arena *a, struct http_request *out, struct error *err)
{
	const char *allowed = environment_get("SIMPLIX_ALLOWED_HOSTS");
	enum status st = http_check_url(q->url, allowed, err);
	if (st != ST_OK)
		return st;
	const char **lines = arena_alloc(a, (q->headers_n + 1) * sizeof *lines);
	for (size_t i = 0; i < q->headers_n; i++)
		lines[i] = arena_printf(a, "%s: %s", q->headers[i].name, q->headers[i].value);
	*out = (struct http_request){.method = q->method, .url = q->url, .headers = lines, .body = q->body, .body_n = q->body_n, .timeout_ms = TIMEOUT_MS,
		.allowed = allowed};
	return ST_OK;
}

enum status mail_service_request(struct core *c, const struct mail *m, const char *job, struct arena *a, struct http_request *out, struct error *err)
{
	const char *provider = mail_provider(c, a);
	struct http_request r = {.method = "POST", .timeout_ms = TIMEOUT_MS};
	enum status st = !provider ? error_set(err, ST_BUSY, _("Nothing is set up to send mail with."))
			 : strcmp(provider, "smtp") == 0 ? by_smtp(c, m, a, &r, err) : by_service(c, provider, m, job, a, &r, err);
	if (st == ST_OK)
		*out = r;
	return st;
}
