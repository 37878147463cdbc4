/* Import: from somebody's file to records, in two steps that a person can look at in between.
 *
 * import_open() reads the whole file once and proposes: what the rows are, what each column means, how its dates and numbers are
 * written. The person (a screen, or options of the command line) changes what she likes. import_run() reads the file again and
 * writes it through the one door, in one change set, or does all of that and takes it back (a dry run).
 *
 * Nothing is dropped in silence: every cell of the file ends in exactly one of the counts of the report. A value that its field
 * refuses goes to the record's notes and is listed with its line. A file that cannot be read to its end changes nothing.
 * Memory does not grow with the file, but for the keys by which rows of an empty base are told apart (import_match.c).
 */
#ifndef CORE_CRM_IMPORT_H
#define CORE_CRM_IMPORT_H

#include "core/base/json.h"
#include "core/crm/core.h"
#include "core/crm/io/columns.h"

enum { IMPORT_ROWS = 1000000 }; /* more in one file is refused */

/* What to do with a row whose record is there already. */
enum import_duplicates {
	IMPORT_UPDATE_EMPTY, /* fill what is empty, add addresses and tags; of records that came from the same source before,
	                        fields that nobody changed since follow the file */
	IMPORT_UPDATE,       /* the file wins; what it leaves empty stays */
	IMPORT_SKIP_ROW,
	IMPORT_CREATE        /* never look */
};
bool import_duplicates_find(const char *name, enum import_duplicates *out); /* "update-empty", "update", "skip", "create" */

struct import_options {
	const char *entity;   /* "contacts"…; NULL: told from the headers */
	const char *preset;   /* id of a preset; NULL: told from the headers; "none" */
	enum date_order dates; /* answer for columns that fit both; DATE_AMBIGUOUS: none given */
	char decimal;         /* '.' or ',' for all columns; 0: told from each */
	const char *currency; /* of amounts that name none; NULL: the organization's */
	const char *pipeline; /* of deals, by name, made when missing; NULL: see import_stages.h */
	const char *system;   /* where ids in the file come from; NULL: the preset's, else the file's name */
	enum import_duplicates duplicates;
	struct txn *rehearsal; /* import_rehearse(): the run is a dry one whose records the runs after it see; NULL */
};

/* Whose field a column fills. A row makes one main record and may name others, which are linked to it or made. */
enum import_role { IMPORT_MAIN, IMPORT_OF_COMPANY, IMPORT_OF_CONTACT, IMPORT_OF_DEAL, IMPORT_ROLES };

enum import_use {
	IMPORT_NOTE,     /* a line of the record's notes: "Header: value" */
	IMPORT_FIELD,
	IMPORT_CUSTOM,   /* a custom field that the run will make */
	IMPORT_SKIP,     /* only ever chosen by a person */
	IMPORT_ID,       /* the record's id where the file comes from */
	IMPORT_ENTERED,  /* when a deal entered the stage `label` */
	IMPORT_LABEL     /* labels the values of column `of` (work, home…) */
};

struct import_target {
	enum import_use use;
	enum import_role role;
	const char *field; /* IMPORT_FIELD: name */
	const char *label; /* of an email or phone, an address's type, the stage; the label of a custom field; a currency; "id" of a
	                      reference; "year", "month", "day" of a birthday; "time" of an instant */
	enum field_type type; /* IMPORT_CUSTOM */
	const char *options;  /* its choices, "gold|silver"; what a reference names: "user", "contact", "company" */
	char scale;        /* 'k' or 'M': amounts are written in thousands or millions; 0 */
	int group;         /* parts of address 2 belong together; 0 */
	int of;
};

/* What only a person can tell. A run refuses to start while a column asks. */
enum import_question { IMPORT_ASKS_NOTHING, IMPORT_ASKS_DATES, IMPORT_ASKS_DECIMAL };

struct import_column {
	const char *header; /* unique: a second "Email" is "Email (2)", one without a name "Column 5" */
	struct column_profile profile;
	struct import_target target;
	enum date_order order; /* how its dates are read */
	char decimal;          /* and its numbers; 0: no matter */
	bool chosen;           /* by a person */
	bool keeps_zeros;      /* digits with zeros in front: no number */
};

struct import_plan;

/* ST_NOT_FOUND, ST_INVALID (no text, no rows, a broken row with line and column), ST_LIMIT, ST_IO. The options are copied. Opens CSV
 * and vCard files; the file stays open until import_close(). */
enum status import_open(struct core *c, const char *path, const struct import_options *o, struct import_plan **out, struct error *err);
void import_close(struct import_plan **p);

const struct entity *import_entity(const struct import_plan *p);
const char *import_file(const struct import_plan *p);        /* without folders */
const char *import_preset_label(const struct import_plan *p); /* "HubSpot", or NULL */
const char *import_written(const struct import_plan *p, struct arena *a); /* "CSV with semicolons, Windows-1252", translated */
int64_t import_rows(const struct import_plan *p);
const struct import_options *import_options(const struct import_plan *p);
void import_set_duplicates(struct import_plan *p, enum import_duplicates d);

/* Columns; a vCard file has none. */
int import_columns(const struct import_plan *p);
const struct import_column *import_column(const struct import_plan *p, int i);
int import_find_column(const struct import_plan *p, const char *header); /* accent- and case-blind, "#3" too; -1 */

/* Targets as text: "first_name", "emails:work", "street:home", "city:#2", "company.domain", "annual_revenue:USD*M", "owner:id",
 * "entered:Engaging", "note", "custom", "custom:Label", "custom:Label/date", "custom:Tier/select(gold|silver)", "id", "company.id", "created_at", "label:Header", "skip". */
enum status import_set_target(struct import_plan *p, int column, const char *text, struct error *err);
const char *import_target_text(const struct import_plan *p, int column, struct arena *a);
const char *import_target_label(const struct import_plan *p, int column, struct arena *a); /* for a person: "Email (work)" */
/* What a column may become, best first: texts as above with labels. Arena memory; returns the count. */
struct import_choice {
	const char *text, *label;
};
int import_choices(const struct import_plan *p, int column, struct arena *a, struct import_choice **out);
/* Make the proposal anew for another kind of record; what a person chose is forgotten. */
enum status import_set_entity(struct import_plan *p, const char *entity, struct error *err);

enum import_question import_asks(const struct import_plan *p, int column);
int import_open_questions(const struct import_plan *p);
/* For one column, or with -1 for all that ask. */
void import_set_dates(struct import_plan *p, int column, enum date_order order);
void import_set_decimal(struct import_plan *p, int column, char decimal);

/* The first rows as they will be read. */
struct import_cell {
	const char *raw, *value; /* value: as it will be stored, "" for none; names stay names */
	const char *problem;     /* why it will go to the notes; NULL */
};
int import_preview_rows(const struct import_plan *p);
/* One cell for each column, in arena memory. */
enum status import_preview(struct import_plan *p, int row, struct arena *a, struct import_cell **out, struct error *err);

/* Where a cell of the file ended. */
enum import_end {
	IMPORT_CELL_FIELD,   /* in a field, or there already */
	IMPORT_CELL_NOTE,    /* in the notes, as planned */
	IMPORT_CELL_CUSTOM,  /* in a custom field */
	IMPORT_CELL_EMPTY,
	IMPORT_CELL_SKIPPED, /* by choice: of the column, or of rows that are there already */
	IMPORT_CELL_KEPT,    /* the record has another value, which stays */
	IMPORT_CELL_REFUSED, /* its field refused it; it is in the notes */
	IMPORT_CELL_LOST,    /* of a row that makes no record at all; listed as an issue */
	IMPORT_CELL_ENDS
};

struct import_issue {
	long line;
	const char *column, *value, *reason; /* value cut at 80 bytes */
};

/* The issues of one column, for a short report. */
struct import_trouble {
	const char *column;
	int64_t count;
	const struct import_issue *first;
};

struct import_made {
	const struct entity *entity;
	int64_t created, updated, unchanged, skipped;
};

enum { IMPORT_ISSUES = 500, IMPORT_TROUBLES = 40, IMPORT_KINDS = 12 };

struct import_report {
	struct arena *arena;
	bool dry;
	int64_t number; /* of the import; 0 for a dry run or when nothing changed */
	int64_t set;    /* its change set */
	int64_t rows, blank_rows, failed_rows;
	int64_t cells[IMPORT_CELL_ENDS];
	struct import_made made[IMPORT_KINDS]; /* the main entity first */
	int n_made;
	struct import_issue *issue; /* the first IMPORT_ISSUES */
	int n_issues;
	int64_t issues; /* all of them */
	struct import_trouble trouble[IMPORT_TROUBLES]; /* by column, in the order they were met */
	int n_troubles;
	const char **new_fields; /* labels of custom fields made */
	int n_new_fields;
	const char *pipeline; /* made or chosen for deals; NULL */
};
/* Where cells ended, in a word for programs ("field") and for a person with their number: "3 cells in the notes". */
const char *import_end_name(enum import_end end);
const char *import_end_text(struct arena *a, enum import_end end, int64_t n);
void import_report_free(struct import_report **r);
void import_report_json(const struct import_report *r, struct json_out *w);

/* Called every few hundred rows; false stops the run with ST_CANCELLED and nothing changed. */
struct import_progress {
	bool (*step)(void *arg, int64_t done, int64_t rows);
	void *arg;
};
/* Several files tried out together: each sees what those before it would make, and nothing stays. Open the files and run them with the
 * rehearsal in their options between the two calls; nothing else may be written meanwhile. */
enum status import_rehearse(struct core *c, struct txn **out, struct error *err);
void import_rehearse_end(struct txn **t); /* NULL allowed */
/* A plan may be run dry as often as one likes, and once for real. */
enum status import_run(struct import_plan *p, bool dry, const struct import_progress *progress, struct import_report **out,
	struct error *err);

#endif
