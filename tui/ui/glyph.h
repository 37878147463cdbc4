/* Glyphs: the few signs that screens draw with, each with an ASCII form of the same width. */
#ifndef TUI_UI_GLYPH_H
#define TUI_UI_GLYPH_H

#include <stdbool.h>

#define GLYPH_TABLE(X)                                                                                                 \
	X(SELECTED, "▌", ">")     /* left of the selected row */                                                       \
	X(MARKED, "●", "*")       /* a row that is marked */                                                           \
	X(MARKED_SEL, "◉", "#")   /* marked and selected */                                                            \
	X(ELLIPSIS, "…", "~")                                                                                          \
	X(RULE, "─", "-")                                                                                              \
	X(BAR, "│", "|")                                                                                               \
	X(SORT_UP, "▲", "^")                                                                                           \
	X(SORT_DOWN, "▼", "v")                                                                                         \
	X(LEFT, "‹", "<")                                                                                              \
	X(RIGHT, "›", ">")                                                                                             \
	X(FULL, "▇", "#")         /* filled cell of a bar */                                                           \
	X(EMPTY, "·", ".")        /* empty cell of a bar */                                                            \
	X(DOT, "·", "-")          /* between small facts */                                                            \
	X(CHECK, "✓", "x")                                                                                             \
	X(CROSS, "✕", "x")                                                                                             \
	X(WARN, "!", "!")                                                                                              \
	X(BULLET, "•", "*")                                                                                            \
	X(DASH, "—", "-")         /* no value */                                                                       \
	X(ONLINE, "●", "o")                                                                                            \
	X(OFFLINE, "○", ".")                                                                                           \
	X(DROP, "▾", "v")

enum glyph {
#define X(id, utf8, ascii) GLYPH_##id,
	GLYPH_TABLE(X)
#undef X
	GLYPH_COUNT
};

/* Static text, one cell wide. */
const char *glyph_text(enum glyph g, bool unicode);

#endif
