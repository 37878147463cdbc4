/* The command line: `simplix COMMAND …`. A contract (see README): long options, exit codes 0 done, 1 failed, 2 wrong usage, 3 not
 * found, 4 refused; data on standard output, messages on standard error that say what to do next.
 */
#ifndef TUI_CLI_CLI_H
#define TUI_CLI_CLI_H

#include <stdio.h>

#include "core/crm/core.h"

enum output_format { OUT_TABLE, OUT_JSON, OUT_JSONL, OUT_CSV };

struct cli {
	const char *target; /* database */
	const char *config; /* file named by --config; NULL: the usual place */
	const char *secret_command; /* prints the key file's passphrase; NULL */
	const char *lang;   /* asked for by option or configuration; NULL */
	enum output_format format;
	bool read_only, raw, quiet;
	struct core *core; /* opened on first need by cli_core() */
	struct arena *arena;
	struct error err;
};

struct cli_command {
	const char *name, *usage, *summary;
	/* argv[0] is the word after the command. Returns the exit code. */
	int (*run)(struct cli *cli, int argc, char **argv);
};

extern const struct cli_command cli_commands[];
extern const int cli_command_count;

/* Run a command line (without the program's name and global options). */
int cli_run(struct cli *cli, int argc, char **argv);

/* The open core, set up; NULL with cli->err when that fails. */
struct core *cli_core(struct cli *cli);
/* The open core, whoever may use it: for the commands of sign-in themselves. */
struct core *cli_core_unsigned(struct cli *cli);
/* Was JSON asked for, in one document or in lines? */
bool cli_json(const struct cli *cli);
/* Print cli->err, with --json as {"error":{"code","message","hint","field"}}, to standard error and give its exit code. */
int cli_fail(struct cli *cli);
int cli_usage(struct cli *cli, const char *usage);

void cli_entity_help(const struct entity *e);
void cli_command_help(const struct cli_command *cmd);
const struct entity *cli_entity_named(struct cli *cli, const char *word); /* plural or singular; NULL */

/* Options of a command: "--name value" or "--name=value". Takes it out of argv; NULL when absent. */
const char *cli_option(int *argc, char **argv, const char *name);
bool cli_flag(int *argc, char **argv, const char *name);
bool cli_is_one_of(const char *word, const char *words); /* "list|show|add" */

/* Commands on one entity: list, show, add, edit, delete, history, restore. */
int cli_entity(struct cli *cli, const struct entity *e, int argc, char **argv);
struct record *cli_find_one(struct cli *cli, struct core *c, const struct entity *e, const char *word); /* NULL with cli->err */
int cli_show_saved(struct cli *cli, struct core *c, const struct entity *e, const struct id *id); /* the record as it is now; the exit code */
bool cli_is_entity_command(const char *word);

int cli_search(struct cli *cli, int argc, char **argv);
int cli_undo(struct cli *cli, int argc, char **argv);
int cli_redo(struct cli *cli, int argc, char **argv);
int cli_log_changes(struct cli *cli, int argc, char **argv);
int cli_init(struct cli *cli, int argc, char **argv);
int cli_doctor(struct cli *cli, int argc, char **argv);
int cli_backup(struct cli *cli, int argc, char **argv);
int cli_restore(struct cli *cli, int argc, char **argv);
int cli_migrate(struct cli *cli, int argc, char **argv);
int cli_config(struct cli *cli, int argc, char **argv);
int cli_sql(struct cli *cli, int argc, char **argv);
int cli_auth(struct cli *cli, int argc, char **argv);
int cli_invite(struct cli *cli, int argc, char **argv);
int cli_audit(struct cli *cli, int argc, char **argv);
int cli_host(struct cli *cli, int argc, char **argv);
int cli_secrets(struct cli *cli, int argc, char **argv);
int cli_merge(struct cli *cli, int argc, char **argv);
int cli_unmerge(struct cli *cli, int argc, char **argv);
int cli_duplicates(struct cli *cli, int argc, char **argv);
int cli_log(struct cli *cli, int argc, char **argv);
int cli_help(struct cli *cli, int argc, char **argv);

#endif
