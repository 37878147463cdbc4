#include "tui/term/curses.h"

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "tui/term/ascii.h"
#include "tui/term/clip.h"
#include "tui/term/guard.h"
#include "tui/term/input.h"
#include "tui/term/locale.h"
#include "tui/term/runtime.h"
#include "tui/term/spawn.h"
#include "tui/term/terminfo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <curses.h>

#define ESC_MS 25
#define MOUSE_ON "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"
#define MODES_OFF MOUSE_OFF "\033[?2004l\033[23;2t"

struct screen_term {
	struct term base;
	struct curses_options options;
	struct input input;
	struct grid shown;   /* what the terminal shows */
	bool shown_valid;
	int64_t last_byte;   /* monotonic ms */
	bool ascii_text;     /* the character set is not UTF-8, or SIMPLIX_ASCII asks for it */
	bool xterm_like;     /* understands titles and OSC 52 */
	bool can_mouse;
	bool default_colors;
	bool started;        /* ncurses and guard are up */
	bool resize_pending;
	struct termios saved;
	FILE *out;
	int saved_stderr;
	SCREEN *screen;
};

static struct screen_term *self(const struct term *t)
{
	return (struct screen_term *)(uintptr_t)t;
}

static void send(const char *bytes)
{
	(void)runtime_write(STDOUT_FILENO, bytes, strlen(bytes));
}

/* Paste marks, mouse, title stack: modes that ncurses does not know. */
static void modes_on(struct screen_term *s)
{
	if (s->xterm_like)
		send("\033[?2004h\033[22;2t");
	if (s->base.mouse && s->can_mouse)
		send(MOUSE_ON);
}

static void modes_off(struct screen_term *s)
{
	if (s->base.mouse && s->can_mouse)
		send(MOUSE_OFF);
	if (s->xterm_like)
		send("\033[?2004l\033[23;2t");
}

/* Shown colours */

static attr_t attributes(unsigned a)
{
	return (a & ATTR_BOLD ? A_BOLD : 0) | (a & ATTR_DIM ? A_DIM : 0) | (a & ATTR_UNDERLINE ? A_UNDERLINE : 0) |
	       (a & ATTR_REVERSE ? A_REVERSE : 0) | (a & ATTR_ITALIC ? A_ITALIC : 0);
}

static void curses_set_styles(struct term *t)
{
	struct screen_term *s = self(t);
	s->shown_valid = false;
	if (t->colors == 0)
		return;
	for (int i = 0; i < ROLE_COUNT; i++) {
		short fg = t->styles[i].fg, bg = t->styles[i].bg;
		if (!s->default_colors) {
			fg = fg < 0 ? COLOR_WHITE : fg;
			bg = bg < 0 ? COLOR_BLACK : bg;
		}
		(void)init_pair((short)(i + 1), fg, bg);
	}
}

static void use_role(const struct term *t, uint8_t role, uint8_t attrs)
{
	const struct style *st = &t->styles[role];
	bool plain = st->fg < 0 && st->bg < 0;
	(void)wattr_set(stdscr, attributes((unsigned)(st->attrs | attrs)),
		t->colors > 0 && !plain ? (short)(role + 1) : 0, NULL);
}

/* Hand the cells from..to of a row to ncurses, run by run of equal looks. */
static void emit(const struct screen_term *s, int row, int from, int to)
{
	const struct cell *line = grid_row(&s->base.grid, row);
	char run[1024];
	(void)wmove(stdscr, row, from);
	for (int c = from; c < to;) {
		uint8_t role = line[c].role, attrs = line[c].attrs;
		size_t n = 0;
		for (; c < to && line[c].role == role && line[c].attrs == attrs && n + CELL_TEXT < sizeof run; c++) {
			if (s->ascii_text && line[c].width > 0 && (unsigned char)line[c].text[0] >= 0x80) {
				run[n++] = ascii_nearest(line[c].text, line[c].len);
				if (line[c].width == 2)
					run[n++] = ' ';
				continue;
			}
			memcpy(run + n, line[c].text, line[c].len);
			n += line[c].len;
		}
		use_role(&s->base, role, attrs);
		(void)waddnstr(stdscr, run, (int)n);
	}
}

static void curses_flush(struct term *t)
{
	struct screen_term *s = self(t);
	int cols = t->grid.cols;
	for (int r = 0; r < t->grid.rows; r++) {
		struct cell *now = grid_row(&t->grid, r), *old = grid_row(&s->shown, r);
		int from = 0, to = cols;
		if (s->shown_valid) {
			if (memcmp(now, old, (size_t)cols * sizeof *now) == 0)
				continue;
			while (memcmp(&now[from], &old[from], sizeof *now) == 0)
				from++;
			while (memcmp(&now[to - 1], &old[to - 1], sizeof *now) == 0)
				to--;
			/* Whole characters, of the old frame and of the new. */
			while (from > 0 && (now[from].width == 0 || old[from].width == 0))
				from--;
			while (to < cols && (now[to].width == 0 || old[to].width == 0))
				to++;
		}
		emit(s, r, from, to);
		memcpy(old, now, (size_t)cols * sizeof *now);
	}
	s->shown_valid = true;
	(void)wmove(stdscr, t->cursor_row, t->cursor_col);
	/* When this changes (entering or leaving a text field) ncurses sends it at once: the one case of a second write. */
	(void)curs_set(t->cursor_shown ? 1 : 0);
	(void)wnoutrefresh(stdscr);
	guard_flushing(true);
	(void)doupdate();
	guard_flushing(false);
}

static void curses_redraw(struct term *t)
{
	self(t)->shown_valid = false;
	(void)clearok(curscr, TRUE);
}

/* Sizes */

static void read_size(int *rows, int *cols)
{
	struct winsize w;
	*rows = 24;
	*cols = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0) {
		*rows = w.ws_row ? w.ws_row : *rows;
		*cols = w.ws_col ? w.ws_col : *cols;
	}
	*rows = *rows > GRID_MAX ? GRID_MAX : *rows;
	*cols = *cols > GRID_MAX ? GRID_MAX : *cols;
}

static void take_size(struct screen_term *s)
{
	int rows, cols;
	read_size(&rows, &cols);
	if (s->started)
		(void)resizeterm(rows, cols);
	grid_resize(&s->base.grid, rows, cols);
	grid_resize(&s->shown, rows, cols);
	s->shown_valid = false;
}

/* Leaving the screen for a while */

static void pause_screen(struct screen_term *s)
{
	modes_off(s);
	(void)endwin();
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &s->saved);
	if (s->saved_stderr >= 0) {
		int log = dup(STDERR_FILENO);
		(void)dup2(s->saved_stderr, STDERR_FILENO);
		s->saved_stderr = dup2(log, s->saved_stderr); /* swapped: the log waits there */
		close(log);
	}
}

static void resume_screen(struct screen_term *s)
{
	if (s->saved_stderr >= 0) {
		int err = dup(STDERR_FILENO);
		(void)dup2(s->saved_stderr, STDERR_FILENO);
		s->saved_stderr = dup2(err, s->saved_stderr);
		close(err);
	}
	(void)reset_prog_mode();
	take_size(s);
	modes_on(s);
	(void)clearok(curscr, TRUE);
	s->resize_pending = true;
}

static void curses_suspend(struct term *t)
{
	pause_screen(self(t));
	guard_stop();
	resume_screen(self(t));
}

static enum status curses_run(struct term *t, char *const argv[], int *exit_code, struct error *err)
{
	struct screen_term *s = self(t);
	if (t->gone)
		return error_set(err, ST_CANCELLED, _("The terminal is gone."));
	pause_screen(s);
	enum status st = spawn_wait(argv, s->options.private_env, exit_code, err);
	resume_screen(s);
	return st;
}

/* Keys */

static bool hang_up(struct screen_term *s, struct key *out)
{
	if (s->base.gone)
		return false;
	s->base.gone = true;
	guard_hangup();
	*out = (struct key){.code = K_HANGUP};
	return true;
}

/* Take what the terminal has, without waiting. False when the terminal is gone. */
static bool fill_input(struct screen_term *s)
{
	size_t room;
	while ((room = input_room(&s->input)) > 0) {
		struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
		int ready = poll(&p, 1, 0);
		if (ready > 0 && (p.revents & (POLLHUP | POLLERR | POLLNVAL)))
			return false;
		if (ready <= 0)
			return true;
		char bytes[INPUT_BUFFER];
		ssize_t n = read(STDIN_FILENO, bytes, room < sizeof bytes ? room : sizeof bytes);
		if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
			return false;
		if (n <= 0)
			return true;
		int64_t now = clock_monotonic();
		/* A way out of a paste whose end was lost: Ctrl-C alone, after a pause. */
		if (s->input.pasting && n == 1 && bytes[0] == 3 && now - s->last_byte > 1000)
			input_end_paste(&s->input);
		input_feed(&s->input, bytes, (size_t)n);
		s->last_byte = now;
	}
	return true;
}

/* HUP comes before CONT: the kernel sends both when a line drops. */
static bool signal_key(struct screen_term *s, struct key *out)
{
	unsigned events = guard_take();
	if (events & GUARD_HANGUP)
		return hang_up(s, out);
	if (events & GUARD_TERMINATE) {
		*out = (struct key){.code = K_TERMINATE};
		return true;
	}
	if (s->base.gone)
		return false;
	if (events & GUARD_STOP)
		curses_suspend(&s->base);
	else if (events & GUARD_CONTINUE) {
		pause_screen(s);
		resume_screen(s);
	} else if (events & GUARD_RESIZE) {
		take_size(s);
		(void)clearok(curscr, TRUE);
		s->resize_pending = true;
	}
	if (!s->resize_pending)
		return false;
	s->resize_pending = false;
	*out = (struct key){.code = K_RESIZE};
	return true;
}

static bool curses_read(struct term *t, struct key *out)
{
	struct screen_term *s = self(t);
	if (signal_key(s, out))
		return true;
	if (t->gone)
		return false;
	if (input_next(&s->input, out, false))
		return true;
	if (!fill_input(s))
		return hang_up(s, out);
	if (input_next(&s->input, out, false))
		return true;
	int wait = input_wait_ms(&s->input);
	return wait >= 0 && clock_monotonic() - s->last_byte >= wait && input_next(&s->input, out, true);
}

static int curses_wait_ms(const struct term *t)
{
	const struct screen_term *s = self(t);
	int wait = input_wait_ms(&s->input);
	if (wait < 0)
		return s->resize_pending ? 0 : -1;
	int64_t left = s->last_byte + wait - clock_monotonic();
	return left < 0 ? 0 : (int)left;
}

static void curses_drop_input(struct term *t)
{
	struct screen_term *s = self(t);
	if (fill_input(s))
		input_flush(&s->input);
}

/* Small services */

static void curses_title(struct term *t, const char *constant)
{
	struct screen_term *s = self(t);
	if (!s->xterm_like)
		return;
	char *bytes = mem_printf("\033]2;%s\a", constant);
	send(bytes);
	free(bytes);
}

static void curses_copy(struct term *t, const char *text, size_t n)
{
	struct screen_term *s = self(t);
	if (!s->xterm_like)
		return;
	struct buf b = {0};
	clip_sequence(&b, text, n);
	(void)runtime_write(STDOUT_FILENO, b.data, b.len);
	buf_free(&b);
}

static void curses_bell(struct term *t)
{
	(void)t;
	send("\a");
}

static void curses_wipe(struct term *t)
{
	struct screen_term *s = self(t);
	/* line by line: tmux keeps what a clear of the whole screen takes away */
	terminfo_blank_lines(term_rows(t), send);
	if (s->xterm_like || getenv("TMUX") || getenv("STY"))
		send("\033[3J");
	curses_redraw(t);
}

static void curses_mouse(struct term *t, bool on)
{
	struct screen_term *s = self(t);
	if (s->can_mouse)
		send(on ? MOUSE_ON : MOUSE_OFF);
}

static void curses_close(struct term *t)
{
	struct screen_term *s = self(t);
	if (s->started) {
		if (!t->gone) {
			(void)wmove(stdscr, t->grid.rows - 1, 0);
			guard_flushing(true);
			modes_off(s);
			(void)endwin();
			guard_flushing(false);
		}
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &s->saved);
		guard_remove();
		delscreen(s->screen);
		(void)fclose(s->out);
	}
	if (s->saved_stderr >= 0) {
		(void)dup2(s->saved_stderr, STDERR_FILENO);
		close(s->saved_stderr);
	}
	grid_free(&s->shown);
	term_fini(t);
	free(s);
}

static const struct term_ops curses_ops = {
	.flush = curses_flush,
	.read = curses_read,
	.wait_ms = curses_wait_ms,
	.drop_input = curses_drop_input,
	.set_styles = curses_set_styles,
	.redraw = curses_redraw,
	.wipe = curses_wipe,
	.suspend = curses_suspend,
	.run = curses_run,
	.set_title = curses_title,
	.copy = curses_copy,
	.bell = curses_bell,
	.set_mouse = curses_mouse,
	.close = curses_close,
};

/* Start */

static void detect(struct screen_term *s, const char *term)
{
	s->xterm_like = terminfo_is_xterm_like(term);
	s->can_mouse = s->xterm_like || terminfo_string("kmous");
	const char *ascii = getenv("SIMPLIX_ASCII");
	s->ascii_text = s->ascii_text || (ascii && *ascii && strcmp(ascii, "0") != 0);
	s->base.unicode = !s->ascii_text;
}

static void start_colors(struct screen_term *s)
{
	const char *wish = getenv("SIMPLIX_COLOR"), *none = getenv("NO_COLOR");
	bool off = s->options.no_color || (none && *none) || (wish && strcmp(wish, "0") == 0);
	if (off || !has_colors() || start_color() != OK)
		return;
	s->default_colors = use_default_colors() == OK;
	int n = COLOR_PAIRS > ROLE_COUNT ? COLORS : 0;
	s->base.colors = n >= 256 ? 256 : n >= 16 ? 16 : n >= 8 ? 8 : 0;
}

static void redirect_stderr(struct screen_term *s)
{
	if (!isatty(STDERR_FILENO))
		return;
	const char *path = s->options.log_path ? s->options.log_path : "/dev/null";
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	s->saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	(void)dup2(fd, STDERR_FILENO);
	close(fd);
}

/* ncurses writes at every cursor motion until its first endwin()+refresh() pair (lib_mvcur.c, ewInitial). The pair
 * is done while its output goes nowhere, so that the person sees no flicker; the first frame then clears the screen. */
static void leave_initial_mode(int fd)
{
	(void)curs_set(0); /* has the side effect of sending what newterm() buffered */
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), tty = dup(fd);
	if (null >= 0 && tty >= 0) {
		(void)dup2(null, fd);
		(void)endwin();
		(void)refresh();
		(void)dup2(tty, fd);
	}
	if (null >= 0)
		close(null);
	if (tty >= 0)
		close(tty);
	(void)clearok(curscr, TRUE);
}

/* newterm() with a size we chose: it would believe the environment and a hostile window size alike. */
static SCREEN *new_screen(const char *term, FILE *out)
{
	int rows, cols;
	char text[16];
	read_size(&rows, &cols);
	(void)snprintf(text, sizeof text, "%d", rows);
	(void)setenv("LINES", text, 1);
	(void)snprintf(text, sizeof text, "%d", cols);
	(void)setenv("COLUMNS", text, 1);
	use_env(TRUE);
	SCREEN *screen = newterm(term, out, stdin);
	(void)unsetenv("LINES");
	(void)unsetenv("COLUMNS");
	return screen;
}

static enum status start_curses(struct screen_term *s, const char *term, struct error *err)
{
	(void)tcgetattr(STDIN_FILENO, &s->saved);
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	s->out = fd >= 0 ? fdopen(fd, "w") : NULL;
	s->screen = s->out ? new_screen(term, s->out) : NULL;
	if (!s->screen) {
		if (s->out)
			(void)fclose(s->out);
		return error_set(err, ST_USAGE, _("The terminal could not be started."));
	}
	s->started = true;
	(void)raw();
	(void)noecho();
	(void)nonl();
	(void)def_prog_mode();
	detect(s, term);
	terminfo_keys(&s->input);
	start_colors(s);
	char restore[GUARD_RESTORE_MAX];
	bool has_modes = s->xterm_like || s->can_mouse;
	size_t n = terminfo_restore(has_modes ? MODES_OFF : "", restore, sizeof restore);
	guard_install(STDOUT_FILENO, &s->saved, restore, n, s->base.wake[1], s->saved_stderr, s->options.crash_note);
	leave_initial_mode(fd);
	mem_on_exhausted(guard_restore);
	return ST_OK;
}

static int escape_delay(const struct curses_options *o)
{
	const char *env = getenv("ESCDELAY");
	long ms = o->esc_ms > 0 ? o->esc_ms : env ? strtol(env, NULL, 10) : 0;
	return ms > 0 && ms <= 1000 ? (int)ms : ESC_MS;
}

enum status curses_open(const struct curses_options *o, struct term **out, struct error *err)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return error_set(err, ST_USAGE, _("The full screen needs a terminal on standard input and output."));
	const char *term = terminfo_choose(getenv("TERM"));
	enum status st = terminfo_check(term, err);
	if (st != ST_OK)
		return st;
	struct screen_term *s = mem_zalloc(sizeof *s);
	st = term_init(&s->base, &curses_ops, err);
	if (st != ST_OK) {
		free(s);
		return st;
	}
	s->options = *o;
	s->saved_stderr = -1;
	s->ascii_text = !locale_use_utf8();
	s->base.fd = STDIN_FILENO;
	s->base.mouse = !o->no_mouse;
	input_init(&s->input, escape_delay(o));
	redirect_stderr(s);
	st = start_curses(s, term, err);
	if (st != ST_OK) {
		curses_close(&s->base);
		return st;
	}
	take_size(s);
	modes_on(s);
	*out = &s->base;
	return ST_OK;
}
