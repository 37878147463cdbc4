/* What each field type can do: read what a person or a file wrote, check it, show it, write it for machines.
 *
 * Pure functions: references and children need the database and live in core/crm/resolve.c. Parsing never half-succeeds:
 * it gives a value or an error that names the field and says what would do.
 */
#ifndef CORE_MODEL_FIELD_TYPE_H
#define CORE_MODEL_FIELD_TYPE_H

#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/model/entity.h"

/* How the writer of the text writes numbers, money and dates. */
struct conventions {
	const char *currency; /* for money without one; never NULL */
	bool day_first;       /* 3/4 is the third of April */
	char decimal;         /* ',' or '.' when known, else 0 */
};

/* Text to value. Blank text gives null (ST_INVALID when the field is required). For FT_MONEY a currency named in the text
 * is put into currency_out[4] (may be NULL). FT_REF, FT_LIST and FT_TAGS are refused here. */
enum status field_parse(const struct field *f, const char *text, const struct conventions *conv, struct arena *a,
	struct value *out, char currency_out[4], struct error *err);

/* For a person, in her language; "" for null. Text is not yet cleaned for display. `currency` is for FT_MONEY. */
const char *field_format(const struct field *f, const struct value *v, const char *currency, struct arena *a);
/* What a line editor starts with: parses back to the same value. */
const char *field_edit_text(const struct field *f, const struct value *v, const char *currency, struct arena *a);
/* For CSV and other machines: ISO dates, plain decimals, enum values, 0/1. */
const char *field_plain(const struct field *f, const struct value *v, const char *currency, struct arena *a);

/* The choice for a value or label, in English or the language in use, accent- and case-blind; NULL. */
const struct choice *field_choice(const struct field *f, const char *text);
/* What people call a row whose title fell back on its type: "Call" for a call without a subject. Else the title itself. */
const char *entity_title_label(const struct entity *e, const char *title);
const char *choice_label(const struct field *f, const char *value); /* translated; the value itself when unknown */

/* Numbers on the right. */
bool field_right_aligned(const struct field *f);
int field_width(const struct field *f); /* preferred list column, cells */
const char *field_type_name(enum field_type t); /* "money", for JSON and custom fields */
bool field_type_by_name(const char *name, enum field_type *out);

/* Pure checks of the formats; *norm (arena) is the normal form to compare by. */
bool email_valid(const char *s);
char *email_norm(struct arena *a, const char *s);
char *phone_digits(struct arena *a, const char *s); /* digits, without 00 or + */
bool phone_valid(const char *s);
bool siren_valid(const char *s); /* 9 digits, Luhn */
bool siret_valid(const char *s); /* 14 digits, Luhn, with La Poste's exception */

#endif
