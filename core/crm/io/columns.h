/* What is in a column? Told from all of its values, so that an import proposes the right field and reads the values the
 * way they were meant.
 *
 * A scan takes the values one by one in little memory; column_profile() then answers. Questions that the values cannot
 * settle are said to be open (an order of day and month that fits both ways, "1,234"), never guessed.
 */
#ifndef CORE_CRM_IO_COLUMNS_H
#define CORE_CRM_IO_COLUMNS_H

#include "core/base/mem.h"

#include <stdbool.h>
#include <stdint.h>

enum column_kind {
	COLUMN_EMPTY,
	COLUMN_INTEGER,
	COLUMN_DECIMAL,
	COLUMN_MONEY,    /* numbers, some of them with a currency */
	COLUMN_DATE,
	COLUMN_DATETIME, /* dates, some of them with a time */
	COLUMN_BOOL,
	COLUMN_EMAIL,    /* one or more addresses in each */
	COLUMN_PHONE,
	COLUMN_URL,
	COLUMN_TEXT,
	COLUMN_KINDS
};

/* Where the values have slashes or hyphens; 2026-02-28, 28.2.2026 and names of months are clear by themselves. */
enum date_order {
	DATE_CLEAR,     /* no value needs an order */
	DATE_DAY_FIRST,
	DATE_MONTH_FIRST,
	DATE_AMBIGUOUS, /* every value fits both (or no order fits all): ask */
	DATE_SERIAL     /* Excel's days since 1899-12-30; never concluded, see may_be_serial */
};

enum { COLUMN_SAMPLES = 12, COLUMN_DISTINCT = 256 };

struct column_profile {
	enum column_kind kind;
	enum date_order order;
	char decimal;           /* '.' or ',': what the decimals show; '\0' when nothing does */
	bool decimal_open;      /* values like "1,234" that could be either, and no other value tells */
	bool percent;           /* some end in % */
	char currency[4];       /* the one named; "" when none or several */
	bool several_currencies;
	/* an integer column that is something else if its header says so */
	bool may_be_serial;     /* Excel dates */
	bool may_be_compact;    /* 20260228 */
	bool may_be_bool;       /* 0 and 1 */
	bool may_be_phone;      /* 7 to 15 digits */
	size_t rows, blanks;    /* "n/a", "null", "-" and the like count as blank */
	size_t distinct;        /* up to COLUMN_DISTINCT */
	size_t longest;         /* bytes */
	size_t exceptions;      /* values that are not of that kind (at most one in ten) */
	long exception_line;    /* the first of them */
	const char *sample[COLUMN_SAMPLES]; /* the first different values, cut at 80 bytes; owned by the scan */
	size_t samples;
};

struct column_scan;
struct column_scan *column_scan_new(void);
void column_scan_add(struct column_scan *c, const char *value, long line);
void column_scan_profile(const struct column_scan *c, struct column_profile *out);
void column_scan_free(struct column_scan **c);
const char *column_kind_name(enum column_kind k); /* translated: "date", "amount of money" */

/* Read values the way the profile says. False when the value is not one, or its order is open.
 * Dates take a time behind them and ignore it. Instants without a zone are local; a bare date is local midnight. */
bool column_read_date(const char *s, enum date_order order, int64_t *days);
bool column_read_instant(const char *s, enum date_order order, int64_t *ms);
bool column_read_bool(const char *s, bool *out);

/* Shapes of single values. */
bool column_is_blank(const char *s); /* empty, white space, or a word for nothing */
bool column_is_email(const char *s); /* exactly one address */
bool column_is_url(const char *s);
bool column_is_phone(const char *s);

#endif
