/* One cell of a file to one value of a field, the way its column is written. */
#ifndef CORE_CRM_IMPORT_VALUE_H
#define CORE_CRM_IMPORT_VALUE_H

#include "core/crm/import.h"

struct import_reading {
	const char *currency;    /* for amounts that name none */
	enum date_order order;
	char decimal, scale;
	bool own; /* written by our own export: plain values, no words for nothing */
};

/* Text to value. ST_OK with VAL_NULL for a cell that says "nothing" ("n/a" in a date). ST_INVALID with the reason in err->message.
 * Not for references, lists and tags. `text` is trimmed. */
enum status import_read_value(const struct field *f, const char *text, const struct import_reading *how, struct arena *a,
	struct value *out, char currency[4], struct error *err);
/* An instant from a date or a date with a time. */
bool import_read_instant(const char *text, enum date_order order, int64_t *ms);

/* Trim white space at both ends in place. */
char *import_trim(char *s);
/* Split a full name: "Dr. Maria von Trapp", "Trapp, Maria". Parts are NULL where there is none. Joining them with spaces gives the name
 * again, but for its spacing and the order around a comma. */
struct import_name {
	const char *salutation, *first, *middle, *last;
};
void import_split_name(struct arena *a, const char *full, struct import_name *out);

/* The next address, number or tag in a cell that may hold several, separated by commas, semicolons, bars, newlines, " / " or ":::";
 * *rest moves on; NULL at the end. */
char *import_next_item(char **rest, bool slashes);

#endif
