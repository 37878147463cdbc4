/* HTML as plain text: see mail_html_text() in message.h.
 *
 * No parser of HTML: the templates and letters that go through here are our own users', and the text is a courtesy to programs that
 * show no HTML. Whatever comes in, it ends, and every byte that goes out is text of the input, of a name or of a number.
 */
#include "core/mail/message.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TAG_MAX = 16, LINES_MAX = 2 };

struct maker {
	struct buf *out;
	size_t begun;   /* length of out when we came */
	int lines;      /* line ends owed before the next letter */
	bool blank;     /* a blank is owed */
	char *href;     /* of the link that is open; ours */
	size_t link_at; /* where its words begin in out */
};

static const struct {
	const char *name;
	int32_t cp;
} entities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}, {"nbsp", 0xA0}, {"copy", 0xA9}, {"reg", 0xAE},
	{"trade", 0x2122}, {"euro", 0x20AC}, {"pound", 0xA3}, {"cent", 0xA2}, {"yen", 0xA5}, {"sect", 0xA7}, {"deg", 0xB0}, {"middot", 0xB7},
	{"times", 0xD7}, {"hellip", 0x2026}, {"mdash", 0x2014}, {"ndash", 0x2013}, {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"ldquo", 0x201C},
	{"rdquo", 0x201D}, {"laquo", 0xAB}, {"raquo", 0xBB}, {"bull", 0x2022}, {"rarr", 0x2192}, {"larr", 0x2190}, {"agrave", 0xE0},
	{"aacute", 0xE1}, {"acirc", 0xE2}, {"auml", 0xE4}, {"aring", 0xE5}, {"aelig", 0xE6}, {"ccedil", 0xE7}, {"egrave", 0xE8},
	{"eacute", 0xE9}, {"ecirc", 0xEA}, {"euml", 0xEB}, {"iacute", 0xED}, {"icirc", 0xEE}, {"iuml", 0xEF}, {"ntilde", 0xF1},
	{"oacute", 0xF3}, {"ocirc", 0xF4}, {"ouml", 0xF6}, {"oslash", 0xF8}, {"oelig", 0x153}, {"ugrave", 0xF9}, {"uacute", 0xFA},
	{"ucirc", 0xFB}, {"uuml", 0xFC}, {"szlig", 0xDF}, {"Agrave", 0xC0}, {"Auml", 0xC4}, {"Ccedil", 0xC7}, {"Egrave", 0xC8},
	{"Eacute", 0xC9}, {"Ecirc", 0xCA}, {"Ouml", 0xD6}, {"Uuml", 0xDC}};

/* The number after "&#": decimal, or hexadecimal after an x. 0 when it stands for nothing that may be shown. */
static int32_t number(const char *s, size_t n)
{
	bool is_hex = n > 0 && (*s | 0x20) == 'x';
	char digits[9], *end;
	s += is_hex;
	n -= is_hex;
	if (n == 0 || n >= sizeof digits)
		return 0;
	memcpy(digits, s, n);
	digits[n] = '\0';
	if (strspn(digits, is_hex ? "0123456789abcdefABCDEF" : "0123456789") != n)
		return 0;
	unsigned long cp = strtoul(digits, &end, is_hex ? 16 : 10);
	bool shown = (cp >= 0x20 && cp < 0x7F) || (cp >= 0xA0 && cp <= 0x10FFFF);
	return shown ? (int32_t)cp : 0;
}

/* A character by name or number at s ("&…;"): the bytes it takes, 0 when it is none. */
static size_t entity(const char *s, int32_t *cp)
{
	size_t n = strcspn(s + 1, ";<& \t\r\n");
	if (s[1 + n] != ';' || n == 0 || n > 10)
		return 0;
	*cp = s[1] == '#' ? number(s + 2, n - 1) : 0;
	for (size_t i = 0; s[1] != '#' && i < sizeof entities / sizeof *entities; i++)
		if (strlen(entities[i].name) == n && memcmp(entities[i].name, s + 1, n) == 0)
			*cp = entities[i].cp;
	return *cp ? n + 2 : 0;
}

static void put(struct maker *k, const char *s, size_t n)
{
	if (k->out->len > k->begun) {
		for (int i = 0; i < k->lines; i++)
			buf_putc(k->out, '\n');
		if (k->lines == 0 && k->blank)
			buf_putc(k->out, ' ');
	}
	k->lines = 0;
	k->blank = false;
	buf_add(k->out, s, n);
}

static void owe_lines(struct maker *k, int n)
{
	if (k->lines < n)
		k->lines = n;
}

/* Text from s to s + n: blanks melt into one, characters by name are decoded. */
static void put_text(struct maker *k, const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		int32_t cp;
		char utf8[4];
		size_t used = s[i] == '&' ? entity(s + i, &cp) : 0;
		int letters = used > 0 && used <= n - i ? text_encode(cp, utf8) : 0;
		if (letters > 0) {
			put(k, utf8, (size_t)letters);
			i += used;
		} else if (strchr(" \t\r\n\f", s[i])) {
			k->blank = true;
			i++;
		} else {
			put(k, s + i, 1);
			i++;
		}
	}
}

/* The value of an attribute of the tag between s and end, quoted or not; NULL when it has none. Caller frees. */
static char *attribute(const char *s, const char *end, const char *name)
{
	size_t n = strlen(name);
	for (; s + n < end; s++) {
		if (!strchr(" \t\r\n\"'", s[-1]) || strncasecmp(s, name, n) != 0)
			continue;
		const char *v = s + n + strspn(s + n, " \t\r\n");
		if (v >= end || *v != '=')
			continue;
		v++;
		v += strspn(v, " \t\r\n");
		if (v >= end)
			return NULL;
		char quote = *v == '"' || *v == '\'' ? *v++ : '\0';
		char stop[] = {quote, '\0'};
		size_t length = strcspn(v, quote ? stop : " \t\r\n>");
		return length > (size_t)(end - v) ? NULL : mem_strndup(v, length);
	}
	return NULL;
}

static void open_link(struct maker *k, const char *s, const char *end)
{
	free(k->href);
	k->href = attribute(s, end, "href");
	k->link_at = k->out->len;
}

/* Where the link leads, unless its words say so or it leads nowhere outside of the page. */
static void close_link(struct maker *k)
{
	char *href = k->href;
	k->href = NULL;
	if (!href)
		return;
	const char *words = buf_str(k->out) + (k->link_at < k->out->len ? k->link_at : k->out->len);
	bool mail = strncasecmp(href, "mailto:", 7) == 0;
	const char *where = mail ? href + 7 : href;
	struct buf decoded = {0};
	struct maker plain = {.out = &decoded};
	put_text(&plain, where, strlen(where));
	bool outside = mail || strncasecmp(href, "http://", 7) == 0 || strncasecmp(href, "https://", 8) == 0;
	if (outside && decoded.len > 0 && !strstr(words, decoded.data)) {
		k->blank = k->lines == 0;
		put(k, "(", 1);
		put(k, decoded.data, decoded.len);
		put(k, ")", 1);
	}
	buf_free(&decoded);
	free(href);
}

static bool among(const char *name, const char *list)
{
	size_t n = strlen(name);
	for (const char *at = list; n > 0 && (at = strstr(at, name)); at += n)
		if (at[-1] == ' ' && at[n] == ' ')
			return true;
	return false;
}

/* What a tag does to the text; s points behind its name. */
static void tag(struct maker *k, const char *name, bool closing, const char *s, const char *end)
{
	if (strcmp(name, "br") == 0) {
		k->lines = k->lines < LINES_MAX ? k->lines + 1 : LINES_MAX;
	} else if (strcmp(name, "li") == 0) {
		owe_lines(k, 1);
		if (!closing)
			put(k, "- ", 2);
	} else if (strcmp(name, "a") == 0) {
		close_link(k);
		if (!closing)
			open_link(k, s, end);
	} else if (strcmp(name, "img") == 0) {
		char *alt = attribute(s, end, "alt");
		if (alt)
			put_text(k, alt, strlen(alt));
		free(alt);
	} else if (among(name, " p h1 h2 h3 h4 h5 h6 ul ol table blockquote pre hr ")) {
		owe_lines(k, 2);
	} else if (among(name, " div tr section article header footer main address form dt dd title ")) {
		owe_lines(k, 1);
	} else if (among(name, " td th ")) {
		k->blank = true;
	}
}

/* The end of the element whose content is no text, from s on. */
static const char *skip_element(const char *s, const char *name)
{
	size_t n = strlen(name);
	for (; (s = strstr(s, "</")); s += 2)
		if (strncasecmp(s + 2, name, n) == 0)
			return s;
	return NULL;
}

/* The '>' that ends the tag at s, quoted ones passed over; NULL when it has no end. */
static const char *tag_end(const char *s)
{
	char quote = '\0';
	for (; *s; s++) {
		if (quote ? *s == quote : *s == '>' || *s == '"' || *s == '\'') {
			if (!quote && *s == '>')
				return s;
			quote = quote ? '\0' : *s;
		}
	}
	return NULL;
}

/* One tag or comment at s; gives where the text goes on. */
static const char *markup(struct maker *k, const char *s)
{
	if (strncmp(s, "<!--", 4) == 0) {
		const char *close = strstr(s + 4, "-->");
		return close ? close + 3 : s + strlen(s);
	}
	const char *end = tag_end(s);
	if (!end)
		end = strchr(s, '>');
	if (!end)
		return s + strlen(s);
	bool closing = s[1] == '/';
	const char *from = s + 1 + closing;
	char name[TAG_MAX];
	size_t n = 0;
	for (; n + 1 < sizeof name && from + n < end && !strchr(" \t\r\n/", from[n]); n++)
		name[n] = (char)(from[n] >= 'A' && from[n] <= 'Z' ? from[n] | 0x20 : from[n]);
	name[n] = '\0';
	if (!closing && among(name, " script style head title template ")) {
		const char *close = skip_element(end + 1, name);
		return close ? close : s + strlen(s);
	}
	if (n > 0)
		tag(k, name, closing, from + n, end);
	return end + 1;
}

void mail_html_text(const char *html, struct buf *out)
{
	struct maker k = {.out = out, .begun = out->len};
	for (const char *s = html; *s;) {
		size_t n = strcspn(s, "<");
		if (n > 0) {
			put_text(&k, s, n);
			s += n;
		} else if ((s[1] >= 'a' && s[1] <= 'z') || (s[1] >= 'A' && s[1] <= 'Z') || s[1] == '/' || s[1] == '!' || s[1] == '?') {
			s = markup(&k, s);
		} else {
			put_text(&k, s, 1);
			s++;
		}
	}
	close_link(&k);
	if (out->len > k.begun)
		buf_putc(out, '\n');
}
