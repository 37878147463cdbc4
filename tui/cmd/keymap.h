/* Key map: (context, key sequence) to a command line.
 *
 * A flat array: a few hundred bindings are looked through in about a microsecond, and prefixes need no second structure.
 * User bindings come first, so they win; an unbind is a binding to nothing.
 */
#ifndef TUI_CMD_KEYMAP_H
#define TUI_CMD_KEYMAP_H

#include "tui/term/key.h"

#include <stdbool.h>
#include <stddef.h>

#define KEYMAP_SEQUENCE 4

struct binding {
	char *context;
	struct key keys[KEYMAP_SEQUENCE];
	int n;
	char *line; /* "command args"; NULL: the key does nothing here */
	bool user;
};

struct keymap {
	struct binding *items;
	size_t count, cap;
};

enum keymap_answer { KEYMAP_NONE, KEYMAP_FOUND, KEYMAP_MORE };

/* A sequence in the text form of command.h. Returns its length, 0 when it is none. */
int keymap_parse(const char *text, size_t n, struct key out[KEYMAP_SEQUENCE]);
char *keymap_format(const struct key *keys, int n); /* for a person, in her language; the caller frees */
/* User bindings are put before the others. */
void keymap_add(struct keymap *m, const char *context, const struct key *keys, int n, const char *line, bool user);
/* Look up a sequence in one context. A whole match beats a longer one. */
enum keymap_answer keymap_find(const struct keymap *m, const char *context, const struct key *keys, int n,
	const struct binding **out);
void keymap_free(struct keymap *m);

#endif
