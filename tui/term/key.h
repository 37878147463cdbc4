/* Keys: everything a person or the system can tell a screen, as one small value.
 *
 * A printable key is K_CHAR with its code point; Ctrl-letters are K_CHAR with MOD_CTRL and the small letter; Shift
 * is part of the code point ("G"). Named keys carry modifiers where the terminal reports them. Ctrl-I, Ctrl-M and
 * Ctrl-[ cannot be told from Tab, Enter and Esc and arrive as these; Ctrl-J arrives as Enter, Ctrl-H as Backspace.
 *
 * The text form ("g", "C-p", "M-x", "PgDn", "S-Tab", "Space") is what key maps, help and scripts are written in.
 * Bindings should avoid what terminals and multiplexers eat (F10, F11, Ctrl-S, Ctrl-Q) unless there is a second key.
 */
#ifndef TUI_TERM_KEY_H
#define TUI_TERM_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEY_NAME_TABLE(X)                                                                                              \
	X(ENTER, "Enter")                                                                                              \
	X(TAB, "Tab")                                                                                                  \
	X(ESC, "Esc")                                                                                                  \
	X(BACKSPACE, "BS")                                                                                             \
	X(DELETE, "Del")                                                                                               \
	X(INSERT, "Ins")                                                                                               \
	X(UP, "Up")                                                                                                    \
	X(DOWN, "Down")                                                                                                \
	X(LEFT, "Left")                                                                                                \
	X(RIGHT, "Right")                                                                                              \
	X(HOME, "Home")                                                                                                \
	X(END, "End")                                                                                                  \
	X(PAGE_UP, "PgUp")                                                                                             \
	X(PAGE_DOWN, "PgDn")                                                                                           \
	X(F1, "F1")                                                                                                    \
	X(F2, "F2")                                                                                                    \
	X(F3, "F3")                                                                                                    \
	X(F4, "F4")                                                                                                    \
	X(F5, "F5")                                                                                                    \
	X(F6, "F6")                                                                                                    \
	X(F7, "F7")                                                                                                    \
	X(F8, "F8")                                                                                                    \
	X(F9, "F9")                                                                                                    \
	X(F10, "F10")                                                                                                  \
	X(F11, "F11")                                                                                                  \
	X(F12, "F12")

enum key_code {
	K_NONE,
	K_CHAR, /* cp */
#define X(id, name) K_##id,
	KEY_NAME_TABLE(X)
#undef X
	K_MOUSE,       /* mouse, row, col */
	K_PASTE_BEGIN, /* bracketed paste: then any number of K_PASTE_TEXT, then K_PASTE_END */
	K_PASTE_TEXT,  /* text, len: raw bytes, valid until the next key is read */
	K_PASTE_END,
	K_RESIZE,    /* the size changed, or the whole screen must be drawn again */
	K_FOCUS_IN,
	K_FOCUS_OUT,
	K_HANGUP,    /* the terminal is gone: save and leave, draw nothing */
	K_TERMINATE, /* SIGTERM, SIGINT or SIGQUIT from outside: save and leave */
};

enum key_mod { MOD_SHIFT = 1, MOD_ALT = 2, MOD_CTRL = 4 };

enum mouse_action { MOUSE_PRESS, MOUSE_RELEASE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct key {
	enum key_code code;
	int32_t cp;
	uint8_t mods;
	uint8_t button; /* 1 left, 2 middle, 3 right */
	enum mouse_action mouse;
	int row, col;
	const char *text;
	size_t len;
};

static inline bool key_is(const struct key *k, enum key_code code)
{
	return k->code == code && k->mods == 0;
}

static inline bool key_is_char(const struct key *k, int32_t cp)
{
	return k->code == K_CHAR && k->mods == 0 && k->cp == cp;
}

static inline bool key_is_ctrl(const struct key *k, char c)
{
	return k->code == K_CHAR && k->mods == MOD_CTRL && k->cp == c;
}

/* A key that types a letter: K_CHAR without Ctrl or Alt. */
static inline bool key_is_text(const struct key *k)
{
	return k->code == K_CHAR && (k->mods & (MOD_CTRL | MOD_ALT)) == 0;
}

bool key_eq(const struct key *a, const struct key *b); /* code, code point and modifiers */

#define KEY_TEXT_SIZE 24
/* The text form; returns out. */
char *key_format(const struct key *k, char out[KEY_TEXT_SIZE]);
/* The same as a person reads it, in her language: "Espace", "Échap". The caller frees. */
char *key_label(const struct key *k);
/* One key of the text form, n bytes. False when it is not one. */
bool key_parse(const char *s, size_t n, struct key *out);

#endif
