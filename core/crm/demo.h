/* The sample company: a small book of business to look around in, always the same but for its dates, which are near today. */
#ifndef CORE_CRM_DEMO_H
#define CORE_CRM_DEMO_H

#include "core/crm/core.h"

/* Is the database set up and without records, as a set-up that was cut short leaves it? */
bool demo_fits(struct core *c);
/* Fill a fresh, set-up database. One change set, which cannot be undone by mistake. */
enum status demo_fill(struct core *c, struct error *err);

#endif
