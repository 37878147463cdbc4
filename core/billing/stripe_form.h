/* A request body as Stripe reads it: application/x-www-form-urlencoded, nested names in brackets (docs.stripe.com/api). Nothing is sent for what is NULL or
 * empty: an empty value would clear it at Stripe. */
#ifndef CORE_BILLING_STRIPE_FORM_H
#define CORE_BILLING_STRIPE_FORM_H

#include "core/base/mem.h"

void form_text(struct buf *b, const char *name, const char *value);
void form_int(struct buf *b, const char *name, int64_t value);
/* One part of an address: letters, digits and -._~ as they are. */
void form_escape(struct buf *b, const char *s);

#endif
