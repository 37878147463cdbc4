/* First start: who you are, then look around with the sample company, start empty, or import a file. */
#ifndef TUI_VIEW_WELCOME_H
#define TUI_VIEW_WELCOME_H

#include "tui/app.h"

void welcome_open(struct app *app);

#endif
