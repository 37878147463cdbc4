/* Commands of the CRM's screens, as tables. */
#ifndef TUI_VIEW_COMMANDS_H
#define TUI_VIEW_COMMANDS_H

#include "tui/cmd/command.h"

void view_commands_register(struct commands *c);

#endif
