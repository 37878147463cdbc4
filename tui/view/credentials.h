/* Changing what one signs in with, in prompts one after another: the password, the second factor, the backup codes. */
#ifndef TUI_VIEW_CREDENTIALS_H
#define TUI_VIEW_CREDENTIALS_H

#include "tui/app.h"

void credentials_set_password(struct app *app);
void credentials_set_up_factor(struct app *app); /* or replace it, with a proof */
void credentials_new_codes(struct app *app);
void credentials_turn_off(struct app *app);

#endif
