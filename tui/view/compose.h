/* Writing a mail to whom the person points at: a form with sender, recipients, template, subject, text (the person's own editor with F4) and
 * files. What was written goes to the outbox; the helper sends it when there is a network. */
#ifndef TUI_VIEW_COMPOSE_H
#define TUI_VIEW_COMPOSE_H

#include "tui/app.h"

void compose_mail(const struct command_call *call);
void compose_send(const struct command_call *call);
/* A mail that was being written when the program ended, as it was; false when there is none. */
bool compose_resume(struct app *app);

#endif
