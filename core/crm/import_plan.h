/* What the parts of an import share: the plan behind import.h. For import*.c only. */
#ifndef CORE_CRM_IMPORT_PLAN_H
#define CORE_CRM_IMPORT_PLAN_H

#include <stdio.h>

#include "core/crm/import.h"
#include "core/crm/io/csv.h"
#include "core/crm/io/presets.h"

enum { IMPORT_PREVIEW_ROWS = 50 };

struct import_plan {
	struct core *core;
	struct arena *arena;
	const char *path, *name;
	FILE *f;
	bool vcard;
	struct csv_format format;
	struct import_options o;
	const struct entity *entity;
	const struct import_preset *preset; /* NULL: none */
	bool own;  /* one of our own exports: its headers are field names */
	const char *system; /* of external ids */
	struct import_column *col;
	struct column_scan **scan;
	size_t n, cap, scan_cap;
	struct idmap *headers; /* folded header: column */
	int *next_suffix;      /* per column: the number that makes the next one of its name unique */
	size_t suffix_cap;
	int64_t rows;
	char **preview[IMPORT_PREVIEW_ROWS]; /* cells of the first rows, `n` at that time */
	size_t preview_cells[IMPORT_PREVIEW_ROWS];
	int n_preview;
	size_t preview_bytes;
};

/* The entity of a role in a plan for `main`; NULL when its rows have no such link. */
const struct entity *import_role_entity(const struct import_plan *p, enum import_role role);

/* How a column is read, worked out from its target. */
enum import_reader {
	READ_NOTE,
	READ_SKIP,
	READ_VALUE,    /* one value into a stored or virtual field */
	READ_CUSTOM,   /* the same into a custom field that is still to be made */
	READ_EMAILS,
	READ_PHONES,
	READ_TAGS,
	READ_ADDRESS,  /* a part of an address with a type of its own */
	READ_NAME,     /* a full name to take apart */
	READ_REF,      /* a name to look up */
	READ_ID,
	READ_ENTERED,
	READ_CREATED,
	READ_PRODUCT,  /* a line of a deal */
	READ_STATUS,   /* won, lost or open */
	READ_TIME,     /* time of day that belongs to a date in another column */
	READ_BIRTH,    /* year, month or day of a birthday */
	READ_DONE,     /* how far an activity is */
	READ_LABEL
};

struct import_slot {
	enum import_reader reader;
	enum import_role role;
	const struct entity *entity;
	const struct field *field; /* NULL where the reader needs none */
	int index;                 /* of the field */
	const char *label;
	int group;
};
/* How far an activity is, by its own words, done or not, yes or no, in several languages; NULL. */
const char *import_activity_status(const struct entity *e, const char *text);
/* Never fails: a target that has become impossible is read as a note. */
struct import_slot import_slot_of(const struct import_plan *p, int column);

#endif
