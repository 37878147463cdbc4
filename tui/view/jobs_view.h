/* Settings, Jobs: what waits to be sent, was sent, or could not be. Enter tells what was sent, what was said and every try; R sends again, C cancels. */
#ifndef TUI_VIEW_JOBS_VIEW_H
#define TUI_VIEW_JOBS_VIEW_H

#include "tui/app.h"

void jobs_open(struct app *app);
/* The deliveries of one webhook, by its number. */
void jobs_open_webhook(struct app *app, int64_t webhook);
/* "3 waiting, 1 failed" for Settings; NULL when there is nothing to say. */
const char *jobs_counted(struct app *app, struct arena *a);

#endif
