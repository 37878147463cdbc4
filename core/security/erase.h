/* Erasing a person: what the law on personal data asks for when somebody wants to be forgotten. */
#ifndef CORE_SECURITY_ERASE_H
#define CORE_SECURITY_ERASE_H

#include "core/crm/core.h"

struct erase_report {
	int64_t children, activities, changes;
};

/* A contact: every field, mail addresses, phones, addresses, tags, texts of activities with them, what the history remembers, words of the
 * indexes, and the bytes in the file. The empty row stays, deleted, so that ids stay known; the audit trail verifies as before and
 * says that a person was erased, by whom, not whom. Administrators only; cannot be undone. Copies made before know nothing of it. */
enum status person_erase(struct core *c, const struct id *contact, struct erase_report *out, struct error *err);

#endif
