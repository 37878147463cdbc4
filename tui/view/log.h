/* Logging what happened and planning what comes next: a call in three keys, a note, a task, one line for everything. */
#ifndef TUI_VIEW_LOG_H
#define TUI_VIEW_LOG_H

#include "core/model/entity.h"
#include "tui/cmd/command.h"

/* " log" where calls, mails and tasks can hang on such records, for the contexts of a screen; else "". */
const char *log_context(const struct entity *e);

void log_call(const struct command_call *call);    /* outcome, then the next step */
void log_meeting(const struct command_call *call);
void log_note(const struct command_call *call);
void log_task(const struct command_call *call);    /* one line: what and when */
void log_deal(const struct command_call *call);    /* a new deal for the selected contact or company */
void log_done(const struct command_call *call);    /* the selected activity is done; the next step */
void log_line(const struct command_call *call);    /* :log … */

#endif
