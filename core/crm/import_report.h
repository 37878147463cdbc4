/* What a run did, for a person and for the list of imports. */
#ifndef CORE_CRM_IMPORT_REPORT_H
#define CORE_CRM_IMPORT_REPORT_H

#include "core/crm/import_run.h"

struct import_report *import_report_new(bool dry);
/* Enter the run into the list of imports, in its transaction. */
enum status import_report_store(struct import_run *run, struct error *err);

#endif
