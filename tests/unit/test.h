/* A tiny test harness: each file registers its tests by itself; one binary runs all of them.
 *
 *     TEST(money_parses_french) { CHECK_INT(parse("1 234,50"), 123450); }
 *     TEST_ENGINES(store_undo) { struct db *db = test_db(engine); … }   runs on SQLite and on PostgreSQL
 *
 * A failing check prints file:line and what differed, and the test goes on. `unit [-v] [WORD…]` runs the tests whose
 * names contain a word. The last line is "N passed, N failed, N skipped".
 */
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include "data/db.h"

#include <stdbool.h>
#include <stdint.h>

struct test {
	const char *name;
	const char *file;
	void (*run)(void);
	void (*run_on)(enum db_engine engine);
	struct test *next;
};
void test_register(struct test *t);
void test_check(bool ok, const char *file, int line, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
bool test_check_int(int64_t got, int64_t want, const char *expr, const char *file, int line);
bool test_check_str(const char *got, const char *want, const char *expr, const char *file, int line);
/* Stop this test and count it as skipped, saying why (no PostgreSQL, no shared data). */
_Noreturn void test_skip(const char *why);
/* Stop this test as failed. */
_Noreturn void test_abort(const char *file, int line, const char *why);

/* A fresh, empty database of the engine: ":memory:"-like file in the test's folder, or a new schema of the server named
 * by SIMPLIX_TEST_PG. Closed and removed by the harness when the test ends. test_db_target() gives what db_open() takes. */
struct db *test_db(enum db_engine engine);
const char *test_db_target(enum db_engine engine);
/* A folder of this test's own, removed afterwards. */
const char *test_dir(void);
/* Path of a file under the shared data folder ($SIMPLIX_SHARED/data), or skips the test where that is absent. */
const char *test_shared(const char *relative);

#define TEST(id)                                                                                                       \
	static void test_##id(void);                                                                                   \
	__attribute__((constructor)) static void register_##id(void)                                                   \
	{                                                                                                              \
		static struct test t = {.name = #id, .file = __FILE__, .run = test_##id};                              \
		test_register(&t);                                                                                     \
	}                                                                                                              \
	static void test_##id(void)

#define TEST_ENGINES(id)                                                                                               \
	static void test_##id(enum db_engine engine);                                                                  \
	__attribute__((constructor)) static void register_##id(void)                                                   \
	{                                                                                                              \
		static struct test t = {.name = #id, .file = __FILE__, .run_on = test_##id};                           \
		test_register(&t);                                                                                     \
	}                                                                                                              \
	static void test_##id(enum db_engine engine)

#define CHECK(cond) test_check((cond), __FILE__, __LINE__, "%s", #cond)
#define CHECK_INT(got, want) test_check_int((int64_t)(got), (int64_t)(want), #got, __FILE__, __LINE__)
#define CHECK_STR(got, want) test_check_str((got), (want), #got, __FILE__, __LINE__)
/* The call returned ST_OK; otherwise print err's message and end the test. */
#define MUST(call)                                                                                                     \
	do {                                                                                                           \
		if ((call) != ST_OK)                                                                                   \
			test_abort(__FILE__, __LINE__, err.message);                                                   \
	} while (0)

#endif
