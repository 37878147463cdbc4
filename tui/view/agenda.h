/* The agenda: what is planned, day by day. */
#ifndef TUI_VIEW_AGENDA_H
#define TUI_VIEW_AGENDA_H

#include "tui/app.h"

void agenda_open(struct app *app);

#endif
