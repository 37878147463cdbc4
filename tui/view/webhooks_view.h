/* What a webhook can do beside what every record can: a test call, its deliveries, a new secret, a pause. */
#ifndef TUI_VIEW_WEBHOOKS_VIEW_H
#define TUI_VIEW_WEBHOOKS_VIEW_H

#include "tui/app.h"

/* A webhook was made: show its secret, this once. */
void webhook_reveal(struct app *app, const struct id *webhook);

extern const struct command webhook_commands[];
extern const size_t webhook_command_count;

#endif
