/* The account of an import: what was made and where every cell of the file ended. Of one that has just run, or of one long ago. */
#ifndef TUI_VIEW_IMPORT_REPORT_VIEW_H
#define TUI_VIEW_IMPORT_REPORT_VIEW_H

#include "core/crm/import.h"
#include "tui/app.h"

void import_report_show(struct app *app, const struct import_report *r);
/* Of the import with this number, as it was written down then. */
void import_report_show_stored(struct app *app, int64_t num);

#endif
