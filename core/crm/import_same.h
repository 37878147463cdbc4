/* Rows that nothing tells apart: a person of whom the file gives a name alone, a task that names nobody. No rule can say that such
 * a record is there already, but the file can: what came from a row is remembered under what the row says, so that the same file
 * again finds it. Equal rows of one file are as many records, told apart by their turn.
 */
#ifndef CORE_CRM_IMPORT_SAME_H
#define CORE_CRM_IMPORT_SAME_H

#include "core/crm/import_run.h"

/* After links are resolved and before anything is filled in: sets s->same_row for a main record of that kind. */
void import_name_row(struct import_run *run, struct staged *s);
/* A live record that came from this row. */
bool import_by_same_row(struct import_run *run, const struct staged *s, struct id *out);
/* What such rows are remembered under in place of the system of ids. Lives as long as the row. */
const char *import_rows_system(struct import_run *run);

#endif
