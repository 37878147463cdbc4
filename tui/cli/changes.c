/* What was changed, taken back and merged. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/crm/duplicates.h"
#include "core/crm/merge.h"
#include "core/crm/undo.h"
#include "tui/cli/cli.h"
#include "tui/cli/output.h"

int cli_undo_report(struct cli *cli, const struct undo_report *rep, const char *done)
{
	if (cli_json(cli)) {
		struct output_json o;
		output_json_begin(&o, cli);
		json_object(&o.w);
		output_json_int(&o, "change", rep->set);
		output_json_text(&o, "label", rep->label);
		output_json_int(&o, "done", rep->done);
		output_json_int(&o, "kept", rep->kept);
		output_json_text(&o, "kept_what", rep->kept ? rep->kept_what : NULL);
		json_object_end(&o.w);
		output_json_end(&o);
		return 0;
	}
	(void)printf("%s ", done);
	print_clean(cli, stdout, rep->label);
	(void)putchar('\n');
	if (rep->kept) {
		(void)printf(_("Left alone, changed since: %lld. "), (long long)rep->kept);
		print_clean(cli, stdout, rep->kept_what);
		(void)putchar('\n');
	}
	return 0;
}

int cli_undo(struct cli *cli, int argc, char **argv)
{
	struct undo_report rep;
	struct core *c = cli_core(cli);
	int64_t set = argc == 1 ? strtoll(argv[0], NULL, 10) : 0;
	if (!c)
		return cli_fail(cli);
	if (argc > 1 || (argc == 1 && set <= 0))
		return cli_usage(cli, "undo [CHANGE]");
	enum status st = set ? undo_set(c, set, CHANGE_UNDO, &rep, &cli->err) : undo_last(c, &rep, &cli->err);
	return st == ST_OK ? cli_undo_report(cli, &rep, _("Undone:")) : cli_fail(cli);
}

int cli_redo(struct cli *cli, int argc, char **argv)
{
	struct undo_report rep;
	struct core *c = cli_core(cli);
	(void)argv;
	if (argc)
		return cli_usage(cli, "redo");
	if (!c || redo_last(c, &rep, &cli->err) != ST_OK)
		return cli_fail(cli);
	return cli_undo_report(cli, &rep, _("Done again:"));
}

static const char *kind_in_words(const char *kind)
{
	static const struct {
		const char *kind, *word;
	} kinds[] = {{"edit", N_("change")}, {"bulk", N_("bulk change")}, {"import", NC_("change", "import")}, {"merge", N_("merge")},
		{"undo", NC_("change", "undo")}, {"redo", NC_("change", "redo")}, {"revert", N_("revert")}, {"system", N_("system")}};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return _(kinds[i].word);
	return kind;
}

static void changes_json(struct cli *cli, const struct change_set *list, int n)
{
	struct output_json o;
	char iso[32];
	output_json_begin(&o, cli);
	json_array(&o.w);
	for (int i = 0; i < n; i++) {
		json_object(&o.w);
		output_json_int(&o, "change", list[i].num);
		output_json_text(&o, "at", clock_format_instant(list[i].at, iso));
		output_json_text(&o, "by", list[i].who);
		output_json_text(&o, "kind", list[i].kind);
		output_json_text(&o, "label", list[i].label);
		output_json_int(&o, "changes", list[i].n_changes);
		if (list[i].undone_by)
			output_json_int(&o, "undone_by", list[i].undone_by);
		else
			output_json_text(&o, "undone_by", NULL);
		json_object_end(&o.w);
	}
	json_array_end(&o.w);
	output_json_end(&o);
}

int cli_log_changes(struct cli *cli, int argc, char **argv)
{
	struct core *c = cli_core(cli);
	struct change_set *list;
	int n;
	(void)argv;
	if (argc)
		return cli_usage(cli, "changes");
	if (!c || changes_recent(c, 0, 100, cli->arena, &list, &n, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (cli_json(cli)) {
		changes_json(cli, list, n);
		return 0;
	}
	const char *titles[] = {"#", _("When"), _("Who"), _("Kind"), _("What"), _("Changes")};
	const bool right[] = {true, false, false, false, false, true};
	struct table *t = table_new(cli, titles, right, 6);
	for (int i = 0; i < n; i++) {
		const char *cells[] = {arena_printf(cli->arena, "%lld", (long long)list[i].num),
			clock_human_instant(cli->arena, list[i].at), list[i].who, kind_in_words(list[i].kind),
			list[i].undone_by ? arena_printf(cli->arena, _("%s (undone)"), list[i].label) : list[i].label,
			arena_printf(cli->arena, "%lld", (long long)list[i].n_changes)};
		table_row(t, cells);
	}
	table_print(&t);
	return 0;
}

static int merge_two(struct cli *cli, int argc, char **argv, bool merge)
{
	struct core *c = cli_core(cli);
	struct id a, b;
	struct undo_report rep;
	if (!c)
		return cli_fail(cli);
	if (argc != (merge ? 3 : 2))
		return cli_usage(cli, merge ? "merge contacts|companies SURVIVOR LOSER" : "unmerge contacts|companies RECORD");
	const struct entity *e = model_entity(c->model, argv[0]);
	if (!e)
		return error_set(&cli->err, ST_USAGE, _("“%s” is not a kind of record."), argv[0]), cli_fail(cli);
	if (store_find(c, e, argv[1], &a, &cli->err) != ST_OK || (merge && store_find(c, e, argv[2], &b, &cli->err) != ST_OK))
		return cli_fail(cli);
	if (!merge)
		return unmerge_record(c, e, &a, &rep, &cli->err) == ST_OK ? cli_undo_report(cli, &rep, _("Undone:")) : cli_fail(cli);
	if (merge_records(c, e, &a, &b, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (cli_json(cli)) {
		struct output_json o;
		char id[ID_TEXT_SIZE];
		output_json_begin(&o, cli);
		json_object(&o.w);
		output_json_text(&o, "survivor", id_format(&a, id));
		output_json_text(&o, "merged", id_format(&b, id));
		json_object_end(&o.w);
		output_json_end(&o);
		return 0;
	}
	(void)printf("%s\n", _("Merged. simplix unmerge takes it back."));
	return 0;
}

int cli_merge(struct cli *cli, int argc, char **argv)
{
	return merge_two(cli, argc, argv, true);
}

int cli_unmerge(struct cli *cli, int argc, char **argv)
{
	return merge_two(cli, argc, argv, false);
}

static void pairs_json(struct cli *cli, const struct entity *e, const struct duplicate_pair *pairs, int n)
{
	struct output_json o;
	char ref[24];
	output_json_begin(&o, cli);
	json_array(&o.w);
	for (int i = 0; i < n; i++) {
		json_object(&o.w);
		output_json_text(&o, "reference", record_reference(e, pairs[i].a.num, ref));
		output_json_text(&o, "title", pairs[i].a.title);
		output_json_text(&o, "other_reference", record_reference(e, pairs[i].b.num, ref));
		output_json_text(&o, "other_title", pairs[i].b.title);
		output_json_text(&o, "why", pairs[i].a.why);
		json_object_end(&o.w);
	}
	json_array_end(&o.w);
	output_json_end(&o);
}

int cli_duplicates(struct cli *cli, int argc, char **argv)
{
	struct core *c = cli_core(cli);
	struct duplicate_pair *pairs;
	int n;
	if (!c)
		return cli_fail(cli);
	const struct entity *e = model_entity(c->model, argc ? argv[0] : "contacts");
	if (argc > 1 || !e)
		return cli_usage(cli, "duplicates [contacts|companies]");
	if (duplicates_scan(c, e, 500, cli->arena, &pairs, &n, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (cli_json(cli)) {
		pairs_json(cli, e, pairs, n);
		return 0;
	}
	const char *titles[] = {"", _("Name"), "", _("Name"), _("Why")};
	struct table *t = table_new(cli, titles, NULL, 5);
	for (int i = 0; i < n; i++) {
		char ra[24], rb[24];
		const char *cells[] = {record_reference(e, pairs[i].a.num, ra), pairs[i].a.title, record_reference(e, pairs[i].b.num, rb),
			pairs[i].b.title, pairs[i].a.why};
		table_row(t, cells);
	}
	table_print(&t);
	return 0;
}

