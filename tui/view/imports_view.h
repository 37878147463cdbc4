/* The imports of the past: what came from which file; any of them can be taken back. */
#ifndef TUI_VIEW_IMPORTS_VIEW_H
#define TUI_VIEW_IMPORTS_VIEW_H

#include "tui/app.h"

void imports_open(struct app *app);

#endif
