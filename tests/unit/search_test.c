/* The word index: the same rows for the same words on both engines. */
#include "tests/unit/test.h"

#include "core/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const people[] = {"marie dupont acme", "marc durand", "jean marie martin", "el\xc3\xa9onore o",
	"martine duval", "\xe6\x9d\x8e \xe5\xb0\x8f\xe9\xbe\x99", "zoe 0612345678 zoe", "durand durand", "a b c", ""};
enum { PEOPLE = sizeof people / sizeof *people };

static struct db *indexed(enum db_engine engine)
{
	struct error err = {0};
	struct db *db = test_db(engine);
	char sql[160];
	(void)snprintf(sql, sizeof sql, "CREATE TABLE person (num %s PRIMARY KEY, name %s)", db_type_int(db),
		db_type_text(db));
	MUST(db_exec(db, sql, &err));
	MUST(db_search_create(db, "person", &err));
	for (int i = 0; i < PEOPLE; i++) {
		struct db_stmt *s;
		MUST(db_prepare(db, "INSERT INTO person VALUES ($1, $2)", &s, &err));
		db_bind_int(s, 1, i + 1);
		db_bind_text(s, 2, people[i]);
		MUST(db_run(s, &err));
		MUST(db_search_put(db, "person", i + 1, people[i], &err));
	}
	return db;
}

static void run(struct db *db, const char *sql, char *term, char *out, size_t size)
{
	struct error err = {0};
	struct db_stmt *s;
	bool row;
	*out = '\0';
	enum status st = db_prepare(db, sql, &s, &err);
	if (st == ST_OK)
		db_bind_text(s, 1, term);
	while (st == ST_OK && (st = db_step(s, &row, &err)) == ST_OK && row)
		(void)snprintf(out + strlen(out), size - strlen(out), "%s%d", *out ? " " : "", (int)db_int(s, 0));
	free(term);
	MUST(st);
}

/* Numbers found by both forms of the question, newest first. */
static const char *find(struct db *db, const char *words, bool prefix)
{
	static char slow[256], fast[256];
	char part[200], sql[400];
	db_search_condition(db, "person", "num", 1, part, sizeof part);
	(void)snprintf(sql, sizeof sql, "SELECT num FROM person WHERE %s ORDER BY num DESC", part);
	run(db, sql, db_search_term(db, words, prefix), slow, sizeof slow);
	db_search_from(db, "person", "p", "num", 1, part, sizeof part);
	(void)snprintf(sql, sizeof sql, "SELECT p.num FROM %s ORDER BY %s DESC LIMIT 50", part, db_search_num(db));
	run(db, sql, db_search_term(db, words, prefix), fast, sizeof fast);
	CHECK_STR(fast, slow);
	return slow;
}

TEST_ENGINES(search_words_and_prefixes)
{
	struct db *db = indexed(engine);
	CHECK_STR(find(db, "mar", true), "5 3 2 1");
	CHECK_STR(find(db, "mar", false), "");
	CHECK_STR(find(db, "marie", false), "3 1");
	CHECK_STR(find(db, "du mar", true), "");
	CHECK_STR(find(db, "mar du", true), "");
	CHECK_STR(find(db, "marie du", true), "1");
	CHECK_STR(find(db, "marie dupont ac", true), "1");
	CHECK_STR(find(db, "d", true), "8 5 2 1");
	CHECK_STR(find(db, "durand", true), "8 2");
	CHECK_STR(find(db, "0612", true), "7");
	CHECK_STR(find(db, "\xe5\xb0\x8f", true), "6");
	CHECK_STR(find(db, "el\xc3\xa9", true), "4");
	CHECK_STR(find(db, "nobody", true), "");
	CHECK_STR(find(db, "  marie   ", true), "3 1");
	CHECK_STR(find(db, "a b", true), "9");
}

TEST_ENGINES(search_no_words_match_nothing)
{
	struct db *db = indexed(engine);
	CHECK_STR(find(db, "", true), "");
	CHECK_STR(find(db, "   ", false), "");
	CHECK_STR(find(db, NULL, true), "");
	CHECK_STR(find(db, "'", true), "");
}

/* Whatever a person types, it is words, never the engine's query language. */
TEST_ENGINES(search_hostile_words)
{
	struct db *db = indexed(engine);
	static const char *const hostile[] = {"\"", "'", "a\"b", "o'brien", "\\", "*", "a*", "(", ")", "NEAR(a b)",
		"AND", "a OR", "NOT", "-marie", "words:marie", "^marie", "a & b", "!marie", "mar:*", "a <-> b", "{a}",
		"\\' | 'marie", "''", "a\"\"\"", "%"};
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		(void)find(db, hostile[i], true);
		(void)find(db, hostile[i], false);
	}
	struct error err = {0};
	for (int i = 0; i < (int)(sizeof hostile / sizeof *hostile); i++) {
		MUST(db_search_put(db, "person", 100 + i, hostile[i], &err));
		MUST(db_search_put(db, "person", 100 + i, "plain", &err));
		MUST(db_search_delete(db, "person", 100 + i, &err));
	}
	CHECK_STR(find(db, "marie", false), "3 1");
}

TEST_ENGINES(search_put_replaces_and_delete_removes)
{
	struct error err = {0};
	struct db *db = indexed(engine);
	MUST(db_search_put(db, "person", 1, "nadia dupont", &err));
	CHECK_STR(find(db, "marie", true), "3");
	CHECK_STR(find(db, "nadia", true), "1");
	MUST(db_search_delete(db, "person", 3, &err));
	MUST(db_search_delete(db, "person", 3, &err));
	MUST(db_search_delete(db, "person", 999, &err));
	CHECK_STR(find(db, "marie", true), "");
	MUST(db_begin(db, &err));
	MUST(db_search_put(db, "person", 2, "rolled back", &err));
	db_rollback(db);
	CHECK_STR(find(db, "rolled", true), "");
	CHECK_STR(find(db, "marc", true), "2");
	char *verdict = db_integrity(db);
	CHECK_STR(verdict, "ok");
	free(verdict);
}

TEST_ENGINES(search_very_long_words)
{
	struct error err = {0};
	struct db *db = indexed(engine);
	char word[5001];
	for (int i = 0; i < 2500; i++)
		memcpy(word + i * 2, "\xc3\xa9", 2);
	word[5000] = '\0';
	MUST(db_search_put(db, "person", 1, word, &err));
	CHECK_STR(find(db, word, false), "1");
	CHECK_STR(find(db, word, true), "1");
}

static const char *suggest(struct db *db, const char *word)
{
	static char text[256];
	char *out[8];
	int n = db_search_suggest(db, "person", word, out, 8);
	*text = '\0';
	for (int i = 0; i < n; i++) {
		(void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", out[i]);
		free(out[i]);
	}
	return text;
}

TEST_ENGINES(search_suggestions_for_typos)
{
	struct error err = {0};
	struct db *db = indexed(engine);
	CHECK_STR(suggest(db, "durant"), "durand dupont"); /* one letter; two letters from six on */
	CHECK_STR(suggest(db, "duradn"), "durand"); /* letters swapped count once */
	CHECK_STR(suggest(db, "mrie"), "marie");
	CHECK_STR(suggest(db, "marie"), "");
	CHECK_STR(suggest(db, "xarie"), ""); /* another first letter */
	CHECK_STR(suggest(db, "0612345679"), "");
	CHECK_STR(suggest(db, "ma"), "");
	CHECK_STR(suggest(db, ""), "");
	CHECK_STR(suggest(db, "el\xc3\xa9onor"), "el\xc3\xa9onore");
	/* as near, the more used word comes first */
	for (int i = 50; i < 55; i++)
		MUST(db_search_put(db, "person", i, i < 54 ? "hadrien" : "hadriel", &err));
	CHECK_STR(suggest(db, "hadrie"), "hadrien hadriel");
	/* a word that no row holds any more is not suggested */
	MUST(db_search_delete(db, "person", 54, &err));
	CHECK_STR(suggest(db, "hadrie"), "hadrien");
	for (int i = 50; i < 54; i++)
		MUST(db_search_put(db, "person", i, "other", &err));
	CHECK_STR(suggest(db, "hadrie"), "");
	char *out[1] = {NULL};
	CHECK_INT(db_search_suggest(db, "person", "durant", out, 1), 1);
	CHECK_STR(out[0], "durand");
	free(out[0]);
}

/* SEC-23: the words of an erased row are in no table. */
TEST(search_postgres_forgets_words)
{
	struct error err = {0};
	struct db *db = indexed(DB_POSTGRES);
	struct db_stmt *s;
	bool row;
	MUST(db_search_put(db, "person", 60, "zanzibar marie", &err));
	MUST(db_search_delete(db, "person", 60, &err));
	MUST(db_prepare(db,
		"SELECT count(*) FILTER (WHERE word = 'zanzibar'), count(*) FILTER (WHERE word = 'marie') FROM "
		"person_words",
		&s, &err));
	MUST(db_step(s, &row, &err));
	CHECK_INT(db_int(s, 0), 0);
	CHECK_INT(db_int(s, 1), 1);
	db_done(s);
}
