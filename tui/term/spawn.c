#include "tui/term/spawn.h"

#include "core/base/i18n.h"
#include "core/base/mem.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_private(const char *entry, const char *const *prefixes)
{
	for (; prefixes && *prefixes; prefixes++)
		if (strncmp(entry, *prefixes, strlen(*prefixes)) == 0)
			return true;
	return false;
}

static char **clean_environment(const char *const *prefixes)
{
	size_t n = 0, kept = 0;
	while (environ[n])
		n++;
	char **out = mem_array(n + 1, sizeof *out);
	for (size_t i = 0; i < n; i++)
		if (!is_private(environ[i], prefixes))
			out[kept++] = environ[i];
	return out;
}

static int wait_for(pid_t pid)
{
	int status = 0;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 127;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

enum status spawn_wait(char *const argv[], const char *const *private_env, int *exit_code, struct error *err)
{
	posix_spawnattr_t attr;
	sigset_t all, none;
	(void)sigfillset(&all);
	(void)sigemptyset(&none);
	(void)posix_spawnattr_init(&attr);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	(void)posix_spawnattr_setsigdefault(&attr, &all);
	(void)posix_spawnattr_setsigmask(&attr, &none);

	struct sigaction ignore = {.sa_handler = SIG_IGN}, old_int, old_quit;
	(void)sigaction(SIGINT, &ignore, &old_int);
	(void)sigaction(SIGQUIT, &ignore, &old_quit);
	char **env = clean_environment(private_env);
	pid_t pid = -1;
	int rc = posix_spawnp(&pid, argv[0], NULL, &attr, argv, env);
	enum status st = ST_OK;
	if (rc == 0)
		*exit_code = wait_for(pid);
	else
		st = error_set(err, ST_NOT_FOUND, _("%s could not be started: %s"), argv[0], error_system(rc));
	(void)sigaction(SIGINT, &old_int, NULL);
	(void)sigaction(SIGQUIT, &old_quit, NULL);
	(void)posix_spawnattr_destroy(&attr);
	free(env);
	return st;
}
