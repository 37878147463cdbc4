#include "tui/widget/styled.h"

#include "core/base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void styled_add(struct styled *s, enum role role, const char *text)
{
	struct arena *a = arena_new();
	const char *clean = text_clean_lines(a, text);
	size_t n = strlen(clean);
	buf_add(&s->text, clean, n);
	for (size_t i = 0; i < n; i++)
		buf_putc(&s->roles, (char)role);
	arena_free(&a);
}

void styled_format(struct styled *s, enum role role, const char *fmt, ...)
{
	struct arena *a = arena_new();
	va_list ap;
	va_start(ap, fmt);
	styled_add(s, role, arena_vprintf(a, fmt, ap));
	va_end(ap);
	arena_free(&a);
}

void styled_free(struct styled *s)
{
	buf_free(&s->text);
	buf_free(&s->roles);
}

/* Bytes of `s` (n of them, one line) that go on the next shown line. */
static size_t break_at(const char *s, size_t n, int width)
{
	if (text_width_n(s, n) <= width)
		return n;
	char *line = mem_strndup(s, n);
	int used;
	size_t fit = text_fit(line, width, &used);
	free(line);
	if (fit == 0)
		return text_next(s, n, 0);
	size_t space = fit;
	while (space > 0 && s[space] != ' ')
		space--;
	return space > 0 ? space + 1 : fit;
}

size_t styled_wrap(const struct styled *s, int width, struct styled_line **out)
{
	struct styled_line *lines = NULL;
	size_t count = 0, cap = 0, len = s->text.len;
	const char *text = buf_str(&s->text);
	width = width < 1 ? 1 : width;
	for (size_t at = 0; at < len;) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t left = end ? (size_t)(end - text) - at : len - at;
		do {
			size_t n = break_at(text + at, left, width);
			mem_grow(&lines, &cap, count + 1, sizeof *lines);
			lines[count++] = (struct styled_line){at, n};
			at += n;
			left -= n;
		} while (left > 0);
		at += end != NULL;
	}
	*out = lines;
	return count;
}

void styled_paint(const struct styled *s, const struct styled_line *line, const struct canvas *c, int row, int col, int width)
{
	int used = 0;
	size_t end = line->from + line->n;
	while (end > line->from && s->text.data[end - 1] == ' ') /* the blank where it was broken may be one too many */
		end--;
	for (size_t at = line->from; at < end && used < width;) {
		char role = s->roles.data[at];
		size_t n = 1;
		while (at + n < end && s->roles.data[at + n] == role)
			n++;
		used += paint_textn(c, row, col + used, width - used, (enum role)role, 0, s->text.data + at, n);
		at += n;
	}
}
