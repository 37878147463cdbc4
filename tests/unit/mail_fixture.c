/* For tests of mail: see mail_fixture.h. */
#include "tests/unit/mail_fixture.h"

#include "core/base/crypto.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

unsigned random_below(struct random *r, unsigned n)
{
	r->state ^= r->state << 13;
	r->state ^= r->state >> 7;
	r->state ^= r->state << 17;
	return (unsigned)(r->state >> 11) % n;
}

static void add_random(struct random *r, struct buf *b, int flavour)
{
	static const char *const rare[] = {"é", "ß", "Ж", "日", "本", "\xF0\x9F\x8E\x89", "ﷺ", "\u0301", "\u200B", "=?", "?=", "=?UTF-8?Q?", "\"", "\\", "<",
		">", ",", ";", ":", "@", "(", ")", "_", "=", "  ", ".", "%", "\u00A0", "'", "\uFEFF", "\u202E"};
	unsigned kind = random_below(r, 100);
	if (flavour == 0 || kind < 70)
		buf_putc(b, random_below(r, 6) == 0 ? ' ' : (char)(0x21 + random_below(r, 94)));
	else
		buf_puts(b, rare[random_below(r, flavour == 1 ? 6 : sizeof rare / sizeof *rare)]);
}

static char *taken(struct arena *a, struct buf *b)
{
	char *s = arena_strndup(a, buf_str(b), b->len);
	buf_free(b);
	return s;
}

char *random_line(struct random *r, struct arena *a, unsigned max)
{
	struct buf b = {0};
	int flavour = (int)random_below(r, 3);
	for (unsigned n = random_below(r, max + 1); n > 0; n--)
		add_random(r, &b, flavour);
	return taken(a, &b);
}

char *random_body(struct random *r, struct arena *a, unsigned max)
{
	static const char *const ends[] = {"\n", "\r\n", "\r", "\n\n", "\n.\n", "\n..\r\n", "\nFrom me\n", " \n", "\t\r\n", "\n--", "\r\r", "=\n", "\x1b", "\x0b"};
	struct buf b = {0};
	int flavour = (int)random_below(r, 3);
	for (unsigned n = random_below(r, max + 1); n > 0; n--) {
		if (random_below(r, 30) == 0)
			buf_puts(&b, ends[random_below(r, sizeof ends / sizeof *ends)]);
		else
			add_random(r, &b, flavour);
	}
	return taken(a, &b);
}

size_t wire_longest(const char *s, size_t n)
{
	size_t longest = 0, at = 0;
	for (size_t i = 0; i < n; i++) {
		at = s[i] == '\n' ? 0 : at + (s[i] != '\r');
		longest = at > longest ? at : longest;
	}
	return longest;
}

bool wire_is_clean(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		if (c == '\r' && (i + 1 == n || s[i + 1] != '\n'))
			return false;
		if (c == '\n' && (i == 0 || s[i - 1] != '\r'))
			return false;
		if (c > 0x7E || (c < 0x20 && c != '\t' && c != '\r' && c != '\n'))
			return false;
	}
	return n >= 2 && s[n - 1] == '\n' && wire_longest(s, n) <= 998;
}

char *field_of(struct arena *a, const char *s, const char *name)
{
	size_t n = strlen(name);
	while (*s && strncmp(s, "\r\n", 2) != 0) {
		const char *end = strstr(s, "\r\n");
		while (end && (end[2] == ' ' || end[2] == '\t'))
			end = strstr(end + 2, "\r\n");
		if (!end)
			return NULL;
		if (strncasecmp(s, name, n) == 0 && s[n] == ':') {
			struct buf b = {0};
			for (const char *c = s + n + 1; c < end; c++)
				if (*c != '\r' && *c != '\n')
					buf_putc(&b, *c);
			char *value = taken(a, &b);
			return *value == ' ' ? value + 1 : value;
		}
		s = end + 2;
	}
	return NULL;
}

static bool hex_byte(const char *s, char *out)
{
	char digits[3] = {s[0], s[0] ? s[1] : '\0', '\0'};
	uint8_t byte;
	if (hex_decode(digits, &byte, 1) != 1)
		return false;
	*out = (char)byte;
	return true;
}

/* One encoded word at s; gives where it ends, NULL when it is broken. */
static const char *word_decode(struct arena *a, const char *s, struct buf *out)
{
	bool q = strncmp(s, "=?UTF-8?Q?", 10) == 0;
	const char *text = s + 10, *end = strstr(text, "?=");
	size_t begun = out->len;
	if ((!q && strncmp(s, "=?UTF-8?B?", 10) != 0) || !end || end + 2 - s > 75)
		return NULL;
	if (!q) {
		uint8_t bytes[80];
		int n = base64_decode(arena_strndup(a, text, (size_t)(end - text)), bytes, sizeof bytes);
		if (n <= 0)
			return NULL;
		buf_add(out, bytes, (size_t)n);
	}
	for (const char *c = text; q && c < end; c++) {
		char byte = *c == '_' ? ' ' : *c;
		if (*c == '=' && !hex_byte(c + 1, &byte))
			return NULL;
		buf_putc(out, byte);
		c += *c == '=' ? 2 : 0;
	}
	return text_is_utf8(out->data + begun, out->len - begun) ? end + 2 : NULL; /* no character is split */
}

char *words_decode(struct arena *a, const char *s)
{
	struct buf b = {0};
	while (*s) {
		if (strncmp(s, "=?", 2) != 0) {
			buf_putc(&b, *s++);
			continue;
		}
		s = word_decode(a, s, &b);
		if (!s) {
			buf_free(&b);
			return NULL;
		}
		if (strncmp(s + strspn(s, " "), "=?", 2) == 0)
			s += strspn(s, " ");
	}
	return taken(a, &b);
}

bool address_decode(struct arena *a, const char *value, char **name, char **email)
{
	const char *open = strrchr(value, '<');
	*name = arena_strdup(a, "");
	*email = arena_strdup(a, value);
	if (!open)
		return true;
	*email = arena_strndup(a, open + 1, strcspn(open + 1, ">"));
	size_t n = (size_t)(open - value);
	if (n < 2 || open[-1] != ' ')
		return false;
	char *phrase = arena_strndup(a, value, n - 1);
	if (*phrase != '"') {
		*name = words_decode(a, phrase);
		return *name != NULL;
	}
	char *to = *name = arena_alloc(a, n);
	for (const char *c = phrase + 1; *c && *c != '"'; c++) {
		c += *c == '\\';
		*to++ = *c;
	}
	return true;
}

char *normal_lines(struct arena *a, const char *s)
{
	struct buf b = {0};
	for (; *s; s++)
		if (*s != '\r' || s[1] != '\n')
			buf_putc(&b, *s == '\r' ? '\n' : *s);
	if (b.len > 0 && b.data[b.len - 1] != '\n')
		buf_putc(&b, '\n');
	return taken(a, &b);
}

static bool decode_body(struct arena *a, const char *how, const char *s, size_t n, struct leaf *out)
{
	struct buf b = {0};
	for (size_t i = 0; i < n; i++) {
		if (strcmp(how, "base64") == 0 && (s[i] == '\r' || s[i] == '\n'))
			continue;
		if (strcmp(how, "quoted-printable") == 0 && s[i] == '=') {
			char byte;
			if (i + 2 < n && s[i + 1] == '\r') {
				i += 2;
				continue;
			}
			if (i + 2 >= n || !hex_byte(s + i + 1, &byte))
				return false;
			buf_putc(&b, byte);
			i += 2;
			continue;
		}
		buf_putc(&b, s[i]);
	}
	out->n = b.len;
	char *data = taken(a, &b);
	out->data = data;
	if (strcmp(how, "base64") == 0) {
		uint8_t *bytes = arena_alloc(a, out->n + 1);
		int got = base64_decode(data, bytes, out->n + 1);
		out->data = (const char *)bytes;
		out->n = (size_t)(got < 0 ? 0 : got);
		return got >= 0;
	}
	return true;
}

static int walk(struct arena *a, const char *s, size_t n, struct leaf *out, int max);

static int walk_parts(struct arena *a, const char *boundary, const char *body, struct leaf *out, int max)
{
	const char *line = arena_printf(a, "--%s", boundary);
	const char *at = strstr(body, line);
	int count = 0;
	while (at) {
		at += strlen(line);
		if (strncmp(at, "--\r\n", 4) == 0)
			return count;
		if (strncmp(at, "\r\n", 2) != 0)
			return -1;
		const char *next = strstr(at, line);
		if (!next || strncmp(next - 2, "\r\n", 2) != 0)
			return -1;
		int more = walk(a, at + 2, (size_t)(next - at - 2), out + count, max - count);
		if (more < 0)
			return -1;
		count += more;
		at = next;
	}
	return -1;
}

static int walk(struct arena *a, const char *s, size_t n, struct leaf *out, int max)
{
	const char *head = arena_strndup(a, s, n), *body = strstr(head, "\r\n\r\n");
	const char *type = field_of(a, head, "Content-Type"), *how = field_of(a, head, "Content-Transfer-Encoding");
	if (!body || !type || max <= 0)
		return -1;
	body += 4;
	const char *boundary = strncmp(type, "multipart/", 10) == 0 ? strstr(type, "boundary=\"") : NULL;
	if (boundary)
		return walk_parts(a, arena_strndup(a, boundary + 10, strcspn(boundary + 10, "\"")), body, out, max);
	*out = (struct leaf){.type = type, .head = head};
	return how && decode_body(a, how, body, strlen(body), out) ? 1 : -1;
}

int leaves_of(struct arena *a, const char *s, struct leaf *out, int max)
{
	return walk(a, s, strlen(s), out, max);
}
