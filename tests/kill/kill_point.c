/* kill_point() of build/simplix-kill: SIMPLIX_KILL_AT=NAME ends the program there, NAME:3 when it comes by the third time. */
#include "core/base/kill_point.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

void kill_point(const char *name)
{
	static atomic_int passed;
	const char *at = getenv("SIMPLIX_KILL_AT");
	size_t n = strlen(name);
	if (!at || strncmp(at, name, n) != 0 || (at[n] && at[n] != ':'))
		return;
	if (atomic_fetch_add(&passed, 1) + 1 >= (at[n] ? atoi(at + n + 1) : 1))
		(void)raise(SIGKILL);
}
