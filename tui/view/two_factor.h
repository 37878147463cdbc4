/* The second factor on the screen: the QR, the first code, the backup codes. */
#ifndef TUI_VIEW_TWO_FACTOR_H
#define TUI_VIEW_TWO_FACTOR_H

#include "tui/app.h"

/* Set it up; where one is on already, password and code of its owner (else NULL). False when it cannot begin: *err tells. */
enum status two_factor_open(struct app *app, const char *password, const char *code, struct error *err);
/* The same, with nothing else allowed before it is done. */
void two_factor_required(struct app *app);
/* Show backup codes once; wipes them when closed. Then `then` (may be NULL). */
void two_factor_show_codes(struct app *app, const char codes[][20], void (*then)(struct app *app));

#endif
