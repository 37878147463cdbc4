/* Pairs of close names in the whole base, for the scan of duplicates.c.
 *
 * No two rows are compared that have nothing in common: people within their company, companies whose keys (the name without its legal
 * form and small words) are equal, or that stand near each other in the order of keys. So the price grows with the rows, not with
 * their square; in a company of thousands only neighbours by name are compared. A difference in the first letters of a company's
 * name is not found this way; at creation it is not either.
 */
#ifndef CORE_CRM_DUPLICATES_CLOSE_H
#define CORE_CRM_DUPLICATES_CLOSE_H

#include "core/crm/duplicates.h"

/* Called for each pair, the older record first; false ends the scan. */
struct close_pairs {
	bool (*add)(void *arg, const struct duplicate *a, const struct duplicate *b);
	void *arg;
};
enum status duplicates_close_contacts(struct core *c, const struct close_pairs *to, struct error *err);
enum status duplicates_close_companies(struct core *c, const struct close_pairs *to, struct error *err);

/* The name of a company without what says nothing about who it is: legal forms, articles, "&" and its words; letters and digits only. */
const char *company_name_key(struct arena *a, const char *name);
/* Two folded names of people that differ by a slip of the keys. */
bool names_are_close(const char *a, const char *b);

#endif
