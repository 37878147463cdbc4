/* Migrations: forward, resumed, refused, raced. */
#include "tests/unit/test.h"

#include "data/migrate.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const struct migration first_three[] = {
	{1, "people",
		"CREATE TABLE person (\n"
		"  num {serial},\n"
		"  id {id} NOT NULL UNIQUE, name {text} NOT NULL, made {int}, weight {real}, photo {blob}, extra "
		"{text} DEFAULT '{}'\n"
		");\n"
		"CREATE INDEX person_name ON person (name);\n"
		"--@search person\n"
		"INSERT INTO person (id, name) VALUES (\n"
		"--@sqlite x'0102030405060708090a0b0c0d0e0f10',\n"
		"--@postgres '01020304-0506-0708-090a-0b0c0d0e0f10',\n"
		"  'semi;colon -- here');\n"},
	{2, "marks", "CREATE TABLE mark (num {int} PRIMARY KEY);\nINSERT INTO mark VALUES (2);"},
	{5, "guard",
		"--@sqlite CREATE TRIGGER mark_keep BEFORE DELETE ON mark BEGIN SELECT RAISE(ABORT, 'kept'); END;\n"
		"--@postgres CREATE FUNCTION mark_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'kept'; "
		"END $$;\n"
		"--@postgres CREATE TRIGGER mark_keep BEFORE DELETE ON mark FOR EACH ROW EXECUTE FUNCTION "
		"mark_keep();\n"},
};

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

static int version(struct db *db)
{
	struct error err = {0};
	int v = -1;
	MUST(migrate_version(db, &v, &err));
	return v;
}

TEST_ENGINES(migrate_forward_in_steps)
{
	struct error err = {0};
	struct db *db = test_db(engine);
	CHECK_INT(version(db), 0);
	MUST(migrate_run(db, first_three, 1, &err));
	CHECK_INT(version(db), 1);
	CHECK_INT(one(db, "SELECT count(*) FROM person WHERE name = 'semi;colon -- here' AND extra = '{}'"), 1);
	MUST(db_search_put(db, "person", 1, "ada", &err));
	MUST(migrate_run(db, first_three, 3, &err));
	CHECK_INT(version(db), 5);
	CHECK_INT(db_exec(db, "DELETE FROM mark", &err), ST_INVALID); /* the trigger is there, on both engines */
	CHECK(strstr(err.message, "kept") != NULL);
	MUST(migrate_run(db, first_three, 3, &err)); /* nothing to do */
	CHECK_INT(one(db, "SELECT count(*) FROM schema_migrations"), 3);
	CHECK_INT(one(db, "SELECT count(*) FROM schema_migrations WHERE at > 0 AND name <> ''"), 3);
}

TEST_ENGINES(migrate_failure_undoes_its_own_step_and_resumes)
{
	struct error err = {0};
	struct db *db = test_db(engine);
	struct migration broken[] = {first_three[0],
		{2, "marks", "CREATE TABLE mark (num {int});\nCREATE TABLE mark (num {int});"}, first_three[2]};
	CHECK_INT(migrate_run(db, broken, 3, &err), ST_INTERNAL);
	CHECK_INT(version(db), 1);
	CHECK(!db_in_transaction(db));
	CHECK_INT(db_exec(db, "SELECT * FROM mark", &err), ST_INTERNAL);
	MUST(migrate_run(db, first_three, 3, &err));
	CHECK_INT(version(db), 5);
}

TEST_ENGINES(migrate_refuses_newer_and_edited)
{
	struct error err = {0};
	struct db *db = test_db(engine);
	MUST(migrate_run(db, first_three, 3, &err));
	CHECK_INT(migrate_run(db, first_three, 2, &err), ST_VERSION);
	CHECK(strchr(err.message, '5') != NULL && *err.hint);
	struct migration edited[] = {first_three[0], {2, "marks", "CREATE TABLE mark (num {int});"}, first_three[2]};
	CHECK_INT(migrate_run(db, edited, 3, &err), ST_VERSION);
	CHECK(strstr(err.message, "marks") != NULL);
	CHECK_INT(version(db), 5);
}

struct racer {
	const char *target;
	enum status st;
	struct error err;
};

static void *race(void *arg)
{
	struct racer *r = arg;
	struct db *db = NULL;
	r->st = db_open(r->target, DB_CREATE, &db, &r->err);
	if (r->st == ST_OK)
		r->st = migrate_run(db, first_three, 2, &r->err);
	db_close(&db);
	return NULL;
}

TEST_ENGINES(migrate_two_at_once)
{
	enum { RACERS = 4 };
	struct racer racers[RACERS];
	pthread_t threads[RACERS];
	for (int i = 0; i < RACERS; i++) {
		racers[i] = (struct racer){.target = test_db_target(engine)};
		CHECK_INT(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
	}
	for (int i = 0; i < RACERS; i++) {
		(void)pthread_join(threads[i], NULL);
		CHECK_INT(racers[i].st, ST_OK);
		CHECK_STR(racers[i].err.message, "");
	}
	struct error err = {0};
	struct db *db = NULL;
	MUST(db_open(test_db_target(engine), 0, &db, &err));
	CHECK_INT(one(db, "SELECT count(*) FROM schema_migrations"), 2);
	CHECK_INT(one(db, "SELECT count(*) FROM person"), 1);
	db_close(&db);
}
