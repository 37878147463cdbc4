/* The second factor on the screen: the QR, the first code, the backup codes. */
#ifndef TUI_VIEW_TWO_FACTOR_H
#define TUI_VIEW_TWO_FACTOR_H

#include "tui/app.h"

/* Set it up, or anew. */
void two_factor_open(struct app *app);
/* The same, with nothing else allowed before it is done. */
void two_factor_required(struct app *app);
/* Show backup codes once; wipes them when closed. Then `then` (may be NULL). */
void two_factor_show_codes(struct app *app, const char codes[][20], void (*then)(struct app *app));

#endif
