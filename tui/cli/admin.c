/* Commands about the database as a whole, and the table of all commands. */
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/crm/admin.h"
#include "core/crm/duplicates.h"
#include "core/crm/merge.h"
#include "core/crm/query.h"
#include "core/crm/store.h"
#include "core/crm/undo.h"
#include "data/db.h"
#include "tui/cli/cli.h"
#include "tui/cli/io.h"
#include "tui/cli/output.h"
#include "core/crm/demo.h"
#include "tui/config.h"
#include "tui/version.h"

int cli_init(struct cli *cli, int argc, char **argv)
{
	bool demo = cli_flag(&argc, argv, "demo");
	const char *name = cli_option(&argc, argv, "name"), *email = cli_option(&argc, argv, "email");
	const char *owner = cli_option(&argc, argv, "owner"), *currency = cli_option(&argc, argv, "currency");
	const char *country = cli_option(&argc, argv, "country");
	if (argc)
		return cli_usage(cli, "init [--demo] [--name COMPANY] [--owner NAME] [--email ADDRESS] [--currency EUR] [--country FR]");
	if (core_open(cli->target, DB_CREATE, &cli->core, &cli->err) != ST_OK)
		return cli_fail(cli);
	const char *user = getenv("USER");
	char *first = arena_strdup(cli->arena, owner ? owner : demo ? "Alex Martin" : user && *user ? user : _("Owner")), *last = strchr(first, ' ');
	if (last)
		*last++ = '\0';
	struct core_setup s = {.organization = name ? name : demo ? "Lumen & Cie" : NULL, .first_name = first, .last_name = last,
		.email = email, .currency = currency ? currency : "EUR", .country = country ? country : "FR"};
	if (!s.organization) {
		error_set(&cli->err, ST_USAGE, _("The organization needs a name."));
		error_hint(&cli->err, _("simplix init --name \"Your company\", or simplix init --demo to look around."));
		return cli_fail(cli);
	}
	bool halfway = demo && core_ready(cli->core) && demo_fits(cli->core); /* an earlier init --demo was stopped */
	if (!halfway && core_set_up(cli->core, &s, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (demo && demo_fill(cli->core, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (!cli->quiet)
		(void)fprintf(stderr, _("Ready: %s\n"), db_target(cli->core->db));
	return 0;
}

static int print_report(struct cli *cli, const struct undo_report *rep, const char *done)
{
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
	return st == ST_OK ? print_report(cli, &rep, _("Undone:")) : cli_fail(cli);
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
	return print_report(cli, &rep, _("Done again:"));
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

int cli_search(struct cli *cli, int argc, char **argv)
{
	struct hit hits[50];
	struct buf words = {0};
	struct core *c = cli_core(cli);
	if (!c)
		return cli_fail(cli);
	if (!argc)
		return cli_usage(cli, "search WORDS…");
	for (int i = 0; i < argc; i++)
		buf_printf(&words, "%s%s", i ? " " : "", argv[i]);
	int n = search_all(c, buf_str(&words), 50, cli->arena, hits);
	buf_free(&words);
	if (cli->format == OUT_JSON || cli->format == OUT_JSONL) {
		struct buf b = {0};
		struct json_out w;
		char ref[24], id[ID_TEXT_SIZE];
		json_begin(&w, &b, true);
		json_array(&w);
		for (int i = 0; i < n; i++) {
			json_object(&w);
			json_key(&w, "entity");
			json_str(&w, hits[i].entity->name);
			json_key(&w, "id");
			json_str(&w, id_format(&hits[i].id, id));
			json_key(&w, "reference");
			json_str(&w, record_reference(hits[i].entity, hits[i].num, ref));
			json_key(&w, "title");
			json_str(&w, hits[i].title);
			json_object_end(&w);
		}
		json_array_end(&w);
		(void)printf("%s\n", buf_str(&b));
		buf_free(&b);
		return 0;
	}
	const char *titles[] = {"", _("Kind"), _("Name"), ""};
	struct table *t = table_new(cli, titles, NULL, 4);
	for (int i = 0; i < n; i++) {
		char ref[24];
		const char *cells[] = {record_reference(hits[i].entity, hits[i].num, ref), _(hits[i].entity->label), hits[i].title,
			hits[i].detail};
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
		return unmerge_record(c, e, &a, &rep, &cli->err) == ST_OK ? print_report(cli, &rep, _("Undone:")) : cli_fail(cli);
	if (merge_records(c, e, &a, &b, &cli->err) != ST_OK)
		return cli_fail(cli);
	(void)printf("%s\n", _("Merged. simplix unmerge takes it back."));
	return 0;
}

static int cli_merge(struct cli *cli, int argc, char **argv)
{
	return merge_two(cli, argc, argv, true);
}

static int cli_unmerge(struct cli *cli, int argc, char **argv)
{
	return merge_two(cli, argc, argv, false);
}

static int cli_duplicates(struct cli *cli, int argc, char **argv)
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

int cli_doctor(struct cli *cli, int argc, char **argv)
{
	struct check checks[16];
	struct core *c = cli_core(cli);
	bool good = true;
	(void)argv;
	if (argc)
		return cli_usage(cli, "doctor");
	if (!c)
		return cli_fail(cli);
	int n = admin_checks(c, cli->arena, checks, 12);
	const char *term = getenv("TERM"), *locale = setlocale(LC_CTYPE, NULL);
	checks[n++] = (struct check){_("Terminal"), term ? term : _("none"), term && strcmp(term, "dumb") != 0};
	checks[n++] = (struct check){_("Character set"), locale ? locale : "C", locale && (strstr(locale, "UTF-8") || strstr(locale, "utf8"))};
	checks[n++] = (struct check){_("Language"), i18n_lang(), true};
	for (int i = 0; i < n; i++) {
		(void)printf("%s %s%*s ", checks[i].good ? "✓" : "✗", checks[i].name, 18 - text_width(checks[i].name), "");
		print_clean(cli, stdout, checks[i].found);
		(void)putchar('\n');
		good = good && checks[i].good;
	}
	if (getenv("TMUX"))
		(void)printf("  %s\n", _("In tmux, copying needs: set -s set-clipboard on"));
	return good ? 0 : 1;
}

int cli_backup(struct cli *cli, int argc, char **argv)
{
	bool force = cli_flag(&argc, argv, "force");
	if (argc != 1)
		return cli_usage(cli, "backup FILE [--force]");
	struct core *c = cli_core(cli);
	if (!c || admin_backup(c, argv[0], force, &cli->err) != ST_OK)
		return cli_fail(cli);
	(void)fprintf(stderr, _("Saved: %s\n"), argv[0]);
	return 0;
}

int cli_restore(struct cli *cli, int argc, char **argv)
{
	if (argc != 1)
		return cli_usage(cli, "restore FILE");
	if (strstr(cli->target, "://"))
		return error_set(&cli->err, ST_INVALID, _("A PostgreSQL database is restored with pg_restore.")), cli_fail(cli);
	char *kept = NULL;
	if (admin_restore(argv[0], cli->target, &kept, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (kept)
		(void)fprintf(stderr, _("Restored: %s. What was there is kept as %s\n"), cli->target, kept);
	else
		(void)fprintf(stderr, _("Restored: %s.\n"), cli->target);
	free(kept);
	return 0;
}

int cli_migrate(struct cli *cli, int argc, char **argv)
{
	(void)argv;
	if (argc)
		return cli_usage(cli, "migrate");
	if (core_open(cli->target, DB_CREATE, &cli->core, &cli->err) != ST_OK)
		return cli_fail(cli);
	(void)printf("%s\n", _("The database is up to date."));
	return 0;
}

int cli_config(struct cli *cli, int argc, char **argv)
{
	struct config cfg;
	const char *names[16], *values[16];
	if (argc > 1 || (argc == 1 && strcmp(argv[0], "check") != 0))
		return cli_usage(cli, "config [check]");
	if (config_load(NULL, &cfg, &cli->err) != ST_OK)
		return cli_fail(cli);
	(void)printf("# %s%s\n", cfg.file, cfg.present ? "" : _(" (not there; these are the defaults)"));
	int n = config_list(&cfg, names, values, 16);
	for (int i = 0; i < n; i++)
		(void)printf("%s%s = %s\n", values[i] ? "" : "# ", names[i], values[i] ? values[i] : "");
	config_free(&cfg);
	return 0;
}

struct sql_output {
	struct cli *cli;
	struct table *table;
	const char **titles;
	int n;
	bool first;
	struct buf buf;
	struct json_out json;
};

static void sql_columns(void *arg, const char *const *names, int n)
{
	struct sql_output *o = arg;
	o->titles = arena_alloc(o->cli->arena, (size_t)n * sizeof *o->titles);
	for (int i = 0; i < n; i++)
		o->titles[i] = arena_strdup(o->cli->arena, names[i]);
	o->n = n;
	if (o->cli->format == OUT_TABLE)
		o->table = table_new(o->cli, o->titles, NULL, n);
	else if (o->cli->format == OUT_CSV) {
		for (int i = 0; i < n; i++)
			output_csv_cell(stdout, names[i], i == 0);
		(void)fputs("\r\n", stdout);
	}
}

static void sql_row(void *arg, const char *const *cells, int n)
{
	struct sql_output *o = arg;
	if (o->table) {
		table_row(o->table, cells);
		return;
	}
	if (o->cli->format == OUT_CSV) {
		for (int i = 0; i < n; i++)
			output_csv_cell(stdout, cells[i] ? cells[i] : "", i == 0);
		(void)fputs("\r\n", stdout);
		return;
	}
	json_object(&o->json);
	for (int i = 0; i < n; i++) {
		json_key(&o->json, o->titles[i]);
		json_str(&o->json, cells[i]);
	}
	json_object_end(&o->json);
}

int cli_sql(struct cli *cli, int argc, char **argv)
{
	struct sql_output o = {.cli = cli, .first = true};
	if (argc != 1)
		return cli_usage(cli, "sql \"SELECT …\" [--json|--csv]");
	cli->read_only = true;
	struct core *c = cli_core(cli);
	if (!c)
		return cli_fail(cli);
	bool json = cli->format == OUT_JSON || cli->format == OUT_JSONL;
	if (json) {
		json_begin(&o.json, &o.buf, true);
		json_array(&o.json);
	}
	struct sql_result result = {sql_columns, sql_row, &o};
	enum status st = admin_sql(c, argv[0], &result, &cli->err);
	if (o.table)
		table_print(&o.table);
	if (json && st == ST_OK) {
		json_array_end(&o.json);
		(void)printf("%s\n", buf_str(&o.buf));
	}
	buf_free(&o.buf);
	return st == ST_OK ? 0 : cli_fail(cli);
}

const struct cli_command cli_commands[] = {
	{"init", "init [--demo] [--name COMPANY] [--owner NAME] [--email ADDRESS] [--currency EUR] [--country FR]",
		N_("Make the database; --demo fills in a sample company."), cli_init},
	{"search", "search WORDS… [--json]", N_("Find contacts, companies, deals, activities and products."), cli_search},
	{"log", "log [--dry-run] WORDS…", N_("Write down a call, meeting, note or task in one line."), cli_log},
	{"import", "import FILE… [--as ENTITY] [--preset NAME] [--map 'Header=field']… [--dates dmy|mdy] [--decimal comma|point] "
		   "[--currency EUR] [--duplicates update-empty|update|skip|create] [--pipeline NAME] [--system NAME] [--dry-run] [--json]",
		N_("Bring in CSV or vCard files; --dry-run only tells what would happen."), cli_import},
	{"export", "export ENTITY [--format csv|json|jsonl|vcard|ics] [--filter F] [--sort S] [--output FILE] [--force]",
		N_("Write records to a file or to standard output."), cli_export},
	{"imports", "imports list | imports show NUMBER | imports revert NUMBER", N_("What was imported; take an import back."), cli_imports},
	{"merge", "merge contacts|companies SURVIVOR LOSER", N_("Make one record of two."), cli_merge},
	{"unmerge", "unmerge contacts|companies RECORD", N_("Take a merge back."), cli_unmerge},
	{"duplicates", "duplicates [contacts|companies]", N_("List records that look like the same."), cli_duplicates},
	{"undo", "undo [CHANGE]", N_("Take back your last change, or one by its number."), cli_undo},
	{"redo", "redo", N_("Do again what was undone."), cli_redo},
	{"changes", "changes", N_("The last changes, with their numbers."), cli_log_changes},
	{"backup", "backup FILE [--force]", N_("Copy the database, also while it is in use."), cli_backup},
	{"restore", "restore FILE", N_("Put a backup in the place of the database."), cli_restore},
	{"doctor", "doctor", N_("Check the database and the terminal."), cli_doctor},
	{"sql", "sql \"SELECT …\" [--json|--csv]", N_("Ask the database directly; read-only."), cli_sql},
	{"config", "config [check]", N_("Show the settings in force and where they come from."), cli_config},
	{"migrate", "migrate", N_("Bring the database up to this program's schema."), cli_migrate},
	{"help", "help", N_("This list."), cli_help},
};
const int cli_command_count = (int)(sizeof cli_commands / sizeof *cli_commands);

int cli_help(struct cli *cli, int argc, char **argv)
{
	(void)cli;
	(void)argc;
	(void)argv;
	(void)printf(_("Simplix CRM %s: contacts, companies, deals and activities in the terminal.\n\n"), SIMPLIX_VERSION);
	(void)printf("%s\n", _("Usage: simplix                       the full screen"));
	(void)printf("%s\n", _("       simplix ENTITY list|show|add|edit|delete|history|restore …"));
	(void)printf("%s\n\n", _("       simplix COMMAND …"));
	(void)printf("%s", _("Entities: "));
	for (int i = 0, n = 0; i < model_catalogue_count; i++)
		if (model_catalogue[i]->top)
			(void)printf("%s%s", n++ ? ", " : "", model_catalogue[i]->name);
	(void)printf("\n\n%s\n", _("Commands:"));
	for (int i = 0; i < cli_command_count; i++)
		(void)printf("  %-11s %s\n", cli_commands[i].name, _(cli_commands[i].summary));
	(void)printf("\n%s\n", _("Options: --db PATH|postgresql://…  --json --jsonl --csv  --lang en|fr  --read-only  --config FILE"));
	(void)printf("%s\n", _("         --quiet  --version  -h, --help (also after an entity or a command)"));
	return 0;
}
