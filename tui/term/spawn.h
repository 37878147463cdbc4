/* Running a program in the foreground: argv, no shell, a clean environment, default signals. */
#ifndef TUI_TERM_SPAWN_H
#define TUI_TERM_SPAWN_H

#include "core/base/error.h"

/* Start argv[0] (looked up in PATH) and wait. Variables whose names begin with one of `private_env` (NULL-ended, may be
 * NULL) are withheld. SIGINT and SIGQUIT are for the child while it runs. ST_NOT_FOUND when it cannot be started. */
enum status spawn_wait(char *const argv[], const char *const *private_env, int *exit_code, struct error *err);

#endif
