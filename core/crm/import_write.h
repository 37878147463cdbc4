/* Write a staged record: make it, or bring what the file knows to the one that is there. */
#ifndef CORE_CRM_IMPORT_WRITE_H
#define CORE_CRM_IMPORT_WRITE_H

#include "core/crm/import_run.h"

/* Resolve, match and write the record of a role. *id is nil when the row makes none (nothing was given; or what was given makes no
 * record, which is reported). */
enum status import_save(struct import_run *run, enum import_role role, struct id *id, struct error *err);

#endif
