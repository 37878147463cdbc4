/* Simplix: argv decides between the full screen and one command. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/security/environment.h"
#include "tui/app.h"
#include "tui/cli/cli.h"
#include "tui/config.h"
#include "tui/version.h"

/* Widths and letters need a UTF-8 locale; Debian always has C.UTF-8. A hostile LC_ALL must not take it away. */
static void choose_locale(void)
{
	const char *got = setlocale(LC_CTYPE, "");
	const char *term = getenv("SIMPLIX_ASCII");
	if (!got || (strcmp(got, "C") == 0 && !term) || strcmp(got, "POSIX") == 0)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
}

static int fail(const struct error *err)
{
	(void)fprintf(stderr, "simplix: %s\n", err->message);
	if (err->hint[0])
		(void)fprintf(stderr, "         %s\n", err->hint);
	return status_exit_code(err->code);
}

/* Global options may stand anywhere before "--". */
static bool global_options(struct cli *cli, int *argc, char **argv, bool *help, bool *version)
{
	const char *db = cli_option(argc, argv, "db");
	if (db)
		cli->target = db;
	if (cli_flag(argc, argv, "json"))
		cli->format = OUT_JSON;
	if (cli_flag(argc, argv, "jsonl"))
		cli->format = OUT_JSONL;
	if (cli_flag(argc, argv, "csv"))
		cli->format = OUT_CSV;
	cli->read_only = cli_flag(argc, argv, "read-only");
	cli->quiet = cli_flag(argc, argv, "quiet");
	*version = cli_flag(argc, argv, "version");
	*help = *argc && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0);
	return true;
}

int main(int argc, char **argv)
{
	struct error err = {0};
	struct config cfg;
	struct cli cli = {0};
	bool help, version;
	(void)umask(077);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is told like a full disk */
	choose_locale();
	tzset();
	(void)i18n_use(NULL);
	environment_take();
	argc--;
	argv++;
	const char *config_path = cli_option(&argc, argv, "config"), *lang = cli_option(&argc, argv, "lang");
	if (config_load(config_path, &cfg, &err) != ST_OK)
		return fail(&err);
	if (lang)
		cfg.lang = lang;
	if (cfg.lang)
		(void)i18n_use(cfg.lang);
	cli.arena = arena_new();
	cli.target = cfg.db;
	cli.lang = cfg.lang;
	(void)global_options(&cli, &argc, argv, &help, &version);
	int code;
	if (version)
		code = printf("simplix %s\n", SIMPLIX_VERSION) < 0;
	else if (help)
		code = cli_help(&cli, 0, NULL);
	else if (argc)
		code = cli_run(&cli, argc, argv);
	else
		code = app_run(&cfg, cli.target, cli.read_only);
	if ((fflush(stdout) != 0 || ferror(stdout)) && code <= 1) {
		error_set(&err, ST_IO, _("The output could not be written: %s."), strerror(errno));
		code = fail(&err);
	}
	core_close(&cli.core);
	arena_free(&cli.arena);
	config_free(&cfg);
	environment_wipe();
	return code;
}
