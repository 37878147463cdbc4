/* Roles: what a cell means, never what colour it has.
 *
 * Widgets paint with roles; a theme (tui/ui/theme.h) says what a role looks like on this terminal. The letter is
 * what the role map of a golden screen shows, so that a test sees "this number is overdue" without knowing a colour.
 * Attributes may be added to a cell over its role's own (the bold of the selected row's name).
 */
#ifndef TUI_TERM_ROLE_H
#define TUI_TERM_ROLE_H

#include <stdint.h>

#define ROLE_TABLE(X)                                                                                                  \
	X(TEXT, "text", '.')           /* ordinary text */                                                             \
	X(DIM, "dim", 'd')             /* secondary: units, hints, separators in words */                              \
	X(TITLE, "title", 'T')         /* name of the screen or of the record */                                       \
	X(HEADER, "header", 'H')       /* column heads, group heads */                                                 \
	X(LABEL, "label", 'L')         /* the label of a value */                                                      \
	X(RULE, "rule", '-')           /* lines and frames */                                                          \
	X(SEL, "sel", 's')             /* the marker of the selected row */                                            \
	X(SEL_UNFOCUSED, "sel_unfocused", 'u') /* the same in a pane without the focus */                              \
	X(MARK, "mark", 'm')           /* a row that is marked for a bulk action */                                    \
	X(ACCENT, "accent", 'a')       /* the one accent: active tab, active sort */                                   \
	X(KEY, "key", 'k')             /* a key in the footer and in help */                                           \
	X(INPUT, "input", 'i')         /* text being edited */                                                         \
	X(INPUT_SEL, "input_sel", 'I') /* a button or a choice that has the focus */                                   \
	X(DISABLED, "disabled", 'x')   /* cannot be chosen now */                                                      \
	X(MATCH, "match", '?')         /* letters that match a search */                                               \
	X(LINK, "link", 'l')           /* an address one can open */                                                   \
	X(BADGE, "badge", 'b')         /* environment, mode, count */                                                  \
	X(OK, "ok", '+')               /* won, paid, saved */                                                          \
	X(WARN, "warn", 'w')           /* needs a look */                                                              \
	X(ERROR, "error", 'e')         /* failed, refused */                                                           \
	X(MONEY_NEG, "money_neg", 'n') /* an amount below zero */                                                      \
	X(OVERDUE, "overdue", 'o')     /* late */                                                                      \
	X(HOT, "hot", 'h')             /* high score */                                                                \
	X(STAGE1, "stage1", '1')                                                                                       \
	X(STAGE2, "stage2", '2')                                                                                       \
	X(STAGE3, "stage3", '3')                                                                                       \
	X(STAGE4, "stage4", '4')                                                                                       \
	X(STAGE5, "stage5", '5')                                                                                       \
	X(STAGE6, "stage6", '6')                                                                                       \
	X(CHART, "chart", 'c')         /* the filled part of a bar or line */                                          \
	X(CHART_DIM, "chart_dim", 'C') /* its empty part, or the uncertain range */                                    \
	X(TOAST, "toast", 't')         /* a passing message */                                                         \
	X(QR, "qr", 'q')               /* modules of a QR code: black on white in every theme */

enum role {
#define X(id, name, letter) ROLE_##id,
	ROLE_TABLE(X)
#undef X
	ROLE_COUNT
};

enum attr {
	ATTR_BOLD = 1,
	ATTR_DIM = 2,
	ATTR_UNDERLINE = 4,
	ATTR_REVERSE = 8,
	ATTR_ITALIC = 16,
};

/* A colour is an index of the terminal's palette: -1 the terminal's own, 0..7 and 8..15 the ANSI slots, 16..255. */
struct style {
	int16_t fg;
	int16_t bg;
	uint8_t attrs;
};

const char *role_name(enum role r);
char role_letter(enum role r);
/* ROLE_COUNT when there is no such name. */
enum role role_find(const char *name);

#endif
