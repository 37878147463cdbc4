/* Amounts of several currencies compared by what they say, not by their minor units: 1 000 JPY is less than 10 000 EUR. */
#ifndef CORE_CRM_FILTER_MONEY_H
#define CORE_CRM_FILTER_MONEY_H

#include "core/crm/filter.h"

/* Append "amount OP value"; the value is in the organization's currency unless it names one. No exchange rates: digits only. */
enum status filter_money(struct core *c, const struct entity *e, const struct field *f, enum filter_op op, const char *value,
	struct sql *q, struct error *err);
/* Append the expression that an amount is sorted by. */
void sql_money_key(struct sql *q, struct core *c, const struct entity *e, const struct field *f);

#endif
