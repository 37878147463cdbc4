#include "tui/view/imports_view.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/crm/imports.h"
#include "tui/view/import_report_view.h"
#include "tui/view/lines_screen.h"
#include "tui/widget/confirm.h"

enum { SHOWN = 200 };

static void load(struct lines_screen *v)
{
	struct import_entry *list;
	struct error err = {0};
	int n = 0;
	if (imports_list(v->app->core, SHOWN, v->arena, &list, &n, &err) != ST_OK)
		ui_error(v->app->ui, &err);
	for (int i = 0; i < n; i++) {
		const struct import_entry *e = &list[i];
		const struct entity *entity = model_entity(v->app->core->model, e->entity);
		struct line *it = lines_add(&v->lines, LINE_ROW);
		it->text = arena_printf(v->arena, "%s  %s", clock_human_instant(v->arena, e->at), e->file);
		it->middle = entity ? _(entity->label_plural) : e->entity;
		it->right = e->undone ? _("taken back")
				      : arena_printf(v->arena, _("%s rows, %s new, %s changed"), number_format(v->arena, e->rows),
						number_format(v->arena, e->created), number_format(v->arena, e->updated));
		it->role = e->undone ? ROLE_DIM : ROLE_TEXT;
		it->num = e->num;
	}
	if (!n) {
		struct line *none = lines_add(&v->lines, LINE_TEXT);
		none->text = _("Nothing was imported yet. I imports a file.");
		none->role = ROLE_DIM;
	}
}

static void revert_answered(void *arg, int answer)
{
	struct lines_screen *v = arg;
	struct undo_report rep = {0};
	struct error err = {0};
	if (!answer)
		return;
	enum status st = imports_revert(v->app->core, v->kept[0], &rep, &err);
	if (app_done(v->app, st, &err, _("Taken back: %lld changes. C-r does it again."), (long long)rep.done) && rep.kept)
		ui_toast(v->app->ui, TOAST_WARN, _("Taken back, but for what was changed since: %s"), rep.kept_what);
}

static void ask_revert(struct lines_screen *v)
{
	const struct line *it = lines_selected(&v->lines);
	if (!it)
		return;
	v->kept[0] = it->num;
	confirm_open(v->app->ui, &(struct confirm_spec){.title = _("Take this import back?"),
		.text = _("What it made goes, what it changed is as before; what people changed since stays."), .key = 'T',
		.verb = _("take back"), .done = revert_answered, .arg = v});
}

static void open_report(struct lines_screen *v, const struct line *it)
{
	import_report_show_stored(v->app, it->num);
}

static bool command(struct lines_screen *v, const char *id)
{
	if (strcmp(id, "imports.revert") != 0)
		return false;
	ask_revert(v);
	return true;
}

static const struct lines_screen_ops ops = {.name = "imports", .contexts = "imports list", .title = N_("Imports"), .max_cols = 120,
	.hides = LINES_HIDE, .load = load, .open = open_report, .command = command};

void imports_open(struct app *app)
{
	(void)lines_screen_open(app, &ops);
}
