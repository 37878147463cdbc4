#include "tui/view/home.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/crm/query.h"
#include "core/crm/undo.h"
#include "tui/view/lines_screen.h"

enum { EACH = 12 };
enum { OPEN, WON }; /* sums shown at the top, read with the lines */

/* What a rep should look at, best first. */
static const struct lines_query sections[] = {
	{N_("Overdue"), "activities", "owner:me status:planned due<now", "due_at", {"subject", "contact", "due_at"}, NULL, EACH},
	{N_("Today"), "activities", "owner:me status:planned due:today due>=now", "due_at", {"subject", "contact", "due_at"},
		N_("Nothing else is due today."), EACH},
	{N_("Closing within two weeks"), "deals", "owner:me status:open close<+14d", "close", {"title", "company", "value"}, NULL, EACH},
	{N_("Without a next step"), "deals", "owner:me status:open next:none", "-value", {"title", "company", "value"}, NULL, EACH},
	{N_("Rotting: three weeks in the same stage"), "deals", "owner:me status:open stage_entered_at<-21d", "-value",
		{"title", "stage", "value"}, NULL, EACH},
	{N_("Next seven days"), "activities", "owner:me status:planned due>today due<+7d", "due_at", {"subject", "contact", "due_at"}, NULL,
		EACH},
};

static void add_changes(struct lines_screen *s)
{
	struct change_set *list;
	int n;
	if (changes_recent(s->app->core, clock_now() - CLOCK_DAY, 8, s->arena, &list, &n, NULL) != ST_OK || !n)
		return;
	lines_add(&s->lines, LINE_BLANK);
	lines_add(&s->lines, LINE_HEADING)->text = _("Changed since yesterday");
	for (int i = 0; i < n; i++) {
		struct line *it = lines_add(&s->lines, LINE_TEXT);
		it->text = arena_printf(s->arena, "%s  %s%s", clock_human_ago(s->arena, list[i].at), list[i].label,
			list[i].undone_by ? _("  (undone)") : "");
		it->role = list[i].undone_by ? ROLE_DIM : ROLE_TEXT;
	}
}

static int64_t sum(struct core *c, const char *filter, struct arena *a)
{
	struct total *totals;
	int n;
	struct query q = {.entity = model_entity(c->model, "deals"), .filter = filter};
	if (query_totals(c, &q, "value", a, &totals, &n, NULL) != ST_OK)
		return 0;
	for (int i = 0; i < n; i++)
		if (strcmp(totals[i].currency, c->currency) == 0)
			return totals[i].minor;
	return 0;
}

static void load(struct lines_screen *s)
{
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
		struct lines_query q = sections[i];
		q.title = _(q.title);
		q.none = q.none ? _(q.none) : NULL;
		lines_screen_add(s, &q);
	}
	add_changes(s);
	s->kept[OPEN] = sum(s->app->core, "owner:me status:open", s->arena);
	s->kept[WON] = sum(s->app->core, "owner:me status:won won_at:month", s->arena);
}

static void paint_top(struct lines_screen *s, const struct canvas *c)
{
	struct core *core = s->app->core;
	struct civil now = clock_local(clock_now());
	const char *day = arena_printf(c->scratch, "%s %d %s", clock_weekday_short(now.weekday), now.day, clock_month_short(now.month));
	const char *money = arena_printf(c->scratch, _("open %s · won this month %s"),
		money_format(c->scratch, s->kept[OPEN], core->currency, true),
		money_format(c->scratch, s->kept[WON], core->currency, true));
	int used = paint_right(c, 0, 0, c->at.cols - 1, ROLE_DIM, 0, money);
	(void)paint_text(c, 0, 1, c->at.cols - used - 3, ROLE_TITLE, ATTR_BOLD, day);
}

static const struct lines_screen_ops ops = {.name = "home", .contexts = "home subject list", .title = N_("Home"), .max_cols = 110,
	.records = true, .load = load, .paint_top = paint_top};

void home_open(struct app *app)
{
	(void)lines_screen_open(app, &ops);
}
