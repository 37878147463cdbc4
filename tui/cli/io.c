/* Files in and out: import, the list of imports, export. */
#include "tui/cli/io.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/crm/export.h"
#include "core/crm/import.h"
#include "core/crm/imports.h"
#include "tui/cli/output.h"

static const char import_usage[] =
	"import FILE… [--as ENTITY] [--preset NAME] [--map 'Header=field']… [--dates dmy|mdy] [--decimal comma|point] [--currency EUR] "
	"[--duplicates update-empty|update|skip|create] [--pipeline NAME] [--system NAME] [--dry-run] [--json]";

enum { MAX_MAPS = 256, SHOWN_ISSUES = 10 };

struct import_command {
	struct import_options o;
	const char *map[MAX_MAPS];
	int n_maps;
	bool dry;
};

static int wrong(struct cli *cli, const char *option, const char *value, const char *choices)
{
	error_set(&cli->err, ST_USAGE, _("--%s does not take “%s”."), option, value);
	error_hint(&cli->err, _("Choose one of: %s"), choices);
	return cli_fail(cli);
}

/* 0, or the exit code. */
static int read_options(struct cli *cli, int *argc, char **argv, struct import_command *cmd)
{
	const char *dates = cli_option(argc, argv, "dates"), *decimal = cli_option(argc, argv, "decimal");
	const char *duplicates = cli_option(argc, argv, "duplicates"), *map;
	cmd->o.entity = cli_option(argc, argv, "as");
	cmd->o.preset = cli_option(argc, argv, "preset");
	cmd->o.currency = cli_option(argc, argv, "currency");
	cmd->o.pipeline = cli_option(argc, argv, "pipeline");
	cmd->o.system = cli_option(argc, argv, "system");
	cmd->o.dates = DATE_AMBIGUOUS;
	cmd->dry = cli_flag(argc, argv, "dry-run");
	while (cmd->n_maps < MAX_MAPS && (map = cli_option(argc, argv, "map")) != NULL)
		cmd->map[cmd->n_maps++] = map;
	if (dates && strcmp(dates, "dmy") != 0 && strcmp(dates, "mdy") != 0)
		return wrong(cli, "dates", dates, "dmy, mdy");
	if (dates)
		cmd->o.dates = *dates == 'd' ? DATE_DAY_FIRST : DATE_MONTH_FIRST;
	if (decimal && strcmp(decimal, "comma") != 0 && strcmp(decimal, "point") != 0)
		return wrong(cli, "decimal", decimal, "comma, point");
	if (decimal)
		cmd->o.decimal = *decimal == 'c' ? ',' : '.';
	if (cmd->o.currency && !money_find_currency(cmd->o.currency))
		return wrong(cli, "currency", cmd->o.currency, "EUR, USD, GBP…");
	if (cmd->o.currency)
		cmd->o.currency = money_find_currency(cmd->o.currency);
	if (duplicates && !import_duplicates_find(duplicates, &cmd->o.duplicates))
		return wrong(cli, "duplicates", duplicates, "update-empty, update, skip, create");
	for (int i = 0; i < *argc; i++)
		if (strncmp(argv[i], "--", 2) == 0)
			return cli_usage(cli, import_usage);
	return *argc ? 0 : cli_usage(cli, import_usage);
}

/* "Header=target"; the header may hold "=" itself, the target never does. */
static bool apply_map(struct cli *cli, struct import_plan *p, const struct import_command *cmd, int i)
{
	char *text = arena_strdup(cli->arena, cmd->map[i]), *eq = strrchr(text, '=');
	if (!eq) {
		error_set(&cli->err, ST_USAGE, _("“%s” should be Header=field."), text);
		return false;
	}
	*eq = '\0';
	int column = import_find_column(p, text_trim(cli->arena, text));
	if (column < 0)
		return true;
	return import_set_target(p, column, eq + 1, &cli->err) == ST_OK;
}

/* Reports */

static const char *entity_count(struct cli *cli, const struct import_made *m)
{
	struct arena *a = cli->arena;
	struct buf b = {0};
	buf_printf(&b, _("%s: "), _(m->entity->label_plural));
	const char *sep = "";
	const struct {
		int64_t n;
		const char *word;
	} part[] = {{m->created, _("%s added")}, {m->updated, _("%s brought up to date")}, {m->unchanged, _("%s there already")},
		{m->skipped, _("%s skipped")}};
	for (size_t i = 0; i < sizeof part / sizeof *part; i++)
		if (part[i].n) {
			buf_puts(&b, sep);
			buf_printf(&b, part[i].word, number_format(a, part[i].n));
			sep = ", ";
		}
	if (!*sep)
		buf_puts(&b, _("nothing new"));
	const char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static void print_cells(struct cli *cli, const struct import_report *r)
{
	static const char *const words[IMPORT_CELL_ENDS] = {N_("%s in fields"), N_("%s in notes"), N_("%s in custom fields"), N_("%s empty"),
		N_("%s skipped"), N_("%s kept as they were"), N_("%s refused (kept in notes)"), N_("%s not imported")};
	const char *sep = "";
	(void)printf("  %s ", _("Cells:"));
	for (int i = 0; i < IMPORT_CELL_ENDS; i++)
		if (r->cells[i]) {
			(void)printf("%s", sep);
			(void)printf(_(words[i]), number_format(cli->arena, r->cells[i]));
			sep = ", ";
		}
	(void)putchar('\n');
}

/* One line for each column that made trouble: how often, and the first time. */
static void print_issues(struct cli *cli, const struct import_report *r)
{
	for (int i = 0; i < r->n_troubles && i < SHOWN_ISSUES; i++) {
		const struct import_trouble *t = &r->trouble[i];
		(void)printf("  %s%s", text_clean(cli->arena, t->column), *t->column ? ": " : "");
		if (t->count > 1)
			(void)printf(_("%s times, first in line %ld: "), number_format(cli->arena, t->count), t->first->line);
		else
			(void)printf(_("line %ld: "), t->first->line);
		(void)printf("%s", text_clean(cli->arena, t->first->reason));
		if (!strstr(t->first->reason, t->first->value))
			(void)printf(" (%s)", text_clean(cli->arena, t->first->value));
		(void)putchar('\n');
	}
	if (r->issues > r->n_troubles)
		(void)printf(r->number ? _("  All of them: simplix imports show %lld\n") : _("  All of them: add --json\n"), (long long)r->number);
}

static void print_mapping(struct cli *cli, const struct import_plan *p)
{
	for (int i = 0; i < import_columns(p); i++) {
		const struct import_column *c = import_column(p, i);
		const char *what = c->profile.kind == COLUMN_EMPTY ? _("(empty)") : import_target_label(p, i, cli->arena);
		const char *header = text_clip(cli->arena, c->header, 30);
		(void)printf("  %s%*s → %s\n", header, 30 - text_width(header), "", text_clean(cli->arena, what));
	}
}

static void print_report(struct cli *cli, const struct import_plan *p, const struct import_report *r)
{
	const char *preset = import_preset_label(p);
	(void)printf(_("%s: "), text_clean(cli->arena, import_file(p)));
	(void)printf(i18n_plural("%lld row", "%lld rows", (long)r->rows), (long long)r->rows);
	(void)printf(", %s%s%s\n", import_written(p, cli->arena), preset ? ", " : "", preset ? preset : "");
	if (r->dry)
		print_mapping(cli, p);
	for (int i = 0; i < r->n_made; i++)
		(void)printf("  %s\n", entity_count(cli, &r->made[i]));
	for (int i = 0; i < r->n_new_fields; i++)
		(void)printf(i ? ", %s" : _("  New fields: %s"), text_clean(cli->arena, r->new_fields[i]));
	if (r->n_new_fields)
		(void)putchar('\n');
	if (r->pipeline) {
		(void)printf(_("  Pipeline: %s"), text_clean(cli->arena, r->pipeline));
		(void)putchar('\n');
	}
	print_cells(cli, r);
	print_issues(cli, r);
	if (r->dry)
		(void)printf("  %s\n", _("A dry run: nothing was changed."));
	else if (r->number)
		(void)printf(_("  simplix imports revert %lld takes it back.\n"), (long long)r->number);
}

static bool show_progress(void *arg, int64_t done, int64_t rows)
{
	struct cli *cli = arg;
	if (!cli->quiet && done % 8192 == 0)
		(void)fprintf(stderr, "\r%s / %s\033[K", number_format(cli->arena, done), number_format(cli->arena, rows));
	return true;
}

/* Before anything is written: every --map must mean a column of some file. 0, or the exit code. */
static int check_maps(struct cli *cli, struct core *c, const struct import_command *cmd, char **path, int n)
{
	bool used[MAX_MAPS] = {false};
	for (int k = 0; cmd->n_maps && k < n; k++) {
		struct import_plan *p;
		if (import_open(c, path[k], &cmd->o, &p, &cli->err) != ST_OK)
			return cli_fail(cli);
		for (int i = 0; i < cmd->n_maps; i++) {
			const char *eq = strrchr(cmd->map[i], '=');
			const char *header = eq ? text_trim(cli->arena, arena_strndup(cli->arena, cmd->map[i], (size_t)(eq - cmd->map[i]))) : "";
			used[i] = used[i] || (eq && import_find_column(p, header) >= 0);
		}
		import_close(&p);
	}
	for (int i = 0; i < cmd->n_maps; i++)
		if (!used[i]) {
			if (strchr(cmd->map[i], '='))
				error_set(&cli->err, ST_USAGE, _("No file has a column for --map “%s”."), cmd->map[i]);
			else
				error_set(&cli->err, ST_USAGE, _("“%s” should be Header=field."), cmd->map[i]);
			error_hint(&cli->err, _("Nothing was imported. A dry run lists the columns: add --dry-run, without --map."));
			return cli_fail(cli);
		}
	return 0;
}

static int import_one(struct cli *cli, struct core *c, struct import_command *cmd, const char *path, struct json_out *json)
{
	struct import_plan *p;
	struct import_report *r;
	bool tty = isatty(STDERR_FILENO);
	struct import_progress progress = {show_progress, cli};
	enum status st = import_open(c, path, &cmd->o, &p, &cli->err);
	if (st != ST_OK)
		return cli_fail(cli);
	for (int i = 0; st == ST_OK && i < cmd->n_maps; i++)
		if (!apply_map(cli, p, cmd, i))
			st = cli->err.code;
	if (st == ST_OK)
		st = import_run(p, cmd->dry, tty ? &progress : NULL, &r, &cli->err);
	if (tty && import_rows(p) >= 8192 && !cli->quiet)
		(void)fputs("\r\033[K", stderr);
	if (st == ST_OK && json)
		import_report_json(r, json);
	else if (st == ST_OK && !cli->quiet)
		print_report(cli, p, r);
	import_close(&p);
	if (st != ST_OK)
		return cli_fail(cli);
	import_report_free(&r);
	return 0;
}

int cli_import(struct cli *cli, int argc, char **argv)
{
	struct import_command cmd = {0};
	struct buf b = {0};
	struct json_out w;
	bool json = cli_json(cli);
	int code = read_options(cli, &argc, argv, &cmd);
	if (code)
		return code;
	struct core *c = cli_core(cli);
	if (!c)
		return cli_fail(cli);
	if ((code = check_maps(cli, c, &cmd, argv, argc)) != 0)
		return code;
	if (cmd.dry && argc > 1 && import_rehearse(c, &cmd.o.rehearsal, &cli->err) != ST_OK)
		return cli_fail(cli);
	json_begin(&w, &b, cli->format == OUT_JSON);
	json_array(&w);
	for (int i = 0; code == 0 && i < argc; i++)
		code = import_one(cli, c, &cmd, argv[i], json ? &w : NULL);
	json_array_end(&w);
	import_rehearse_end(&cmd.o.rehearsal);
	if (json) {
		print_data(cli, buf_str(&b));
		(void)putchar('\n');
	}
	buf_free(&b);
	return code;
}

/* The list of imports */

static void entry_json(const struct import_entry *e, struct json_out *w)
{
	char iso[32];
	json_object(w);
	json_key(w, "import");
	json_num(w, e->num);
	json_key(w, "at");
	json_str(w, clock_format_instant(e->at, iso));
	json_key(w, "by");
	json_str(w, e->who);
	json_key(w, "file");
	json_str(w, e->file);
	json_key(w, "entity");
	json_str(w, e->entity);
	json_key(w, "preset");
	json_str(w, e->preset);
	json_key(w, "change");
	json_num(w, e->set);
	json_key(w, "rows");
	json_num(w, e->rows);
	json_key(w, "created");
	json_num(w, e->created);
	json_key(w, "updated");
	json_num(w, e->updated);
	json_key(w, "skipped");
	json_num(w, e->skipped);
	json_key(w, "failed");
	json_num(w, e->failed);
	json_key(w, "reverted");
	json_bool(w, e->undone);
	json_object_end(w);
}

static int list(struct cli *cli, struct core *c)
{
	struct import_entry *e;
	int n;
	if (imports_list(c, 200, cli->arena, &e, &n, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (cli_json(cli)) {
		struct buf b = {0};
		struct json_out w;
		json_begin(&w, &b, true);
		json_array(&w);
		for (int i = 0; i < n; i++)
			entry_json(&e[i], &w);
		json_array_end(&w);
		print_data(cli, buf_str(&b));
		(void)putchar('\n');
		buf_free(&b);
		return 0;
	}
	const char *titles[] = {"#", _("When"), _("Who"), _("File"), _("Kind"), _("Rows"), _("Added"), _("Updated"), _("Unchanged"),
		_("Refused"), ""};
	const bool right[] = {true, false, false, false, false, true, true, true, true, true, false};
	struct table *t = table_new(cli, titles, right, 11);
	for (int i = 0; i < n; i++) {
		const struct entity *kind = model_entity(c->model, e[i].entity);
		const char *cells[] = {arena_printf(cli->arena, "%lld", (long long)e[i].num), clock_human_instant(cli->arena, e[i].at), e[i].who,
			e[i].file, kind ? _(kind->label_plural) : e[i].entity, number_format(cli->arena, e[i].rows),
			number_format(cli->arena, e[i].created), number_format(cli->arena, e[i].updated), number_format(cli->arena, e[i].skipped),
			number_format(cli->arena, e[i].failed), e[i].undone ? _("taken back") : ""};
		table_row(t, cells);
	}
	table_print(&t);
	return 0;
}

/* The whole report is for programs; a person gets its lines. */
static int show(struct cli *cli, struct core *c, int64_t num)
{
	const char *report, *mapping;
	struct cJSON *doc = NULL, *map = NULL;
	if (imports_report(c, num, cli->arena, &report, &mapping, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (cli_json(cli)) {
		(void)printf("%s\n", report);
		return 0;
	}
	if (json_parse(mapping, strlen(mapping), &map, NULL) == ST_OK)
		for (const struct cJSON *m = json_first(map); m; m = json_next(m))
			(void)printf("  %s → %s\n", text_clean(cli->arena, json_name(m)), text_clean(cli->arena, json_text(m)));
	json_free(&map);
	if (json_parse(report, strlen(report), &doc, NULL) != ST_OK)
		return 0;
	const struct cJSON *cells = json_get(doc, "cells");
	int64_t n;
	for (int i = 0; i < IMPORT_CELL_ENDS; i++)
		if (json_int(json_get(cells, import_end_name((enum import_end)i)), &n) && n)
			(void)printf("  %s\n", import_end_text(cli->arena, (enum import_end)i, n));
	for (const struct cJSON *m = json_first(json_get(doc, "issues")); m; m = json_next(m)) {
		(void)json_int(json_get(m, "line"), &n);
		(void)printf("  ");
		(void)printf(_("line %ld"), (long)n);
		(void)printf(", %s: %s (%s)\n", text_clean(cli->arena, json_text(json_get(m, "column"))),
			text_clean(cli->arena, json_text(json_get(m, "reason"))), text_clean(cli->arena, json_text(json_get(m, "value"))));
	}
	json_free(&doc);
	return 0;
}

static int revert(struct cli *cli, struct core *c, int64_t num)
{
	struct undo_report rep;
	if (imports_revert(c, num, &rep, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (cli_json(cli))
		return cli_undo_report(cli, &rep, "");
	(void)printf(i18n_plural("Taken back: %s (%s change)\n", "Taken back: %s (%s changes)\n", rep.done > 1000 ? 1000 : (long)rep.done),
		text_clean(cli->arena, rep.label), number_format(cli->arena, rep.done));
	if (rep.kept)
		(void)printf(_("Left alone: %s. %s\n"), number_format(cli->arena, rep.kept), text_clean(cli->arena, rep.kept_what));
	return 0;
}

int cli_imports(struct cli *cli, int argc, char **argv)
{
	static const char usage[] = "imports list | imports show NUMBER | imports revert NUMBER";
	const char *verb = argc ? argv[0] : "list";
	char *end = NULL;
	int64_t num = argc == 2 ? strtoll(argv[1], &end, 10) : 0;
	bool one = strcmp(verb, "show") == 0 || strcmp(verb, "revert") == 0;
	if ((!one && strcmp(verb, "list") != 0) || argc > 2 || one != (argc == 2) || (one && (*end || num <= 0)))
		return cli_usage(cli, usage);
	struct core *c = cli_core(cli);
	if (!c)
		return cli_fail(cli);
	return !one ? list(cli, c) : *verb == 's' ? show(cli, c, num) : revert(cli, c, num);
}

/* Export */

static bool show_export(void *arg, int64_t done, int64_t rows)
{
	return show_progress(arg, done, rows);
}

/* The format asked for, or the one the file's name tells, or CSV. */
static bool pick_format(struct cli *cli, const char *asked, const char *path, enum export_format *out)
{
	*out = cli->format == OUT_JSON ? EXPORT_JSON : cli->format == OUT_JSONL ? EXPORT_JSONL : EXPORT_CSV;
	if (asked)
		return export_format_find(asked, out);
	if (path && cli->format == OUT_TABLE)
		(void)export_format_of_file(path, out);
	return true;
}

int cli_export(struct cli *cli, int argc, char **argv)
{
	static const char usage[] = "export ENTITY [--format csv|json|jsonl|vcard|ics] [--filter F] [--sort S] [--output FILE] [--force]";
	const char *format = cli_option(&argc, argv, "format"), *path = cli_option(&argc, argv, "output");
	const char *filter = cli_option(&argc, argv, "filter"), *sort = cli_option(&argc, argv, "sort");
	bool force = cli_flag(&argc, argv, "force"), tty = isatty(STDERR_FILENO);
	struct export_options o = {.filter = filter, .sort = sort, .arg = cli};
	int64_t n;
	if (argc != 1 || strncmp(argv[0], "--", 2) == 0)
		return cli_usage(cli, usage);
	if (!pick_format(cli, format, path, &o.format))
		return wrong(cli, "format", format, "csv, json, jsonl, vcard, ics");
	struct core *c = cli_core(cli);
	if (!c)
		return cli_fail(cli);
	char *word = arena_strdup(cli->arena, argv[0]);
	for (char *p = word; *p; p++)
		if (*p == '-')
			*p = '_';
	o.entity = model_entity(c->model, word);
	if (!o.entity || !o.entity->top) {
		error_set(&cli->err, ST_USAGE, _("“%s” is nothing that can be exported."), argv[0]);
		return cli_fail(cli);
	}
	bool to_file = path && strcmp(path, "-") != 0;
	if (tty && to_file)
		o.step = show_export;
	char *text = NULL;
	size_t len = 0;
	bool spared = !to_file && output_is_spared(cli);
	FILE *out = spared ? open_memstream(&text, &len) : stdout;
	enum status st = to_file ? export_file(c, &o, path, force, &n, &cli->err) : export_stream(c, &o, out, &n, &cli->err);
	if (spared) {
		(void)fclose(out);
		if (st == ST_OK)
			print_data(cli, text);
		free(text);
	}
	if (st != ST_OK)
		return cli_fail(cli);
	if (to_file && !cli->quiet) {
		(void)fputs(tty ? "\r\033[K" : "", stderr);
		(void)fprintf(stderr, i18n_plural("%lld record written: %s\n", "%lld records written: %s\n", (long)n), (long long)n,
			text_clean(cli->arena, path));
	}
	return 0;
}
