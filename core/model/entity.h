/* Entities described once: the table, its fields, how each is typed, shown, merged and found.
 *
 * From a descriptor come the DDL of both engines, the list, the detail, the form, filters, sorting, bulk edit, CSV and vCard
 * mapping, the command line, JSON, the history. Code elsewhere is for what is special only.
 *
 * A field is one of
 *   stored     a column of the table (`column`, by default its name)
 *   custom     a member of the row's `custom` JSON, defined by the customer; otherwise like a stored one
 *   virtual    one column of the row's main child (a contact's `email` is contact_emails.address of the primary one)
 *   list       all children in one line of text ("a@b.c, d@e.f (home)"): emails, phones, tags
 *   computed   an SQL expression over the row `t`, or a function over the loaded row; never written
 * Descriptors are static data; struct model (model.h) adds the customer's fields to them at run time.
 */
#ifndef CORE_MODEL_ENTITY_H
#define CORE_MODEL_ENTITY_H

#include "core/base/error.h"
#include "core/base/id.h"

#include <stdbool.h>
#include <stdint.h>

enum field_type {
	FT_TEXT,
	FT_LONG_TEXT,
	FT_INT,
	FT_DECIMAL, /* canonical decimal text, no float */
	FT_PERCENT, /* integer 0..100 */
	FT_MONEY,   /* int64 minor units; currency in the field named by .currency */
	FT_CURRENCY,
	FT_DATE,     /* ISO text */
	FT_DATETIME, /* int64 ms UTC */
	FT_DURATION, /* int64 seconds */
	FT_BOOL,
	FT_ENUM,
	FT_MULTI, /* several of the choices: "a, b" */
	FT_EMAIL,
	FT_PHONE,
	FT_URL,
	FT_COUNTRY, /* ISO 3166 alpha-2, or the text as it came */
	FT_REF,     /* id of a row of entity .ref */
	FT_LIST,    /* children in one line; .child names the entity */
	FT_TAGS,
	FT_TYPES
};

enum field_flags {
	FF_REQUIRED = 1 << 0,
	FF_READONLY = 1 << 1, /* only the program writes it */
	FF_SEARCH = 1 << 2,   /* its words are in the index */
	FF_HIDDEN = 1 << 3,   /* bookkeeping: not in forms, lists, exports */
	FF_DERIVED = 1 << 4,  /* pure function of the row, computed at each write, never logged */
	FF_COLUMN = 1 << 5,   /* in the default list view */
	FF_INDEXED = 1 << 6,  /* an index makes sorting and look-up by it instant */
	FF_UNIQUE = 1 << 7,   /* soft: a second one gives a warning, not a refusal */
	FF_CUSTOM = 1 << 8,
	FF_NOBULK = 1 << 9, /* makes no sense for many rows at once */
	FF_INTERNAL_REF = 1 << 10, /* a reference that undo and merge follow but people do not see */
	FF_FORM = 1 << 11, /* shown in the short form for a new record */
	FF_FILLED = 1 << 13, /* required, but the entity's check fills it in when it is left blank */
};

struct choice {
	const char *value;
	const char *label; /* N_() */
	const char *tone;  /* "ok", "warn", "error", "dim" or NULL: meaning of the colour */
};

/* A word that a text may be made of, for people to choose from. */
struct word {
	const char *text;
	const char *help;  /* N_() */
	const char *group; /* stands above others; NULL: under the one before */
};

struct core;
struct record;
struct txn;
struct value;

struct field {
	const char *name;   /* what people, JSON and filters call it */
	enum field_type type;
	const char *label;  /* N_() */
	unsigned flags;
	const char *column; /* NULL: same as name. Refs: name "company", column "company_id" */
	const char *ref;    /* FT_REF: entity name */
	const struct choice *choices;
	const char *currency;     /* FT_MONEY: name of the field with the currency; NULL: the organization's */
	const char *child;        /* virtual and list fields: the child entity */
	const char *child_column; /* virtual: its column; list: the column that carries the value */
	const char *sql;          /* computed */
	void (*compute)(struct core *c, const struct record *r, struct value *out); /* computed, when no SQL can say it */
	bool (*word)(int i, struct word *out); /* FT_TEXT made of words with commas between: the i-th there is; false behind the last */
	const char *follows;      /* undo leaves this field alone where it leaves that one: a deal's status follows its stage */
	const char *group;        /* N_() heading in forms; NULL continues the group before */
	const char *alias;        /* second name in filters: "close" */
	const char *def;          /* default for new rows, as text */
	int64_t low, high;        /* FT_INT: the smallest and the largest value; both 0: any */
	short width, min_width;   /* list column, in cells; 0: by type */
	short prio;               /* 1 kept longest when narrow; 0: dropped first */
	short since;              /* migration that added it; 0 means 1 */
};



struct entity {
	const char *name;     /* table and command-line word, plural */
	const char *singular; /* "contact" */
	const char *label, *label_plural; /* N_() */
	const char *label_new;            /* N_(): title of the form for a new one; NULL: people do not make them */
	const char *letter;   /* short reference "C" of C-1042; NULL: not referred to by people */
	const struct field *fields;
	int n_fields;
	const char *title;      /* SQL expression over row `t`: what a person calls the row */
	const char *sort;       /* default sort: "name" or "-created_at" */
	const char *parent;     /* children: the field (a ref) that names the owner */
	const char *owner_type; /* children of several entities: column that holds the owner's entity name */
	const char *indexes;    /* more indexes: "col1, col2; +col3, col4"; + for one that a sum is read from alone */
	bool top;               /* has lists, a command, a screen */
	bool no_search;
	bool guarded; /* administrators alone see and change it, whatever a role says: it holds keys to other programs */
	short since;

	/* Fill derived fields from the others; pure. */
	void (*derive)(struct record *r);
	/* Refuse or complete what the field types cannot judge alone. `old` is NULL for a new row. */
	enum status (*check)(struct txn *t, const struct record *old, struct record *now, struct error *err);
	/* Consequences in other rows, in the same change set; not run by undo, which takes back what they wrote. */
	enum status (*effects)(struct txn *t, const struct record *old, const struct record *now, struct error *err);
	/* Refuse what a record may no longer suffer: an issued invoice is corrected, not changed. `now` is NULL for a deletion and for what undo would
	 * take back. NULL: everything goes. */
	enum status (*locked)(struct txn *t, const struct record *old, const struct record *now, struct error *err);
	/* Make true again what is summed up from rows that hang on this one; after undo has touched them. */
	enum status (*settle)(struct txn *t, const struct id *id, struct error *err);
};

/* A field's value in memory. Text lives in the record's arena. */
enum value_kind { VAL_NULL, VAL_INT, VAL_TEXT, VAL_ID };
struct value {
	enum value_kind kind;
	int64_t i;
	const char *s;
	struct id id;
};

bool value_eq(const struct value *a, const struct value *b);

/* The column that a stored field occupies. */
const char *field_column(const struct field *f);
bool field_is_stored(const struct field *f);  /* has a column of its own in the table */
bool field_is_virtual(const struct field *f); /* a column of the main child */
bool field_is_computed(const struct field *f);
bool field_is_writable(const struct field *f); /* a person may set it */
enum value_kind field_kind(const struct field *f);

#endif
