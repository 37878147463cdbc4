/* Panels: where modal screens stand, and how they look: a title on a rule, room, a rule below. */
#ifndef TUI_WIDGET_PANEL_H
#define TUI_WIDGET_PANEL_H

#include "tui/ui/ui.h"

/* Give a modal screen a place for `rows` rows of content and at most `cols` cells, in the upper middle of the terminal. */
void panel_place(struct screen *s, int rows, int cols);
#define PANEL_SIDE 3 /* the content's first column in the screen; its first row is 1 */
/* Paint title and rules; returns the canvas of the content. */
struct canvas panel_paint(const struct canvas *c, const char *title);

#endif
