/* Reminders: when an activity's time to be reminded comes, a toast and the bell. */
#ifndef TUI_VIEW_REMIND_H
#define TUI_VIEW_REMIND_H

#include "tui/app.h"

/* Look for reminders that came due since *since (ms; moved to now). Call every half minute or so. */
void remind_check(struct app *app, int64_t *since);

#endif
