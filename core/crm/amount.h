/* Amounts beside their currency: minor units mean nothing without it, so the two move together. */
#ifndef CORE_CRM_AMOUNT_H
#define CORE_CRM_AMOUNT_H

#include "core/crm/record.h"

/* `now` has another currency than `old`: its amounts keep their worth, 1 000 EUR becomes 1 000 JPY, where the change did not name
 * them (now->set); with `every` also where it did, since a default currency came only afterwards. ST_INVALID names the currency when
 * digits would be lost. */
enum status amounts_follow(struct core *c, const struct record *old, struct record *now, bool every, struct error *err);

/* Amount as text into the record, in the currency that the record has, is about to get, or has in the database; one named in the
 * text counts, but not against one that was typed for the same record. */
enum status amount_set(struct core *c, struct record *r, const struct field *f, const char *text, struct error *err);
/* A currency was typed: amounts typed before it are read anew. */
enum status amount_currency_set(struct core *c, struct record *r, const struct field *currency, const char *text, struct error *err);

#endif
