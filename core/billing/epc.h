/* Paying by SEPA transfer without any network: the QR code of EPC069-12 (version 002) and the creditor reference of ISO 11649. */
#ifndef CORE_BILLING_EPC_H
#define CORE_BILLING_EPC_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stdint.h>

struct epc_transfer {
	const char *bic;  /* NULL: left out, which is allowed inside the EEA */
	const char *name; /* of the account's holder, cut to 70 characters */
	const char *iban; /* spaces are dropped */
	int64_t amount;   /* euro cents, 1 to 99999999999 */
	const char *reference; /* "RF18…"; NULL */
	const char *text;      /* unstructured instead of a reference, cut to 140 characters; NULL */
};
/* The payload for qr_make(). ST_INVALID for an IBAN, BIC or reference whose check digits are wrong; ST_LIMIT for an amount out of range. */
enum status epc_payload(const struct epc_transfer *t, struct arena *a, const char **out, struct error *err);

bool iban_valid(const char *iban);           /* length and check digits (ISO 13616, mod 97); spaces allowed */
char *iban_spaced(struct arena *a, const char *iban); /* in groups of four */
/* "RF" + check digits + the letters and digits of `base` (at most 21 are kept, from the end); NULL when it has none. */
char *rf_reference(struct arena *a, const char *base);
bool rf_valid(const char *reference);

#endif
