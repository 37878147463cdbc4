/* Repeating tasks: a small part of RFC 5545's RRULE (FREQ, INTERVAL, BYMONTHDAY; rules with other parts are refused). */
#ifndef CORE_CRM_RECUR_H
#define CORE_CRM_RECUR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/mem.h"

/* "daily", "every 2 weeks", "2w", "chaque mois", "FREQ=WEEKLY;INTERVAL=2" to the RRULE form; NULL when it means nothing. */
char *recur_parse(struct arena *a, const char *text);
/* The instant after `from` that the rule gives, at the same local time of day; the last day of a short month. */
bool recur_next(const char *rrule, int64_t from, int64_t *out);

/* The rule for what follows `from`, with the day of the month that short months would make forget: the 31st stays the 31st. */
char *recur_keep(struct arena *a, const char *rrule, int64_t from);

#endif
