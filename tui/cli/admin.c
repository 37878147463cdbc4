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
#include "core/crm/query.h"
#include "core/crm/schema.h"
#include "core/crm/store.h"
#include "core/security/access.h"
#include "core/security/checks.h"
#include "data/db.h"
#include "tui/cli/cli.h"
#include "tui/cli/io.h"
#include "tui/cli/jobs.h"
#include "tui/cli/mail.h"
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
	if (cli_json(cli)) {
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
		print_data(cli, buf_str(&b));
		(void)putchar('\n');
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

static void checks_json(struct cli *cli, const struct check *checks, int n)
{
	struct output_json o;
	output_json_begin(&o, cli);
	json_array(&o.w);
	for (int i = 0; i < n; i++) {
		json_object(&o.w);
		output_json_text(&o, "check", checks[i].name);
		output_json_text(&o, "found", checks[i].found);
		output_json_bool(&o, "good", checks[i].good);
		json_object_end(&o.w);
	}
	json_array_end(&o.w);
	output_json_end(&o);
}

int cli_doctor(struct cli *cli, int argc, char **argv)
{
	struct check checks[64];
	struct core *c;
	bool good = true, unwritable = false;
	(void)argv;
	if (argc)
		return cli_usage(cli, "doctor");
	if (!(c = cli_core(cli)) && cli->err.code == ST_DENIED && !cli->read_only) { /* what cannot be written can still be looked at */
		struct error first = cli->err;
		cli->read_only = unwritable = true;
		cli->err = (struct error){0};
		if (!(c = cli_core(cli)))
			cli->err = first;
	}
	if (!c)
		return cli_fail(cli);
	int n = admin_checks(c, cli->arena, checks, 12);
	n += security_checks(c, cli->arena, checks + n, 40);
	if (unwritable)
		checks[n++] = (struct check){_("Writing"), _("the file or its folder may only be read"), false};
	const char *term = getenv("TERM"), *locale = setlocale(LC_CTYPE, NULL);
	checks[n++] = (struct check){_("Terminal"), term ? term : _("none"), term && strcmp(term, "dumb") != 0};
	checks[n++] = (struct check){_("Character set"), locale ? locale : "C", locale && (strstr(locale, "UTF-8") || strstr(locale, "utf8"))};
	checks[n++] = (struct check){_("Language"), i18n_lang(), true};
	if (cli_json(cli))
		checks_json(cli, checks, n);
	for (int i = 0; i < n; i++)
		good = good && checks[i].good;
	for (int i = 0; i < n && !cli_json(cli); i++) {
		(void)printf("%s %s%*s ", checks[i].good ? "✓" : "✗", checks[i].name, 18 - text_width(checks[i].name), "");
		print_clean(cli, stdout, checks[i].found);
		(void)putchar('\n');
	}
	if (getenv("TMUX") && !cli_json(cli))
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
	struct output_json o;
	/* Replacing a book is its administrator's; a file that cannot be opened any more has none to ask. */
	if (access(cli->target, F_OK) == 0) {
		struct core *c = cli_core(cli);
		if (c ? access_check_admin(c, &cli->err) != ST_OK : cli->core && cli->err.code == ST_DENIED)
			return cli_fail(cli);
		core_close(&cli->core);
		cli->err = (struct error){0};
	}
	if (admin_restore(argv[0], cli->target, &kept, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (cli_json(cli)) {
		output_json_begin(&o, cli);
		json_object(&o.w);
		output_json_text(&o, "database", cli->target);
		output_json_text(&o, "kept", kept);
		json_object_end(&o.w);
		output_json_end(&o);
	} else if (kept)
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
	if (cli_json(cli)) {
		struct output_json o;
		output_json_begin(&o, cli);
		json_object(&o.w);
		output_json_text(&o, "database", db_target(cli->core->db));
		output_json_int(&o, "schema", schema_version());
		json_object_end(&o.w);
		output_json_end(&o);
		return 0;
	}
	(void)printf("%s\n", _("The database is up to date."));
	return 0;
}

int cli_config(struct cli *cli, int argc, char **argv)
{
	struct config cfg;
	const char *names[16], *values[16];
	if (argc > 1 || (argc == 1 && strcmp(argv[0], "check") != 0))
		return cli_usage(cli, "config [check]");
	if (config_load(cli->config, &cfg, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (cli_json(cli)) {
		struct output_json o;
		int count = config_list(&cfg, names, values, 16);
		output_json_begin(&o, cli);
		json_object(&o.w);
		output_json_text(&o, "file", cfg.present ? cfg.file : NULL);
		for (int i = 0; i < count; i++)
			output_json_text(&o, names[i], values[i]);
		json_object_end(&o.w);
		output_json_end(&o);
		config_free(&cfg);
		return 0;
	}
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
			output_csv_cell(o->cli, names[i], i == 0);
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
			output_csv_cell(o->cli, cells[i] ? cells[i] : "", i == 0);
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
	bool json = cli_json(cli);
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
		print_data(cli, buf_str(&o.buf));
		(void)putchar('\n');
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
	{"auth", "auth login [EMAIL] | logout | password | accept | 2fa setup|verify-setup|verify|disable|regenerate-backup-codes|status | "
		 "sessions [revoke NUMBER | revoke-others] | history | events [ack NUMBER] | keys [add NAME --scopes S --days N --from ADDRESSES | revoke NUMBER]",
		N_("Sign in and out, the second factor, sessions, API keys."), cli_auth},
	{"invite", "invite EMAIL [--first NAME] [--last NAME] [--role ROLE]", N_("Invite somebody, or anew who lost the password."), cli_invite},
	{"audit", "audit list [--limit N] | verify [FILE --key PUBLICKEY] | export FILE", N_("The audit trail: who did what, and that nobody altered it."),
		cli_audit},
	{"secrets", "secrets list | set NAME | remove NAME | rotate | passphrase [--remove]", N_("Keys of providers, sealed under the key file."), cli_secrets},
	{"admin", "admin reset-2fa EMAIL | erase contacts RECORD --yes", N_("What only the host or an administrator may do."), cli_host},
	{"doctor", "doctor", N_("Check the database and the terminal."), cli_doctor},
	{"jobs", "jobs list [--state S] | show JOB | run [--until-idle] [--seconds N] | retry JOB… | cancel JOB…",
		N_("What waits to be sent, was sent, or could not be; do it now."), cli_jobs},
	{"mail", "mail send CONTACT|ADDRESS… [--subject S] [--template T] [--attach FILE]… [--later] < text | preview TEMPLATE [CONTACT]",
		N_("Send a mail; without a network it waits in the outbox."), cli_mail},
	{"sql", "sql \"SELECT …\" [--json|--csv]", N_("Ask the database directly; read-only."), cli_sql},
	{"config", "config [check]", N_("Show the settings in force and where they come from."), cli_config},
	{"migrate", "migrate", N_("Bring the database up to this program's schema."), cli_migrate},
	{"help", "help [COMMAND]", N_("This list, or what one command does."), cli_help},
};
const int cli_command_count = (int)(sizeof cli_commands / sizeof *cli_commands);

int cli_help(struct cli *cli, int argc, char **argv)
{
	if (argc > 1)
		return cli_usage(cli, "help [COMMAND]");
	if (argc == 1) {
		for (int i = 0; i < cli_command_count; i++)
			if (strcmp(cli_commands[i].name, argv[0]) == 0) {
				cli_command_help(&cli_commands[i]);
				return 0;
			}
		if (cli_entity_named(cli, argv[0])) {
			cli_entity_help(cli_entity_named(cli, argv[0]));
			return 0;
		}
		error_set(&cli->err, ST_USAGE, _("“%s” is not a command."), argv[0]);
		error_hint(&cli->err, _("simplix --help lists the commands."));
		return cli_fail(cli);
	}
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
	(void)printf("\n%s\n", _("Options: --db PATH|postgresql://…  --json --jsonl --csv  --lang en|fr  --read-only  --raw  --config FILE"));
	(void)printf("%s\n", _("         --quiet  --version  -h, --help (also after an entity or a command)"));
	return 0;
}
