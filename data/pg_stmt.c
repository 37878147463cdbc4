/* Statements on PostgreSQL.
 *
 * A text runs unprepared the first time (one round trip) and is prepared on the server when it comes again. PostgreSQL
 * fixes parameter types at that moment, so each combination of bound types is a plan of its own; a null
 * from db_bind_null() has no type and takes the one that its parameter had before, or leaves the choice to the server.
 *
 * Rows stream in one at a time (libpq's single-row mode), so a large result never sits in memory. The connection can do
 * nothing else meanwhile: when another statement starts, pg_settle() reads what is left of the first into memory. A
 * statement given back half-way is read to its end; callers that want few rows say LIMIT.
 */
#include "data/postgres.h"

#include "core/base/i18n.h"
#include "core/base/mem.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_VALUE = 64 << 20 }; /* as on SQLite */

struct param {
	enum bind_type type;
	Oid oid; /* of the last value that was not null; 0 unknown */
	char *data;
	size_t cap;
	int len;
};

struct plan {
	struct plan *next;
	bool used; /* ran once, unprepared */
	bool prepared; /* known to the server under name, if the epoch is still the connection's */
	unsigned epoch;
	char name[16];
	Oid types[];
};

struct pg_stmt {
	struct db_stmt base;
	struct param *params;
	struct plan *plans;
	struct plan *running;
	PGresult *one; /* the current row while streaming */
	PGresult *ahead; /* rows that pg_settle() read */
	int ahead_at;
	PGresult *shape; /* the last, empty result: tells the columns when there is no row */
	struct pg_row row;
	enum status late; /* what went wrong while settling; told at the next step */
	struct error late_error;
};

static struct pg_db *pdb(struct db *db)
{
	return (struct pg_db *)db;
}

static struct pg_stmt *pstmt(const struct db_stmt *s)
{
	return (struct pg_stmt *)s;
}

static void clear(PGresult **r)
{
	PQclear(*r);
	*r = NULL;
}

enum status pg_compile(struct db *db, const char *sql, int params, struct db_stmt **out, struct error *err)
{
	(void)db, (void)sql, (void)err;
	struct pg_stmt *s = mem_zalloc(sizeof *s);
	s->params = mem_array((size_t)params + 1, sizeof *s->params);
	*out = &s->base;
	return ST_OK;
}

/* Binding */

void pg_unbind(struct db_stmt *s)
{
	for (int n = 1; n <= s->params; n++)
		pstmt(s)->params[n].type = BIND_NULL;
}

static void keep(struct param *p, const void *data, size_t len)
{
	mem_grow(&p->data, &p->cap, len + 1, 1);
	memcpy(p->data, data, len);
	p->data[len] = '\0'; /* libpq reads text up to the zero */
	p->len = (int)len;
}

static void keep_int64(struct param *p, uint64_t bits)
{
	uint64_t wire = htobe64(bits);
	keep(p, &wire, sizeof wire);
}

enum status pg_bind(struct db_stmt *s, int n, const struct bind *v)
{
	static const Oid oids[] = {
		[BIND_INT] = 20, [BIND_REAL] = 701, [BIND_TEXT] = 25, [BIND_ID] = 2950, [BIND_BLOB] = 17};
	struct param *p = &pstmt(s)->params[n];
	if (v->len > MAX_VALUE)
		return ST_LIMIT;
	p->type = v->type;
	uint64_t bits;
	switch (v->type) {
	case BIND_NULL:
		if (v->null_of != BIND_NULL)
			p->oid = oids[v->null_of];
		return ST_OK;
	case BIND_INT:
		keep_int64(p, (uint64_t)v->i);
		break;
	case BIND_REAL:
		memcpy(&bits, &v->r, sizeof bits);
		keep_int64(p, bits);
		break;
	default:
		keep(p, v->p, v->len);
		break;
	}
	p->oid = oids[v->type];
	return ST_OK;
}

/* Plans */

static struct plan *find_plan(struct pg_stmt *s)
{
	int n = s->base.params;
	Oid types[n + 1];
	types[0] = 0;
	for (int i = 1; i <= n; i++)
		types[i] = s->params[i].oid;
	for (struct plan *p = s->plans; p; p = p->next)
		if (memcmp(p->types, types, sizeof types) == 0)
			return p;
	struct plan *p = mem_zalloc(sizeof *p + sizeof types);
	memcpy(p->types, types, sizeof types);
	p->next = s->plans;
	return s->plans = p;
}

static enum status prepare_plan(struct pg_stmt *s, struct plan *p, struct error *err)
{
	struct pg_db *db = pdb(s->base.db);
	(void)snprintf(p->name, sizeof p->name, "s%u", ++db->names);
	PGresult *r = PQprepare(db->conn, p->name, s->base.sql, s->base.params, p->types + 1);
	enum status st = PQresultStatus(r) == PGRES_COMMAND_OK ? ST_OK : pg_error(db, r, s->base.sql, err);
	PQclear(r);
	if (st == ST_OK) {
		p->prepared = true;
		p->epoch = db->epoch;
		db->prepared++;
	}
	return st;
}

static void forget_plan(struct pg_db *db, struct plan *p)
{
	bool known = p->prepared && p->epoch == db->epoch;
	p->prepared = p->used = false;
	if (!known || PQtransactionStatus(db->conn) == PQTRANS_INERROR ||
		PQtransactionStatus(db->conn) == PQTRANS_UNKNOWN)
		return;
	char sql[40];
	(void)snprintf(sql, sizeof sql, "DEALLOCATE %s", p->name);
	pg_settle(db);
	PQclear(PQexecParams(db->conn, sql, 0, NULL, NULL, NULL, NULL, 0));
	db->prepared--;
}

static enum status send(struct pg_stmt *s, struct error *err)
{
	struct pg_db *db = pdb(s->base.db);
	int n = s->base.params;
	const char *values[n + 1];
	int lengths[n + 1], binary[n + 1];
	for (int i = 1; i <= n; i++) {
		const struct param *p = &s->params[i];
		values[i] = p->type == BIND_NULL ? NULL : p->data;
		lengths[i] = p->len;
		binary[i] = p->type != BIND_TEXT;
	}
	struct plan *p = s->running = find_plan(s);
	if (p->prepared && p->epoch != db->epoch)
		p->prepared = false;
	if (p->used && !p->prepared) {
		enum status st = prepare_plan(s, p, err);
		if (st != ST_OK)
			return st;
	}
	int sent = p->prepared ? PQsendQueryPrepared(db->conn, p->name, n, values + 1, lengths + 1, binary + 1, 0)
			       : PQsendQueryParams(db->conn, s->base.sql, n, p->types + 1, values + 1, lengths + 1,
					 binary + 1, 0);
	if (!sent)
		return pg_error(db, NULL, s->base.sql, err);
	p->used = true;
	(void)PQsetSingleRowMode(db->conn);
	db->streaming = s;
	return ST_OK;
}

/* Rows */

/* Read and drop what is left of the answer. */
static void drain(struct pg_db *db)
{
	for (PGresult *r; (r = PQgetResult(db->conn));)
		PQclear(r);
	db->streaming = NULL;
}

static int64_t rows_changed(PGresult *r)
{
	const char *verb = PQcmdStatus(r);
	bool writes = strncmp(verb, "INSERT", 6) == 0 || strncmp(verb, "UPDATE", 6) == 0 ||
		      strncmp(verb, "DELETE", 6) == 0;
	return writes ? strtoll(PQcmdTuples(r), NULL, 10) : 0;
}

/* Take one result off the wire. *r is the row; NULL at the end. */
static enum status receive(struct pg_stmt *s, PGresult **row, struct error *err)
{
	struct pg_db *db = pdb(s->base.db);
	PGresult *r = PQgetResult(db->conn);
	enum status st = ST_OK;
	*row = NULL;
	switch (PQresultStatus(r)) {
	case PGRES_SINGLE_TUPLE:
		*row = r;
		return ST_OK;
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
	case PGRES_EMPTY_QUERY:
		db->base.changes = rows_changed(r);
		clear(&s->shape);
		s->shape = r;
		break;
	case PGRES_COPY_OUT:
	case PGRES_COPY_IN:
	case PGRES_COPY_BOTH: /* a conversation that only ends with the connection */
		PQclear(r);
		PQreset(db->conn);
		db_poison(&db->base);
		return error_set(err, ST_INVALID, _("COPY is not for here; write SELECT."));
	default:
		/* the tables changed under a prepared statement, or the server forgot it */
		if (pg_is_state(r, "0A000") || pg_is_state(r, "26000"))
			s->running->prepared = s->running->used = false;
		st = pg_error(db, r, s->base.sql, err);
		PQclear(r);
		break;
	}
	drain(db);
	return st;
}

void pg_settle(struct pg_db *db)
{
	struct pg_stmt *s = db->streaming;
	if (!s)
		return;
	PGresult *row = NULL;
	int count = 0;
	while ((s->late = receive(s, &row, &s->late_error)) == ST_OK && row) {
		if (!s->ahead)
			s->ahead = PQcopyResult(row, PG_COPYRES_ATTRS);
		for (int col = 0; col < PQnfields(row); col++) {
			bool null = PQgetisnull(row, 0, col);
			(void)PQsetvalue(s->ahead, count, col, null ? NULL : PQgetvalue(row, 0, col),
				null ? -1 : PQgetlength(row, 0, col));
		}
		count++;
		PQclear(row);
	}
	s->ahead_at = 0;
	if (s->late != ST_OK)
		db_poison(&db->base);
}

static bool next_ahead(struct pg_stmt *s)
{
	if (!s->ahead || s->ahead_at >= PQntuples(s->ahead))
		return false;
	pg_row_set(&s->row, s->ahead, s->ahead_at++);
	clear(&s->one);
	return true;
}

static enum status start(struct pg_stmt *s, PGresult **first, struct error *err)
{
	struct pg_db *db = pdb(s->base.db);
	pg_settle(db);
	atomic_store(&db->interrupted, false);
	enum status st = pg_ready(db, err);
	if (st == ST_OK)
		st = send(s, err);
	if (st != ST_OK)
		return st;
	bool was_prepared = s->running->prepared;
	st = receive(s, first, err);
	if (st == ST_OK || !was_prepared || s->running->prepared)
		return st;
	if (db->base.depth > 0)
		return error_set(err, ST_BUSY, _("The database was just upgraded by another program; try again."));
	st = send(s, err);
	return st == ST_OK ? receive(s, first, err) : st;
}

enum status pg_step(struct db_stmt *base, bool *row, struct error *err)
{
	struct pg_stmt *s = pstmt(base);
	struct pg_db *db = pdb(base->db);
	PGresult *r = NULL;
	enum status st = ST_OK;
	*row = true;
	if (!base->stepping)
		st = start(s, &r, err);
	else if (next_ahead(s))
		return ST_OK;
	else if (s->late != ST_OK) {
		if (err)
			*err = s->late_error;
		return s->late;
	} else if (db->streaming == s)
		st = receive(s, &r, err);
	if (st != ST_OK)
		return st;
	pg_row_set(&s->row, r, 0);
	clear(&s->one);
	s->one = r;
	*row = r != NULL;
	return ST_OK;
}

void pg_rewind(struct db_stmt *base)
{
	struct pg_stmt *s = pstmt(base);
	struct pg_db *db = pdb(base->db);
	if (db->streaming == s)
		drain(db);
	pg_row_set(&s->row, NULL, 0);
	clear(&s->one);
	clear(&s->ahead);
	s->late = ST_OK;
}

void pg_drop(struct db_stmt *base)
{
	struct pg_stmt *s = pstmt(base);
	if (!base->db->closing)
		pg_rewind(base);
	for (struct plan *p = s->plans, *next; p; p = next) {
		next = p->next;
		if (!base->db->closing)
			forget_plan(pdb(base->db), p);
		free(p);
	}
	for (int n = 1; n <= base->params; n++)
		free(s->params[n].data);
	free(s->params);
	PQclear(s->one);
	PQclear(s->ahead);
	PQclear(s->shape);
	pg_row_free(&s->row);
	free(s);
}

const struct pg_row *pg_current(const struct db_stmt *s)
{
	return &pstmt(s)->row;
}

static const PGresult *columns_of(const struct pg_stmt *s)
{
	return s->row.result ? s->row.result : s->shape;
}

int pg_columns(const struct db_stmt *s)
{
	return PQnfields(columns_of(pstmt(s)));
}

const char *pg_column_name(const struct db_stmt *s, int col)
{
	return PQfname(columns_of(pstmt(s)), col);
}
