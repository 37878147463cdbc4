/* Bodies on their way: see mime_body.h. */
#include "core/mail/mime_body.h"

#include "core/base/crypto.h"

#include <string.h>

enum {
	LINE = 76,
	BASE64_LINE = LINE / 4 * 3,
	BASE64_CHUNK = BASE64_LINE * 1024, /* encoded at a time */
};

/* Bytes of the line end at s: 0 when there is none. */
static size_t line_end(const char *s)
{
	if (*s == '\r')
		return s[1] == '\n' ? 2 : 1;
	return *s == '\n' ? 1 : 0;
}

/* A dot at the start is SMTP's own sign (RFC 5321, 4.5.2), and "From " gets a ">" put before it where mail is kept in one file. Both
 * are undone or not done by a careful server; encoded, they need no care. */
static bool is_touched_at_start(const char *s)
{
	return *s == '.' || strncmp(s, "From ", 5) == 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool ends_line(const char *s)
{
	return *s == '\0' || line_end(s) > 0;
}

bool mime_is_7bit(const char *text)
{
	size_t at = 0;
	for (const char *s = text; *s; s++) {
		if (line_end(s) > 0) {
			s += line_end(s) - 1;
			at = 0;
			continue;
		}
		bool visible = *s >= 0x20 && *s < 0x7F;
		if ((!visible && *s != '\t') || (at == 0 && is_touched_at_start(s)) || (is_blank(*s) && ends_line(s + 1)))
			return false;
		if (++at > LINE)
			return false;
	}
	return true;
}

void mime_add_7bit(struct buf *out, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\r\n");
		buf_add(out, text, n);
		buf_puts(out, "\r\n");
		text += n + line_end(text + n);
	}
}

static bool must_encode(const char *s, size_t at)
{
	unsigned char c = (unsigned char)*s;
	if (is_blank(*s))
		return ends_line(s + 1);
	return c < 0x21 || c > 0x7E || c == '=' || (at == 0 && is_touched_at_start(s));
}

void mime_add_quoted_printable(struct buf *out, const char *text)
{
	size_t at = 0;
	for (const char *s = text; *s;) {
		size_t n = line_end(s);
		if (n > 0) {
			buf_puts(out, "\r\n");
			s += n;
			at = 0;
			continue;
		}
		bool encode = must_encode(s, at);
		n = encode ? 3 : 1;
		if (at + n > LINE - 1) {
			buf_puts(out, "=\r\n");
			at = 0;
			continue;
		}
		if (encode)
			buf_printf(out, "=%02X", (unsigned char)*s);
		else
			buf_putc(out, *s);
		at += n;
		s++;
	}
	if (at > 0)
		buf_puts(out, "\r\n");
}

void mime_add_base64(struct buf *out, const void *data, size_t n)
{
	const char *p = data;
	struct arena *a = arena_new();
	for (size_t done = 0; done < n;) {
		size_t chunk = n - done < BASE64_CHUNK ? n - done : BASE64_CHUNK;
		const char *text = base64_encode(a, p + done, chunk);
		for (size_t left = strlen(text); left > 0;) {
			size_t line = left < LINE ? left : LINE;
			buf_add(out, text, line);
			buf_puts(out, "\r\n");
			text += line;
			left -= line;
		}
		done += chunk;
		arena_reset(a);
	}
	arena_free(&a);
}
