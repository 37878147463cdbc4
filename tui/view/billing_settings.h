/* Billing in the settings: series of numbers, the logo, Stripe, our own plan. */
#ifndef TUI_VIEW_BILLING_SETTINGS_H
#define TUI_VIEW_BILLING_SETTINGS_H

#include "tui/app.h"

void series_open(struct app *app);
void logo_choose(struct app *app);
/* For the lines of the settings. Arena memory, translated. */
const char *series_state(struct app *app, struct arena *a);
const char *logo_state(struct app *app, struct arena *a);
const char *stripe_state(struct app *app, struct arena *a);

extern const struct command billing_settings_commands[];
extern const size_t billing_settings_command_count;

#endif
