/* Texts with variables: {{first_name}}, {{company.name}}, {{deal.value}}, {{me.full_name}}, {{sender.name}}, {{today}}; a bare name is the
 * contact's. {{first_name | there}} says what to write when there is none. Whatever a field may be is shown as people see it. */
#ifndef CORE_MAIL_TEMPLATE_H
#define CORE_MAIL_TEMPLATE_H

#include "core/crm/core.h"

/* Whom and what it speaks of; nil: nobody. The contact's company is taken when none is given. */
struct template_about {
	struct id contact, company, deal;
	const char *sender_name, *sender_email; /* NULL: none */
};

/* ST_INVALID, naming `field`, for a variable that does not exist or braces that do not close. */
enum status template_check(struct core *c, const char *text, const char *field, struct error *err);
/* The variables of a text that are not in `seen` yet are added to it: "first_name, company.name". */
void template_variables(const char *text, struct buf *seen);
/* The text filled in, with values escaped for HTML where `html`; *missing names the variables that had neither value nor fallback ("" when
 * none). Fields that the person may not see have no value. Arena memory. */
enum status template_fill(struct core *c, const char *text, const struct template_about *about, bool html, struct arena *a, const char **out,
	const char **missing, struct error *err);

#endif
