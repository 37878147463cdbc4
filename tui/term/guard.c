#include "tui/term/guard.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static const int caught[] = {SIGWINCH, SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGCONT};
static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
#define TICK_MS 100
#define CAUGHT (sizeof caught / sizeof *caught)
#define FATAL (sizeof fatal / sizeof *fatal)

static struct {
	atomic_bool armed;
	int tty, wake_fd, saved_stderr;
	struct termios saved;
	char restore[GUARD_RESTORE_MAX];
	size_t restore_len;
	const char *note;
	atomic_uint events;
	atomic_bool flushing, hung;
	atomic_int ticks;
	struct sigaction old_caught[CAUGHT], old_fatal[FATAL], old_tick;
	char stack[64 * 1024];
} guard = {.tty = -1};

static unsigned event_of(int sig)
{
	switch (sig) {
	case SIGWINCH:
		return GUARD_RESIZE;
	case SIGHUP:
		return GUARD_HANGUP;
	case SIGTSTP:
		return GUARD_STOP;
	case SIGCONT:
		return GUARD_CONTINUE;
	default:
		return GUARD_TERMINATE;
	}
}

static void start_ticking(void)
{
	struct itimerval every = {{0, TICK_MS * 1000}, {0, TICK_MS * 1000}};
	(void)setitimer(ITIMER_REAL, &every, NULL);
}

/* We are leaving. A write that is still stuck is freed, again and again as it may be larger than the line's buffer. */
static void on_tick(int sig)
{
	int saved_errno = errno;
	(void)sig;
	if (atomic_load(&guard.flushing))
		(void)tcflush(guard.tty, TCOFLUSH);
	if (atomic_load(&guard.hung) && atomic_fetch_add(&guard.ticks, 1) > GUARD_LEAVE_MS / TICK_MS)
		_exit(128 + SIGHUP);
	errno = saved_errno;
}

static void on_event(int sig)
{
	int saved_errno = errno;
	unsigned event = event_of(sig);
	atomic_fetch_or(&guard.events, event);
	if (event & GUARD_HANGUP)
		atomic_store(&guard.hung, true);
	if (event & (GUARD_TERMINATE | GUARD_HANGUP))
		start_ticking();
	(void)!write(guard.wake_fd, "", 1);
	errno = saved_errno;
}

void guard_restore(void)
{
	if (!atomic_exchange(&guard.armed, false))
		return;
	(void)tcflush(guard.tty, TCOFLUSH);
	(void)!write(guard.tty, guard.restore, guard.restore_len);
	(void)tcsetattr(guard.tty, TCSANOW, &guard.saved);
	if (guard.saved_stderr >= 0)
		(void)dup2(guard.saved_stderr, STDERR_FILENO);
}

static void on_fatal(int sig, siginfo_t *info, void *context)
{
	(void)context;
	bool ours = atomic_load(&guard.armed);
	guard_restore();
	if (ours && guard.note)
		(void)!write(STDERR_FILENO, guard.note, strlen(guard.note));
	for (size_t i = 0; i < FATAL; i++)
		if (fatal[i] == sig)
			(void)sigaction(sig, &guard.old_fatal[i], NULL);
	/* A true fault happens again on return, with its own context; one that was sent is sent again. */
	if (info->si_code <= 0 || sig == SIGABRT)
		(void)raise(sig);
}

static void use_own_stack(void)
{
	stack_t now;
	if (sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_DISABLE)) {
		stack_t mine = {.ss_sp = guard.stack, .ss_size = sizeof guard.stack};
		(void)sigaltstack(&mine, NULL);
	}
}

void guard_install(int tty, const struct termios *saved, const char *restore, size_t n, int wake_fd, int saved_stderr,
	const char *note)
{
	guard.tty = tty;
	guard.wake_fd = wake_fd;
	guard.saved_stderr = saved_stderr;
	guard.saved = *saved;
	guard.restore_len = n < sizeof guard.restore ? n : sizeof guard.restore;
	memcpy(guard.restore, restore, guard.restore_len);
	guard.note = note;
	atomic_store(&guard.events, 0);
	atomic_store(&guard.hung, false);
	atomic_store(&guard.ticks, 0);
	use_own_stack();
	struct sigaction sa = {.sa_handler = on_event};
	(void)sigfillset(&sa.sa_mask);
	for (size_t i = 0; i < CAUGHT; i++)
		(void)sigaction(caught[i], &sa, &guard.old_caught[i]);
	struct sigaction tick = {.sa_handler = on_tick};
	(void)sigaction(SIGALRM, &tick, &guard.old_tick);
	struct sigaction crash = {.sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	(void)sigemptyset(&crash.sa_mask);
	for (size_t i = 0; i < FATAL; i++)
		(void)sigaction(fatal[i], &crash, &guard.old_fatal[i]);
	atomic_store(&guard.armed, true);
}

void guard_remove(void)
{
	atomic_store(&guard.armed, false);
	for (size_t i = 0; i < CAUGHT; i++)
		(void)sigaction(caught[i], &guard.old_caught[i], NULL);
	for (size_t i = 0; i < FATAL; i++)
		(void)sigaction(fatal[i], &guard.old_fatal[i], NULL);
	struct itimerval never = {0};
	(void)setitimer(ITIMER_REAL, &never, NULL);
	(void)sigaction(SIGALRM, &guard.old_tick, NULL);
	stack_t now;
	if (sigaltstack(NULL, &now) == 0 && now.ss_sp == guard.stack) {
		stack_t none = {.ss_flags = SS_DISABLE};
		(void)sigaltstack(&none, NULL);
	}
}

unsigned guard_take(void)
{
	return atomic_exchange(&guard.events, 0);
}

void guard_flushing(bool on)
{
	atomic_store(&guard.flushing, on);
}

void guard_hangup(void)
{
	atomic_store(&guard.hung, true);
	start_ticking();
}

void guard_stop(void)
{
	struct sigaction mine, stop = {.sa_handler = SIG_DFL};
	(void)sigaction(SIGTSTP, &stop, &mine);
	(void)kill(0, SIGTSTP);
	(void)sigaction(SIGTSTP, &mine, NULL);
	atomic_fetch_and(&guard.events, ~(unsigned)(GUARD_CONTINUE | GUARD_STOP));
}
