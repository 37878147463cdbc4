/* Import in the full screen: what the file is, what each column becomes, a dry run, the run itself beside the work, its report. */
#ifndef TUI_VIEW_IMPORT_VIEW_H
#define TUI_VIEW_IMPORT_VIEW_H

#include "tui/cmd/command.h"

/* Asks for a file (or takes the command's argument) and opens the mapping. */
void import_ask(const struct command_call *call);

#endif
