/* Styled text: lines of text whose every byte has a role. What pagers and previews show. */
#ifndef TUI_WIDGET_STYLED_H
#define TUI_WIDGET_STYLED_H

#include "core/base/mem.h"
#include "tui/ui/paint.h"

#include <stdbool.h>
#include <stddef.h>

struct styled {
	struct buf text;  /* cleaned; lines end with '\n' */
	struct buf roles; /* one byte of role per byte of text */
};

/* Append text, cleaned on the way in; '\n' in it starts lines. */
void styled_add(struct styled *s, enum role role, const char *text);
void styled_format(struct styled *s, enum role role, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void styled_free(struct styled *s);

/* A line as it is shown at some width: bytes from..from+n. */
struct styled_line {
	size_t from, n;
};
/* Break into lines of at most `width` cells, at spaces where possible. The caller frees *out. Returns the count. */
size_t styled_wrap(const struct styled *s, int width, struct styled_line **out);
void styled_paint(const struct styled *s, const struct styled_line *line, const struct canvas *c, int row, int col, int width);

#endif
