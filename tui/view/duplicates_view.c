#include "tui/view/duplicates_view.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/crm/duplicates.h"
#include "core/crm/merge.h"
#include "tui/view/lines_screen.h"
#include "tui/widget/confirm.h"

enum { SHOWN = 300 };
enum { COMPANIES }; /* kept: companies rather than contacts */

static const struct entity *entity_of(const struct lines_screen *s)
{
	return model_entity(s->app->core->model, s->kept[COMPANIES] ? "companies" : "contacts");
}

static void load(struct lines_screen *s)
{
	struct duplicate_pair *pairs;
	struct error err = {0};
	int n = 0;
	if (duplicates_scan(s->app->core, entity_of(s), SHOWN, s->arena, &pairs, &n, &err) != ST_OK)
		ui_error(s->app->ui, &err);
	struct line *head = lines_add(&s->lines, LINE_HEADING);
	head->text = _(entity_of(s)->label_plural);
	head->right = arena_printf(s->arena, "%d", n);
	for (int i = 0; i < n; i++) {
		char ra[24], rb[24];
		struct line *it = lines_add(&s->lines, LINE_ROW);
		it->text = arena_printf(s->arena, "%s %s   ·   %s %s", pairs[i].a.title, record_reference(entity_of(s), pairs[i].a.num, ra),
			pairs[i].b.title, record_reference(entity_of(s), pairs[i].b.num, rb));
		it->right = pairs[i].a.why;
		it->what = &pairs[i];
	}
	if (!n)
		lines_add(&s->lines, LINE_TEXT)->text = _("No two records look like the same.");
}

static void merge_answered(void *arg, int answer)
{
	struct lines_screen *s = arg;
	const struct line *it = lines_selected(&s->lines);
	struct error err = {0};
	if (!answer || !it)
		return;
	const struct duplicate_pair *p = it->what;
	const struct id *keep = answer == 1 ? &p->a.id : &p->b.id, *lose = answer == 1 ? &p->b.id : &p->a.id;
	(void)app_done(s->app, merge_records(s->app->core, entity_of(s), keep, lose, &err), &err, "%s", _("Merged. u takes it back."));
}

static void open_pair(struct lines_screen *s, const struct line *it)
{
	const struct duplicate_pair *p = it->what;
	const char *text = arena_printf(s->arena, _("A keeps %s, B keeps %s. The other's values fill the gaps; its deals and activities move."),
		p->a.title, p->b.title);
	confirm_open(s->app->ui, &(struct confirm_spec){.title = _("Merge these two?"), .text = text, .key = 'A',
		.verb = _("keep the first"), .other_key = 'B', .other_verb = _("keep the second"), .done = merge_answered, .arg = s});
}

static const struct lines_screen_ops ops = {.name = "duplicates", .contexts = "list", .title = N_("Duplicates"), .max_cols = 120,
	.hides = LINES_HIDE, .load = load, .open = open_pair};

void duplicates_open(const struct command_call *call)
{
	bool companies = (call->args && strncmp(call->args, "comp", 4) == 0) || strncmp(call->screen->contexts, "companies", 9) == 0;
	struct lines_screen *s = lines_screen_open(app_of(call->ui), &ops);
	if (companies) {
		s->kept[COMPANIES] = 1;
		lines_screen_reload(s);
	}
}
