/* Home: what to do today, in order of what it is worth; every line can be acted on. */
#ifndef TUI_VIEW_HOME_H
#define TUI_VIEW_HOME_H

#include "tui/app.h"

void home_open(struct app *app);

#endif
