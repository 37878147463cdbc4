/* Records that look like the same, pair by pair; Enter merges. */
#ifndef TUI_VIEW_DUPLICATES_VIEW_H
#define TUI_VIEW_DUPLICATES_VIEW_H

#include "tui/cmd/command.h"

/* Of the entity in the command's argument, else of the list one is on. */
void duplicates_open(const struct command_call *call);

#endif
