/* Questions to the database itself, and what the doctor tells. */
#include <string.h>

#include "core/crm/admin.h"
#include "tests/unit/fixture.h"
#include "tests/unit/security_fixture.h"

static void no_columns(void *arg, const char *const *names, int n)
{
	(void)arg, (void)names, (void)n;
}

static void count_row(void *arg, const char *const *cells, int n)
{
	(void)cells, (void)n;
	++*(int *)arg;
}

static enum status ask(struct core *c, const char *sql, int *rows)
{
	struct error err = {0};
	struct sql_result out = {no_columns, count_row, rows};
	*rows = 0;
	return admin_sql(c, sql, &out, &err);
}

TEST_ENGINES(admin_sql_reads_and_nothing_else)
{
	struct core *c = fixture_core(engine), *reader;
	struct error err = {0};
	int rows;
	fixture_add(c, "contacts", "last_name=Durand", NULL);
	MUST(core_open(test_db_target(engine), DB_READONLY, &reader, &err));
	CHECK(ask(reader, "SELECT full_name FROM contacts", &rows) == ST_OK);
	CHECK_INT(rows, 1);
	CHECK(ask(reader, " -- who\n/* is */ (SELECT 1)", &rows) == (engine == DB_SQLITE ? ST_INTERNAL : ST_OK));
	CHECK(ask(reader, "WITH x AS (SELECT 1) SELECT * FROM x", &rows) == ST_OK);
	CHECK(ask(reader, "VALUES (1), (2)", &rows) == ST_OK);
	CHECK_INT(rows, 2);
	CHECK(ask(reader, "DELETE FROM contacts", &rows) == ST_DENIED);
	CHECK(ask(reader, "EXPLAIN SELECT 1", &rows) == ST_OK);
	if (engine == DB_POSTGRES) {
		static const char *const refused[] = {"COPY contacts TO STDOUT", "COPY contacts TO '/tmp/x'", "SET transaction_read_only = off",
			"RESET ALL", "BEGIN", "COMMIT", "LOCK contacts", "DO $$ BEGIN END $$", "selected", ""};
		for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
			CHECK(ask(reader, refused[i], &rows) == ST_DENIED);
		CHECK(ask(reader, "WITH x AS (DELETE FROM contacts RETURNING num) SELECT * FROM x", &rows) != ST_OK);
		CHECK(ask(reader, "SELECT set_config('transaction_read_only', 'off', false)", &rows) != ST_OK);
		CHECK(ask(reader, "EXPLAIN ANALYZE DELETE FROM contacts", &rows) != ST_OK);
	}
	CHECK(ask(reader, "SELECT full_name FROM contacts", &rows) == ST_OK);
	CHECK_INT(rows, 1);
	core_close(&reader);
}

TEST_ENGINES(admin_doctor_counts_and_knows_a_superuser)
{
	struct core *c = fixture_core(engine);
	struct arena *a = arena_new();
	struct check checks[12];
	bool super = false, counted = false;
	fixture_add(c, "contacts", "last_name=Durand", NULL);
	int n = admin_checks(c, a, checks, 12);
	for (int i = 0; i < n; i++) {
		super = super || (strcmp(checks[i].name, "Database role") == 0 && !checks[i].good);
		counted = counted || (strcmp(checks[i].name, "Contacts") == 0 && strcmp(checks[i].found, "1") == 0);
	}
	/* told of those who are, and only of those */
	CHECK(super == (engine == DB_POSTGRES && strcmp(peek(c, "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user"), "t") == 0));
	CHECK(counted);
	arena_free(&a);
}
