#include "core/crm/rows.h"

#include <stdarg.h>

static enum status prepare(struct core *c, struct db_stmt **out, struct error *err, const char *sql, const char *types, va_list ap)
{
	struct db_stmt *s;
	enum status st = db_prepare(c->db, sql, &s, err);
	if (st != ST_OK)
		return st;
	for (int n = 1; types[n - 1]; n++) {
		const void *p;
		switch (types[n - 1]) {
		case 'i':
			db_bind_int(s, n, va_arg(ap, int64_t));
			break;
		case 't':
			db_bind_text(s, n, va_arg(ap, const char *));
			break;
		case 'd':
			db_bind_id(s, n, va_arg(ap, const struct id *));
			break;
		case 'b':
			p = va_arg(ap, const void *);
			db_bind_blob(s, n, p, va_arg(ap, size_t));
			break;
		default:
			db_bind_null(s, n);
		}
	}
	*out = s;
	return ST_OK;
}

enum status rows_open(struct core *c, struct db_stmt **s, struct error *err, const char *sql, const char *types, ...)
{
	va_list ap;
	va_start(ap, types);
	enum status st = prepare(c, s, err, sql, types, ap);
	va_end(ap);
	return st;
}

enum status rows_run(struct core *c, struct error *err, const char *sql, const char *types, ...)
{
	struct db_stmt *s;
	va_list ap;
	va_start(ap, types);
	enum status st = prepare(c, &s, err, sql, types, ap);
	va_end(ap);
	return st == ST_OK ? db_run(s, err) : st;
}

enum status rows_change(struct core *c, int64_t *changed, struct error *err, const char *sql, const char *types, ...)
{
	struct db_stmt *s;
	va_list ap;
	va_start(ap, types);
	enum status st = prepare(c, &s, err, sql, types, ap);
	va_end(ap);
	if (st == ST_OK && (st = db_run(s, err)) == ST_OK)
		*changed = db_changes(c->db);
	return st;
}

enum status rows_insert(struct core *c, int64_t *num, struct error *err, const char *sql, const char *types, ...)
{
	struct db_stmt *s;
	struct buf text = {0};
	va_list ap;
	buf_printf(&text, "%s%s", sql, db_returning(c->db));
	va_start(ap, types);
	enum status st = prepare(c, &s, err, text.data, types, ap);
	va_end(ap);
	buf_free(&text);
	return st == ST_OK ? db_run_insert(s, num, err) : st;
}

enum status rows_first(struct core *c, struct db_stmt **s, bool *there, struct error *err, const char *sql, const char *types, ...)
{
	va_list ap;
	va_start(ap, types);
	enum status st = prepare(c, s, err, sql, types, ap);
	va_end(ap);
	return st == ST_OK ? db_step(*s, there, err) : st;
}

int64_t rows_int(struct core *c, int64_t otherwise, const char *sql, const char *types, ...)
{
	struct db_stmt *s;
	bool row = false;
	va_list ap;
	va_start(ap, types);
	enum status st = prepare(c, &s, NULL, sql, types, ap);
	va_end(ap);
	if (st != ST_OK || db_step(s, &row, NULL) != ST_OK || !row)
		return otherwise;
	int64_t out = db_is_null(s, 0) ? otherwise : db_int(s, 0);
	db_done(s);
	return out;
}

const char *rows_text(struct arena *a, const struct db_stmt *s, int col)
{
	const char *t = db_text(s, col);
	return t ? arena_strdup(a, t) : "";
}
