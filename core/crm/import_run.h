/* A run of an import: what its parts share, and the row being built. For import_*.c only.
 *
 * Order within a row: cells are staged by role (import_row.c), related records are found or made (import_link.c), the main one is matched
 * (import_match.c) and written (import_write.c). Deals find their stage in import_stages.c. Every cell's end is noted in `end` and
 * counted when the row is done.
 */
#ifndef CORE_CRM_IMPORT_RUN_H
#define CORE_CRM_IMPORT_RUN_H

#include "core/crm/import_plan.h"
#include "core/crm/idmap.h"
#include "core/crm/store_raw.h"

enum { IMPORT_REFS = 24, IMPORT_ADDRESSES = 5, IMPORT_DATES = 24, IMPORT_PRODUCTS = 12, ADDRESS_PARTS = 6 };

struct staged_ref {
	const struct field *field;
	const char *text;
	int column;
};

struct staged_address {
	int group;
	const char *type; /* as the file says; NULL */
	const char *part[ADDRESS_PARTS]; /* street, street2, postal_code, city, region, country */
	int column[ADDRESS_PARTS];
};

struct staged_date {
	const char *stage;
	int64_t at;
	int column;
};

/* A record being put together from a row. */
struct staged {
	const struct entity *e; /* NULL: the role is not there */
	struct record *r;
	bool any;               /* something beyond notes was given */
	int *column;            /* per field: column + 1 that gave its value */
	const char *id;         /* in the source */
	int id_column;
	const char *same_row;   /* what a row says that nothing else tells apart (import_same.h); NULL */
	struct buf emails, phones, tags; /* lists in text; kept from row to row */
	int emails_column, phones_column, tags_column;
	struct buf note;
	const char *full_name;
	int name_column;
	int64_t created;
	struct staged_ref ref[IMPORT_REFS];
	int n_refs;
	struct staged_ref *later; /* names a record that may come further down */
	struct staged_address address[IMPORT_ADDRESSES];
	int n_addresses;
	struct staged_date entered[IMPORT_DATES];
	int n_entered;
	const char *product[IMPORT_PRODUCTS];
	int product_column[IMPORT_PRODUCTS], n_products;
	struct id before_close; /* the stage a deal was won or lost from */
	const char *status; /* "won", "lost", "open" as the file says; NULL */
	const char *time;   /* of day, for the instant in field time_field */
	int time_field, time_column;
	int birth[3], birth_column[3];
};

/* Set aside until the end: links to rows that may come later (field), notes of records without a field for them. */
struct import_later {
	struct id id;
	const struct entity *e;
	const char *field; /* NULL: a note */
	char *text;
	long line;
	int column;
};

struct import_stages;

struct import_run {
	struct import_plan *p;
	struct core *core;
	struct txn *t;
	struct import_report *rep;
	struct arena *a;   /* for the whole run */
	struct arena *row; /* reset after each row */
	struct import_slot *slot;
	int *order;        /* columns in the order they are read: currencies before amounts */
	int *label_of;     /* per column: the column with its labels, or -1 */
	unsigned char *end; /* enum import_end per column of this row */
	struct csv_row *csv; /* the row, of a CSV file */
	const char *property; /* of a vCard: what is being read */
	int64_t card[IMPORT_CELL_ENDS]; /* of a vCard: how many of its properties ended where */
	struct staged s[IMPORT_ROLES];
	long line;
	int64_t from_now; /* instants later than this are no past ones */
	struct idmap *names; /* "entity" + folded name: what was linked or made in this run */
	struct idmap *known; /* rows of an empty base by id, address, number, name */
	struct { const struct entity *e; bool empty; } fresh[IMPORT_KINDS]; /* tables without a live row when the run began */
	int n_fresh;
	int64_t newest; /* number of the main entity's last row when the run began */
	int *turn; /* of rows that say the same */
	size_t n_turns, turn_cap;
	struct import_later *later;
	size_t n_later, later_cap;
	struct import_stages *stages;
	struct id make_as; /* our own exports tell the id of what a name stands for: made with it when missing; else nil */
	const char *loaded[8]; /* columns whose values are all in `names`, since no index finds them */
	int n_loaded;
	bool tells_owner[IMPORT_ROLES]; /* a column names owners */
	bool bulk;
};

/* Put the staged cells of one CSV row together. */
void import_stage_row(struct import_run *run, const struct csv_row *row);
void import_staged_clear(struct import_run *run);
/* After the last cell: full names taken apart, lists into their fields. */
void import_finish_row(struct import_run *run);
/* Note that a value was refused: it goes to the main record's notes and into the report. */
void import_refuse(struct import_run *run, int column, const char *value, const char *reason);
/* A line for the notes of a role's record. */
void import_note(struct import_run *run, enum import_role role, int column, const char *value);
void import_issue(struct import_run *run, long line, const char *column, const char *value, const char *reason);
const char *import_header(const struct import_run *run, int column);
/* A cell that was taken for a field's ends elsewhere. */
void import_end_cell(struct import_run *run, int column, enum import_end end);
struct import_made *import_made(struct import_run *run, const struct entity *e);
bool import_is_fresh(struct import_run *run, const struct entity *e);

#endif
