/* Reading vCards: see vcard.h. Lines come from vcard_line.c; what a CRM asks of a card is in vcard_access.c. */
#include "core/crm/io/vcard.h"

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/io/charset.h"
#include "core/crm/io/vcard_line.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct vcard_reader {
	struct vcard_lines lines;
	struct buf line;
	struct vcard_prop *prop;
	size_t prop_cap, props;
	struct vcard_param *param;
	size_t param_cap;
	size_t bytes; /* of the card being read */
	bool any; /* a card has been read */
};

enum status vcard_open(FILE *f, struct vcard_reader **out, struct error *err)
{
	struct vcard_reader *r = mem_zalloc(sizeof *r);
	enum status st = vcard_lines_open(&r->lines, f, err);
	if (st != ST_OK)
		free(r);
	else
		*out = r;
	return st;
}

void vcard_close(struct vcard_reader **r)
{
	if (!*r)
		return;
	vcard_lines_close(&(*r)->lines);
	buf_free(&(*r)->line);
	free((*r)->prop);
	free((*r)->param);
	free(*r);
	*r = NULL;
}

/* One property's parts, as slices of the logical line. */
struct slice {
	const char *s;
	size_t n;
};

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* The end of a parameter's value: the first of ; : and (for lists) , outside quotation marks. */
static size_t param_end(const char *s, size_t n, bool quotes)
{
	bool quoted = false;
	for (size_t i = 0; i < n; i++) {
		if (quotes && s[i] == '"')
			quoted = !quoted;
		else if (!quoted && (s[i] == ';' || s[i] == ':'))
			return i;
	}
	return n;
}

static char *upper(struct arena *a, struct slice s)
{
	char *copy = arena_strndup(a, s.s, s.n);
	for (char *p = copy; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p & ~0x20);
	return copy;
}

/* RFC 6868 */
static char *param_text(struct arena *a, struct slice s)
{
	char *out = arena_alloc(a, s.n + 1), *p = out;
	for (size_t i = 0; i < s.n; i++) {
		char next = i + 1 < s.n ? s.s[i + 1] : '\0';
		if (s.s[i] == '^' && (next == 'n' || next == '^' || next == '\'')) {
			*p++ = next == 'n' ? '\n' : next == '^' ? '^' : '"';
			i++;
		} else {
			*p++ = s.s[i];
		}
	}
	return out;
}

static void add_param(struct vcard_reader *r, struct vcard_prop *prop, const char *name, const char *value)
{
	mem_grow(&r->param, &r->param_cap, prop->params + 1, sizeof *r->param);
	r->param[prop->params++] = (struct vcard_param){name, value};
}

/* The values of one parameter: split at commas outside quotation marks, and for TYPE inside them too. */
static void add_values(
	struct vcard_reader *r, struct arena *a, struct vcard_prop *prop, const char *name, struct slice v)
{
	bool type = strcmp(name, "TYPE") == 0, quoted = false;
	size_t start = 0;
	for (size_t i = 0; i <= v.n; i++) {
		if (i < v.n && v.s[i] == '"')
			quoted = !quoted;
		if (i < v.n && (v.s[i] != ',' || (quoted && !type)))
			continue;
		struct slice one = {v.s + start, i - start};
		while (one.n > 0 && (*one.s == '"' || *one.s == ' ')) {
			one.s++;
			one.n--;
		}
		while (one.n > 0 && (one.s[one.n - 1] == '"' || one.s[one.n - 1] == ' '))
			one.n--;
		if (one.n > 0)
			add_param(r, prop, name, param_text(a, one));
		start = i + 1;
	}
}

/* A word without a name, as version 2.1 has them. */
static void add_bare(struct vcard_reader *r, struct arena *a, struct vcard_prop *prop, struct slice word)
{
	static const struct {
		const char *word, *name;
	} known[] = {{"QUOTED-PRINTABLE", "ENCODING"}, {"BASE64", "ENCODING"}, {"8BIT", "ENCODING"},
		{"7BIT", "ENCODING"}, {"B", "ENCODING"}, {"INLINE", "VALUE"}, {"URL", "VALUE"},
		{"CONTENT-ID", "VALUE"}};
	const char *text = upper(a, word), *name = "TYPE";
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(text, known[i].word) == 0)
			name = known[i].name;
	if (*text)
		add_param(r, prop, name, text);
}

/* Parameters from s on; returns the offset of the colon, or n when there is none. */
static size_t parse_params(
	struct vcard_reader *r, struct arena *a, struct vcard_prop *prop, const char *s, size_t n, bool quotes)
{
	size_t at = 0;
	prop->params = 0;
	while (at < n && s[at] == ';') {
		at++;
		size_t length = param_end(s + at, n - at, quotes);
		const char *equals = memchr(s + at, '=', length);
		if (equals) {
			size_t name_length = (size_t)(equals - (s + at));
			const char *name = upper(a, (struct slice){s + at, name_length});
			add_values(r, a, prop, name, (struct slice){equals + 1, length - name_length - 1});
		} else {
			add_bare(r, a, prop, (struct slice){s + at, length});
		}
		at += length;
	}
	return at;
}

/* Cut the line into group, name, parameters and value. False when it is no property. */
static bool split(
	struct vcard_reader *r, struct arena *a, struct vcard_prop *prop, const char *s, size_t n, struct slice *value)
{
	size_t at = 0;
	while (at < n && is_name_char(s[at]))
		at++;
	if (at > 0 && at < n && s[at] == '.') {
		prop->group = arena_strndup(a, s, at);
		s += at + 1;
		n -= at + 1;
		for (at = 0; at < n && is_name_char(s[at]); at++)
			;
	}
	if (at == 0 || at == n || (s[at] != ';' && s[at] != ':'))
		return false;
	prop->name = upper(a, (struct slice){s, at});
	size_t colon = at + parse_params(r, a, prop, s + at, n - at, true);
	if (colon == n) /* a quotation mark without its other half hid the colon */
		colon = at + parse_params(r, a, prop, s + at, n - at, false);
	if (colon == n)
		return false;
	*value = (struct slice){s + colon + 1, n - colon - 1};
	return true;
}

/* Values into UTF-8 */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void from_quoted_printable(struct buf *out, struct slice v)
{
	for (size_t i = 0; i < v.n; i++) {
		int high = -1, low = -1;
		if (v.s[i] == '=' && i + 2 < v.n) {
			high = hex_value(v.s[i + 1]);
			low = hex_value(v.s[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			char byte = (char)(high << 4 | low);
			if (byte != '\0') /* a string ends there */
				buf_putc(out, byte);
			i += 2;
		} else {
			buf_putc(out, v.s[i]);
		}
	}
}

/* Bytes that are UTF-8 are taken so whatever the card says; then the card's CHARSET; then what the letters suggest. */
static char *to_utf8(
	struct arena *a, const struct vcard_reader *r, struct vcard *card, const char *charset, const char *s, size_t n)
{
	if (text_is_utf8(s, n))
		return arena_strndup(a, s, n);
	struct buf b = {0};
	if (!charset || strcasecmp(charset, "UTF-8") == 0 || !charset_named_to_utf8(&b, charset, s, n)) {
		enum charset guess = r->lines.charset.charset;
		if (guess == CHARSET_UTF8 || guess == CHARSET_UTF16LE || guess == CHARSET_UTF16BE)
			guess = charset_of_bytes(s, n);
		card->damaged = charset_to_utf8(&b, guess, s, n) > 0 || card->damaged;
	}
	char *copy = arena_strndup(a, buf_str(&b), b.len);
	buf_free(&b);
	return copy;
}

static char *without_space(struct arena *a, struct slice v)
{
	char *out = arena_alloc(a, v.n + 1), *p = out;
	for (size_t i = 0; i < v.n; i++)
		if (v.s[i] != ' ' && v.s[i] != '\t')
			*p++ = v.s[i];
	return out;
}

static bool holds_binary(const struct vcard_prop *p)
{
	static const char *const names[] = {"PHOTO", "LOGO", "SOUND", "KEY"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(p->name, names[i]) == 0)
			return true;
	return false;
}

static enum status set_value(struct vcard_reader *r, struct arena *a, struct vcard *card, struct vcard_prop *p,
	struct slice v, struct error *err)
{
	const char *encoding = vcard_param(p, "ENCODING"), *charset = vcard_param(p, "CHARSET");
	p->binary = encoding && (strcasecmp(encoding, "BASE64") == 0 || strcasecmp(encoding, "B") == 0);
	bool large = p->binary || holds_binary(p);
	p->value = "";
	if (large && v.n > VCARD_BINARY_BYTES) {
		p->dropped = true;
		return ST_OK;
	}
	if (!large && v.n > VCARD_TEXT_BYTES)
		return error_set(err, ST_LIMIT, _("Line %ld: the value is longer than 1 MiB."), p->line);
	if (p->binary) {
		p->value = without_space(a, v);
		p->dropped = !text_is_utf8(p->value, strlen(p->value));
		if (p->dropped)
			p->value = "";
	} else if (encoding && strcasecmp(encoding, "QUOTED-PRINTABLE") == 0) {
		struct buf bytes = {0};
		from_quoted_printable(&bytes, v);
		p->value = to_utf8(a, r, card, charset, buf_str(&bytes), bytes.len);
		buf_free(&bytes);
	} else {
		p->value = to_utf8(a, r, card, charset, v.s, v.n);
	}
	return ST_OK;
}

static enum status parse_property(
	struct vcard_reader *r, struct arena *a, struct vcard *card, long line, struct error *err)
{
	if (r->props == VCARD_PROPERTIES)
		return error_set(err, ST_LIMIT, _("Line %ld: the card has more than 10000 properties."), line);
	if (r->bytes + r->line.len > VCARD_CARD_BYTES)
		return error_set(err, ST_LIMIT, _("Line %ld: the card is too large."), line);
	r->bytes += r->line.len;
	struct vcard_prop p = {.name = "", .line = line};
	struct slice value = {r->line.data, r->line.len};
	/* names and parameters are ASCII nearly always; where not, they are decoded like a value */
	if (!split(r, a, &p, r->line.data, r->line.len, &value)) {
		p = (struct vcard_prop){.name = "", .line = line};
		value = (struct slice){r->line.data, r->line.len};
	}
	if (p.params) {
		p.param = arena_alloc(a, p.params * sizeof *p.param);
		for (size_t i = 0; i < p.params; i++) {
			const char *v = r->param[i].value, *name = r->param[i].name;
			p.param[i].name = to_utf8(a, r, card, NULL, name, strlen(name));
			p.param[i].value = to_utf8(a, r, card, NULL, v, strlen(v));
		}
	}
	enum status st = set_value(r, a, card, &p, value, err);
	if (st != ST_OK)
		return st;
	mem_grow(&r->prop, &r->prop_cap, r->props + 1, sizeof *r->prop);
	r->prop[r->props++] = p;
	return ST_OK;
}

/* Cards */

static bool line_is(const struct buf *line, const char *name, const char *value)
{
	size_t n = strlen(name);
	const char *s = buf_str(line);
	if (strncmp(s, "\uFEFF", 3) == 0) /* files were joined, marks and all */
		s += 3;
	if (strncasecmp(s, name, n) != 0)
		return false;
	s += n + strspn(s + n, " \t");
	if (*s++ != ':')
		return false;
	s += strspn(s, " \t");
	n = strlen(value);
	return strncasecmp(s, value, n) == 0 && s[n + strspn(s + n, " \t")] == '\0';
}

/* Behind an empty AGENT: its card, with the cards in it. What it says becomes AGENT's value, line by line, without the frames. */
static enum status keep_nested(struct vcard_reader *r, struct arena *a, struct vcard *card, struct error *err)
{
	struct vcard_prop *agent = &r->prop[r->props - 1];
	struct buf text = {0};
	enum status st = ST_OK;
	for (long depth = 1, line; depth > 0 && st == ST_OK;) {
		bool more;
		st = vcard_lines_next(&r->lines, true, &r->line, &line, &more, err);
		if (st == ST_OK && !more)
			st = error_set(err, ST_CORRUPT, _("The file ends inside a card."));
		if (st != ST_OK)
			break;
		bool begins = line_is(&r->line, "BEGIN", "VCARD"), ends = line_is(&r->line, "END", "VCARD");
		depth += begins;
		depth -= ends;
		if (begins || ends || strncasecmp(buf_str(&r->line), "VERSION:", 8) == 0)
			continue;
		r->bytes += r->line.len;
		if (r->bytes > VCARD_CARD_BYTES || text.len + r->line.len > VCARD_TEXT_BYTES)
			st = error_set(err, ST_LIMIT, _("Line %ld: the card is too large."), line);
		else if (r->line.len)
			buf_printf(&text, "%s%s", text.len ? "\n" : "", buf_str(&r->line));
	}
	if (st == ST_OK)
		agent->value = to_utf8(a, r, card, NULL, buf_str(&text), text.len);
	buf_free(&text);
	return st;
}

static int version_of(const char *s)
{
	return strncmp(s, "2.1", 3) == 0 ? 21 : strncmp(s, "4.0", 3) == 0 ? 40 : 30;
}

/* A BEGIN inside a card: allowed only as the value of AGENT. */
static enum status nested(struct vcard_reader *r, struct arena *a, struct vcard *card, long line, struct error *err)
{
	const struct vcard_prop *last = r->props ? &r->prop[r->props - 1] : NULL;
	if (last && strcmp(last->name, "AGENT") == 0 && !*last->value)
		return keep_nested(r, a, card, err);
	return error_set(
		err, ST_CORRUPT, _("Line %ld: a card begins before the card of line %ld has ended."), line, card->line);
}

static enum status read_card(struct vcard_reader *r, struct arena *a, struct vcard *card, struct error *err)
{
	for (;;) {
		long line;
		bool more;
		enum status st = vcard_lines_next(&r->lines, card->version == 21, &r->line, &line, &more, err);
		if (st == ST_OK && !more)
			return error_set(
				err, ST_CORRUPT, _("The card that begins in line %ld has no end."), card->line);
		if (st == ST_OK && line_is(&r->line, "END", "VCARD"))
			return ST_OK;
		if (st == ST_OK && line_is(&r->line, "BEGIN", "VCARD"))
			st = nested(r, a, card, line, err);
		else if (st == ST_OK)
			st = parse_property(r, a, card, line, err);
		if (st != ST_OK)
			return st;
		const struct vcard_prop *p = r->props ? &r->prop[r->props - 1] : NULL;
		if (p && strcmp(p->name, "VERSION") == 0)
			card->version = version_of(p->value);
	}
}

enum status vcard_read(struct vcard_reader *r, struct arena *a, struct vcard *out, bool *more, struct error *err)
{
	struct vcard card = {.version = 30};
	enum status st = vcard_lines_next(&r->lines, false, &r->line, &card.line, more, err);
	if (st != ST_OK)
		return st;
	if (!*more)
		return r->any ? ST_OK : error_set(err, ST_INVALID, _("The file holds no card."));
	if (!line_is(&r->line, "BEGIN", "VCARD"))
		return error_set(
			err, ST_INVALID, _("Line %ld, column 1: a card must begin with BEGIN:VCARD."), card.line);
	r->props = 0;
	r->bytes = 0;
	st = read_card(r, a, &card, err);
	if (st != ST_OK)
		return st;
	r->any = true;
	card.count = r->props;
	card.prop = arena_alloc(a, r->props * sizeof *card.prop);
	if (r->props)
		memcpy(card.prop, r->prop, r->props * sizeof *card.prop);
	*out = card;
	return ST_OK;
}
