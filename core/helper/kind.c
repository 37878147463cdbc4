#include "core/helper/kind.h"

#include <string.h>

#include "core/automation/webhook.h"
#include "core/billing/stripe.h"
#include "core/mail/news.h"
#include "core/mail/outbox.h"

const struct job_kind *job_kind_named(const char *name)
{
	static const struct job_kind *const kinds[] = {&webhook_kind, &webhook_test_kind, &mail_kind, &mail_news_kind, &stripe_kind, &stripe_events_kind};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	return NULL;
}
