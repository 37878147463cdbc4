/* Reading many: a filter and a sort over one entity give a rowset, the row numbers in order; rows are fetched as needed.
 *
 * A rowset of a million rows costs 4 MB and is read in slices (rowset_pump) so that the first page is on screen at once.
 * Words (a filter's plain words) on a large base match too much to sort: then the best and newest matches come first and the rowset
 * says it is capped.
 */
#ifndef CORE_CRM_QUERY_H
#define CORE_CRM_QUERY_H

#include "core/crm/core.h"
#include "core/crm/sql.h"
#include "core/security/access.h"

struct record;

struct query {
	const struct entity *entity;
	const char *filter; /* NULL: all */
	const char *sort;   /* "-value,close"; NULL: the entity's default */
	bool deleted;       /* the deleted ones instead */
	bool all;           /* words too give every match in the order asked for, however long it takes: exports, scripts */
	int limit;          /* at most so many rows, found without looking at the others where an index has the order; 0: all */
	const char *scope;  /* field name of a reference that must be scope_id: related lists; NULL: none */
	struct id scope_id;
	enum action action;     /* whose rows: ACT_READ (0) those that may be seen, ACT_EXPORT those that may leave */
	const char *scope_type; /* children of several entities: the owner's entity name */
};

struct rowset;

/* On ST_INVALID *at is the offset in the filter (may be NULL). The query is copied. */
enum status rowset_open(struct core *c, const struct query *q, struct rowset **out, int *at, struct error *err);
void rowset_free(struct rowset **r);
/* Read on for about ms milliseconds (or to the end with a negative ms). True while more is to come. */
bool rowset_pump(struct rowset *r, int ms);
/* ST_OK, or why not every row could be read: what is known is not all. */
enum status rowset_error(const struct rowset *r, struct error *err);
int64_t rowset_count(const struct rowset *r); /* known so far */
bool rowset_complete(const struct rowset *r);
bool rowset_capped(const struct rowset *r); /* only the best of more matches */
const char *rowset_corrected(const struct rowset *r); /* words used instead of what was typed, for want of matches; NULL */
int64_t rowset_at(const struct rowset *r, int64_t position); /* row number; 0 out of range */
int64_t rowset_find(const struct rowset *r, int64_t num);    /* position, or -1 */

/* Check a sort ("-value,close"); ST_INVALID names the field. */
enum status sort_check(struct core *c, const struct entity *e, const char *sort, struct error *err);

/* Cells of rows for display and export. */
struct columns; /* a prepared choice of fields */
enum status columns_open(struct core *c, const struct entity *e, const char *const *fields, int n, struct columns **out,
	struct error *err);
void columns_free(struct columns **cols);
int columns_count(const struct columns *cols);
const struct field *columns_field(const struct columns *cols, int i);

struct row {
	int64_t num;
	struct id id;
	int64_t deleted_at;
	const char *title;
	struct value *v;      /* one per column; lists and tags as text */
	const char **text;    /* formatted for a person, not cleaned */
	const char **currency; /* of money columns; NULL otherwise */
};
/* ST_NOT_FOUND when the row is gone. Arena memory. */
enum status columns_fetch(struct columns *cols, int64_t num, struct arena *a, struct row *out, struct error *err);

/* Fill in what a loaded record has from other rows (fields with an SQL expression): for showing one whole. */
void record_complete(struct core *c, struct record *r);

/* Sum of a money field by currency over a query, and the count: for boards and totals. */
struct total {
	char currency[4];
	int64_t minor, count;
};
enum status query_totals(struct core *c, const struct query *q, const char *field, struct arena *a, struct total **out, int *n,
	struct error *err);
enum status query_count(struct core *c, const struct query *q, int64_t *out, struct error *err);

/* Search everything: the best records of each entity for a few words, best first. */
struct hit {
	const struct entity *entity;
	int64_t num;
	struct id id;
	const char *title, *detail; /* arena */
};
int search_all(struct core *c, const char *words, int max, struct arena *a, struct hit *out);

#endif
