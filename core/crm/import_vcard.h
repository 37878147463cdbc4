/* vCards as rows of an import: what a contact has a field for goes there, everything else into the notes, line by line. */
#ifndef CORE_CRM_IMPORT_VCARD_H
#define CORE_CRM_IMPORT_VCARD_H

#include "core/crm/import_run.h"

/* Does the file begin like a vCard? Rewinds. */
bool import_is_vcard(FILE *f);
/* Read the file once: count its cards, refuse what is broken. */
enum status import_vcard_scan(struct import_plan *p, struct error *err);
/* Stage each card, call `write` for it, count its cells. */
enum status import_vcard_rows(struct import_run *run, enum status (*write)(struct import_run *run, struct error *err),
	const struct import_progress *progress, struct error *err);

#endif
