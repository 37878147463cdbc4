#include "tui/view/home.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/crm/pipeline.h"
#include "core/crm/query.h"
#include "core/crm/store.h"
#include "core/crm/undo.h"
#include "tui/view/billing_view.h"
#include "tui/view/imports_view.h"
#include "tui/view/lines_screen.h"

enum { EACH = 12, ROTTING_EACH = 12 };
enum { OPEN, WON, EVERYBODY }; /* kept: the sums shown at the top, read with the lines; whose lines */

enum { AN_IMPORT = 1 };               /* field of a line: opens the imports */

/* What a rep should look at, best first; hers, or everybody's. */
static const struct lines_query before[] = {
	{N_("Overdue"), "activities", "status:planned due<now", "due_at", {"subject", "contact", "due_at"}, .max = EACH},
	{N_("Today"), "activities", "status:planned due:today due>=now", "due_at", {"subject", "contact", "due_at"},
		N_("Nothing else is due today."), .max = EACH},
	{N_("Closing within two weeks"), "deals", "status:open close<+14d", "close", {"title", "company", "value", "expected_close_date"},
		.max = EACH},
	{N_("Without a next step"), "deals", "status:open next:none", "-value", {"title", "company", "value"}, .max = EACH},
};
static const struct lines_query after[] = {
	{N_("Next seven days"), "activities", "status:planned due>today due<+7d", "due_at", {"subject", "contact", "due_at"}, .max = EACH},
};

static const char *of_whom(struct lines_screen *s, const char *filter)
{
	return s->kept[EVERYBODY] ? filter : arena_printf(s->arena, "owner:me %s", filter);
}

static void add_sections(struct lines_screen *s, const struct lines_query *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct lines_query q = list[i];
		q.title = _(q.title);
		q.none = q.none ? _(q.none) : NULL;
		q.filter = of_whom(s, q.filter);
		lines_screen_add(s, &q);
	}
}

/* Each stage has its own limit, as on the board. */
static void add_rotting(struct lines_screen *s)
{
	struct pipeline *list;
	int n;
	if (pipelines_load(s->app->core, s->arena, &list, &n, NULL) != ST_OK)
		return;
	size_t start = s->lines.n;
	if (start)
		lines_add(&s->lines, LINE_BLANK);
	size_t head = s->lines.n;
	lines_add(&s->lines, LINE_HEADING)->text = _("Rotting: too long in the same stage");
	for (int i = 0; i < n; i++) {
		for (int k = 0; k < list[i].n_stages; k++) {
			const struct stage *g = &list[i].stages[k];
			if (strcmp(g->type, "open") != 0 || g->rot_days <= 0)
				continue;
			const char *filter = of_whom(s, arena_printf(s->arena, "status:open stage_entered_at<-%lldd", (long long)g->rot_days));
			lines_screen_add(s, &(struct lines_query){.entity = "deals", .sort = "-value", .filter = filter,
				.columns = {"title", "stage", "value", "stage_entered_at"}, .max = ROTTING_EACH, .scope = "stage",
				.scope_id = g->id, .whole = arena_printf(s->arena, "%s stage=\"%s\"", filter, g->name)});
		}
	}
	int64_t count = 0;
	bool more = false;
	for (size_t i = head + 1; i < s->lines.n; i++) {
		count += s->lines.items[i].num != 0;
		more = more || !s->lines.items[i].num;
	}
	if (count)
		s->lines.items[head].right = arena_printf(s->arena, "%s%s", number_format(s->arena, count), more ? "+" : "");
	else
		s->lines.n = start;
}

static void add_changes(struct lines_screen *s)
{
	struct core *c = s->app->core;
	struct change_set *list;
	int n;
	if (changes_recent(c, clock_now() - CLOCK_DAY, 8, s->arena, &list, &n, NULL) != ST_OK || !n)
		return;
	if (s->lines.n)
		lines_add(&s->lines, LINE_BLANK);
	lines_add(&s->lines, LINE_HEADING)->text = _("Changed since yesterday");
	for (int i = 0; i < n; i++) {
		struct line *it = lines_add(&s->lines, LINE_ROW);
		const struct entity *e = NULL;
		struct record *r;
		bool many = strcmp(list[i].kind, "bulk") == 0 || strcmp(list[i].kind, "import") == 0;
		it->text = arena_printf(s->arena, "%s%s", list[i].label, list[i].undone_by ? _("  (undone)") : "");
		it->role = list[i].undone_by ? ROLE_DIM : ROLE_TEXT;
		it->right = clock_human_ago(s->arena, list[i].at);
		it->num = many ? 0 : changes_subject(c, list[i].num, s->arena, &e);
		it->what = e;
		it->field = strcmp(list[i].kind, "import") == 0 ? AN_IMPORT : 0;
		if (it->num && store_load_num(c, e, it->num, s->arena, &r, NULL) == ST_OK) {
			const char *title = store_title(c, e, &r->id, s->arena);
			it->middle = strstr(it->text, title) ? NULL : title;
		}
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
	add_sections(s, before, sizeof before / sizeof *before);
	billing_home(s);
	add_rotting(s);
	add_sections(s, after, sizeof after / sizeof *after);
	add_changes(s);
	s->kept[OPEN] = sum(s->app->core, of_whom(s, "status:open"), s->arena);
	s->kept[WON] = sum(s->app->core, of_whom(s, "status:won won_at:month"), s->arena);
}

static void paint_top(struct lines_screen *s, const struct canvas *c)
{
	struct core *core = s->app->core;
	struct civil now = clock_local(clock_now());
	const char *day = arena_printf(c->scratch, "%s %d %s", clock_weekday_short(now.weekday), now.day, clock_month_short(now.month));
	const char *money = arena_printf(c->scratch, _("open %s · won this month %s"),
		money_format(c->scratch, s->kept[OPEN], core->currency, true),
		money_format(c->scratch, s->kept[WON], core->currency, true));
	int used = paint_right(c, 0, 0, c->at.cols - 1, ROLE_DIM, 0, money), room = c->at.cols - used - 3;
	int col = 1 + paint_text(c, 0, 1, room, ROLE_TITLE, ATTR_BOLD, day) + 2;
	(void)paint_text(c, 0, col, room - col, ROLE_DIM, 0, lines_screen_whose(s->kept[EVERYBODY]));
}

static void open_line(struct lines_screen *s, const struct line *it)
{
	if (it->field == AN_IMPORT)
		imports_open(s->app);
	else
		lines_screen_follow(s, it);
}

static bool command(struct lines_screen *s, const char *id)
{
	if (strcmp(id, "home.everybody") != 0)
		return false;
	s->kept[EVERYBODY] = !s->kept[EVERYBODY];
	lines_screen_reload(s);
	return true;
}

static const struct lines_screen_ops ops = {.name = "home", .contexts = "home log subject list", .title = N_("Home"), .max_cols = 110,
	.hides = LINES_HIDE, .records = true, .load = load, .open = open_line, .paint_top = paint_top, .command = command};

void home_open(struct app *app)
{
	(void)lines_screen_open(app, &ops);
}
