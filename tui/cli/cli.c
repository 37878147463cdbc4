#include "tui/cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/security/session.h"
#include "data/db.h"
#include "tui/cli/output.h"
#include "tui/cli/secret_input.h"
#include "tui/cli/shell_session.h"

/* The language chosen in Settings, unless one was asked for. */
static void use_language(struct cli *cli)
{
	const char *lang = cli->lang ? NULL : setting_get(cli->core, cli->arena, "lang");
	if (lang)
		(void)i18n_use(lang);
}

enum { PATIENCE_MS = 60000, SILENT_SECONDS = 2 };

/* A large import holds the file for as long as it takes: say why nothing happens, each second to a person, once to a log. */
static void show_waiting(void *arg, int seconds)
{
	const struct cli *cli = arg;
	bool tty = isatty(STDERR_FILENO);
	if (cli->quiet || seconds < SILENT_SECONDS || (!tty && seconds > SILENT_SECONDS))
		return;
	(void)fputs(tty ? "\r" : "", stderr);
	(void)fprintf(stderr, _("Another program is still writing, perhaps a large import: waited %d s…"), seconds);
	(void)fputs(tty ? "\033[K" : "\n", stderr);
}

/* The command that prints it, else the person at the terminal. */
static bool find_passphrase(void *arg, char *out, size_t size)
{
	struct cli *cli = arg;
	char phrase[SECRET_SIZE] = "";
	bool found = secret_command(cli->secret_command, phrase) ||
		     (input_is_terminal() && secret_read(cli, _("Passphrase of the key file:"), phrase));
	(void)snprintf(out, size, "%s", phrase);
	crypto_wipe(phrase, sizeof phrase);
	return found;
}

struct core *cli_core_unsigned(struct cli *cli)
{
	if (cli->core)
		return cli->core;
	/* only init, migrate and the full screen make a file: a mistyped path is no reason for an empty database */
	enum status st = core_open(cli->target, cli->read_only ? DB_READONLY : 0, &cli->core, &cli->err);
	bool missing = st == ST_NOT_FOUND && !strstr(cli->target, "://") && access(cli->target, F_OK) != 0;
	if (st != ST_OK && !missing)
		return NULL;
	if (!missing) {
		db_patience(cli->core->db, PATIENCE_MS, show_waiting, cli);
		use_language(cli);
	}
	if (missing || !core_ready(cli->core)) {
		error_set(&cli->err, ST_NOT_FOUND, _("There is no business data in %s yet."), missing ? cli->target : db_target(cli->core->db));
		error_hint(&cli->err, _("Start with: simplix init --name \"Your company\" --email you@company.com (or simplix init --demo)"));
		return NULL;
	}
	session_origin(cli->core, "cli");
	cli->core->ask_passphrase = find_passphrase;
	cli->core->ask_arg = cli;
	return cli->core;
}

struct core *cli_core(struct cli *cli)
{
	struct core *c = cli_core_unsigned(cli);
	return c && shell_sign_in(c, &cli->err) == ST_OK ? c : NULL;
}

bool cli_json(const struct cli *cli)
{
	return cli->format == OUT_JSON || cli->format == OUT_JSONL;
}

static void put_member(struct json_out *w, const char *name, const char *text)
{
	json_key(w, name);
	json_str(w, *text ? text : NULL);
}

/* {"error": {…}} for programs. */
static void fail_json(struct cli *cli)
{
	const struct error *e = &cli->err;
	struct buf b = {0};
	struct json_out w;
	json_begin(&w, &b, false);
	json_object(&w);
	json_key(&w, "error");
	json_object(&w);
	put_member(&w, "code", status_name(e->code));
	put_member(&w, "message", e->message);
	put_member(&w, "hint", e->hint);
	put_member(&w, "field", e->field);
	json_object_end(&w);
	json_object_end(&w);
	(void)fprintf(stderr, "%s\n", text_clean_lines(cli->arena, buf_str(&b)));
	buf_free(&b);
}

int cli_fail(struct cli *cli)
{
	const struct error *e = &cli->err;
	if (cli_json(cli)) {
		fail_json(cli);
		return status_exit_code(e->code);
	}
	(void)fputs("simplix: ", stderr);
	print_clean(cli, stderr, e->message);
	if (e->hint[0]) {
		(void)fputs("\n         ", stderr);
		print_clean(cli, stderr, e->hint);
	}
	(void)fputc('\n', stderr);
	return status_exit_code(e->code);
}

int cli_usage(struct cli *cli, const char *usage)
{
	if (cli_json(cli)) {
		error_set(&cli->err, ST_USAGE, _("Usage: simplix %s"), usage);
		return cli_fail(cli);
	}
	(void)fprintf(stderr, _("Usage: simplix %s"), usage);
	(void)fputc('\n', stderr);
	return 2;
}

static void remove_arg(int *argc, char **argv, int at, int count)
{
	for (int i = at; i + count <= *argc; i++)
		argv[i] = argv[i + count];
	*argc -= count;
}

const char *cli_option(int *argc, char **argv, const char *name)
{
	size_t n = strlen(name);
	for (int i = 0; i < *argc; i++) {
		if (strcmp(argv[i], "--") == 0)
			return NULL;
		if (strncmp(argv[i], "--", 2) != 0 || strncmp(argv[i] + 2, name, n) != 0)
			continue;
		if (argv[i][2 + n] == '=') {
			const char *value = argv[i] + 3 + n;
			remove_arg(argc, argv, i, 1);
			return value;
		}
		if (!argv[i][2 + n] && i + 1 < *argc) {
			const char *value = argv[i + 1];
			remove_arg(argc, argv, i, 2);
			return value;
		}
	}
	return NULL;
}

bool cli_is_one_of(const char *word, const char *words)
{
	size_t n = strlen(word);
	for (const char *p = words; n && (p = strstr(p, word)); p++)
		if ((p == words || p[-1] == '|') && (p[n] == '|' || !p[n]))
			return true;
	return false;
}

bool cli_flag(int *argc, char **argv, const char *name)
{
	for (int i = 0; i < *argc; i++) {
		if (strcmp(argv[i], "--") == 0)
			return false;
		if (strncmp(argv[i], "--", 2) == 0 && strcmp(argv[i] + 2, name) == 0) {
			remove_arg(argc, argv, i, 1);
			return true;
		}
	}
	return false;
}

static char *entity_word(struct cli *cli, const char *word)
{
	char *w = arena_strdup(cli->arena, word);
	for (char *p = w; *p; p++)
		if (*p == '-')
			*p = '_';
	return w;
}

const struct entity *cli_entity_named(struct cli *cli, const char *word)
{
	word = entity_word(cli, word);
	for (int i = 0; i < model_catalogue_count; i++)
		if (strcmp(model_catalogue[i]->name, word) == 0 || strcmp(model_catalogue[i]->singular, word) == 0)
			return model_catalogue[i];
	return NULL;
}

void cli_command_help(const struct cli_command *cmd)
{
	(void)printf(_("Usage: simplix %s"), cmd->usage);
	(void)printf("\n%s\n", _(cmd->summary));
}

int cli_run(struct cli *cli, int argc, char **argv)
{
	for (int i = 0; i < cli_command_count; i++)
		if (strcmp(cli_commands[i].name, argv[0]) == 0) {
			if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
				cli_command_help(&cli_commands[i]);
				return 0;
			}
			return cli_commands[i].run(cli, argc - 1, argv + 1);
		}
	const struct entity *e = cli_entity_named(cli, argv[0]);
	if (e)
		return cli_entity(cli, e, argc - 1, argv + 1);
	const char *best = NULL;
	int nearest = 3;
	for (int i = 0; i < cli_command_count; i++) {
		int d = text_distance(argv[0], cli_commands[i].name, 2);
		if (d < nearest)
			nearest = d, best = cli_commands[i].name;
	}
	for (int i = 0; i < model_catalogue_count; i++) {
		int d = text_distance(argv[0], model_catalogue[i]->name, 2);
		if (model_catalogue[i]->top && d < nearest)
			nearest = d, best = model_catalogue[i]->name;
	}
	error_set(&cli->err, ST_USAGE, _("“%s” is not a command."), argv[0]);
	if (best)
		error_hint(&cli->err, _("Did you mean “%s”? simplix --help lists the commands."), best);
	else
		error_hint(&cli->err, _("simplix --help lists the commands."));
	return cli_fail(cli);
}
