/* A quote, an invoice or a credit note as it is put before a customer: everything on it in one value, nothing to look up. Drafts are made into one from
 * their rows (billing.h); an issued document is kept as the canonical JSON of this struct, so it reads the same for ever.
 *
 * Texts are UTF-8 as stored; amounts are minor units of `currency`; dates ISO text. NULL or "" stands for what is not said. BT numbers are those of
 * EN 16931-1:2017. */
#ifndef CORE_BILLING_DOCUMENT_H
#define CORE_BILLING_DOCUMENT_H

#include "core/billing/totals.h"

enum document_kind {
	DOCUMENT_QUOTE,
	DOCUMENT_INVOICE,     /* 380 */
	DOCUMENT_DEPOSIT,     /* 386 */
	DOCUMENT_CREDIT_NOTE, /* 381: amounts are positive, what they mean is given back */
	DOCUMENT_KINDS
};
/* "quote", "380", "386", "381" (UNTDID 1001, BT-3). */
const char *document_code(enum document_kind k);
bool document_kind_of(const char *code, enum document_kind *out);

struct party {
	const char *name, *legal_form; /* BT-27/44 */
	const char *contact;           /* for the attention of */
	const char *street, *street2, *postal_code, *city, *region, *country; /* country: as stored, ISO alpha-2 mostly */
	const char *siren, *siret, *vat_number; /* BT-30/47, BT-31/48 */
	const char *share_capital;     /* "10 000 €", ready to print */
	const char *email, *phone;
};

struct document_line {
	const char *name, *description; /* BT-153, BT-154 */
	const char *quantity, *unit;    /* BT-129 exact decimal; BT-130 in UN/ECE rec 20 ("C62", "HUR", "DAY", "KGM"…) or as typed */
	const char *unit_price;         /* BT-146, exact decimal, major units, net */
	const char *discount_pct;       /* exact decimal; NULL: none */
	int64_t discount;               /* minor units, 0: none */
	enum vat_category category;     /* BT-151 */
	int rate_bp;                    /* BT-152 */
	const char *exemption;          /* BT-120 of its category */
	const char *period_start, *period_end; /* BT-134, BT-135 */
};

struct document {
	enum document_kind kind;
	const char *language;   /* "en" or "fr": what it is written in, whatever the program speaks */
	const char *number;     /* BT-1; NULL: a draft */
	int version;            /* of a quote; 0 or 1: not said */
	const char *title;      /* what it is about, in a few words */
	const char *issue_date, *due_date, *expiry_date, *delivery_date; /* BT-2, BT-9, of a quote, BT-72 */
	const char *currency;   /* BT-5 */
	struct party seller, buyer;
	const char *buyer_reference, *po_number; /* BT-10, BT-13 */
	const char *corrects, *corrects_date;    /* BT-25, BT-26: the invoice that a credit note is about */
	const char *operation;  /* "goods", "services", "mixed"; NULL */
	bool vat_on_debits;
	const struct document_line *lines;
	size_t n_lines;
	struct bill_totals totals; /* .lines has n_lines entries; .paid: what was prepaid (BT-113), .due (BT-115) */
	const char *terms, *notes; /* BT-20, BT-22; several lines */
	const char *iban, *bic, *account_name; /* BT-84, BT-86, BT-85; NULL: no transfer */
	const char *rf_reference;  /* ISO 11649, BT-83 */
	const char *pay_url;       /* where it is paid online; NULL */
	bool paid;                 /* nothing is due any more: no payment block */
	const char *hash;          /* hex SHA-256 of the issued document; NULL: a draft */
};

/* The sums of its lines into d->totals; ST_INVALID naming "lines[2].quantity". */
enum status document_total(struct document *d, int64_t prepaid, struct arena *a, struct error *err);

/* "24 November 2026", "1er mars 2027": a date in a document's language; what is no ISO date as it is. Arena memory. */
const char *document_date(struct arena *a, const char *language, const char *iso);

/* Canonical JSON (members in one fixed order, no spaces, amounts as text, NULL and "" as null), and back. The reader takes only what the writer made, to the byte: ST_CORRUPT for
 * anything else. */
void document_write(const struct document *d, struct buf *out);
enum status document_read(const char *json, size_t n, struct arena *a, struct document *out, struct error *err);

#endif
