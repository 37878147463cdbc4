#include "tui/view/import_report_view.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/money.h"
#include "core/crm/imports.h"
#include "tui/widget/pager.h"

static void count_line(struct styled *t, const char *what, int64_t n, enum role role)
{
	struct arena *a = arena_new();
	if (n)
		styled_format(t, role, "  %10s  %s\n", number_format(a, n), what);
	arena_free(&a);
}

static void show(struct app *app, const struct import_report *r, const char *first)
{
	static const char *const ends[IMPORT_CELL_ENDS] = {N_("cells in a field"), N_("cells in notes"), N_("cells in custom fields"),
		N_("empty cells"), N_("cells skipped by choice"), N_("cells kept as they were in the record"),
		N_("cells refused by their field, kept in the notes"), N_("cells of rows that make no record")};
	struct styled t = {0};
	struct arena *a = arena_new();
	styled_format(&t, ROLE_TITLE, "%s\n\n", first);
	for (int i = 0; i < r->n_made; i++) {
		const struct import_made *m = &r->made[i];
		styled_format(&t, ROLE_HEADER, "%s\n", _(m->entity->label_plural));
		count_line(&t, C_("report", "new"), m->created, ROLE_OK);
		count_line(&t, _("completed or changed"), m->updated, ROLE_TEXT);
		count_line(&t, _("were there already"), m->unchanged, ROLE_TEXT);
		count_line(&t, _("left alone"), m->skipped, ROLE_DIM);
	}
	styled_format(&t, ROLE_HEADER, "\n%s\n", _("Every cell of the file"));
	for (int i = 0; i < IMPORT_CELL_ENDS; i++)
		count_line(&t, _(ends[i]), r->cells[i], i >= IMPORT_CELL_REFUSED ? ROLE_WARN : ROLE_TEXT);
	if (r->n_issues)
		styled_format(&t, ROLE_HEADER, "\n%s\n", _("To look at"));
	for (int i = 0; i < r->n_issues; i++) {
		styled_format(&t, ROLE_LABEL, _("  line %ld, %s: "), r->issue[i].line, r->issue[i].column);
		styled_format(&t, ROLE_TEXT, _("“%s”  "), r->issue[i].value);
		styled_format(&t, ROLE_DIM, "%s\n", r->issue[i].reason);
	}
	if (r->issues > r->n_issues)
		styled_format(&t, ROLE_DIM, _("  … and %s more\n"), number_format(a, r->issues - r->n_issues));
	arena_free(&a);
	(void)pager_open(app->ui, r->dry ? _("Trial import") : _("Import report"), &t, false);
}

void import_report_show(struct app *app, const struct import_report *r)
{
	show(app, r, r->dry ? _("A trial: nothing was written.") : _("Imported. u takes all of it back, now or later."));
}

static int64_t number(const struct cJSON *o, const char *key)
{
	int64_t n = 0;
	(void)json_int(json_get(o, key), &n);
	return n;
}

static const char *text(const struct cJSON *o, const char *key)
{
	const char *s = json_text(json_get(o, key));
	return s ? s : "";
}

/* The texts stay the document's. */
static void read_report(struct core *c, const struct cJSON *doc, struct arena *a, struct import_report *r)
{
	static const char *const ends[IMPORT_CELL_ENDS] = {"field", "note", "custom_field", "empty", "skipped", "kept", "refused", "lost"};
	const struct cJSON *issues = json_get(doc, "issues"), *cells = json_get(doc, "cells");
	r->rows = number(doc, "rows");
	r->issues = number(doc, "issue_count");
	for (const struct cJSON *m = json_first(json_get(doc, "records")); m && r->n_made < IMPORT_KINDS; m = json_next(m)) {
		const struct entity *e = model_entity(c->model, json_name(m));
		if (e)
			r->made[r->n_made++] = (struct import_made){e, number(m, "created"), number(m, "updated"), number(m, "unchanged"),
				number(m, "skipped")};
	}
	for (int i = 0; i < IMPORT_CELL_ENDS; i++)
		r->cells[i] = number(cells, ends[i]);
	r->issue = arena_alloc(a, IMPORT_ISSUES * sizeof *r->issue);
	for (const struct cJSON *m = json_first(issues); m && r->n_issues < IMPORT_ISSUES; m = json_next(m))
		r->issue[r->n_issues++] = (struct import_issue){(long)number(m, "line"), text(m, "column"), text(m, "value"), text(m, "reason")};
}

void import_report_show_stored(struct app *app, int64_t num)
{
	struct arena *a = arena_new();
	struct import_entry e;
	struct import_report r = {0};
	struct cJSON *doc = NULL;
	struct error err = {0};
	const char *report = "", *mapping;
	enum status st = imports_get(app->core, num, a, &e, &err);
	if (st == ST_OK)
		st = imports_report(app->core, num, a, &report, &mapping, &err);
	if (st == ST_OK && !*report)
		st = error_set(&err, ST_NOT_FOUND, _("Nothing was written down about this import."));
	if (st == ST_OK && (st = json_parse(report, strlen(report), &doc, &err)) == ST_OK) {
		read_report(app->core, doc, a, &r);
		show(app, &r, arena_printf(a, _("%s, %s, %s rows, by %s%s"), e.file, clock_human_instant(a, e.at), number_format(a, e.rows),
			e.who ? e.who : "—", e.undone ? _(". Taken back.") : ""));
	}
	if (st != ST_OK)
		ui_error(app->ui, &err);
	json_free(&doc);
	arena_free(&a);
}
