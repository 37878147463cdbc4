#include "tui/term/ascii.h"

#include "core/base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <utf8proc.h>

static const struct {
	int32_t cp;
	char c;
} spelled[] = {{0x2010, '-'}, {0x2011, '-'}, {0x2012, '-'}, {0x2013, '-'}, {0x2014, '-'}, {0x2212, '-'}, {0x2018, '\''},
	{0x2019, '\''}, {0x201c, '"'}, {0x201d, '"'}, {0x00ab, '"'}, {0x00bb, '"'}, {0x2022, '*'}, {0x00b7, '.'},
	{0x2026, '.'}, {0x20ac, 'E'}, {0x00df, 's'}, {0x00e6, 'a'}, {0x00c6, 'A'}, {0x0153, 'o'}, {0x0152, 'O'},
	{0x00f8, 'o'}, {0x00d8, 'O'}, {0x0142, 'l'}, {0x0141, 'L'}, {0x0131, 'i'}, {0x23ce, '/'}, {0x00b0, 'o'},
	{0x00d7, 'x'}};

char ascii_nearest(const char *text, size_t n)
{
	int32_t cp = -1;
	if (text_decode(text, n, &cp) <= 0 || cp < 0)
		return '?';
	if (cp < 0x80)
		return (char)cp;
	for (size_t i = 0; i < sizeof spelled / sizeof *spelled; i++)
		if (spelled[i].cp == cp)
			return spelled[i].c;
	utf8proc_int32_t parts[18];
	int last = 0;
	utf8proc_ssize_t count = utf8proc_decompose_char(
		cp, parts, sizeof parts / sizeof *parts, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &last);
	return count > 0 && parts[0] >= 0x20 && parts[0] < 0x7f ? (char)parts[0] : '?';
}
