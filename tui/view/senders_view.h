/* What a sender can do beside what every record can: a test mail to oneself, and a look at what its domain says of it (in a thread of its own: name
 * servers may take seconds). */
#ifndef TUI_VIEW_SENDERS_VIEW_H
#define TUI_VIEW_SENDERS_VIEW_H

#include "tui/app.h"

extern const struct command sender_commands[];
extern const size_t sender_command_count;

/* Nobody waits for a look-up any more: the program ends. */
void senders_leave(struct app *app);

#endif
