/* Settings, Jobs: what waits to be sent, was sent, or could not be; Enter tells the tries and offers to send again or to cancel. */
#ifndef TUI_VIEW_JOBS_VIEW_H
#define TUI_VIEW_JOBS_VIEW_H

#include "tui/app.h"

void jobs_open(struct app *app);
/* "3 waiting, 1 failed" for Settings; NULL when there is nothing to say. */
const char *jobs_counted(struct app *app, struct arena *a);
/* A webhook was made: show its secret, this once. */
void webhook_reveal(struct app *app, const struct id *webhook);

#endif
