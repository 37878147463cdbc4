/* Commands of the toolkit itself: moving in lists, leaving, redrawing. An application adds them first:
 * commands_add(c, builtin_commands, builtin_command_count). */
#ifndef TUI_CMD_BUILTIN_H
#define TUI_CMD_BUILTIN_H

#include "tui/cmd/command.h"

extern const struct command builtin_commands[];
extern const size_t builtin_command_count;

#endif
