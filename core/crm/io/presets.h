/* Import presets: which column of a file is which field.
 *
 * Two sources. A preset describes the export of one program: it applies when ALL its signature columns are there, and
 * maps the columns it knows. For every other file, and for the columns a preset leaves, a dictionary of headers in
 * English, French, German, Spanish, Czech and others answers, with forgiveness for spelling, and in the end the values.
 * What nobody knows has no field: the import keeps it as a custom field, it is never dropped.
 *
 * Headers are compared without case, accents, spaces and punctuation; "#" in a table stands for a number.
 */
#ifndef CORE_CRM_IO_PRESETS_H
#define CORE_CRM_IO_PRESETS_H

#include "core/base/mem.h"
#include "core/crm/io/columns.h"

#include <stdbool.h>
#include <stddef.h>

/* "header" to a field of the preset's entity. label: for emails, phones and the parts of an address work, home, mobile,
 * fax or other, or "@Header #" for the column that holds it; for references "id" where the column has ids, not names;
 * for birthday "year", "month", "day"; for instants "time" where the column has only the time of the day. */
struct preset_map {
	const char *header;
	const char *field;
	const char *label;
};

struct import_preset {
	const char *id;     /* "hubspot-contacts": --preset NAME */
	const char *title;  /* "HubSpot contacts" */
	const char *entity; /* contacts, companies, deals, activities, products */
	const char *signature[8]; /* "A|B": one of them; up to the first NULL */
	const struct preset_map *map; /* up to the first NULL header */
};

const struct import_preset *preset_find(const char *id); /* NULL when there is none */
/* All of them, for lists; NULL behind the last. */
const struct import_preset *preset_at(size_t i);
/* The preset with the most signature columns, all of them present; NULL when none fits. */
const struct import_preset *preset_detect(const char *const *headers, size_t n);
/* The entity whose fields the headers name best; "contacts" when nothing tells. */
const char *preset_guess_entity(const char *const *headers, size_t n);

struct column_guess {
	const char *field; /* NULL: unknown. "contact_points" is a column with e-mail addresses and telephone numbers mixed. */
	const char *label; /* as above, resolved; a currency's code for amounts whose header names one; NULL */
	int index;         /* the number in the header, 0 without: address parts of one number belong together */
	int label_column;  /* where each row's label is, or -1 */
	bool consumed;     /* the column is another one's label: nothing to store */
	int confidence;    /* 100 preset, 90 dictionary, 60 spelling, 50 values, 0 unknown */
};

/* The field of one column, by its header, and by its values (NULL when not known). False when unknown. */
bool preset_guess_field(const char *entity, const char *header, const struct column_profile *values, struct column_guess *out);
/* All columns at once: a preset first (NULL for none), then the dictionary. A field that holds one value is given once;
 * names are told apart by their neighbours ("Nom" beside "Prénom" is the family name). `values` may be NULL. */
void preset_map_columns(const struct import_preset *preset, const char *entity, const char *const *headers, size_t n,
	const struct column_profile *values, struct column_guess *out);

/* A header as it is compared: "E-mail 1 - Value" gives "email1value". */
void preset_compact(struct buf *out, const char *header);
/* Values that exports join in one cell (Google's " ::: "), without the mark of the primary one; empty ones go. */
size_t preset_split_values(struct arena *a, const char *cell, char ***out);
/* Salesforce ids have 15 characters where case matters, or 18 with a check: the long form of either. False when it is no
 * such id. */
bool preset_salesforce_id(const char *id, char out[19]);

#endif
