/* Issuing: the moment in which a draft becomes a document for ever.
 *
 * In one transaction the series gives its next number, seller and buyer are written into the canonical JSON of the document, that is hashed after the hash of
 * the one before in its series, and the row is locked. A number exists only when that transaction commits, so a series has neither gap nor double, whoever
 * dies when. A series belongs to the book (device 0), or to one device, which then takes its numbers alone and without a network (sync.md B3). */
#ifndef CORE_BILLING_ISSUE_H
#define CORE_BILLING_ISSUE_H

#include "core/crm/core.h"

/* Take a number and lock it. The issue date is today unless the draft has one; it may not lie before the last of its series. ST_INVALID names what is missing. */
enum status invoice_issue(struct core *c, const struct id *invoice, struct error *err);

struct series {
	const char *prefix;
	int year;
	int64_t device; /* 0: the book's own */
	int64_t next;
	const char *last_date, *last_hash;
	bool closed, mine; /* mine: of this device */
};
enum status series_list(struct core *c, struct arena *a, struct series **out, int *n, struct error *err);
/* A series of this device's own: from now on it issues by it. Administrators only. ST_CONFLICT: the prefix is taken. */
enum status series_lease(struct core *c, const char *prefix, struct error *err);
/* No more numbers from it; a lost laptop's too. Administrators only. */
enum status series_close(struct core *c, const char *prefix, struct error *err);

struct series_check {
	int64_t documents, series;
	const char *broken; /* NULL: all is well; else what is not, translated */
};
/* Every issued document again: numbers without gap, dates in order, hashes chained, sums as written. Arena memory. */
enum status series_verify(struct core *c, struct arena *a, struct series_check *out, struct error *err);

#endif
