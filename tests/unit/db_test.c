/* The storage seam, the same promises on both engines. */
#include "tests/unit/test.h"

#include "core/base/mem.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char
	*const note_table = "CREATE TABLE note (num {int} PRIMARY KEY, name {text} NOT NULL UNIQUE, score {real}, "
			    "owner {id}, data {blob}, flag {int} CHECK (flag IN (0, 1)))";

/* Put the engine's type names in place of the marks, as migrations do. */
static void make_table(struct db *db, const char *sql)
{
	struct error err = {0};
	struct buf b = {0};
	for (const char *s = sql; *s; s++) {
		if (strncmp(s, "{int}", 5) == 0)
			buf_puts(&b, db_type_int(db)), s += 4;
		else if (strncmp(s, "{text}", 6) == 0)
			buf_puts(&b, db_type_text(db)), s += 5;
		else if (strncmp(s, "{real}", 6) == 0)
			buf_puts(&b, db_type_real(db)), s += 5;
		else if (strncmp(s, "{id}", 4) == 0)
			buf_puts(&b, db_type_id(db)), s += 3;
		else if (strncmp(s, "{blob}", 6) == 0)
			buf_puts(&b, db_type_blob(db)), s += 5;
		else if (strncmp(s, "{serial}", 8) == 0)
			buf_puts(&b, db_type_serial(db)), s += 7;
		else
			buf_putc(&b, *s);
	}
	enum status st = db_exec(db, buf_str(&b), &err);
	buf_free(&b);
	MUST(st);
}

static struct db *notes(enum db_engine engine)
{
	struct db *db = test_db(engine);
	make_table(db, note_table);
	return db;
}

static struct db *second(enum db_engine engine)
{
	struct error err = {0};
	struct db *db = NULL;
	MUST(db_open(test_db_target(engine), 0, &db, &err));
	return db;
}

static enum status add(struct db *db, int64_t num, const char *name, struct error *err)
{
	struct db_stmt *s;
	enum status st = db_prepare(db, "INSERT INTO note (num, name) VALUES ($1, $2)", &s, err);
	if (st != ST_OK)
		return st;
	db_bind_int(s, 1, num);
	db_bind_text(s, 2, name);
	return db_run(s, err);
}

static bool next(struct db_stmt *s)
{
	struct error err = {0};
	bool row = false;
	MUST(db_step(s, &row, &err));
	return row;
}

static int64_t one(struct db *db, const char *sql)
{
	struct error err = {0};
	struct db_stmt *s;
	bool row = false;
	MUST(db_prepare(db, sql, &s, &err));
	MUST(db_step(s, &row, &err));
	int64_t v = row ? db_int(s, 0) : -1;
	db_done(s);
	return v;
}

static int64_t count(struct db *db)
{
	return one(db, "SELECT count(*) FROM note");
}

TEST_ENGINES(db_types_round_trip)
{
	struct error err = {0};
	struct db *db = notes(engine);
	struct db_stmt *s;
	bool row;
	struct id owner = {{0x01, 0x8f, 0, 0xff, 5, 6, 0x70, 8, 0x89, 10, 11, 12, 13, 14, 15, 16}};
	static const unsigned char bytes[] = {0, 1, '\\', 'x', 0xff, 0, '\''};
	const char *text = "L'été \\x41 \xe2\x82\xac \"q\" %s \n\t end";
	MUST(db_prepare(db, "INSERT INTO note (num, name, score, owner, data, flag) VALUES ($1, $2, $3, $4, $5, $6)",
		&s, &err));
	db_bind_int(s, 1, INT64_MIN);
	db_bind_text(s, 2, text);
	db_bind_real(s, 3, 0.1 + 0.2);
	db_bind_id(s, 4, &owner);
	db_bind_blob(s, 5, bytes, sizeof bytes);
	db_bind_int(s, 6, 1);
	MUST(db_run(s, &err));
	CHECK_INT(db_changes(db), 1);

	MUST(db_prepare(db, "SELECT num, name, score, owner, data, flag FROM note", &s, &err));
	MUST(db_step(s, &row, &err));
	CHECK(row);
	CHECK_INT(db_columns(s), 6);
	CHECK_STR(db_column_name(s, 3), "owner");
	CHECK_INT(db_int(s, 0), INT64_MIN);
	CHECK_STR(db_text(s, 1), text);
	CHECK_INT(db_bytes(s, 1), strlen(text));
	CHECK(db_real(s, 2) == 0.1 + 0.2);
	struct id got = db_id(s, 3);
	CHECK(memcmp(got.b, owner.b, 16) == 0);
	CHECK_INT(db_bytes(s, 3), 16);
	CHECK_INT(db_bytes(s, 4), sizeof bytes);
	CHECK(db_blob(s, 4) && memcmp(db_blob(s, 4), bytes, sizeof bytes) == 0);
	CHECK_INT(db_int(s, 5), 1);
	MUST(db_step(s, &row, &err));
	CHECK(!row);
}

TEST_ENGINES(db_nulls_and_empties)
{
	struct error err = {0};
	struct db *db = notes(engine);
	struct db_stmt *s;
	bool row;
	for (int i = 1; i <= 2; i++) { /* the first time and prepared */
		MUST(db_prepare(db, "INSERT INTO note VALUES ($1, $2, $3, $4, $5, $6)", &s, &err));
		db_bind_int(s, 1, i);
		db_bind_textn(s, 2, "xy", (size_t)i - 1);
		db_bind_null(s, 3);
		db_bind_id(s, 4, &(struct id){{0}});
		db_bind_blob(s, 5, "", 0);
		MUST(db_run(s, &err)); /* $6 was never bound */
	}
	MUST(db_prepare(db, "SELECT name, score, owner, data, flag FROM note WHERE num = $1", &s, &err));
	db_bind_int(s, 1, 1);
	MUST(db_step(s, &row, &err));
	CHECK_STR(db_text(s, 0), "");
	CHECK(!db_is_null(s, 0) && db_is_null(s, 1) && db_is_null(s, 2) && !db_is_null(s, 3) && db_is_null(s, 4));
	CHECK_INT(db_bytes(s, 3), 0);
	CHECK(db_blob(s, 3) != NULL && db_blob(s, 2) == NULL && db_text(s, 1) == NULL);
	CHECK_INT(db_int(s, 4), 0);
	struct id none = db_id(s, 2);
	CHECK(memcmp(none.b, (struct id){{0}}.b, 16) == 0);
	db_done(s);
	/* the same text with a null, then a value, then a null */
	const char *names[] = {NULL, "x", NULL, "x"};
	for (int i = 0; i < 4; i++) {
		MUST(db_prepare(
			db, "SELECT count(*) FROM note WHERE name = $1 OR ($1 IS NULL AND num = $2)", &s, &err));
		db_bind_text(s, 1, names[i]);
		db_bind_int(s, 2, 1);
		MUST(db_step(s, &row, &err));
		CHECK_INT(db_int(s, 0), 1);
		db_done(s);
	}
}

TEST_ENGINES(db_parameters_out_of_order)
{
	struct error err = {0};
	struct db *db = notes(engine);
	struct db_stmt *s;
	bool row;
	MUST(add(db, 7, "seven", &err));
	MUST(db_prepare(db, "UPDATE note SET name = $2, score = $3 WHERE num = $1", &s, &err));
	db_bind_int(s, 1, 7);
	db_bind_text(s, 2, "sept");
	db_bind_real(s, 3, 7.5);
	MUST(db_run(s, &err));
	CHECK_INT(db_changes(db), 1);
	MUST(db_prepare(db, "SELECT name, score FROM note WHERE score < $2 AND name = $1 AND name = $1", &s, &err));
	db_bind_text(s, 1, "sept");
	db_bind_real(s, 2, 8);
	MUST(db_step(s, &row, &err));
	CHECK(row);
	if (row)
		CHECK_STR(db_text(s, 0), "sept");
	db_done(s);
}

TEST_ENGINES(db_refuses_careless_sql)
{
	struct error err = {0};
	struct db *db = notes(engine);
	struct db_stmt *s;
	static const char *const bad[] = {"SELECT $1::text", "SELECT ?", "SELECT $1, $3", "SELECT $0", "SELECT $1a",
		"SELECT $name", "SELECT $1000"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_INT(db_prepare(db, bad[i], &s, &err), ST_INTERNAL);
	MUST(db_prepare(
		db, "SELECT num, '$5 ::text ?', name AS \"$9\" FROM note -- $8 ? ::\n WHERE num = $1", &s, &err));
	db_bind_int(s, 2, 1);
	CHECK_INT(db_run(s, &err), ST_INTERNAL);
	MUST(db_prepare(db, "SELECT count(*) FROM note WHERE name = $1", &s, &err));
	db_bind_textn(s, 1, "a\0b", 3);
	CHECK_INT(db_run(s, &err), ST_INVALID);
	MUST(db_prepare(db, "SELECT count(*) FROM note WHERE name = $1", &s, &err));
	db_bind_text(s, 1, "\xff\xfe");
	CHECK_INT(db_run(s, &err), ST_INVALID);
}

/* SEC-22: text is never SQL. */
TEST_ENGINES(db_sec22_hostile_text_is_stored_literally)
{
	struct error err = {0};
	struct db *db = notes(engine);
	static const char *const hostile[] = {"'; DROP TABLE note; --", "\"); DELETE FROM note; --", "$1", "%s%n",
		"\\'; --", "1 OR 1=1", "x' OR 'x'='x", "/* */ UNION SELECT 1"};
	for (int i = 0; i < (int)(sizeof hostile / sizeof *hostile); i++)
		MUST(add(db, i, hostile[i], &err));
	for (int i = 0; i < (int)(sizeof hostile / sizeof *hostile); i++) {
		struct db_stmt *s;
		bool row;
		MUST(db_prepare(db, "SELECT name FROM note WHERE num = $1 AND name = $2", &s, &err));
		db_bind_int(s, 1, i);
		db_bind_text(s, 2, hostile[i]);
		MUST(db_step(s, &row, &err));
		CHECK(row);
		CHECK_STR(row ? db_text(s, 0) : NULL, hostile[i]);
		db_done(s);
	}
	CHECK_INT(count(db), sizeof hostile / sizeof *hostile);
}

TEST_ENGINES(db_numbers_and_truth_read_alike)
{
	struct error err = {0};
	struct db *db = notes(engine);
	struct db_stmt *s;
	bool row;
	for (int i = 1; i <= 3; i++)
		MUST(add(db, i * 1000000000000, (const char *[]){"a", "b", "c"}[i - 1], &err));
	MUST(db_prepare(
		db, "SELECT sum(num), avg(num), 1 = 1, 1 = 2, count(*), CAST(5 AS integer) FROM note", &s, &err));
	MUST(db_step(s, &row, &err));
	CHECK_INT(db_int(s, 0), 6000000000000);
	CHECK(fabs(db_real(s, 1) - 2e12) < 1);
	CHECK_INT(db_int(s, 1), 2000000000000);
	CHECK_INT(db_int(s, 2), 1);
	CHECK_INT(db_int(s, 3), 0);
	CHECK_STR(db_text(s, 2), "1");
	CHECK_STR(db_text(s, 3), "0");
	CHECK_INT(db_int(s, 4), 3);
	CHECK_INT(db_int(s, 5), 5);
	db_done(s);
}

TEST_ENGINES(db_returning_and_changes)
{
	struct error err = {0};
	struct db *db = test_db(engine);
	struct db_stmt *s;
	bool row;
	make_table(db, "CREATE TABLE line (num {serial}, word {text} UNIQUE)");
	for (int i = 1; i <= 3; i++) {
		MUST(db_prepare(db, "INSERT INTO line (word) VALUES ($1) RETURNING num", &s, &err));
		db_bind_text(s, 1, (const char *[]){"x", "y", "z"}[i - 1]);
		MUST(db_step(s, &row, &err));
		CHECK(row);
		CHECK_INT(db_int(s, 0), i);
		MUST(db_step(s, &row, &err));
		CHECK(!row);
		CHECK_INT(db_changes(db), 1);
	}
	MUST(db_prepare(db, "UPDATE line SET word = word || '!' WHERE num > $1", &s, &err));
	db_bind_int(s, 1, 1);
	MUST(db_run(s, &err));
	CHECK_INT(db_changes(db), 2);
	MUST(db_prepare(db, "SELECT num FROM line", &s, &err));
	MUST(db_run(s, &err));
	CHECK_INT(db_changes(db), 0);
	MUST(db_prepare(db, "INSERT INTO line (word) VALUES ($1) ON CONFLICT (word) DO NOTHING", &s, &err));
	db_bind_text(s, 1, "x");
	MUST(db_run(s, &err));
	CHECK_INT(db_changes(db), 0);
}

/* Transactions */

TEST_ENGINES(db_commit_and_rollback)
{
	struct error err = {0};
	struct db *db = notes(engine);
	CHECK(!db_in_transaction(db));
	MUST(db_begin(db, &err));
	CHECK(db_in_transaction(db));
	MUST(add(db, 1, "kept", &err));
	MUST(db_commit(db, &err));
	MUST(db_begin(db, &err));
	MUST(add(db, 2, "dropped", &err));
	db_rollback(db);
	CHECK(!db_in_transaction(db));
	CHECK_INT(count(db), 1);
	db_rollback(db); /* nothing to do */
	CHECK_INT(db_commit(db, &err), ST_INTERNAL);
}

TEST_ENGINES(db_savepoints)
{
	struct error err = {0};
	struct db *db = notes(engine);
	MUST(db_begin(db, &err));
	MUST(add(db, 1, "outer", &err));
	MUST(db_begin(db, &err));
	MUST(add(db, 2, "inner, undone", &err));
	MUST(db_begin(db, &err));
	MUST(add(db, 3, "innermost, undone with it", &err));
	MUST(db_commit(db, &err));
	db_rollback(db);
	MUST(db_begin(db, &err));
	MUST(add(db, 4, "inner, kept", &err));
	MUST(db_commit(db, &err));
	CHECK(db_in_transaction(db));
	MUST(db_commit(db, &err));
	CHECK_INT(one(db, "SELECT sum(num) FROM note"), 5);
}

TEST_ENGINES(db_error_poisons_the_transaction)
{
	struct error err = {0};
	struct db *db = notes(engine);
	struct db_stmt *s;
	MUST(db_begin(db, &err));
	MUST(add(db, 1, "one", &err));
	CHECK_INT(add(db, 1, "again", &err), ST_CONFLICT);
	CHECK_INT(add(db, 2, "fine by itself", &err), ST_ABORTED);
	CHECK_INT(db_prepare(db, "SELECT 1", &s, &err), ST_ABORTED);
	CHECK_INT(db_exec(db, "SELECT 1", &err), ST_ABORTED);
	CHECK_INT(db_begin(db, &err), ST_ABORTED);
	CHECK_INT(db_commit(db, &err), ST_ABORTED);
	CHECK(!db_in_transaction(db));
	CHECK_INT(count(db), 0);
	MUST(add(db, 3, "life goes on", &err));
	CHECK_INT(count(db), 1);
}

TEST_ENGINES(db_error_in_a_savepoint_spares_the_rest)
{
	struct error err = {0};
	struct db *db = notes(engine);
	MUST(db_begin(db, &err));
	MUST(add(db, 1, "one", &err));
	MUST(db_begin(db, &err));
	MUST(add(db, 2, "two", &err));
	CHECK_INT(add(db, 1, "one again", &err), ST_CONFLICT);
	db_rollback(db);
	MUST(db_begin(db, &err));
	CHECK_INT(add(db, 1, "one again", &err), ST_CONFLICT);
	CHECK_INT(db_commit(db, &err), ST_ABORTED); /* rolls the savepoint back */
	MUST(add(db, 3, "three", &err));
	MUST(db_commit(db, &err));
	CHECK_INT(one(db, "SELECT sum(num) FROM note"), 4);
}

TEST_ENGINES(db_syntax_error_poisons_too)
{
	struct error err = {0};
	struct db *db = notes(engine);
	struct db_stmt *s;
	bool row;
	MUST(db_begin(db, &err));
	enum status st = db_prepare(db, "SELEC nothing", &s, &err);
	if (st == ST_OK)
		st = db_step(s, &row, &err);
	CHECK_INT(st, ST_INTERNAL);
	CHECK_INT(db_commit(db, &err), ST_ABORTED);
}

TEST_ENGINES(db_read_snapshot_is_stable)
{
	struct error err = {0};
	struct db *db = notes(engine), *other = second(engine);
	MUST(add(db, 1, "one", &err));
	MUST(db_begin_read(db, &err));
	CHECK_INT(count(db), 1);
	MUST(add(other, 2, "two", &err));
	CHECK_INT(count(db), 1);
	CHECK_INT(db_begin(db, &err), ST_INTERNAL); /* never becomes a writer */
	db_rollback(db);
	CHECK_INT(count(db), 2);
	db_close(&other);
}

/* Statements */

TEST_ENGINES(db_same_text_nested_while_stepping)
{
	struct error err = {0};
	struct db *db = notes(engine);
	const char *sql = "SELECT num FROM note WHERE num >= $1 ORDER BY num";
	for (int i = 1; i <= 5; i++) {
		char name[8] = {(char)('a' + i), 0};
		MUST(add(db, i, name, &err));
	}
	struct db_stmt *outer, *inner;
	int seen = 0;
	MUST(db_prepare(db, sql, &outer, &err));
	db_bind_int(outer, 1, 1);
	for (; next(outer); seen++) {
		int64_t num = db_int(outer, 0), inside = 0;
		MUST(db_prepare(db, sql, &inner, &err));
		CHECK(inner != outer);
		db_bind_int(inner, 1, num);
		while (next(inner))
			inside++;
		CHECK_INT(inside, 6 - num);
		CHECK_INT(db_int(outer, 0), num);
	}
	CHECK_INT(seen, 5);
}

TEST_ENGINES(db_writes_inside_a_loop_of_reads)
{
	struct error err = {0};
	struct db *db = notes(engine);
	MUST(db_begin(db, &err));
	for (int i = 1; i <= 500; i++) {
		char name[16];
		(void)snprintf(name, sizeof name, "n%d", i);
		MUST(add(db, i, name, &err));
	}
	struct db_stmt *s, *w;
	int64_t seen = 0;
	MUST(db_prepare(db, "SELECT num, name FROM note ORDER BY num", &s, &err));
	while (next(s)) {
		char want[16];
		(void)snprintf(want, sizeof want, "n%d", (int)++seen);
		CHECK_INT(db_int(s, 0), seen);
		MUST(db_prepare(db, "UPDATE note SET score = $2 WHERE num = $1", &w, &err));
		db_bind_int(w, 1, seen);
		db_bind_real(w, 2, (double)seen);
		MUST(db_run(w, &err));
		CHECK_STR(db_text(s, 1), want);
	}
	CHECK_INT(seen, 500);
	MUST(db_commit(db, &err));
	CHECK_INT(one(db, "SELECT count(*) FROM note WHERE score = num"), 500);
}

TEST_ENGINES(db_statement_left_half_way)
{
	struct error err = {0};
	struct db *db = notes(engine);
	for (int i = 1; i <= 50; i++) {
		char name[16];
		(void)snprintf(name, sizeof name, "n%d", i);
		MUST(add(db, i, name, &err));
	}
	for (int i = 0; i < 10; i++) {
		struct db_stmt *s;
		bool row;
		MUST(db_prepare(db, "SELECT num FROM note ORDER BY num", &s, &err));
		MUST(db_step(s, &row, &err));
		MUST(db_step(s, &row, &err));
		CHECK_INT(db_int(s, 0), 2);
		db_done(s);
		CHECK_INT(one(db, "SELECT max(num) FROM note"), 50);
	}
	/* not given back at all: closing copes */
	struct db_stmt *s;
	bool row;
	MUST(db_prepare(db, "SELECT num FROM note ORDER BY num DESC", &s, &err));
	MUST(db_step(s, &row, &err));
	MUST(db_begin(db, &err));
	MUST(add(db, 99, "in between", &err));
	MUST(db_commit(db, &err));
	CHECK_INT(db_int(s, 0), 50);
}

TEST_ENGINES(db_many_texts_and_reuse)
{
	struct error err = {0};
	struct db *db = notes(engine);
	struct db_stmt *first, *s;
	bool row;
	MUST(add(db, 1, "one", &err));
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 400; i++) {
			char sql[96];
			(void)snprintf(sql, sizeof sql, "SELECT %d + num FROM note WHERE num = $1", i);
			MUST(db_prepare(db, sql, &s, &err));
			db_bind_int(s, 1, 1);
			MUST(db_step(s, &row, &err));
			CHECK_INT(db_int(s, 0), i + 1);
			db_done(s);
		}
	}
	MUST(db_prepare(db, "SELECT count(*) FROM note WHERE num = $1", &first, &err));
	for (int i = 0; i < 5; i++) { /* prepared once, run often */
		db_bind_int(first, 1, i);
		MUST(db_step(first, &row, &err));
		CHECK_INT(db_int(first, 0), i == 1);
		MUST(db_step(first, &row, &err));
		CHECK(!row);
	}
	MUST(db_prepare(db, "SELECT count(*) FROM note WHERE num = $1", &s, &err));
	CHECK(s == first);
	MUST(db_step(s, &row, &err)); /* bindings were cleared */
	CHECK_INT(db_int(s, 0), 0);
	db_done(s);
}

TEST_ENGINES(db_schema_changes_under_prepared_statements)
{
	struct error err = {0};
	struct db *db = notes(engine), *other = second(engine);
	struct db_stmt *s;
	bool row;
	MUST(add(db, 1, "one", &err));
	for (int i = 0; i < 6; i++) {
		struct db *changer = i < 3 ? db : other;
		MUST(db_prepare(db, "SELECT * FROM note", &s, &err));
		MUST(db_step(s, &row, &err));
		CHECK(row);
		CHECK_INT(db_columns(s), 6 + i);
		MUST(db_step(s, &row, &err));
		MUST(db_prepare(db, "SELECT * FROM note", &s, &err));
		MUST(db_run(s, &err));
		char sql[64];
		(void)snprintf(sql, sizeof sql, "ALTER TABLE note ADD COLUMN c%d %s", i, db_type_int(db));
		MUST(db_exec(changer, sql, &err));
	}
	db_close(&other);
}

/* Errors */

TEST_ENGINES(db_errors_are_mapped)
{
	struct error err = {0};
	struct db *db = notes(engine);
	struct db_stmt *s;
	MUST(add(db, 1, "one", &err));
	CHECK_INT(add(db, 2, "one", &err), ST_CONFLICT);
	CHECK_STR(err.field, "name");
	CHECK_INT(add(db, 1, "two", &err), ST_CONFLICT);
	CHECK_STR(err.field, "num");
	CHECK_INT(add(db, 3, NULL, &err), ST_INVALID);
	CHECK_STR(err.field, "name");
	MUST(db_prepare(db, "INSERT INTO note (num, name, flag) VALUES (9, 'x', $1)", &s, &err));
	db_bind_int(s, 1, 2);
	CHECK_INT(db_run(s, &err), ST_INVALID);
	CHECK_INT(db_exec(db, "SELECT * FROM nowhere", &err), ST_INTERNAL);
	CHECK(strstr(err.message, "nowhere") != NULL);
	CHECK_INT(count(db), 1);
	CHECK_INT(status_exit_code(ST_CONFLICT), 1);
}

TEST_ENGINES(db_exec_takes_several)
{
	struct error err = {0};
	struct db *db = notes(engine);
	MUST(db_exec(db,
		"INSERT INTO note (num, name) VALUES (1, 'a;b');\n\nINSERT INTO note (num, name) VALUES (2, 'c');\n",
		&err));
	MUST(db_exec(db, "  -- nothing\n", &err));
	CHECK_INT(count(db), 2);
}

TEST_ENGINES(db_readonly_refuses_writes)
{
	struct error err = {0};
	struct db *db = notes(engine), *ro = NULL;
	MUST(add(db, 1, "one", &err));
	MUST(db_open(test_db_target(engine), DB_READONLY, &ro, &err));
	CHECK_INT(count(ro), 1);
	CHECK_INT(add(ro, 2, "two", &err), ST_DENIED);
	CHECK_INT(db_exec(ro, "DELETE FROM note", &err), ST_DENIED);
	db_close(&ro);
	CHECK_INT(count(db), 1);
}

/* Several connections */

struct writer {
	const char *target;
	int first, total;
	enum status worst;
	struct error err;
};

static void *write_many(void *arg)
{
	struct writer *w = arg;
	struct db *db = NULL;
	w->worst = db_open(w->target, 0, &db, &w->err);
	for (int i = 0; i < w->total && w->worst == ST_OK; i++) {
		char name[32];
		(void)snprintf(name, sizeof name, "n%d", w->first + i);
		w->worst = db_begin(db, &w->err);
		if (w->worst == ST_OK)
			(void)count(db); /* read, then write: the order that breaks deferred transactions */
		if (w->worst == ST_OK)
			w->worst = add(db, w->first + i, name, &w->err);
		if (w->worst == ST_OK)
			w->worst = db_commit(db, &w->err);
	}
	db_close(&db);
	return NULL;
}

TEST_ENGINES(db_writers_wait_for_each_other)
{
	enum { WRITERS = 4, EACH = 100 };
	struct db *db = notes(engine);
	struct writer w[WRITERS];
	pthread_t threads[WRITERS];
	const char *target = test_db_target(engine);
	for (int i = 0; i < WRITERS; i++) {
		w[i] = (struct writer){.target = target, .first = i * 1000, .total = EACH};
		CHECK_INT(pthread_create(&threads[i], NULL, write_many, &w[i]), 0);
	}
	for (int i = 0; i < WRITERS; i++) {
		(void)pthread_join(threads[i], NULL);
		CHECK_INT(w[i].worst, ST_OK);
		CHECK_STR(w[i].err.message, "");
	}
	CHECK_INT(count(db), WRITERS * EACH);
}

TEST_ENGINES(db_data_version_moves)
{
	struct error err = {0};
	struct db *db = notes(engine), *other = second(engine);
	int64_t before = db_data_version(db);
	MUST(add(other, 1, "one", &err));
	int64_t after = db_data_version(db);
	CHECK(before != after);
	MUST(db_begin(other, &err));
	MUST(add(other, 2, "two", &err));
	MUST(db_commit(other, &err));
	CHECK(db_data_version(db) != after);
	db_close(&other);
}

static void count_seconds(void *arg, int seconds)
{
	*(int *)arg = seconds;
}

/* A writer waits as long as it was told to, and somebody hears of it. */
TEST(db_patience_waits_and_tells)
{
	struct error err = {0};
	struct db *db = notes(DB_SQLITE), *other = second(DB_SQLITE);
	int told = 0;
	MUST(db_begin(db, &err));
	MUST(add(db, 1, "a", &err));
	db_patience(other, 1300, count_seconds, &told);
	CHECK_INT(db_begin(other, &err), ST_BUSY);
	CHECK_INT(told, 1);
	MUST(db_commit(db, &err));
	error_clear(&err);
	MUST(db_begin(other, &err));
	MUST(add(other, 2, "b", &err));
	MUST(db_commit(other, &err));
	db_close(&other);
}

/* A lock that is held longer than we wait: the answer is ST_BUSY, and later all is well. */
TEST_ENGINES(db_busy_is_told_as_busy)
{
	struct error err = {0};
	struct db *db = notes(engine), *other = second(engine);
	MUST(add(db, 1, "one", &err));
	MUST(db_exec(other, engine == DB_SQLITE ? "PRAGMA busy_timeout = 100" : "SET lock_timeout = '100ms'", &err));
	MUST(db_begin(db, &err));
	MUST(db_exec(db, "UPDATE note SET score = 1", &err));
	enum status st = db_begin(other, &err);
	if (st == ST_OK) /* PostgreSQL locks rows, not the whole */
		st = db_exec(other, "UPDATE note SET score = 2", &err);
	CHECK_INT(st, ST_BUSY);
	db_rollback(other);
	MUST(db_commit(db, &err));
	MUST(db_begin(other, &err));
	MUST(db_exec(other, "UPDATE note SET score = 2", &err));
	MUST(db_commit(other, &err));
	db_close(&other);
	CHECK_INT(one(db, "SELECT score FROM note"), 2);
}

/* Nulls where only the statement itself can tell their type. */
TEST_ENGINES(db_nulls_take_their_type_from_the_statement)
{
	struct error err = {0};
	struct db *db = notes(engine);
	struct db_stmt *s;
	static const char *const questions[] = {"SELECT count(*) FROM note WHERE $1 IS NULL OR name = $1",
		"SELECT count(*) FROM note WHERE COALESCE($1, name) = name",
		"SELECT count(*) FROM note WHERE name IS NOT DISTINCT FROM $1 OR 1 = 1",
		"SELECT count(*) FROM note WHERE CASE WHEN $1 IS NULL THEN 1 = 1 ELSE name = $1 END"};
	MUST(add(db, 1, "one", &err));
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		for (int again = 0; again < 3; again++) {
			MUST(db_prepare(db, questions[i], &s, &err));
			db_bind_text(s, 1, again == 1 ? "one" : NULL);
			CHECK(next(s));
			CHECK_INT(db_int(s, 0), 1);
			db_done(s);
		}
	}
	MUST(db_prepare(db,
		"UPDATE note SET name = COALESCE($2, name), score = $3, owner = $4, data = $5, flag = $6 WHERE num = "
		"$1",
		&s, &err));
	db_bind_int(s, 1, 1);
	MUST(db_run(s, &err));
	CHECK_INT(db_changes(db), 1);
}

/* Stopping */

static const char
	*const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) "
			 "SELECT count(*) FROM n";

static void *stop_later(void *arg)
{
	(void)usleep(150000);
	db_interrupt(arg);
	return NULL;
}

TEST_ENGINES(db_interrupt_stops_a_statement)
{
	struct error err = {0};
	struct db *db = notes(engine);
	struct db_stmt *s;
	bool row;
	pthread_t thread;
	MUST(db_begin(db, &err));
	MUST(add(db, 1, "one", &err));
	MUST(db_prepare(db, endless, &s, &err));
	CHECK_INT(pthread_create(&thread, NULL, stop_later, db), 0);
	CHECK_INT(db_step(s, &row, &err), ST_CANCELLED);
	(void)pthread_join(thread, NULL);
	CHECK_INT(db_commit(db, &err), ST_ABORTED);
	CHECK_INT(count(db), 0);
	MUST(add(db, 2, "two", &err));
}

/* SEC-21: a question of death ends in time. */
TEST_ENGINES(db_sec21_time_limit)
{
	struct error err = {0};
	struct db *db = notes(engine);
	struct db_stmt *s;
	bool row;
	db_time_limit(db, 100);
	MUST(db_prepare(db, endless, &s, &err));
	CHECK_INT(db_step(s, &row, &err), ST_LIMIT);
	MUST(add(db, 1, "quick", &err));
	db_time_limit(db, 0);
	CHECK_INT(count(db), 1);
}

TEST_ENGINES(db_sec21_sizes_are_limited)
{
	struct error err = {0};
	struct db *db = notes(engine);
	struct db_stmt *s;
	if (engine == DB_POSTGRES)
		test_skip("the server's own limits hold");
	char *big = mem_zalloc((65u << 20) + 1);
	memset(big, 'x', 65u << 20);
	MUST(db_prepare(db, "INSERT INTO note (num, name) VALUES (1, $1)", &s, &err));
	db_bind_textn(s, 1, big, 65u << 20);
	free(big);
	CHECK_INT(db_run(s, &err), ST_LIMIT);
	CHECK(db_exec(db, "ATTACH '/tmp/x.db' AS other", &err) != ST_OK);
	struct buf deep = {0};
	buf_puts(&deep, "SELECT ");
	for (int i = 0; i < 200; i++)
		buf_puts(&deep, "(1 + ");
	buf_puts(&deep, "1");
	for (int i = 0; i < 200; i++)
		buf_puts(&deep, ")");
	CHECK(db_prepare(db, buf_str(&deep), &s, &err) != ST_OK);
	buf_free(&deep);
}

/* Odds and ends */

TEST_ENGINES(db_json_member_reads_alike)
{
	struct error err = {0};
	struct db *db = notes(engine);
	struct db_stmt *s;
	bool row;
	MUST(add(db, 1, "{\"size\": 42, \"colour\": \"bleu \\u00e9\", \"vip\": true, \"old\": false, \"gone\": null}",
		&err));
	MUST(add(db, 2, "", &err));
	static const struct {
		const char *key, *want;
	} cases[] = {{"size", "42"}, {"colour", "bleu \xc3\xa9"}, {"vip", "true"}, {"old", "false"}, {"gone", NULL},
		{"none", NULL}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char expr[256], sql[400];
		db_json_member(db, "name", cases[i].key, expr, sizeof expr);
		(void)snprintf(sql, sizeof sql, "SELECT %s FROM note ORDER BY num", expr);
		MUST(db_prepare(db, sql, &s, &err));
		MUST(db_step(s, &row, &err));
		CHECK_STR(db_text(s, 0), cases[i].want);
		MUST(db_step(s, &row, &err));
		CHECK(db_is_null(s, 0));
		db_done(s);
	}
}

TEST_ENGINES(db_bulk_and_durable_change_nothing_visible)
{
	struct error err = {0};
	struct db *db = notes(engine);
	db_bulk(db, true);
	db_durable(db, true);
	MUST(add(db, 1, "one", &err));
	db_bulk(db, false);
	db_durable(db, false);
	MUST(db_scrub(db, &err));
	CHECK_INT(count(db), 1);
	char *verdict = db_integrity(db);
	CHECK_STR(verdict, "ok");
	free(verdict);
}

TEST_ENGINES(db_target_hides_the_password)
{
	struct db *db = notes(engine);
	CHECK(strstr(db_target(db), engine == DB_SQLITE ? ".db" : "postgresql://") != NULL);
	if (engine == DB_POSTGRES) {
		struct error err = {0};
		struct db *other = NULL;
		enum status st = db_open(
			"postgresql://nobody:s3cret@127.0.0.1:1/none?connect_timeout=1", 0, &other, &err);
		CHECK_INT(st, ST_CONNECTION);
		CHECK(strstr(err.message, "s3cret") == NULL && strstr(err.hint, "s3cret") == NULL);
		CHECK(strstr(err.hint, "postgresql://nobody@127.0.0.1:1/none") != NULL);
		CHECK(other == NULL);
	}
}

/* The server ends our session: the transaction is lost and says so, then life goes on over a new connection. */
TEST(db_postgres_comes_back_after_the_server_dropped_us)
{
	struct error err = {0};
	struct db *db = notes(DB_POSTGRES), *admin = second(DB_POSTGRES);
	struct db_stmt *s;
	bool row;
	for (int in_transaction = 0; in_transaction < 3; in_transaction++) {
		char sql[80];
		(void)snprintf(
			sql, sizeof sql, "SELECT pg_terminate_backend(%d)", (int)one(db, "SELECT pg_backend_pid()"));
		if (in_transaction == 1) {
			MUST(db_begin(db, &err));
			MUST(add(db, 1, "lost", &err));
		}
		MUST(db_prepare(admin, sql, &s, &err));
		MUST(db_run(s, &err));
		(void)usleep(50000);
		if (in_transaction == 1) {
			CHECK_INT(add(db, 2, "two", &err), ST_CONNECTION);
			CHECK_INT(db_commit(db, &err), ST_ABORTED);
			CHECK(!db_in_transaction(db));
		} else if (in_transaction == 0) {
			CHECK_INT(db_prepare(db, "SELECT count(*) FROM note", &s, &err), ST_OK);
			CHECK_INT(db_step(s, &row, &err), ST_CONNECTION);
		} else {
			MUST(db_begin(db, &err)); /* notices by itself */
			MUST(add(db, 3, "three", &err));
			MUST(db_commit(db, &err));
		}
	}
	CHECK_INT(count(db), 1);
	db_close(&admin);
}
