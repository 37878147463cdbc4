/* Input decoder: bytes from a terminal in, keys out. Pure: no file descriptor, no clock, so a fuzzer can drive it.
 *
 * It replaces curses' own decoder, whose faults are known: a lone Esc blocks the program, unknown sequences leak
 * their tail as commands, bytes wait inside where poll() cannot see them. Here an unfinished sequence just stays in
 * the buffer; input_wait_ms() says how long to wait before input_next(…, true) is asked to settle it.
 *
 * Understood: UTF-8; terminfo's own key strings (input_define); xterm, rxvt and linux cursor and function keys with
 * modifiers; Alt as a leading Esc; CSI u; SGR mouse reports; bracketed paste; focus. Any other CSI, SS3 or string
 * sequence is swallowed to its final byte. Broken UTF-8 is dropped. Inside a paste only its end mark is special.
 */
#ifndef TUI_TERM_INPUT_H
#define TUI_TERM_INPUT_H

#include "tui/term/key.h"

#include <stdbool.h>
#include <stddef.h>

#define INPUT_BUFFER 4096
#define INPUT_DEFINED 64

struct input {
	char buf[INPUT_BUFFER];
	size_t start, end;
	char paste[INPUT_BUFFER]; /* the text of the last K_PASTE_TEXT */
	bool pasting;
	bool swallowing; /* inside a sequence that is longer than the buffer */
	int esc_ms;      /* how long a lone Esc may be the start of a sequence */
	struct {
		char seq[16];
		struct key key;
	} defined[INPUT_DEFINED];
	int defined_count;
};

void input_init(struct input *in, int esc_ms);
/* Teach a sequence (from terminfo). Empty, too long or too many are ignored. */
void input_define(struct input *in, const char *seq, enum key_code code, unsigned mods);
/* Room for more bytes; 0 only when keys wait to be taken out. */
size_t input_room(struct input *in);
void input_feed(struct input *in, const char *bytes, size_t n); /* n <= input_room() */
/* The next key, if one is complete; with `settle` an unfinished sequence is settled by what is there. */
bool input_next(struct input *in, struct key *out, bool settle);
/* Milliseconds to wait for the rest of an unfinished sequence; -1 when nothing is unfinished. */
int input_wait_ms(const struct input *in);
/* Forget everything that was typed but not yet read (before a question that destroys). */
void input_flush(struct input *in);
/* Leave a paste whose end mark was lost. */
void input_end_paste(struct input *in);

#endif
