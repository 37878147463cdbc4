/* Settings, Security: the person's password, second factor, sessions, keys; for administrators also events, the audit trail and the
 * environment. */
#ifndef TUI_VIEW_SECURITY_H
#define TUI_VIEW_SECURITY_H

#include "tui/app.h"

void security_open(struct app *app);
void environment_open(struct app *app);

extern const struct command security_commands[];
extern const size_t security_command_count;

#endif
