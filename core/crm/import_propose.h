/* What a file is and what its columns mean, told from headers and values. A proposal is only kept when the values bear it out. */
#ifndef CORE_CRM_IMPORT_PROPOSE_H
#define CORE_CRM_IMPORT_PROPOSE_H

#include "core/crm/import_plan.h"

/* Choose the preset and the entity where the options leave it open, then a target for each column. ST_INVALID for an entity or preset
 * that there is none of. */
enum status import_propose(struct import_plan *p, struct error *err);
/* Targets for all columns that no person chose. */
void import_propose_columns(struct import_plan *p);
/* The type of a custom field that holds a column's values without loss. */
enum field_type import_custom_type(const struct import_plan *p, int column);
/* How the column's dates and numbers are read, now that it has its target. */
void import_settle(struct import_plan *p, int column);

#endif
