/* The memory back end: a terminal made of cells, for tests and scripted runs.
 *
 * Keys are queued by the test; frames are read back as text and as a map of roles. Nothing is shared with a real
 * terminal, nothing sleeps. term_run() starts nothing: it hands argv to a function of the test, if one is set.
 */
#ifndef TUI_TERM_MEMORY_H
#define TUI_TERM_MEMORY_H

#include "tui/term/term.h"

struct term *memory_open(int rows, int cols); /* UTF-8, 256 colours; free with term_close() */
/* Queue keys. The script is words in the text form of key.h; a word that is no key is typed letter by letter, and
 * 'quoted words' too: "j j C-d /acme Enter". */
void memory_keys(struct term *t, const char *script);
void memory_key(struct term *t, const struct key *k);
void memory_type(struct term *t, const char *text);
void memory_paste(struct term *t, const char *text); /* as a bracketed paste */
void memory_click(struct term *t, int row, int col);
void memory_resize(struct term *t, int rows, int cols); /* queues K_RESIZE */

/* The last flushed frame. Returned text is the caller's to free. */
char *memory_text(const struct term *t);
char *memory_roles(const struct term *t);
char *memory_row(const struct term *t, int row);
const struct grid *memory_frame(const struct term *t);
int memory_flushes(const struct term *t);
const char *memory_copied(const struct term *t); /* last term_copy(), or "" */
int memory_bells(const struct term *t);
void memory_on_run(struct term *t, int (*run)(void *arg, char *const argv[]), void *arg);

#endif
