/* Money: int64 minor units and an ISO 4217 currency, never a float.
 * The number of minor digits per currency is ISO 4217's (JPY 0, EUR 2, TND 3). */
#ifndef CORE_BASE_MONEY_H
#define CORE_BASE_MONEY_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stdint.h>

/* Minor digits of an ISO 4217 code (upper case), or -1 when unknown. */
int money_digits(const char *currency);
/* The codes of the currencies that have other than two minor digits, at most `max`. */
int money_unusual(const char **codes, int max);
/* Symbol when it is unambiguous in Europe and the US ("€", "$", "£"), else the code. */
const char *money_symbol(const char *currency);
/* A currency named in text: "EUR", "€", "$", "euros"; NULL when none. Static text. */
const char *money_find_currency(const char *word);

/* Parse what a person or a file writes: "12 500,50", "12,500.50", "1.234,5 €", "$10k", "1.5M", "(12.00)". A suffix k or M multiplies.
 * `decimal` is ',' or '.' when known (a file's column), 0 to decide from the text: the last separator is the decimal one unless it
 * is followed by exactly three digits and is alone, where the language's own decimal point decides. When the text names a currency it is copied to
 * `currency_out` (4 bytes; may be NULL), otherwise left untouched. ST_INVALID with a message on anything else; ST_LIMIT on overflow. */
enum status money_parse(const char *s, const char *currency, char decimal, int64_t *minor, char currency_out[4],
			struct error *err);
/* For a person: "12 500 €", "€12,500.50" by language; decimals are left out when they are zero and `short_form`. */
char *money_format(struct arena *a, int64_t minor, const char *currency, bool short_form);
/* The same, never short, in a language that need not be the one in use. */
char *money_format_in(struct arena *a, const char *lang, int64_t minor, const char *currency);
/* An exact decimal as decimal_parse() gives it, "-1234.5", for a person in that language: grouped, with at least `decimals` of them (below 0: none). What is no decimal comes back as it is. */
char *decimal_format_in(struct arena *a, const char *lang, const char *decimal, int decimals);
/* Machine form: "12500.50", no separators; the inverse of money_parse_decimal(). */
char *money_decimal(struct arena *a, int64_t minor, const char *currency);
/* 48k, 1.2M for narrow places. */
char *money_compact(struct arena *a, int64_t minor, const char *currency);

/* Integers and decimals for a person: "12 482", "1,234". */
char *number_format(struct arena *a, int64_t n);
/* Decimal text: canonical form of what was typed ("1 234,50" -> "1234.5"); no float in between. */
enum status decimal_parse(struct arena *a, const char *s, char decimal, const char **out, struct error *err);
enum status integer_parse(const char *s, int64_t *out, struct error *err);

#endif
