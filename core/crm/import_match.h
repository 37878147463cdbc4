/* Is the record of this row there already? By rule, never by a guess: its id in the source, then what tells people and companies
 * apart (an address; a number with the name; the exact name at the same company; a domain; a register's number; a name without its
 * legal form), each only where exactly that is given. Of two rows with different ids in the source none is the other.
 */
#ifndef CORE_CRM_IMPORT_MATCH_H
#define CORE_CRM_IMPORT_MATCH_H

#include "core/crm/import_run.h"

/* True with the id of a live record. *by_id: found by its id in the source. */
bool import_match(struct import_run *run, struct staged *s, struct id *out, bool *by_id);
/* Remember a row that was just written, for the rows that follow; and its id in the source, for later imports. */
enum status import_remember(struct import_run *run, const struct staged *s, const struct id *id, struct error *err);
/* A record by its id in the source; nil. A link may also name what came from another file: `anywhere` takes the id of any source
 * if only one live record has it. */
struct id import_by_source(struct import_run *run, const struct entity *e, const char *id, bool anywhere);

/* One id by a query whose first two parameters are the organization and a text; NULL title: the first row wins, otherwise the row
 * whose second column is that title, accent- and case-blind. *several: more than one fits. */
bool import_look(struct import_run *run, const char *sql, const char *text, const struct id *id, const char *title, struct id *out,
	bool *several);

#endif
