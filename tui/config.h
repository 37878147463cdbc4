/* Where things are and how the person wants them: the config file, SIMPLIX_… variables, XDG folders.
 *
 * $XDG_CONFIG_HOME/simplix/config holds strict `key = value` lines (# starts a comment); an unknown key or a bad value is an error
 * with its line number. Every key is also SIMPLIX_KEY in the environment, which wins; the command line wins over both.
 */
#ifndef TUI_CONFIG_H
#define TUI_CONFIG_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>

struct config {
	struct arena *arena;
	const char *file;  /* read, or where it would be */
	bool present;
	const char *db;    /* database path or URL; never NULL */
	const char *lang, *theme, *color, *keys, *secret_command; /* NULL: by themselves */
	bool ascii, mouse;
	int esc_delay_ms;
};

/* path: NULL for the usual place. */
enum status config_load(const char *path, struct config *out, struct error *err);
void config_free(struct config *c);
/* $XDG_STATE_HOME/NAME, or ~/.local/state/NAME. */
char *config_state_path(struct arena *a, const char *name);
/* Names and current values, for `simplix config`. Returns the count. */
int config_list(const struct config *c, const char *names[], const char *values[], int max);

#endif
