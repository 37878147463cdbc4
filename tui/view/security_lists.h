/* Lists of the security page: sessions, sign-ins, events, API keys, the audit trail. */
#ifndef TUI_VIEW_SECURITY_LISTS_H
#define TUI_VIEW_SECURITY_LISTS_H

#include "tui/app.h"

void security_sessions_open(struct app *app);
void security_history_open(struct app *app);
void security_events_open(struct app *app);
void security_keys_open(struct app *app);
void security_audit_open(struct app *app);

/* Short facts for the page: "2 open", "3 new"; arena text. */
const char *security_sessions_count(struct app *app, struct arena *a);
const char *security_events_count(struct app *app, struct arena *a);
const char *security_keys_count(struct app *app, struct arena *a);

#endif
