/* The bytes of a mail: see message.h.
 *
 * mixed (attachments) holds related (images of the HTML) holds alternative (text, HTML); each level is there only when it has two
 * things to hold. A body part is written by a function of its own kind, which begins with its Content-Type field.
 */
#include "core/mail/message.h"

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/mail/mime_body.h"
#include "core/mail/mime_header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BOUNDARY_SIZE = 40 };

struct builder {
	const struct mail *m;
	struct buf *out;
	const char *text; /* given or derived */
	int boundaries;   /* made so far */
};

char *mail_message_id(struct arena *a, const char *email)
{
	uint8_t random[16];
	crypto_random(random, sizeof random);
	const char *at = strrchr(email, '@');
	return arena_printf(a, "%s@%s", hex_encode(a, random, sizeof random), at && at[1] ? at + 1 : "localhost");
}

const char *mail_plain_text(struct arena *a, const struct mail *m)
{
	if (mail_has(m->text))
		return m->text;
	struct buf b = {0};
	mail_html_text(mail_has(m->html) ? m->html : "", &b);
	char *text = arena_strndup(a, buf_str(&b), b.len);
	buf_free(&b);
	return text;
}

/* RFC 5322, 3.3, in the zone of this computer; zones of the past with odd seconds are written in UTC. */
static void add_date(struct buf *out, int64_t ms)
{
	static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct civil c = clock_local(ms);
	int64_t day = clock_days_from_civil(c.year, c.month, c.day);
	int64_t local = day * 86400 + c.hour * 3600 + c.minute * 60 + c.second;
	int64_t offset = local - ms / 1000;
	if (offset % 60 != 0) {
		day = ms / CLOCK_DAY;
		local = ms / 1000;
		offset = 0;
		clock_civil_from_days(day, &c.year, &c.month, &c.day);
	}
	int seconds = (int)(local - day * 86400), zone = (int)(llabs(offset) / 60);
	int weekday = (int)((day % 7 + 7 + 3) % 7); /* 1970 began on a Thursday */
	buf_printf(out, "Date: %s, %d %s %04d %02d:%02d:%02d %c%02d%02d\r\n", days[weekday], c.day, months[c.month - 1], c.year,
		seconds / 3600, seconds / 60 % 60, seconds % 60, offset < 0 ? '-' : '+', zone / 60, zone % 60);
}

static void add_id(struct buf *out, const char *name, const char *id)
{
	char value[300];
	(void)snprintf(value, sizeof value, "<%s>", id);
	mime_field(out, name, value);
}

static void add_fields(const struct mail *m, struct buf *out)
{
	add_date(out, m->at);
	mime_address_field(out, "From", &m->from, 1);
	if (mail_has(m->reply_to.email))
		mime_address_field(out, "Reply-To", &m->reply_to, 1);
	if (m->to.n > 0)
		mime_address_field(out, "To", m->to.at, m->to.n);
	else if (m->cc.n == 0)
		buf_puts(out, "To: undisclosed-recipients:;\r\n");
	if (m->cc.n > 0)
		mime_address_field(out, "Cc", m->cc.at, m->cc.n);
	if (mail_has(m->subject))
		mime_text_field(out, "Subject", m->subject);
	add_id(out, "Message-ID", m->message_id);
	if (mail_has(m->in_reply_to)) {
		add_id(out, "In-Reply-To", m->in_reply_to);
		add_id(out, "References", m->in_reply_to);
	}
	for (size_t i = 0; i < m->headers_n; i++)
		mime_extra_field(out, m->headers[i].name, m->headers[i].value);
	buf_puts(out, "MIME-Version: 1.0\r\n");
}

/* A line that is in none of the texts. "=_" is in nothing quoted-printable or base64 (RFC 2045, 6.7), so only text that goes as it is
 * could have it; whoever knows the message id can foresee the hash, and then it is taken again. */
static void make_boundary(struct builder *b, char out[BOUNDARY_SIZE])
{
	for (;;) {
		struct buf seed = {0};
		uint8_t hash[SHA256_BYTES];
		buf_printf(&seed, "%s/%d", b->m->message_id, b->boundaries++);
		crypto_sha256(seed.data, seed.len, hash);
		buf_free(&seed);
		struct arena *a = arena_new();
		(void)snprintf(out, BOUNDARY_SIZE, "=_%.32s", hex_encode(a, hash, sizeof hash));
		arena_free(&a);
		if (!strstr(b->text, out) && !(mail_has(b->m->html) && strstr(b->m->html, out)))
			return;
	}
}

static void add_multipart(struct builder *b, const char *kind, const char *inner, char boundary[BOUNDARY_SIZE])
{
	make_boundary(b, boundary);
	buf_printf(b->out, "Content-Type: multipart/%s;\r\n boundary=\"%s\"", kind, boundary);
	if (inner)
		buf_printf(b->out, ";\r\n type=\"%s\"", inner);
	buf_puts(b->out, "\r\n\r\n");
}

static void add_text(struct builder *b, const char *kind, const char *text)
{
	bool plain = mime_is_7bit(text);
	buf_printf(b->out, "Content-Type: text/%s; charset=%s\r\n", kind, plain ? "us-ascii" : "utf-8");
	buf_printf(b->out, "Content-Transfer-Encoding: %s\r\n\r\n", plain ? "7bit" : "quoted-printable");
	if (plain)
		mime_add_7bit(b->out, text);
	else
		mime_add_quoted_printable(b->out, text);
}

/* RFC 2046, 5.1 and 5.2 forbid to encode these; as a mere file they need not be read as mail. */
static bool must_not_encode(const char *type)
{
	return strncasecmp(type, "multipart/", 10) == 0 || strncasecmp(type, "message/", 8) == 0;
}

static void add_part(struct builder *b, const struct mail_part *p, bool related)
{
	const char *type = mail_has(p->type) && !must_not_encode(p->type) ? p->type : "application/octet-stream";
	buf_printf(b->out, "Content-Type: %s\r\nContent-Transfer-Encoding: base64\r\n", type);
	if (related)
		add_id(b->out, "Content-ID", p->content_id);
	buf_printf(b->out, "Content-Disposition: %s", related ? "inline" : "attachment");
	mime_param(b->out, "filename", p->name);
	buf_puts(b->out, "\r\n\r\n");
	mime_add_base64(b->out, p->data, p->n);
}

static bool is_related(const struct mail *m, const struct mail_part *p)
{
	return mail_has(p->content_id) && mail_has(m->html);
}

static size_t count_parts(const struct mail *m, bool related)
{
	size_t n = 0;
	for (size_t i = 0; i < m->parts_n; i++)
		n += is_related(m, &m->parts[i]) == related;
	return n;
}

static void add_parts(struct builder *b, const char *boundary, bool related)
{
	for (size_t i = 0; i < b->m->parts_n; i++) {
		if (is_related(b->m, &b->m->parts[i]) != related)
			continue;
		buf_printf(b->out, "--%s\r\n", boundary);
		add_part(b, &b->m->parts[i], related);
	}
	buf_printf(b->out, "--%s--\r\n", boundary);
}

static void add_alternative(struct builder *b)
{
	if (!mail_has(b->m->html)) {
		add_text(b, "plain", b->text);
		return;
	}
	char boundary[BOUNDARY_SIZE];
	add_multipart(b, "alternative", NULL, boundary);
	buf_printf(b->out, "--%s\r\n", boundary);
	add_text(b, "plain", b->text);
	buf_printf(b->out, "--%s\r\n", boundary);
	add_text(b, "html", b->m->html);
	buf_printf(b->out, "--%s--\r\n", boundary);
}

static void add_related(struct builder *b)
{
	if (count_parts(b->m, true) == 0) {
		add_alternative(b);
		return;
	}
	char boundary[BOUNDARY_SIZE];
	add_multipart(b, "related", "multipart/alternative", boundary);
	buf_printf(b->out, "--%s\r\n", boundary);
	add_alternative(b);
	add_parts(b, boundary, true);
}

static void add_mixed(struct builder *b)
{
	if (count_parts(b->m, false) == 0) {
		add_related(b);
		return;
	}
	char boundary[BOUNDARY_SIZE];
	add_multipart(b, "mixed", NULL, boundary);
	buf_printf(b->out, "--%s\r\n", boundary);
	add_related(b);
	add_parts(b, boundary, false);
}

enum status mail_build(const struct mail *m, struct buf *out, struct error *err)
{
	enum status st = mail_check(m, err);
	if (st != ST_OK)
		return st;
	struct arena *a = arena_new();
	struct builder b = {.m = m, .out = out, .text = mail_plain_text(a, m)};
	add_fields(m, out);
	add_mixed(&b);
	arena_free(&a);
	return ST_OK;
}
