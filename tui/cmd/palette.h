/* The palette, the help and the `:` line: three ways to a command for who does not know its key. */
#ifndef TUI_CMD_PALETTE_H
#define TUI_CMD_PALETTE_H

#include "tui/cmd/command.h"

/* All commands of the top screen, narrowed by typing, the recently used first; and what commands_set_search() finds. */
void palette_open(struct commands *c);
/* All commands of the top screen in order, with their keys; type to search, Enter to run. */
void help_open(struct commands *c);
/* The `:` line, with completion (Tab), history (Up) and the title of the command as a hint. `initial` may be NULL. */
void command_line_open(struct commands *c, const char *initial);

#endif
