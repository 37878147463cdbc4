/* What requests to services have in common: see request.h. */
#include "core/mail/request.h"

#include "core/base/i18n.h"

#include <string.h>
#include <strings.h>

static bool is_job(const char *s)
{
	size_t n = strlen(s);
	return n > 0 && n <= MAIL_JOB_MAX &&
		strspn(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_") == n;
}

enum status request_check_word(const char *s, const char *field, struct error *err)
{
	const char *c = s ? s : "";
	while (*c > 0x20 && *c < 0x7F)
		c++;
	if (!mail_has(s) || *c)
		return error_field(err, ST_INVALID, field, _("The sending service is not set up: %s is missing or wrong."), field);
	return ST_OK;
}

enum status request_check(const struct mail *m, const char *job, const char *base_url, struct error *err)
{
	enum status st = mail_check(m, err);
	if (st == ST_OK && base_url)
		st = request_check_word(base_url, "url", err);
	if (st == ST_OK && !is_job(job))
		st = error_field(err, ST_INTERNAL, "job", _("“%s” cannot be an id in a mail."), job);
	return st;
}

void request_add_header(struct mail_request *r, const char *name, const char *value)
{
	r->headers[r->headers_n++] = (struct mail_header){name, value};
}

void request_take_body(struct mail_request *r, struct buf *b, struct arena *a)
{
	r->body = arena_strndup(a, buf_str(b), 0);
	if (b->len > 0) {
		char *body = arena_alloc(a, b->len + 1);
		memcpy(body, b->data, b->len);
		r->body = body;
	}
	r->body_n = b->len;
	buf_free(b);
}

const char *request_type(struct arena *a, const char *type)
{
	return mail_has(type) ? arena_strndup(a, type, strcspn(type, "; ")) : "application/octet-stream";
}

const struct mail_address *request_recipient(const struct mail *m, size_t i)
{
	if (i < m->to.n)
		return &m->to.at[i];
	i -= m->to.n;
	return i < m->cc.n ? &m->cc.at[i] : &m->bcc.at[i - m->cc.n];
}

bool request_is_repeated(const struct mail *m, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcasecmp(request_recipient(m, k)->email, request_recipient(m, i)->email) == 0)
			return true;
	return false;
}
