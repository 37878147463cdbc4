/* May a mail leave? See message.h.
 *
 * The services that take a mail as JSON or as a form make headers of what they are given, each by its own rules; so what is refused here
 * is refused for all of them, whatever the encoders of this folder would make of it. U+2028 and U+2029 are line ends to some readers.
 */
#include "core/mail/message.h"

#include "core/base/i18n.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
	LOCAL_MAX = 64, /* RFC 5321, 4.5.3.1 */
	EMAIL_MAX = 254,
	LABEL_MAX = 63,
	NAME_MAX_BYTES = 500,
	SUBJECT_MAX = 2000,
	FILE_NAME_MAX = 1000,
	ID_MAX = 250,
	TYPE_MAX = 200,
	HEADER_NAME_MAX = 60,
	HEADER_WORD_MAX = 900, /* a line may have 998 and cannot be folded without a blank */
	HEADER_MAX = 8000,
};

bool mail_has(const char *s)
{
	return s && *s;
}

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* RFC 5322, 3.2.3 */
static bool is_atext(char c)
{
	return is_alnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

/* Controls of ASCII and Latin-1 and the two line separators of Unicode. */
static bool is_control(int32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x2028 || cp == 0x2029;
}

/* One line of text, at most `max` bytes; NULL is none. */
static enum status check_line(const char *s, const char *field, size_t max, struct error *err)
{
	size_t n = s ? strlen(s) : 0;
	if (n > max)
		return error_field(err, ST_LIMIT, field, _("That is too long for a mail: %s."), field);
	if (n > 0 && !text_is_utf8(s, n))
		return error_field(err, ST_INVALID, field, _("That is not text in UTF-8: %s."), field);
	for (size_t i = 0; i < n;) {
		int32_t cp;
		i += (size_t)text_decode(s + i, n - i, &cp);
		if (is_control(cp))
			return error_field(err, ST_INVALID, field,
				_("A line break or another control character has no place there: %s."), field);
	}
	return ST_OK;
}

static bool is_dot_atom(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_atext(s[i]) && (s[i] != '.' || i == 0 || i + 1 == n || s[i - 1] == '.'))
			return false;
	return n > 0;
}

/* RFC 5321, 4.1.2: Quoted-string. */
static bool is_quoted(const char *s, size_t n)
{
	if (n < 3 || s[0] != '"' || s[n - 1] != '"')
		return false;
	for (size_t i = 1; i + 1 < n; i++) {
		if (s[i] == '\\' && i + 2 >= n)
			return false;
		if (s[i] == '\\')
			i++;
		else if (s[i] == '"')
			return false;
		if (s[i] < 0x20 || s[i] > 0x7E)
			return false;
	}
	return true;
}

/* Letters, digits and hyphens between dots (RFC 1123, 2.1); the last label is no number, or it would be an IP address. */
static bool is_domain(const char *s)
{
	bool digits = true;
	for (;; s++) {
		size_t n = strcspn(s, ".");
		if (n == 0 || n > LABEL_MAX || s[0] == '-' || s[n - 1] == '-')
			return false;
		digits = true;
		for (size_t i = 0; i < n; i++) {
			if (!is_alnum(s[i]) && s[i] != '-')
				return false;
			digits = digits && s[i] >= '0' && s[i] <= '9';
		}
		s += n;
		if (!*s)
			return !digits;
	}
}

static bool is_ascii(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] > 0x7F)
			return false;
	return true;
}

static enum status refuse_address(const char *email, const char *field, struct error *err)
{
	return error_field(err, ST_INVALID, field, _("“%s” is not a mail address."), email);
}

enum status mail_check_address(const char *email, const char *field, struct error *err)
{
	if (!mail_has(email))
		return error_field(err, ST_INVALID, field, _("A mail address is missing: %s."), field);
	enum status st = check_line(email, field, EMAIL_MAX, err);
	if (st != ST_OK)
		return st;
	const char *at = strrchr(email, '@');
	if (!at)
		return refuse_address(email, field, err);
	size_t local = (size_t)(at - email);
	if (!is_ascii(email, local)) {
		st = error_field(err, ST_INVALID, field, _("“%s” has letters before the @ that mail cannot carry everywhere."), email);
		error_hint(err, _("Only unaccented letters, digits and signs such as . - _ + can stand there."));
		return st;
	}
	if (!is_ascii(at, strlen(at))) {
		st = error_field(err, ST_INVALID, field, _("The domain of “%s” has letters that mail servers do not know."), email);
		error_hint(err, _("Write the domain in its form that begins with xn--."));
		return st;
	}
	bool ok = local <= LOCAL_MAX && (is_dot_atom(email, local) || is_quoted(email, local)) && is_domain(at + 1);
	return ok ? ST_OK : refuse_address(email, field, err);
}

static enum status check_person(const struct mail_address *a, const char *field, struct error *err)
{
	enum status st = check_line(a->name, field, NAME_MAX_BYTES, err);
	return st == ST_OK ? mail_check_address(a->email, field, err) : st;
}

static enum status check_list(const struct mail_addresses *list, const char *field, struct error *err)
{
	for (size_t i = 0; i < list->n; i++) {
		enum status st = check_person(&list->at[i], field, err);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static enum status check_people(const struct mail *m, struct error *err)
{
	enum status st = check_person(&m->from, "from", err);
	if (st == ST_OK && (mail_has(m->reply_to.email) || mail_has(m->reply_to.name)))
		st = check_person(&m->reply_to, "reply_to", err);
	size_t n = m->to.n + m->cc.n + m->bcc.n;
	if (st == ST_OK && n == 0)
		st = error_field(err, ST_INVALID, "to", _("The mail has no recipient."));
	if (st == ST_OK && n > MAIL_RECIPIENTS_MAX)
		st = error_field(err, ST_LIMIT, "to", _("A mail goes to %d recipients at most; this one has %zu."),
			MAIL_RECIPIENTS_MAX, n);
	if (st == ST_OK)
		st = check_list(&m->to, "to", err);
	if (st == ST_OK)
		st = check_list(&m->cc, "cc", err);
	return st == ST_OK ? check_list(&m->bcc, "bcc", err) : st;
}

/* An id between < and >: local@domain of dot-atoms (RFC 5322, 3.6.4). The right side may be missing from a content id. */
static enum status check_id(const char *id, const char *field, bool needs_at, struct error *err)
{
	enum status st = check_line(id, field, ID_MAX, err);
	if (st != ST_OK)
		return st;
	const char *at = strchr(id, '@');
	size_t local = at ? (size_t)(at - id) : strlen(id);
	bool ok = is_dot_atom(id, local) && (at ? is_dot_atom(at + 1, strlen(at + 1)) : !needs_at);
	return ok ? ST_OK : error_field(err, ST_INVALID, field, _("“%s” cannot be an id in a mail."), id);
}

static bool is_token(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_alnum(s[i]) && !strchr("!#$&-^_.+", s[i]))
			return false;
	return n > 0;
}

/* type/subtype (RFC 6838, 4.2), then what parameters there are; they are ours, so no more than their letters is looked at. */
static bool is_type(const char *s)
{
	size_t first = strcspn(s, "/"), second = s[first] ? strcspn(s + first + 1, "; ") : 0;
	const char *rest = s[first] ? s + first + 1 + second : "";
	for (const char *c = rest; *c; c++)
		if (*c < 0x20 || *c > 0x7E || strchr("<>()\\", *c))
			return false;
	return is_token(s, first) && is_token(s + first + 1, second) && (!*rest || *rest == ';');
}

static enum status check_part(const struct mail_part *p, struct error *err)
{
	if (!mail_has(p->name))
		return error_field(err, ST_INVALID, "parts", _("An attachment has no name."));
	enum status st = check_line(p->name, "parts", FILE_NAME_MAX, err);
	if (st == ST_OK && mail_has(p->type)) {
		st = check_line(p->type, "type", TYPE_MAX, err);
		if (st == ST_OK && !is_type(p->type))
			st = error_field(err, ST_INVALID, "type", _("“%s” is not a type of file."), p->type);
	}
	if (st == ST_OK && mail_has(p->content_id))
		st = check_id(p->content_id, "content_id", false, err);
	return st;
}

/* Fields that this folder writes itself, and those that are a server's to write. */
static bool is_reserved(const char *name)
{
	static const char *const reserved[] = {"From", "Sender", "To", "Cc", "Bcc", "Subject", "Date", "Reply-To", "Message-ID", "References",
		"In-Reply-To", "MIME-Version", "Received", "Return-Path", "DKIM-Signature"};
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (strcasecmp(name, reserved[i]) == 0)
			return true;
	return strncasecmp(name, "Content-", 8) == 0 || strncasecmp(name, "Resent-", 7) == 0;
}

/* RFC 5322, 2.2 lets more into a name than the services do. */
static bool is_header_name(const char *s)
{
	if (strlen(s) > HEADER_NAME_MAX || !is_alnum(*s))
		return false;
	for (; *s; s++)
		if (!is_alnum(*s) && *s != '-')
			return false;
	return true;
}

static enum status check_header(const struct mail_header *h, struct error *err)
{
	const char *name = h->name ? h->name : "", *s = h->value;
	enum status st = check_line(name, "headers", HEADER_MAX, err);
	if (st == ST_OK && (!is_header_name(name) || is_reserved(name)))
		st = error_field(err, ST_INVALID, "headers", _("“%s” cannot be a header of its own."), name);
	if (st == ST_OK)
		st = check_line(s, name, HEADER_MAX, err);
	if (st == ST_OK && (!mail_has(s) || text_is_blank(s)))
		st = error_field(err, ST_INVALID, name, _("A header has no value: %s."), name);
	while (st == ST_OK && *s) {
		size_t n = strcspn(s, " ");
		if (n > HEADER_WORD_MAX)
			st = error_field(err, ST_LIMIT, name, _("That is too long for a mail: %s."), name);
		s += n + strspn(s + n, " ");
	}
	return st;
}

static enum status check_things(const struct mail *m, struct error *err)
{
	if (m->parts_n > MAIL_PARTS_MAX)
		return error_field(err, ST_LIMIT, "parts", _("A mail carries %d attachments at most."), MAIL_PARTS_MAX);
	for (size_t i = 0; i < m->parts_n; i++) {
		enum status st = check_part(&m->parts[i], err);
		if (st != ST_OK)
			return st;
	}
	for (size_t i = 0; i < m->headers_n; i++) {
		enum status st = check_header(&m->headers[i], err);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static enum status check_body(const struct mail *m, struct error *err)
{
	if (!mail_has(m->text) && !mail_has(m->html))
		return error_field(err, ST_INVALID, "text", _("The mail has no text."));
	if (mail_has(m->text) && !text_is_utf8(m->text, strlen(m->text)))
		return error_field(err, ST_INVALID, "text", _("That is not text in UTF-8: %s."), "text");
	if (mail_has(m->html) && !text_is_utf8(m->html, strlen(m->html)))
		return error_field(err, ST_INVALID, "html", _("That is not text in UTF-8: %s."), "html");
	return ST_OK;
}

enum status mail_check(const struct mail *m, struct error *err)
{
	static const int64_t year_10000 = INT64_C(253402300800000);
	enum status st = check_people(m, err);
	if (st == ST_OK)
		st = check_line(m->subject, "subject", SUBJECT_MAX, err);
	if (st == ST_OK)
		st = check_body(m, err);
	if (st == ST_OK)
		st = check_id(m->message_id ? m->message_id : "", "message_id", true, err);
	if (st == ST_OK && mail_has(m->in_reply_to))
		st = check_id(m->in_reply_to, "in_reply_to", true, err);
	if (st == ST_OK && (m->at < 0 || m->at >= year_10000))
		st = error_field(err, ST_INVALID, "at", _("The mail has no date."));
	return st == ST_OK ? check_things(m, err) : st;
}
