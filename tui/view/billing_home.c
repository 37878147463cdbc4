/* The money on the first page: what was earned, what is due by age, and the invoices that are late. */
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/billing/figures.h"
#include "core/billing/stripe.h"
#include "core/security/access.h"
#include "tui/view/billing_view.h"
#include "tui/view/lines_screen.h"

enum { LATE_MOST = 6 };

struct section {
	struct lines_screen *s;
	bool begun;
};

static struct line *row(struct section *k, const char *text, const char *entity, const char *filter)
{
	struct lines_screen *s = k->s;
	if (!k->begun) {
		if (s->lines.n)
			lines_add(&s->lines, LINE_BLANK);
		lines_add(&s->lines, LINE_HEADING)->text = _("Money");
		k->begun = true;
	}
	struct line *it = lines_add(&s->lines, LINE_ROW);
	it->text = text;
	it->what = model_entity(s->app->core->model, entity);
	it->from = filter;
	return it;
}

static const char *money(struct section *k, int64_t minor, const char *currency)
{
	return money_format(k->s->arena, minor, currency, true);
}

static void add_revenue(struct section *k)
{
	struct arena *a = k->s->arena;
	struct revenue *list;
	int n = 0;
	if (figures_revenue(k->s->app->core, a, &list, &n, NULL) != ST_OK)
		return;
	for (int i = 0; i < n; i++) {
		const struct revenue *r = &list[i];
		if (!r->month && !r->year && !r->before)
			continue;
		struct line *it = row(k, _("Invoiced this month"), "invoices", arena_printf(a, "issue_date:month -status:draft%s%s", n > 1 ? " currency:" : "", n > 1 ? r->currency : ""));
		it->right = money(k, r->month, r->currency);
		if (r->received)
			it->middle = arena_printf(a, _("received %s"), money(k, r->received, r->currency));
		it = row(k, _("Invoiced this year"), "invoices", arena_printf(a, "issue_date:year -status:draft%s%s", n > 1 ? " currency:" : "", n > 1 ? r->currency : ""));
		it->right = money(k, r->year, r->currency);
		if (r->before)
			it->middle = arena_printf(a, _("%s by this time last year"), money(k, r->before, r->currency));
	}
}

static void add_recurring(struct section *k)
{
	struct recurring *list;
	int n = 0;
	if (figures_recurring(k->s->app->core, k->s->arena, &list, &n, NULL) != ST_OK)
		return;
	for (int i = 0; i < n; i++) {
		if (!list[i].count)
			continue;
		struct line *it = row(k, _("Recurring, a month"), "subscriptions", "status:active,trialing,past_due");
		it->right = money(k, list[i].mrr, list[i].currency);
		it->middle = arena_printf(k->s->arena, i18n_plural("%lld subscription", "%lld subscriptions", (long)list[i].count), (long long)list[i].count);
	}
}

static void add_due(struct section *k)
{
	struct ageing *list;
	struct arena *a = k->s->arena;
	int n = 0;
	if (figures_ageing(k->s->app->core, a, &list, &n, NULL) != ST_OK)
		return;
	for (int i = 0; i < n; i++)
		for (int age = 0; age < AGES; age++) {
			if (!list[i].count[age])
				continue;
			const char *filter = age_filter(age, a);
			struct line *it = row(k, age == AGE_NOT_DUE ? _("To come in, not late") : arena_printf(a, _("Due, %s"), age_label(age)), "invoices",
				n > 1 ? arena_printf(a, "%s currency:%s", filter, list[i].currency) : filter);
			it->right = money(k, list[i].minor[age], list[i].currency);
			it->right_role = age == AGE_NOT_DUE ? ROLE_TEXT : ROLE_OVERDUE;
			it->middle = arena_printf(a, i18n_plural("%lld invoice", "%lld invoices", (long)list[i].count[age]), (long long)list[i].count[age]);
		}
}

void billing_home(struct lines_screen *s)
{
	struct section k = {.s = s};
	struct core *c = s->app->core;
	if (access_scope(c, model_entity(c->model, "invoices"), ACT_READ) == SCOPE_NONE)
		return;
	add_revenue(&k);
	add_recurring(&k);
	add_due(&k);
	lines_screen_add(s, &(struct lines_query){.title = _("Overdue invoices"), .entity = "invoices", .filter = "status:overdue", .sort = "due_date",
		.columns = {"number", "company", "due", "due_date"}, .max = LATE_MOST});
}
