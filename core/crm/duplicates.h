/* Duplicates: is this new record there already, and which stored ones look like the same.
 *
 * Two people are the same when they share a mail address or a phone number (its last nine digits), or have close names at the same company;
 * two companies when they share a domain, a SIREN or a close name. A guess is only ever shown; merging is the person's decision.
 */
#ifndef CORE_CRM_DUPLICATES_H
#define CORE_CRM_DUPLICATES_H

#include "core/crm/record.h"

struct duplicate {
	struct id id;
	int64_t num;
	const char *title, *why; /* arena; why is translated: "same email" */
};

/* Stored records that r (new, not saved) might repeat; best first. */
int duplicates_of(struct core *c, const struct record *r, struct arena *a, struct duplicate *out, int max);

struct duplicate_pair {
	struct duplicate a, b;
};
/* Scan the base: pairs of live contacts or companies. Arena memory. */
enum status duplicates_scan(struct core *c, const struct entity *e, int max, struct arena *a, struct duplicate_pair **out, int *n,
	struct error *err);

#endif
