/* The footer: key hints of the top screen that fit, or what may follow the keys typed so far. */
#ifndef TUI_CMD_FOOTER_H
#define TUI_CMD_FOOTER_H

#include "tui/ui/screen.h"

/* Hooks of the interface; arg is the struct commands. */
void footer_paint(void *arg, struct screen *top, const struct canvas *c);
void footer_click(void *arg, struct screen *top, int col);

#endif
