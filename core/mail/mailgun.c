/* Mailgun, messages v3, as multipart/form-data (RFC 7578): see senders.h. Source: documentation.mailgun.com, "Send an email". */
#include "core/mail/request.h"

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/mail/mime_header.h"

#include <stdio.h>
#include <string.h>

enum { BOUNDARY_SIZE = 48 };

struct form {
	struct buf out;
	char boundary[BOUNDARY_SIZE];
};

/* Quotes of a name are escaped as browsers do (HTML, "multipart/form-data encoding algorithm"). */
static void add_quoted(struct buf *out, const char *s)
{
	buf_putc(out, '"');
	for (; *s; s++) {
		if (*s == '"')
			buf_puts(out, "%22");
		else
			buf_putc(out, *s);
	}
	buf_putc(out, '"');
}

static void begin_part(struct form *f, const char *name)
{
	buf_printf(&f->out, "--%s\r\nContent-Disposition: form-data; name=\"%s\"", f->boundary, name);
}

static void add_value(struct form *f, const char *name, const char *value)
{
	begin_part(f, name);
	buf_printf(&f->out, "\r\n\r\n%s\r\n", value);
}

static void add_prefixed(struct form *f, const char *name, const char *value)
{
	char full[80];
	(void)snprintf(full, sizeof full, "h:%s", name);
	add_value(f, full, value);
}

/* An address in one line; Mailgun makes the encoded words, but for a name with quotes in it. */
static void add_person(struct form *f, const char *name, const struct mail_address *p, struct arena *a)
{
	struct buf b = {0};
	bool named = mail_has(p->name);
	if (named && mime_needs_escape(p->name))
		buf_puts(&b, mime_words(a, p->name));
	else if (named)
		mime_quoted(&b, p->name);
	buf_printf(&b, named ? " <%s>" : "%s", p->email);
	add_value(f, name, b.data);
	buf_free(&b);
}

static void add_people(struct form *f, const struct mail *m, struct arena *a)
{
	size_t cc = m->to.n, bcc = cc + m->cc.n;
	add_person(f, "from", &m->from, a);
	for (size_t i = 0; i < bcc + m->bcc.n; i++)
		if (!request_is_repeated(m, i))
			add_person(f, i < cc ? "to" : i < bcc ? "cc" : "bcc", request_recipient(m, i), a);
	if (mail_has(m->reply_to.email))
		add_person(f, "h:Reply-To", &m->reply_to, a);
}

static void add_headers(struct form *f, const struct mail *m, struct arena *a)
{
	add_prefixed(f, "Message-Id", arena_printf(a, "<%s>", m->message_id));
	if (mail_has(m->in_reply_to)) {
		const char *id = arena_printf(a, "<%s>", m->in_reply_to);
		add_prefixed(f, "In-Reply-To", id);
		add_prefixed(f, "References", id);
	}
	for (size_t i = 0; i < m->headers_n; i++) {
		const char *value = m->headers[i].value;
		add_prefixed(f, m->headers[i].name, mime_is_ascii(value) ? value : mime_words(a, value));
	}
}

/* An image of the HTML is found by the name of its file there, so that becomes its content id. */
static void add_file(struct form *f, const struct mail *m, const struct mail_part *p)
{
	bool related = mail_has(p->content_id) && mail_has(m->html);
	begin_part(f, related ? "inline" : "attachment");
	buf_puts(&f->out, "; filename=");
	add_quoted(&f->out, related ? p->content_id : p->name);
	buf_printf(&f->out, "\r\nContent-Type: %s\r\n\r\n", mail_has(p->type) ? p->type : "application/octet-stream");
	buf_add(&f->out, p->data, p->n);
	buf_puts(&f->out, "\r\n");
}

static void fill(struct form *f, const struct mail *m, const char *job, struct arena *a)
{
	const char *text = mail_plain_text(a, m);
	add_people(f, m, a);
	add_value(f, "subject", m->subject ? m->subject : "");
	if (mail_has(text))
		add_value(f, "text", text);
	if (mail_has(m->html))
		add_value(f, "html", m->html);
	add_headers(f, m, a);
	add_value(f, "v:job", job);
	for (size_t i = 0; i < m->parts_n; i++)
		add_file(f, m, &m->parts[i]);
	buf_printf(&f->out, "--%s--\r\n", f->boundary);
}

static bool holds(const char *s, size_t n, const char *boundary)
{
	return s && n > 0 && memmem(s, n, boundary, strlen(boundary));
}

static bool is_free(const struct mail *m, const char *boundary)
{
	bool taken = holds(m->text, m->text ? strlen(m->text) : 0, boundary) || holds(m->html, m->html ? strlen(m->html) : 0, boundary) ||
		holds(m->subject, m->subject ? strlen(m->subject) : 0, boundary);
	for (size_t i = 0; i < m->parts_n && !taken; i++)
		taken = holds(m->parts[i].data, m->parts[i].n, boundary);
	for (size_t i = 0; i < m->headers_n && !taken; i++)
		taken = holds(m->headers[i].value, strlen(m->headers[i].value), boundary);
	return !taken;
}

static void choose_boundary(struct form *f, const struct mail *m, struct arena *a)
{
	int turn = 0;
	do {
		uint8_t hash[SHA256_BYTES];
		const char *seed = arena_printf(a, "form/%s/%d", m->message_id, turn++);
		crypto_sha256(seed, strlen(seed), hash);
		(void)snprintf(f->boundary, sizeof f->boundary, "form-%.40s", hex_encode(a, hash, sizeof hash));
	} while (!is_free(m, f->boundary));
}

static enum status check(const char *domain, const char *key, const struct mail *m, struct error *err)
{
	enum status st = request_check_word(key, "key", err);
	if (st == ST_OK)
		st = request_check_word(domain, "domain", err);
	if (st == ST_OK && strpbrk(domain, "/?#%@:"))
		st = error_field(err, ST_INVALID, "domain", _("The sending service is not set up: %s is missing or wrong."), "domain");
	if (st == ST_OK && m->to.n == 0)
		st = error_field(err, ST_INVALID, "to", _("This service needs a recipient in To, not in Cc or Bcc alone."));
	return st;
}

enum status mail_request_mailgun(const char *base_url, const char *domain, const char *key, const struct mail *m, const char *job,
	struct arena *a, struct mail_request *out, struct error *err)
{
	enum status st = request_check(m, job, base_url, err);
	if (st == ST_OK)
		st = check(domain, key, m, err);
	if (st != ST_OK)
		return st;
	struct form f = {0};
	choose_boundary(&f, m, a);
	fill(&f, m, job, a);
	const char *user = arena_printf(a, "api:%s", key);
	*out = (struct mail_request){.method = "POST"};
	out->url = arena_printf(a, "%s/v3/%s/messages", base_url ? base_url : "https://api.mailgun.net", domain);
	request_add_header(out, "Authorization", arena_printf(a, "Basic %s", base64_encode(a, user, strlen(user))));
	request_add_header(out, "Content-Type", arena_printf(a, "multipart/form-data; boundary=%s", f.boundary));
	request_take_body(out, &f.out, a);
	return ST_OK;
}
