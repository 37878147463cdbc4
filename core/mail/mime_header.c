/* Header fields: see mime_header.h. */
#include "core/mail/mime_header.h"

#include "core/base/crypto.h"
#include "core/base/text.h"

#include <string.h>

enum {
	LINE = 76,        /* RFC 2047, 2: a line with an encoded word is no longer */
	WORD = 75,        /* … and the word itself */
	WORD_SHELL = 12,  /* =?UTF-8?Q? and ?= */
	WORD_LEAST = 30,  /* below this a new line is the better place to begin */
	NAME_QUOTED = 60, /* longer names go into encoded words, which can be folded */
	PARAM_PLAIN = 60,
	PARAM_PIECE = 56,
	FALLBACK = 40,
};

static const char hex[] = "0123456789ABCDEF";

static bool is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool mime_is_ascii(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || (unsigned char)*s > 0x7E)
			return false;
	return true;
}

static size_t column(const struct buf *out)
{
	size_t n = 0;
	while (n < out->len && out->data[out->len - 1 - n] != '\n')
		n++;
	return n;
}

static void fold(struct buf *out)
{
	buf_puts(out, "\r\n ");
}

/* A blank and n letters, on a new line when they fit there and not here. */
static void add_token(struct buf *out, const char *s, size_t n)
{
	bool first = out->data[out->len - 1] == ':';
	bool fits_here = column(out) + 1 + n <= LINE;
	if (fits_here || (first && 1 + n > LINE))
		buf_putc(out, ' ');
	else
		fold(out);
	buf_add(out, s, n);
}

/* Blanks stay as they are: a fold is put before them, and unfolding takes the line break alone away (RFC 5322, 2.2.3). */
static void add_folded(struct buf *out, const char *s)
{
	while (*s) {
		size_t blanks = strspn(s, " ");
		size_t n = blanks + strcspn(s + blanks, " ");
		if (blanks > 0 && s[blanks] && out->data[out->len - 1] != ':' && column(out) + n > LINE)
			buf_puts(out, "\r\n");
		buf_add(out, s, n);
		s += n;
	}
}

/* Must this text be encoded to be read as it was written? What looks like an encoded word would be decoded, blanks at the ends would be
 * lost, and words longer than a line could not be folded. */
static bool needs_words(const char *s)
{
	size_t n = strlen(s);
	if (!mime_is_ascii(s) || strstr(s, "=?") || strstr(s, "  ") || (n > 0 && (*s == ' ' || s[n - 1] == ' ')))
		return true;
	for (; *s; s += strspn(s, " ")) {
		n = strcspn(s, " ");
		if (n > LINE - 20)
			return true;
		s += n;
	}
	return false;
}

/* RFC 2047, 5 (3): what may stand for itself even in a name. */
static bool q_plain(unsigned char c)
{
	return is_alnum(c) || (c && strchr("!*+-/", c));
}

static size_t q_length(const char *s, size_t n)
{
	size_t sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += q_plain((unsigned char)s[i]) || s[i] == ' ' ? 1 : 3;
	return sum;
}

static size_t b_length(size_t n)
{
	return (n + 2) / 3 * 4;
}

/* Bytes of s, whole characters, that fit in an encoded word with `room` letters between its marks. */
static size_t word_fit(const char *s, bool q, size_t room)
{
	size_t left = strlen(s), n = 0;
	while (n < left) {
		int32_t cp;
		size_t next = n + (size_t)text_decode(s + n, left - n, &cp);
		if ((q ? q_length(s, next) : b_length(next)) > room)
			break;
		n = next;
	}
	return n;
}

static void add_word(struct buf *out, const char *s, size_t n, bool q)
{
	buf_puts(out, q ? "=?UTF-8?Q?" : "=?UTF-8?B?");
	if (!q) {
		struct arena *a = arena_new();
		buf_puts(out, base64_encode(a, s, n));
		arena_free(&a);
	}
	for (size_t i = 0; q && i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		if (q_plain(c) || c == ' ')
			buf_putc(out, c == ' ' ? '_' : (char)c);
		else
			buf_printf(out, "=%c%c", hex[c >> 4], hex[c & 15]);
	}
	buf_puts(out, "?=");
}

/* The whole text as encoded words, one a line; readers drop the blanks between them. */
static void add_words(struct buf *out, const char *s)
{
	bool q = q_length(s, strlen(s)) <= b_length(strlen(s));
	bool first = true;
	while (*s) {
		size_t at = column(out) + 1;
		if (!first || at + WORD_LEAST > LINE) {
			fold(out);
			at = 1;
		} else {
			buf_putc(out, ' ');
		}
		size_t room = LINE - at < WORD ? LINE - at : WORD;
		size_t n = word_fit(s, q, room - WORD_SHELL);
		add_word(out, s, n, q);
		s += n;
		first = false;
	}
}

static void begin(struct buf *out, const char *name)
{
	buf_puts(out, name);
	buf_putc(out, ':');
}

static void end(struct buf *out)
{
	buf_puts(out, "\r\n");
}

void mime_field(struct buf *out, const char *name, const char *value)
{
	begin(out, name);
	size_t n = strcspn(value, " ");
	add_token(out, value, n);
	add_folded(out, value + n);
	end(out);
}

void mime_text_field(struct buf *out, const char *name, const char *value)
{
	if (!needs_words(value)) {
		mime_field(out, name, value);
		return;
	}
	begin(out, name);
	add_words(out, value);
	end(out);
}

void mime_extra_field(struct buf *out, const char *name, const char *value)
{
	if (mime_is_ascii(value))
		mime_field(out, name, value);
	else
		mime_text_field(out, name, value);
}

bool mime_needs_escape(const char *name)
{
	return strpbrk(name, "\"\\") != NULL;
}

void mime_quoted(struct buf *out, const char *name)
{
	buf_putc(out, '"');
	for (; *name; name++) {
		if (*name == '"' || *name == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *name);
	}
	buf_putc(out, '"');
}

static void add_address(struct buf *out, const struct mail_address *a, bool more)
{
	struct buf token = {0};
	bool named = mail_has(a->name);
	if (named && (needs_words(a->name) || mime_needs_escape(a->name) || strlen(a->name) > NAME_QUOTED)) {
		add_words(out, a->name);
	} else if (named) {
		mime_quoted(&token, a->name);
		add_token(out, token.data, token.len);
		buf_clear(&token);
	}
	buf_printf(&token, named ? "<%s>%s" : "%s%s", a->email, more ? "," : "");
	add_token(out, token.data, token.len);
	buf_free(&token);
}

void mime_address_field(struct buf *out, const char *name, const struct mail_address *list, size_t n)
{
	begin(out, name);
	for (size_t i = 0; i < n; i++)
		add_address(out, &list[i], i + 1 < n);
	end(out);
}

char *mime_words(struct arena *a, const char *text)
{
	struct buf b = {0};
	add_words(&b, text);
	char *line = arena_alloc(a, b.len + 1), *to = line;
	for (size_t i = 0; i < b.len; i++)
		if (b.data[i] != '\r' && b.data[i] != '\n' && !(b.data[i] == ' ' && to == line))
			*to++ = b.data[i];
	buf_free(&b);
	return line;
}

/* RFC 2231, 7: attribute-char; a few that are allowed are encoded none the less, for readers that are not careful. */
static bool param_plain(unsigned char c)
{
	return is_alnum(c) || (c && strchr("-._~", c));
}

/* Whole characters of s whose encoded form has at most `room` letters; *letters gets how many. */
static size_t param_fit(const char *s, size_t room, size_t *letters)
{
	size_t left = strlen(s), n = 0;
	*letters = 0;
	while (n < left) {
		int32_t cp;
		size_t next = n + (size_t)text_decode(s + n, left - n, &cp), sum = *letters;
		for (size_t i = n; i < next; i++)
			sum += param_plain((unsigned char)s[i]) ? 1 : 3;
		if (sum > room)
			break;
		*letters = sum;
		n = next;
	}
	return n;
}

static void add_percent(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		if (param_plain(c))
			buf_putc(out, (char)c);
		else
			buf_printf(out, "%%%c%c", hex[c >> 4], hex[c & 15]);
	}
}

/* For readers that do not know RFC 2231: letters, digits and the ending of a file name. */
static void add_fallback(struct buf *out, const char *name, const char *s)
{
	const char *dot = strrchr(s, '.');
	size_t stem = dot ? (size_t)(dot - s) : strlen(s), done = 0;
	buf_printf(out, ";\r\n %s=\"", name);
	for (size_t i = 0; s[i]; i++) {
		unsigned char c = (unsigned char)s[i];
		bool skip = (c & 0xC0) == 0x80 || (i < stem && done >= FALLBACK) || (i >= stem && i > stem + 10);
		if (skip)
			continue;
		buf_putc(out, is_alnum(c) || strchr(" ._-+()", c) ? (char)c : '_');
		done++;
	}
	buf_putc(out, '"');
}

static void add_extended(struct buf *out, const char *name, const char *s)
{
	size_t letters, n = param_fit(s, PARAM_PIECE, &letters);
	if (!s[n]) {
		buf_printf(out, ";\r\n %s*=UTF-8''", name);
		add_percent(out, s, n);
		return;
	}
	for (int i = 0; *s; i++) {
		n = param_fit(s, i == 0 ? PARAM_PIECE - 8 : PARAM_PIECE, &letters);
		buf_printf(out, ";\r\n %s*%d*=%s", name, i, i == 0 ? "UTF-8''" : "");
		add_percent(out, s, n);
		s += n;
	}
}

void mime_param(struct buf *out, const char *name, const char *value)
{
	size_t n = strlen(value);
	if (n <= PARAM_PLAIN && !needs_words(value)) {
		buf_printf(out, ";\r\n %s=", name);
		mime_quoted(out, value);
		return;
	}
	/* The extended form first: of two values a reader that knows both takes the first (RFC 2231 leaves the order open). */
	add_extended(out, name, value);
	add_fallback(out, name, value);
}
