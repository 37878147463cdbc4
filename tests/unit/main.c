/* The runner of the unit tests: order, isolation, counting.
 *
 * Tests run one after the other in one process, each in a folder of its own, sorted by file and name. A test that runs
 * on engines counts once per engine. A crash names the test it happened in and leaves no summary line, which the caller
 * takes for a failure.
 */
#include "tests/unit/test.h"

#include "core/base/mem.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_DATABASES = 16 };

struct runner {
	struct test *tests;
	int passed, failed, skipped;
	bool verbose;
	/* the test that runs */
	char name[160];
	int failures;
	const char *skip_reason;
	jmp_buf out;
	char *dir;
	struct db *open[MAX_DATABASES];
	char *schemas[MAX_DATABASES]; /* PostgreSQL: to drop */
	int databases;
	char *targets[2]; /* by engine: of the last database made */
};
static struct runner run;

void test_register(struct test *t)
{
	t->next = run.tests;
	run.tests = t;
}

/* Checks */

__attribute__((format(printf, 3, 4))) static void fail(const char *file, int line, const char *fmt, ...)
{
	va_list ap;
	if (run.failures++ == 0)
		printf("FAIL %s\n", run.name);
	printf("  %s:%d: ", file, line);
	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

void test_check(bool ok, const char *file, int line, const char *fmt, ...)
{
	if (ok)
		return;
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	fail(file, line, "%s", text);
}

bool test_check_int(int64_t got, int64_t want, const char *expr, const char *file, int line)
{
	if (got != want)
		fail(file, line, "%s is %lld, should be %lld", expr, (long long)got, (long long)want);
	return got == want;
}

bool test_check_str(const char *got, const char *want, const char *expr, const char *file, int line)
{
	bool same = got && want ? strcmp(got, want) == 0 : got == want;
	if (!same)
		fail(file, line, "%s is \"%s\", should be \"%s\"", expr, got ? got : "(null)", want ? want : "(null)");
	return same;
}

_Noreturn void test_skip(const char *why)
{
	run.skip_reason = why;
	longjmp(run.out, 1);
}

_Noreturn void test_abort(const char *file, int line, const char *why)
{
	fail(file, line, "%s", why && *why ? why : "stopped");
	longjmp(run.out, 1);
}

/* What a test may ask for */

const char *test_dir(void)
{
	if (!run.dir) {
		const char *base = getenv("TMPDIR");
		run.dir = mem_printf("%s/simplix-unit-XXXXXX", base && *base ? base : "/tmp");
		if (!mkdtemp(run.dir))
			test_abort(__FILE__, __LINE__, "no temporary folder");
	}
	return run.dir;
}

const char *test_shared(const char *relative)
{
	static char path[4096];
	const char *base = getenv("SIMPLIX_SHARED");
	if (!base || !*base)
		test_skip("SIMPLIX_SHARED is not set");
	(void)snprintf(path, sizeof path, "%s/data/%s", base, relative);
	if (access(path, R_OK) != 0)
		test_skip("shared data is absent");
	return path;
}

static const char *server(void)
{
	const char *url = getenv("SIMPLIX_TEST_PG");
	if (!url || !*url)
		test_skip("SIMPLIX_TEST_PG is not set");
	return url;
}

static enum status server_run(const char *sql, struct error *err)
{
	struct db *db;
	enum status st = db_open(server(), 0, &db, err);
	if (st != ST_OK)
		return st;
	st = db_exec(db, sql, err);
	db_close(&db);
	return st;
}

/* Make an empty place for a database: a file name nobody has used, or a new schema. */
static char *new_target(enum db_engine engine)
{
	static int serial;
	struct error err = {0};
	if (run.databases == MAX_DATABASES)
		test_abort(__FILE__, __LINE__, "too many databases in one test");
	serial++;
	run.databases++;
	if (engine == DB_SQLITE)
		return mem_printf("%s/test%d.db", test_dir(), serial);
	const char *url = server();
	char *schema = mem_printf("unit_%d_%d", (int)getpid(), serial);
	char *sql = mem_printf("CREATE SCHEMA %s", schema);
	enum status st = server_run(sql, &err);
	free(sql);
	if (st != ST_OK)
		test_abort(__FILE__, __LINE__, err.message);
	run.schemas[run.databases - 1] = schema;
	return mem_printf("%s%soptions=-csearch_path%%3D%s", url, strchr(url, '?') ? "&" : "?", schema);
}

static const char *fresh_target(enum db_engine engine)
{
	char *target = new_target(engine);
	free(run.targets[engine]);
	return run.targets[engine] = target;
}

const char *test_db_target(enum db_engine engine)
{
	return run.targets[engine] ? run.targets[engine] : fresh_target(engine);
}

struct db *test_db(enum db_engine engine)
{
	struct error err = {0};
	struct db *db = NULL;
	const char *target = fresh_target(engine);
	if (db_open(target, DB_CREATE, &db, &err) != ST_OK)
		test_abort(__FILE__, __LINE__, err.message);
	run.open[run.databases - 1] = db;
	return db;
}

/* Running */

static int remove_entry(const char *path, const struct stat *sb, int type, struct FTW *ftw)
{
	(void)sb, (void)ftw;
	if (type == FTW_DP)
		(void)chmod(path, 0700);
	return remove(path);
}

static void clean_up(void)
{
	for (int i = 0; i < run.databases; i++) {
		db_close(&run.open[i]);
		if (!run.schemas[i])
			continue;
		char *sql = mem_printf("DROP SCHEMA IF EXISTS %s CASCADE", run.schemas[i]);
		struct error err = {0};
		if (server_run(sql, &err) != ST_OK)
			fail(__FILE__, __LINE__, "%s: %s", sql, err.message);
		free(sql);
		free(run.schemas[i]);
		run.schemas[i] = NULL;
	}
	run.databases = 0;
	for (int i = 0; i < 2; i++) {
		free(run.targets[i]);
		run.targets[i] = NULL;
	}
	if (run.dir)
		(void)nftw(run.dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	free(run.dir);
	run.dir = NULL;
}

static void call(const struct test *t, int engine)
{
	if (t->run_on)
		t->run_on((enum db_engine)engine);
	else
		t->run();
}

static void run_one(const struct test *t, int engine)
{
	static const char *const suffix[] = {"/sqlite", "/postgres"};
	(void)snprintf(run.name, sizeof run.name, "%s%s", t->name, t->run_on ? suffix[engine] : "");
	run.failures = 0;
	run.skip_reason = NULL;
	if (setjmp(run.out) == 0)
		call(t, engine);
	clean_up();
	if (run.failures) {
		run.failed++;
	} else if (run.skip_reason) {
		run.skipped++;
		printf("skip %s: %s\n", run.name, run.skip_reason);
	} else {
		run.passed++;
		if (run.verbose)
			printf("ok   %s\n", run.name);
	}
	(void)fflush(stdout);
}

static void on_crash(int sig)
{
	static const char text[] = "CRASH in ";
	(void)!write(STDERR_FILENO, text, sizeof text - 1);
	(void)!write(STDERR_FILENO, run.name, strlen(run.name));
	(void)!write(STDERR_FILENO, "\n", 1);
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
}

static bool wanted(const struct test *t, char **words)
{
	if (!*words)
		return true;
	for (; *words; words++)
		if (strstr(t->name, *words) || strstr(t->file, *words))
			return true;
	return false;
}

static int by_place(const void *a, const void *b)
{
	const struct test *x = *(struct test *const *)a, *y = *(struct test *const *)b;
	int c = strcmp(x->file, y->file);
	return c ? c : strcmp(x->name, y->name);
}

static void run_all(char **words)
{
	struct test **order = NULL;
	size_t cap = 0, count = 0;
	for (struct test *t = run.tests; t; t = t->next) {
		mem_grow(&order, &cap, count + 1, sizeof(struct test *));
		order[count++] = t;
	}
	if (count)
		qsort(order, count, sizeof(struct test *), by_place);
	for (size_t i = 0; i < count; i++) {
		if (!wanted(order[i], words))
			continue;
		run_one(order[i], DB_SQLITE);
		if (order[i]->run_on)
			run_one(order[i], DB_POSTGRES);
	}
	free(order);
}

int main(int argc, char **argv)
{
	char **words = argv + 1;
	if (argc > 1 && strcmp(argv[1], "-v") == 0) {
		run.verbose = true;
		words++;
	}
#ifndef __SANITIZE_ADDRESS__
	(void)signal(SIGSEGV, on_crash);
#endif
	(void)signal(SIGABRT, on_crash);
	(void)signal(SIGPIPE, SIG_IGN);
	run_all(words);
	printf("%d passed, %d failed, %d skipped\n", run.passed, run.failed, run.skipped);
	return run.failed ? 1 : 0;
}
