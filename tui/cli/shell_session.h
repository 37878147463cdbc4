/* The session that `simplix auth login` leaves for the shell, and how any front end begins to work: SIMPLIX_API_KEY, else that session.
 *
 * $XDG_STATE_HOME/simplix/sessions, mode 0600: one line a database, ORGANIZATION KIND TOKEN, KIND being session or half (a login that waits
 * for its code). */
#ifndef TUI_CLI_SHELL_SESSION_H
#define TUI_CLI_SHELL_SESSION_H

#include "core/crm/core.h"

/* The kept token of a kind ("session", "half"); NULL. Arena memory. */
char *shell_token(const struct core *c, const char *kind, struct arena *a);
/* Keep it in the place of what was kept for this database; NULL forgets. */
enum status shell_keep(const struct core *c, const char *kind, const char *token, struct error *err);
/* Sign in with what the environment has, where sign-in is asked for. ST_DENIED when there is nothing or it is not good any more. */
enum status shell_sign_in(struct core *c, struct error *err);

#endif
