/* Signing in to the full screen, and the lock: nothing of the data is on the screen before, and nothing while locked. */
#ifndef TUI_VIEW_SIGN_IN_H
#define TUI_VIEW_SIGN_IN_H

#include "tui/app.h"

/* Ask for address, password and code; then the person's screens come up. */
void sign_in_open(struct app *app);
/* Cover everything and ask for the password again. Says why when there is no password to ask for. */
void sign_in_lock(struct app *app);
bool sign_in_locked(struct app *app);
/* After `idle_ms` without a key: lock when the person's setting says so. A session that was ended elsewhere locks at once. */
void sign_in_watch(struct app *app, int64_t idle_ms);
/* End the session and ask anew who works. */
void sign_in_out(struct app *app);

#endif
