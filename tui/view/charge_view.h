/* A payment in the making, or a card about to be kept: the link and its code for the customer, and what became of it, by itself. */
#ifndef TUI_VIEW_CHARGE_VIEW_H
#define TUI_VIEW_CHARGE_VIEW_H

#include "tui/app.h"

void charge_view_open(struct app *app, const struct id *intent);

extern const struct command charge_commands[];
extern const size_t charge_command_count;

#endif
