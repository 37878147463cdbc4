/* One import on a thread of its own, with a connection of its own, so that the screen never waits. */
#ifndef TUI_VIEW_IMPORT_JOB_H
#define TUI_VIEW_IMPORT_JOB_H

#include "core/crm/import.h"
#include "tui/app.h"

/* Run what `plan` says (its file, options and targets are copied). done() is called in the loop's thread; the report is its to free,
 * NULL with an error. Only one job runs at a time: false, with a toast, when one does. */
bool import_job_start(struct app *app, const char *path, const struct import_plan *plan, bool dry,
	void (*done)(void *arg, struct import_report *report, const struct error *err), void *arg);
/* Before leaving: ask it to stop and wait for it. */
void import_job_stop(struct app *app);

#endif
