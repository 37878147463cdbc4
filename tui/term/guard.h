/* Guard: signals, and a terminal that is restored whatever happens.
 *
 * The one record of mutable state the terminal needs outside its own struct, because signal handlers and the
 * out-of-memory hook get no argument: the saved line settings, the bytes that undo our modes (computed beforehand),
 * the pipe that wakes the loop. Handlers only set a flag and write one byte; the loop acts.
 *
 * A crash (SEGV, BUS, FPE, ILL, ABRT) restores the terminal from an alternate stack, tells the person in one line,
 * and hands on to whatever handled the signal before: a core dump or a sanitizer still sees it.
 *
 * After SIGTERM or SIGHUP, output that is stuck (guard_flushing) is thrown away: ncurses retries an interrupted write, so
 * with a reader that stalls the signal would never be seen. SIGALRM and the real interval timer are used for that.
 */
#ifndef TUI_TERM_GUARD_H
#define TUI_TERM_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

enum guard_event {
	GUARD_RESIZE = 1,
	GUARD_TERMINATE = 2,
	GUARD_HANGUP = 4,
	GUARD_STOP = 8,
	GUARD_CONTINUE = 16,
};

#define GUARD_RESTORE_MAX 512

/* Take over the signals. `restore` are the bytes that leave our modes; `note` is one line for a crash (constant). */
void guard_install(int tty, const struct termios *saved, const char *restore, size_t n, int wake_fd, int saved_stderr,
	const char *note);
void guard_remove(void);
/* Events since the last call. */
unsigned guard_take(void);
void guard_flushing(bool on);
/* The person's side is gone: from now on the process has GUARD_LEAVE_MS to save and leave, then it is ended. */
#define GUARD_LEAVE_MS 2500
void guard_hangup(void);
/* Stop the whole job, as the terminal's own Ctrl-Z would; returns when it is continued. */
void guard_stop(void);
/* Put the terminal back now. Async-signal-safe; does nothing when not installed or done already. */
void guard_restore(void);

#endif
