/* The word index of both engines: folded words in, matching rows out.
 *
 * Folding and splitting are the core's (text_tokens_to), so the engines' own tokenizers have nothing left to decide:
 * FTS5's "ascii" splits at spaces and keeps every other letter, and PostgreSQL's array_to_tsvector() takes words as
 * they are. That is what makes both find the same rows. FTS5 keeps its text (a contentless table cannot delete
 * in 3.40), column detail (2.5 times faster than none for prefixes of four letters and more), no column sizes (they
 * serve bm25 only).
 *
 * Suggestions come from FTS5's own vocabulary; PostgreSQL cannot list the words of a GIN index, so there a plain table
 * NAME_words is kept. It has no unique index on purpose: two imports that add the same new words in another order would
 * wait for each other for ever. A word written twice does no harm; a word that no row holds any more is removed.
 */
#include "data/db.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WORD = 100, MAX_CANDIDATES = 32, MAX_USES = 1000 };

/* Words */

/* What FTS5's "ascii" takes for a letter of a word; whatever else comes in separates words, it never is query syntax.
 */
static bool in_word(char c)
{
	return (c & 0x80) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

/* The next word at *s, cut to MAX_WORD bytes between characters (tsvector refuses long ones). */
static bool next_word(const char **s, const char **word, size_t *len)
{
	const char *p = *s;
	while (*p && !in_word(*p))
		p++;
	size_t n = 0;
	while (in_word(p[n]))
		n++;
	*s = p + n;
	if (n > MAX_WORD) {
		n = MAX_WORD;
		while (n > 0 && ((unsigned char)p[n] & 0xc0) == 0x80)
			n--;
	}
	*word = p;
	*len = n;
	return n > 0;
}

static void normalise(const char *words, struct buf *out)
{
	const char *w;
	size_t n;
	for (const char *s = words ? words : ""; next_word(&s, &w, &n);) {
		if (out->len)
			buf_putc(out, ' ');
		buf_add(out, w, n);
	}
}

/* Worth suggesting: at least three bytes and not a number. */
static bool is_suggestible(const char *word, size_t len)
{
	return len >= 3 && !(word[0] >= '0' && word[0] <= '9');
}

static void keep_suggestible(const char *words, struct buf *out)
{
	const char *w;
	size_t n;
	for (const char *s = words; next_word(&s, &w, &n);) {
		if (!is_suggestible(w, n))
			continue;
		if (out->len)
			buf_putc(out, ' ');
		buf_add(out, w, n);
	}
}

static bool has_word(const char *words, const char *word, size_t len)
{
	const char *w;
	size_t n;
	for (const char *s = words; next_word(&s, &w, &n);)
		if (n == len && memcmp(w, word, n) == 0)
			return true;
	return false;
}

/* Running SQL made of `fmt` with the table's name in place of each %1$s. */

static enum status prepare(struct db *db, const char *fmt, const char *table, struct db_stmt **s, struct error *err)
{
	char sql[1024];
	(void)snprintf(sql, sizeof sql, fmt, table);
	return db_prepare(db, sql, s, err);
}

static enum status exec(struct db *db, const char *fmt, const char *table, struct error *err)
{
	char sql[1024];
	(void)snprintf(sql, sizeof sql, fmt, table);
	return db_exec(db, sql, err);
}

enum status db_search_create(struct db *db, const char *table, struct error *err)
{
	if (db_kind(db) == DB_SQLITE)
		return exec(db,
			"CREATE VIRTUAL TABLE %1$s_fts USING fts5(words, detail=column, columnsize=0, prefix='1 2 3', "
			"tokenize='ascii');"
			"CREATE VIRTUAL TABLE %1$s_vocab USING fts5vocab(%1$s_fts, 'row');",
			table, err);
	return exec(db,
		"CREATE TABLE %1$s_fts (num bigint PRIMARY KEY, words tsvector NOT NULL);"
		"CREATE INDEX %1$s_fts_words ON %1$s_fts USING gin (words);"
		"CREATE TABLE %1$s_words (word text COLLATE \"C\" NOT NULL);"
		"CREATE INDEX %1$s_words_word ON %1$s_words (word);",
		table, err);
}

/* PostgreSQL: forget those of the old words that neither the new text nor any other row holds. */
static enum status drop_words(struct db *db, const char *table, const char *old, const char *now, struct error *err)
{
	struct buf gone = {0};
	const char *w;
	size_t n;
	for (const char *s = old; next_word(&s, &w, &n);) {
		if (!is_suggestible(w, n) || has_word(now, w, n))
			continue;
		if (gone.len)
			buf_putc(&gone, ' ');
		buf_add(&gone, w, n);
	}
	struct db_stmt *s;
	enum status st = ST_OK;
	if (gone.len)
		st = prepare(db,
			"DELETE FROM %1$s_words WHERE word = ANY (string_to_array($1, ' ') COLLATE \"C\") AND NOT "
			"EXISTS "
			"(SELECT 1 FROM %1$s_fts f WHERE f.words @@ CAST('''' || word || '''' AS tsquery))",
			table, &s, err);
	if (st == ST_OK && gone.len) {
		db_bind_text(s, 1, gone.data);
		st = db_run(s, err);
	}
	buf_free(&gone);
	return st;
}

/* One round trip writes the row and its new words and tells the old ones (NULL: there was no row). */
static enum status put_vector(
	struct db *db, const char *table, int64_t num, const char *words, char **old, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = prepare(db,
		"WITH old AS (SELECT words FROM %1$s_fts WHERE num = $1), "
		"put AS (INSERT INTO %1$s_fts (num, words) VALUES ($1, array_to_tsvector(string_to_array($2, ' '))) "
		"ON CONFLICT (num) DO UPDATE SET words = excluded.words), "
		"new AS (INSERT INTO %1$s_words (word) SELECT DISTINCT w COLLATE \"C\" FROM unnest(string_to_array($3, "
		"' ')) AS w "
		"WHERE NOT EXISTS (SELECT 1 FROM %1$s_words x WHERE x.word = w COLLATE \"C\")) "
		"SELECT array_to_string(tsvector_to_array(words), ' ') FROM old",
		table, &s, err);
	if (st != ST_OK)
		return st;
	struct buf suggestible = {0};
	keep_suggestible(words, &suggestible);
	db_bind_int(s, 1, num);
	db_bind_text(s, 2, words);
	db_bind_text(s, 3, buf_str(&suggestible));
	buf_free(&suggestible);
	st = db_step(s, &row, err);
	if (st != ST_OK)
		return st;
	*old = row ? mem_strdup(db_text(s, 0)) : NULL;
	db_done(s);
	return ST_OK;
}

static enum status put_fts5(struct db *db, const char *table, int64_t num, const char *words, struct error *err)
{
	struct db_stmt *s;
	enum status st = prepare(db, "INSERT OR REPLACE INTO %1$s_fts (rowid, words) VALUES ($1, $2)", table, &s, err);
	if (st != ST_OK)
		return st;
	db_bind_int(s, 1, num);
	db_bind_text(s, 2, words);
	return db_run(s, err);
}

enum status db_search_put(struct db *db, const char *table, int64_t num, const char *words, struct error *err)
{
	struct buf clean = {0};
	normalise(words, &clean);
	enum status st;
	if (db_kind(db) == DB_SQLITE) {
		st = put_fts5(db, table, num, buf_str(&clean), err);
	} else {
		char *old = NULL;
		st = put_vector(db, table, num, buf_str(&clean), &old, err);
		if (st == ST_OK && old)
			st = drop_words(db, table, old, buf_str(&clean), err);
		free(old);
	}
	buf_free(&clean);
	return st;
}

enum status db_search_delete(struct db *db, const char *table, int64_t num, struct error *err)
{
	struct db_stmt *s;
	bool row;
	bool fts5 = db_kind(db) == DB_SQLITE;
	enum status st = prepare(db,
		fts5 ? "DELETE FROM %1$s_fts WHERE rowid = $1"
		     : "DELETE FROM %1$s_fts WHERE num = $1 RETURNING array_to_string(tsvector_to_array(words), ' ')",
		table, &s, err);
	if (st != ST_OK)
		return st;
	db_bind_int(s, 1, num);
	if (fts5)
		return db_run(s, err);
	st = db_step(s, &row, err);
	if (st != ST_OK || !row)
		return st;
	char *old = mem_strdup(db_text(s, 0));
	db_done(s);
	st = drop_words(db, table, old, "", err);
	free(old);
	return st;
}

/* Finding */

void db_search_condition(const struct db *db, const char *table, const char *num_column, int n, char *out, size_t size)
{
	if (db_kind(db) == DB_SQLITE)
		(void)snprintf(out, size, "%s IN (SELECT rowid FROM %s_fts WHERE %s_fts MATCH $%d)", num_column, table,
			table, n);
	else
		(void)snprintf(out, size, "%s IN (SELECT num FROM %s_fts WHERE words @@ CAST($%d AS tsquery))",
			num_column, table, n);
}

void db_search_from(const struct db *db, const char *table, const char *alias, const char *num_column, int n, char *out,
	size_t size)
{
	if (db_kind(db) == DB_SQLITE)
		(void)snprintf(out, size,
			"%s_fts AS hit CROSS JOIN %s AS %s ON %s.%s = hit.rowid AND hit.%s_fts MATCH $%d", table, table,
			alias, alias, num_column, table, n);
	else
		(void)snprintf(out, size,
			"%s_fts AS hit JOIN %s AS %s ON %s.%s = hit.num AND hit.words @@ CAST($%d AS tsquery)", table,
			table, alias, alias, num_column, n);
}

const char *db_search_num(const struct db *db)
{
	return db_kind(db) == DB_SQLITE ? "hit.rowid" : "hit.num";
}

char *db_search_term(const struct db *db, const char *folded_words, bool prefix_last)
{
	bool fts5 = db_kind(db) == DB_SQLITE;
	struct buf out = {0};
	const char *w;
	size_t n;
	for (const char *s = folded_words ? folded_words : ""; next_word(&s, &w, &n);) {
		if (out.len)
			buf_puts(&out, fts5 ? " AND " : " & ");
		buf_printf(&out, fts5 ? "\"%.*s\"" : "'%.*s'", (int)n, w);
	}
	if (!out.len)
		return mem_strdup(fts5 ? "\"\"" : "");
	if (prefix_last)
		buf_puts(&out, fts5 ? "*" : ":*");
	return buf_take(&out);
}

/* Suggestions */

struct candidate {
	char *word;
	int distance;
	int64_t uses;
};

static int by_nearness(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	if (x->distance != y->distance)
		return x->distance - y->distance;
	if (x->uses != y->uses)
		return x->uses < y->uses ? 1 : -1;
	return strcmp(x->word, y->word);
}

/* Keep the nearest MAX_CANDIDATES. */
static void offer(struct candidate *list, int *count, const char *word, int distance, int64_t uses)
{
	struct candidate c = {mem_strdup(word), distance, uses > MAX_USES ? MAX_USES : uses};
	if (*count < MAX_CANDIDATES) {
		list[(*count)++] = c;
	} else if (by_nearness(&c, &list[*count - 1]) < 0) {
		free(list[*count - 1].word);
		list[*count - 1] = c;
	} else {
		free(c.word);
		return;
	}
	qsort(list, (size_t)*count, sizeof *list, by_nearness);
}

static size_t character_length(const char *s)
{
	unsigned char c = (unsigned char)*s;
	return c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

static size_t count_characters(const char *s)
{
	size_t n = 0;
	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* Walk the words that share the first letter. */
static enum status scan(
	struct db *db, const char *table, const char *word, int limit, struct candidate *list, int *count)
{
	struct error err;
	struct db_stmt *s;
	bool row;
	enum status st = prepare(db,
		db_kind(db) == DB_SQLITE ? "SELECT term, doc FROM %1$s_vocab WHERE term >= $1 AND term < $2"
					 : "SELECT DISTINCT word, 0 FROM %1$s_words WHERE word >= $1 AND word < $2",
		table, &s, &err);
	if (st != ST_OK)
		return st;
	size_t first = character_length(word), letters = count_characters(word);
	char *end = mem_printf("%.*s\xf4\x8f\xbf\xbf", (int)first, word); /* the letter and the highest character */
	db_bind_textn(s, 1, word, first);
	db_bind_text(s, 2, end);
	free(end);
	while ((st = db_step(s, &row, &err)) == ST_OK && row) {
		const char *term = db_text(s, 0);
		size_t n = count_characters(term);
		if (n > letters + (size_t)limit || n + (size_t)limit < letters || !is_suggestible(term, strlen(term)))
			continue;
		int d = text_distance(word, term, limit);
		if (d > 0 && d <= limit)
			offer(list, count, term, d, db_int(s, 1));
	}
	return st;
}

/* PostgreSQL: how many rows hold the word (up to MAX_USES). */
static int64_t count_uses(struct db *db, const char *table, const char *word)
{
	struct error err;
	struct db_stmt *s;
	bool row;
	int64_t n = 0;
	char sql[256];
	(void)snprintf(sql, sizeof sql,
		"SELECT count(*) FROM (SELECT 1 FROM %s_fts WHERE words @@ CAST($1 AS tsquery) LIMIT %d) AS hits",
		table, MAX_USES);
	if (db_prepare(db, sql, &s, &err) != ST_OK)
		return 0;
	char *term = db_search_term(db, word, false);
	db_bind_text(s, 1, term);
	free(term);
	if (db_step(s, &row, &err) == ST_OK && row) {
		n = db_int(s, 0);
		db_done(s);
	}
	return n;
}

int db_search_suggest(struct db *db, const char *table, const char *word, char **out, int max)
{
	struct candidate list[MAX_CANDIDATES];
	int count = 0, given = 0;
	if (!word || !is_suggestible(word, strlen(word)))
		return 0;
	enum status st = scan(db, table, word, count_characters(word) >= 6 ? 2 : 1, list, &count);
	if (st == ST_OK && db_kind(db) == DB_POSTGRES) {
		for (int i = 0; i < count; i++)
			list[i].uses = count_uses(db, table, list[i].word);
		if (count)
			qsort(list, (size_t)count, sizeof *list, by_nearness);
	}
	for (int i = 0; i < count; i++) {
		if (st == ST_OK && given < max && list[i].uses > 0)
			out[given++] = list[i].word;
		else
			free(list[i].word);
	}
	return given;
}
