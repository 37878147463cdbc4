#include "tui/cli/secret_input.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/crypto.h"
#include "core/base/i18n.h"

extern char **environ;

bool input_is_terminal(void)
{
	return isatty(STDIN_FILENO);
}

/* Byte by byte: what follows in the input is the next question's. */
static bool read_line(int fd, char out[SECRET_SIZE])
{
	size_t n = 0;
	char ch;
	ssize_t got;
	bool any = false;
	while ((got = read(fd, &ch, 1)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		any = true;
		if (ch == '\n')
			break;
		if (n < SECRET_SIZE - 1)
			out[n++] = ch;
	}
	while (n && out[n - 1] == '\r')
		n--;
	out[n] = '\0';
	return any;
}

static bool ask(struct cli *cli, const char *prompt, bool echo, char out[SECRET_SIZE])
{
	struct termios before, quiet;
	bool terminal = input_is_terminal() && tcgetattr(STDIN_FILENO, &before) == 0;
	if (terminal) {
		(void)fprintf(stderr, "%s ", prompt);
		(void)fflush(stderr);
		quiet = before;
		if (!echo)
			quiet.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	bool got = read_line(STDIN_FILENO, out);
	if (terminal) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
		if (!echo)
			(void)fputc('\n', stderr);
	}
	if (!got) {
		error_set(&cli->err, ST_USAGE, _("The input ended before: %s"), prompt);
		error_hint(&cli->err, _("Answers are read from the terminal, or one a line from standard input."));
	}
	return got;
}

bool secret_read(struct cli *cli, const char *prompt, char out[SECRET_SIZE])
{
	return ask(cli, prompt, false, out);
}

bool line_read(struct cli *cli, const char *prompt, char out[SECRET_SIZE])
{
	return ask(cli, prompt, true, out);
}

bool secret_command(const char *command, char out[SECRET_SIZE])
{
	int fds[2], status = 1;
	pid_t pid;
	posix_spawn_file_actions_t actions;
	char *argv[] = {"sh", "-c", (char *)(uintptr_t)command, NULL};
	if (!command || !*command || pipe2(fds, O_CLOEXEC) != 0)
		return false;
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
	bool started = posix_spawn(&pid, "/bin/sh", &actions, NULL, argv, environ) == 0;
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(fds[1]);
	bool got = started && read_line(fds[0], out);
	(void)close(fds[0]);
	while (started && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (got && status == 0 && *out)
		return true;
	crypto_wipe(out, SECRET_SIZE);
	return false;
}
