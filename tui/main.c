/* Simplix: argv decides between the full screen and one command. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
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

/* A core file would hold what the memory holds: everybody's records, and the password of the server. SEC-16. */
static void keep_memory_private(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	const struct rlimit none = {0, 0};
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
#endif
}

/* An option without the value that it takes stays behind. */
static bool lacks_value(int argc, char **argv, const char *name)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strncmp(argv[i], "--", 2) == 0 && strcmp(argv[i] + 2, name) == 0)
			return true;
	return false;
}

static const char *text_option(struct cli *cli, int *argc, char **argv, const char *name)
{
	const char *value = cli_option(argc, argv, name);
	if (value ? !*value : lacks_value(*argc, argv, name))
		error_set(&cli->err, ST_USAGE, _("--%s needs a value after it."), name);
	return value;
}

/* Global options may stand anywhere before "--". */
static void global_options(struct cli *cli, int *argc, char **argv, bool *help, bool *version)
{
	if (cli_flag(argc, argv, "json"))
		cli->format = OUT_JSON;
	if (cli_flag(argc, argv, "jsonl"))
		cli->format = OUT_JSONL;
	if (cli_flag(argc, argv, "csv"))
		cli->format = OUT_CSV;
	cli->read_only = cli_flag(argc, argv, "read-only");
	cli->quiet = cli_flag(argc, argv, "quiet");
	cli->raw = cli_flag(argc, argv, "raw");
	cli->target = text_option(cli, argc, argv, "db");
	cli->lang = text_option(cli, argc, argv, "lang");
	cli->config = text_option(cli, argc, argv, "config");
	*version = cli_flag(argc, argv, "version");
	*help = *argc && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0);
}

int main(int argc, char **argv)
{
	struct config cfg;
	struct cli cli = {0};
	bool help, version;
	keep_memory_private();
	(void)umask(077);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is told like a full disk */
	choose_locale();
	tzset();
	(void)i18n_use(NULL);
	environment_take();
	argc--;
	argv++;
	cli.arena = arena_new();
	global_options(&cli, &argc, argv, &help, &version);
	if (cli.err.code != ST_OK || config_load(cli.config, &cfg, &cli.err) != ST_OK)
		return cli_fail(&cli);
	if (cli.lang)
		cfg.lang = cli.lang;
	if (cfg.lang)
		(void)i18n_use(cfg.lang);
	if (!cli.target)
		cli.target = cfg.db;
	cli.lang = cfg.lang;
	cli.secret_command = cfg.secret_command;
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
		error_set(&cli.err, ST_IO, _("The output could not be written: %s."), strerror(errno));
		code = cli_fail(&cli);
	}
	core_close(&cli.core);
	arena_free(&cli.arena);
	config_free(&cfg);
	environment_wipe();
	return code;
}
