#include "tui/view/agenda.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "tui/view/lines_screen.h"

enum { DAYS = 14, EACH = 40 };

static const char *const columns[] = {"subject", "contact", "due_at"};

static void add(struct lines_screen *s, const char *title, const char *filter, const char *sort, const char *none, int max)
{
	struct lines_query q = {.title = title, .entity = "activities", .filter = filter, .sort = sort,
		.columns = {columns[0], columns[1], columns[2]}, .none = none, .max = max};
	lines_screen_add(s, &q);
}

static void load(struct lines_screen *s)
{
	const char *mine = s->kept[0] ? "" : "owner:me ";
	int64_t today = clock_today();
	add(s, _("Overdue"), arena_printf(s->arena, "%sstatus:planned due<today", mine), "due_at", NULL, EACH);
	for (int i = 0; i < DAYS; i++) {
		char iso[16];
		int y, m, d;
		clock_civil_from_days(today + i, &y, &m, &d);
		const char *day = arena_printf(s->arena, "%s %d %s", clock_weekday_short((int)((today + i + 3) % 7)), d, clock_month_short(m));
		const char *title = i == 0   ? arena_printf(s->arena, _("Today, %s"), day)
				    : i == 1 ? arena_printf(s->arena, _("Tomorrow, %s"), day) : day;
		add(s, title, arena_printf(s->arena, "%sstatus:planned due:%s", mine, clock_format_date(today + i, iso)), "due_at",
			i == 0 ? _("Nothing is due today.") : NULL, EACH);
	}
	add(s, _("Later"), arena_printf(s->arena, "%sstatus:planned due>=+%dd", mine, DAYS), "due_at", NULL, EACH);
	add(s, _("Without a date"), arena_printf(s->arena, "%sstatus:planned due:none", mine), "num", NULL, EACH);
}

static bool command(struct lines_screen *s, const char *id)
{
	if (strcmp(id, "agenda.everybody") != 0)
		return false;
	s->kept[0] = !s->kept[0];
	lines_screen_reload(s);
	return true;
}

static void paint_top(struct lines_screen *s, const struct canvas *c)
{
	int col = 1 + paint_text(c, 0, 1, c->at.cols - 2, ROLE_TITLE, ATTR_BOLD, _("Agenda")) + 2;
	(void)paint_text(c, 0, col, c->at.cols - col - 1, ROLE_DIM, 0, lines_screen_whose(s->kept[0]));
}

static const struct lines_screen_ops ops = {.name = "agenda", .contexts = "agenda activities log subject list", .title = N_("Agenda"),
	.max_cols = 110, .hides = LINES_HIDE, .records = true, .load = load, .paint_top = paint_top, .command = command};

void agenda_open(struct app *app)
{
	(void)lines_screen_open(app, &ops);
}
