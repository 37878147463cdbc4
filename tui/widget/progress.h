/* Progress of long work, in the status line; the person goes on working. Ctrl-C (the command app.cancel) asks the newest
 * one to stop. All calls belong to the loop's thread: a worker posts them (loop_post). */
#ifndef TUI_WIDGET_PROGRESS_H
#define TUI_WIDGET_PROGRESS_H

#include "tui/ui/ui.h"

#include <stdint.h>

struct progress;

/* `cancel` may be NULL: cannot be stopped. */
struct progress *progress_start(struct ui *ui, const char *title, void (*cancel)(void *arg), void *arg);
void progress_set(struct progress *p, int64_t done, int64_t total); /* total 0: not known */
void progress_end(struct progress **p);                             /* shows what still runs, if anything */
/* Ask the newest work that can be stopped to stop; false when there is none. */
bool progress_cancel(struct ui *ui);

#endif
