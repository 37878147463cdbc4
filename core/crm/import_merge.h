/* What of a row goes into the record that is there already: by the person's choice and by who wrote what is there. */
#ifndef CORE_CRM_IMPORT_MERGE_H
#define CORE_CRM_IMPORT_MERGE_H

#include "core/crm/import_run.h"

/* Take out of the staged record what the stored one keeps, and note for each cell that it was kept. `same_source`: the record came from
 * there before, so fields that nobody changed by hand since follow the file. */
void import_merge(struct import_run *run, struct staged *s, const struct record *have, bool same_source);
bool import_anything_set(const struct record *r);

#endif
