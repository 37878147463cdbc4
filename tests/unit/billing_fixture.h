/* Documents to test with: complete, totalled, in memory of the arena. */
#ifndef TESTS_UNIT_BILLING_FIXTURE_H
#define TESTS_UNIT_BILLING_FIXTURE_H

#include "core/billing/document.h"

/* A short English invoice with everything to pay it. */
struct document billing_invoice(struct arena *a);
/* A French one with many rates, exemptions and much text; nothing of it is paid by card. */
struct document billing_facture(struct arena *a);
/* An invoice of n lines over some pages. */
struct document billing_long(struct arena *a, size_t n);
struct document billing_credit_note(struct arena *a);
struct document billing_quote(struct arena *a);
struct document billing_draft(struct arena *a);
/* What nobody should write on an invoice, everywhere. */
struct document billing_hostile(struct arena *a);
/* Amounts near the end of 64 bits. */
struct document billing_huge(struct arena *a);
void billing_add_up(struct document *d, int64_t prepaid, struct arena *a);

#endif
