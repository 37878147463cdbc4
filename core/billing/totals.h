/* The sums of a quote, an invoice or a credit note, by the rules of EN 16931-1:2017 (BR-CO-10 to 17, BR-S, BR-Z, BR-E, BR-AE, BR-IC, BR-G, BR-O). Pure.
 *
 * Amounts are minor units of the document's currency; quantities, prices and percentages exact decimals as text, so nothing is a float. A line's net (BT-131) is
 * rounded once, to the currency's minor unit, halves away from zero; VAT is worked out once for each category and rate from the sum of its lines (BT-116) and rounded
 * so (BT-117), never line by line. All other sums are of whole minor units and exact. */
#ifndef CORE_BILLING_TOTALS_H
#define CORE_BILLING_TOTALS_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Codes of UNTDID 5305 that EN 16931 allows. */
enum vat_category {
	VAT_STANDARD,       /* S */
	VAT_ZERO,           /* Z */
	VAT_EXEMPT,         /* E */
	VAT_REVERSE_CHARGE, /* AE */
	VAT_INTRA_COMMUNITY, /* K */
	VAT_EXPORT,         /* G */
	VAT_OUT_OF_SCOPE,   /* O */
	VAT_CATEGORIES,
};
const char *vat_code(enum vat_category c); /* "S" … */
bool vat_from_code(const char *code, enum vat_category *out);
bool vat_needs_reason(enum vat_category c); /* an exemption reason must be stated (BR-E-10 and its sisters) */

struct bill_line {
	const char *quantity;     /* "1.5"; may be negative (a line taken back), not both it and the price */
	const char *unit_price;   /* net, in major units: "19.99", also "0.0375" */
	const char *discount_pct; /* of the line; NULL: none */
	int64_t discount;         /* and besides, minor units, 0 or more */
	enum vat_category category;
	int rate_bp;              /* hundredths of a percent: 2000 */
	const char *exemption;    /* the reason; NULL where none is needed */
};

/* An allowance (negative) or a charge on the whole document, of one VAT category. */
struct bill_adjustment {
	int64_t amount;
	enum vat_category category;
	int rate_bp;
	const char *exemption;
};

struct bill_tax {
	enum vat_category category;
	int rate_bp;
	int64_t base, tax;     /* BT-116, BT-117 */
	const char *exemption; /* of the first line that stated one; NULL */
};

struct bill_totals {
	int64_t *lines;              /* BT-131, one for each line */
	int64_t lines_net;           /* BT-106 */
	int64_t allowances, charges; /* BT-107, BT-108; both positive */
	int64_t net, tax, gross;     /* BT-109, BT-110, BT-112 */
	int64_t paid, due;           /* BT-113, BT-115 */
	struct bill_tax *taxes;      /* BG-23, by category, then by rate */
	size_t n_taxes;
};

/* ST_INVALID, naming the field ("lines[2].quantity"), for what the rules forbid; ST_LIMIT when a sum has no room in 64 bits. Arena memory. */
enum status bill_total(const struct bill_line *lines, size_t n, const struct bill_adjustment *adjustments, size_t n_adjustments, const char *currency, int64_t paid,
	struct arena *a, struct bill_totals *out, struct error *err);

#endif
