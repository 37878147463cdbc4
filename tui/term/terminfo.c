#include "tui/term/terminfo.h"

#include "core/base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>

#define TERM_NAME_MAX 64

const char *terminfo_string(const char *cap)
{
	const char *s = tigetstr(cap);
	return s == (const char *)-1 ? NULL : s;
}

bool terminfo_is_xterm_like(const char *term)
{
	static const char *const kinds[] = {"xterm", "tmux", "screen", "rxvt", "foot", "alacritty", "kitty", "wezterm", "konsole",
		"vte", "gnome", "contour", "ghostty", "st-", "iterm", "mlterm", "putty"};
	for (size_t i = 0; term && i < sizeof kinds / sizeof *kinds; i++)
		if (strncmp(term, kinds[i], strlen(kinds[i])) == 0)
			return true;
	return false;
}

static bool is_name(const char *term)
{
	return term && *term && strlen(term) < TERM_NAME_MAX && !strpbrk(term, "/\\ \t\n") && term[0] != '.';
}

const char *terminfo_choose(const char *term)
{
	int rc = 0;
	if (!is_name(term) || !terminfo_is_xterm_like(term))
		return term;
	if (setupterm(term, STDOUT_FILENO, &rc) != OK)
		return "xterm-256color";
	(void)del_curterm(cur_term);
	return term;
}

/* Does the description come from a place a person can write to? System files are trusted. */
static bool is_foreign(void)
{
	if (getenv("TERMINFO") || getenv("TERMINFO_DIRS"))
		return true;
	const char *home = getenv("HOME");
	char path[4096];
	int n = home ? snprintf(path, sizeof path, "%s/.terminfo", home) : -1;
	return n > 0 && (size_t)n < sizeof path && access(path, F_OK) == 0;
}

/* What the screen will do, done once to nowhere. */
static int rehearse(const char *term)
{
	FILE *null = fopen("/dev/null", "r+e");
	if (!null || !newterm(term, null, null))
		return 1;
	if (has_colors() && start_color() == OK)
		(void)use_default_colors();
	(void)init_pair(1, 1, -1);
	(void)curs_set(0);
	struct input in;
	input_init(&in, 1);
	terminfo_keys(&in);
	char bytes[256];
	(void)terminfo_restore("", bytes, sizeof bytes);
	for (int i = 0; i < 6; i++) {
		(void)wattr_set(stdscr, i & 1 ? A_BOLD : A_UNDERLINE, (short)(i & 1), NULL);
		(void)mvaddstr(i, i * 9, "abc");
		(void)refresh();
	}
	(void)endwin();
	return 0;
}

/* ncurses 6.4 can crash on a broken description (its extended names are not checked), so one that is not the system's is
 * tried in a child first. */
static bool survives(const char *term)
{
	pid_t pid = fork();
	if (pid == 0) {
		struct rlimit none = {0, 0};
		(void)setrlimit(RLIMIT_CORE, &none);
		for (int sig = 1; sig < 32; sig++)
			(void)signal(sig, SIG_DFL);
		(void)alarm(2);
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		(void)dup2(null, STDERR_FILENO);
		_exit(rehearse(term));
	}
	int status = 0;
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return pid < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

enum status terminfo_check(const char *term, struct error *err)
{
	int rc = 0;
	bool sane = is_name(term);
	if (sane && is_foreign() && !survives(term)) {
		error_set(err, ST_USAGE, _("This terminal's description is broken."));
		error_hint(err, _("Look at TERMINFO, TERMINFO_DIRS and ~/.terminfo, or try: TERM=xterm-256color."));
		return ST_USAGE;
	}
	if (!sane || setupterm(term, STDOUT_FILENO, &rc) != OK) {
		error_set(err, ST_USAGE, _("This terminal's type is not known here (TERM is not set or has no description)."));
		error_hint(err, _("Try: TERM=xterm-256color or TERM=vt100."));
		return ST_USAGE;
	}
	bool hopeless = !terminfo_string("cup") || tigetflag("hc") > 0 || tigetflag("gn") > 0;
	(void)del_curterm(cur_term);
	if (hopeless) {
		error_set(err, ST_USAGE, _("This terminal cannot move its cursor, so there is no full screen."));
		error_hint(err, _("Every command works without it; see --help."));
		return ST_USAGE;
	}
	return ST_OK;
}

void terminfo_keys(struct input *in)
{
	static const struct {
		const char *cap;
		enum key_code code;
		unsigned mods;
	} caps[] = {{"kcuu1", K_UP, 0}, {"kcud1", K_DOWN, 0}, {"kcub1", K_LEFT, 0}, {"kcuf1", K_RIGHT, 0},
		{"khome", K_HOME, 0}, {"kend", K_END, 0}, {"kpp", K_PAGE_UP, 0}, {"knp", K_PAGE_DOWN, 0},
		{"kdch1", K_DELETE, 0}, {"kich1", K_INSERT, 0}, {"kcbt", K_TAB, MOD_SHIFT}, {"kent", K_ENTER, 0},
		{"kf1", K_F1, 0}, {"kf2", K_F2, 0}, {"kf3", K_F3, 0}, {"kf4", K_F4, 0}, {"kf5", K_F5, 0},
		{"kf6", K_F6, 0}, {"kf7", K_F7, 0}, {"kf8", K_F8, 0}, {"kf9", K_F9, 0}, {"kf10", K_F10, 0},
		{"kf11", K_F11, 0}, {"kf12", K_F12, 0}};
	for (size_t i = 0; i < sizeof caps / sizeof *caps; i++)
		input_define(in, terminfo_string(caps[i].cap), caps[i].code, caps[i].mods);
}

size_t terminfo_restore(const char *first, char *out, size_t size)
{
	static const char *const caps[] = {"sgr0", "op", "cnorm", "rmkx", "rmcup"};
	size_t n = 0;
	for (size_t i = 0; i <= sizeof caps / sizeof *caps; i++) {
		const char *cap = i == 0 ? first : terminfo_string(caps[i - 1]);
		size_t len = cap ? strcspn(cap, "$") : 0; /* "$<5>" asks for padding, of no use here */
		if (n + len + 2 > size)
			continue;
		memcpy(out + n, cap ? cap : "", len);
		n += len;
	}
	memcpy(out + n, "\r\n", 2);
	return n + 2;
}

void terminfo_blank_lines(int rows, void (*send)(const char *bytes))
{
	const char *move = terminfo_string("cup"), *erase = terminfo_string("el");
	for (int row = 0; move && erase && row < rows; row++) {
		send(tiparm(move, row, 0));
		send(erase);
	}
}
