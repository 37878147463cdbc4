#include "core/crm/io/contentline.h"

#include <ctype.h>
#include <string.h>

enum { FOLD_AT = 75 };

void contentline_add(struct buf *out, const char *line, size_t n)
{
	size_t room = FOLD_AT;
	while (n > room) {
		size_t cut = room;
		while (cut > 1 && ((unsigned char)line[cut] & 0xC0) == 0x80)
			cut--;
		buf_add(out, line, cut);
		buf_puts(out, "\r\n ");
		line += cut;
		n -= cut;
		room = FOLD_AT - 1; /* the space counts */
	}
	buf_add(out, line, n);
	buf_puts(out, "\r\n");
}

void contentline_escape(struct buf *line, const char *text)
{
	for (const char *p = text; *p; p++) {
		switch (*p) {
		case '\r':
			if (p[1] == '\n')
				p++;
			buf_puts(line, "\\n");
			break;
		case '\n':
			buf_puts(line, "\\n");
			break;
		case '\\':
		case ',':
		case ';':
			buf_putc(line, '\\');
			buf_putc(line, *p);
			break;
		default:
			buf_putc(line, *p);
		}
	}
}

void contentline_param(struct buf *line, const char *name, const char *value)
{
	bool quote = strpbrk(value, ",;:") != NULL || *value == ' ';
	buf_putc(line, ';');
	for (const char *p = name; *p; p++)
		buf_putc(line, isalnum((unsigned char)*p) || *p == '_' ? *p : '-');
	buf_puts(line, quote ? "=\"" : "=");
	for (const char *p = value; *p; p++) {
		switch (*p) {
		case '\r':
			if (p[1] == '\n')
				p++;
			buf_puts(line, "^n");
			break;
		case '\n':
			buf_puts(line, "^n");
			break;
		case '"':
			buf_puts(line, "^'");
			break;
		case '^':
			buf_puts(line, "^^");
			break;
		default:
			if ((unsigned char)*p >= 0x20 || *p == '\t')
				buf_putc(line, *p);
		}
	}
	if (quote)
		buf_putc(line, '"');
}
