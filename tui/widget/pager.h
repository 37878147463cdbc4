/* The pager: long text to read. Scrolls, searches with / n N, copies with y.
 *
 * With `plain` it takes the whole screen, without margins and with the mouse released, so that the terminal's own
 * selection works (y in other screens opens it). Commands are "pager.…" in the context "pager" (builtin.h). */
#ifndef TUI_WIDGET_PAGER_H
#define TUI_WIDGET_PAGER_H

#include "tui/ui/ui.h"
#include "tui/widget/styled.h"

struct pager;

/* Takes over `text` (which is empty afterwards). */
struct pager *pager_open(struct ui *ui, const char *title, struct styled *text, bool plain);
/* Put other text in its place; the position is kept where possible. Takes over `text`. */
void pager_set(struct pager *p, struct styled *text);

#endif
