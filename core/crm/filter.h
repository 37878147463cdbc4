/* The filter grammar, one for the full screen, saved views, smart lists and --filter.
 *
 *     stage:proposal value>10k owner:me close<+30d tag:vip -company:acme "exact words"
 *
 * Terms stand side by side and must all hold; `or` between two terms lets either hold; a leading - (or !) negates; commas mean
 * "one of"; a..b is a range; none and any ask whether there is a value. Operators : = != > >= < <=. Without a field, words are looked up in the
 * index, the last one as a prefix. Dates take today, tomorrow, +30d, -2w, week, month, quarter, year, 2026-03, 2026.
 */
#ifndef CORE_CRM_FILTER_H
#define CORE_CRM_FILTER_H

#include "core/crm/core.h"
#include "core/crm/sql.h"

enum filter_op { OP_HAS, OP_EQ, OP_NE, OP_GT, OP_GE, OP_LT, OP_LE };

struct filter_term {
	bool negated, either; /* either: joined to the term before by `or` */
	bool quoted;
	const char *field; /* NULL: words */
	enum filter_op op;
	const char *value;
	int at, len; /* where it stands in the text, for chips and errors */
};

struct filter {
	struct filter_term *terms;
	int n;
	const char *words; /* folded words of the plain terms, "" when none */
};

/* Syntax only. On ST_INVALID err->field holds the word and *at its offset (may be NULL). */
enum status filter_parse(struct arena *a, const char *text, struct filter *out, int *at, struct error *err);
/* Append " AND …" for each term but the plain words (the caller searches for these). Names and values are checked here. */
enum status filter_sql(struct core *c, const struct entity *e, const struct filter *f, struct sql *q, int *at, struct error *err);
/* Both, for checking what a person typed. */
enum status filter_check(struct core *c, const struct entity *e, const char *text, int *at, struct error *err);

/* created_at, updated_at… by name or short name; NULL. */
const struct field *filter_meta_field(const char *name);

/* What could stand at the cursor: whole replacements of the word that begins at *from. Arena memory. */
struct completion {
	const char *text, *label;
};
int filter_complete(struct core *c, const struct entity *e, const char *text, int cursor, struct arena *a, struct completion *out,
	int max, int *from);

#endif
