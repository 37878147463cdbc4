/* How a value looks in a list cell: its text and the role that says what it means. */
#ifndef TUI_VIEW_CELLS_H
#define TUI_VIEW_CELLS_H

#include "core/model/entity.h"
#include "tui/widget/list.h"

void cell_of(const struct field *f, const struct value *v, const char *text, struct arena *a, struct list_cell *out);
/* Is a deal or an activity with this status over? Then its dates are late for nobody: cell_of() does not know. */
bool cell_status_is_over(const char *status);
/* The role of a choice's tone ("ok", "warn", "error", "dim"). */
enum role tone_role(const char *tone);

#endif
