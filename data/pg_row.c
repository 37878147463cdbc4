/* Values of a PostgreSQL row, read as SQLite would give them: truth is 1 or 0, an id 16 bytes, a sum an integer.
 * Results come as text: one form for every type, numeric sums included. */
#include "data/postgres.h"

#include "core/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum oid { OID_BOOL = 16, OID_BYTEA = 17, OID_FLOAT4 = 700, OID_FLOAT8 = 701, OID_UUID = 2950 };

struct pg_bytes {
	unsigned char *data;
	size_t len, cap;
	bool done; /* holds the current row's value */
};

void pg_row_set(struct pg_row *row, const PGresult *result, int at)
{
	int columns = result ? PQnfields(result) : 0;
	if (columns > row->columns) {
		row->bytes = mem_realloc(row->bytes, (size_t)columns * sizeof *row->bytes);
		memset(row->bytes + row->columns, 0, (size_t)(columns - row->columns) * sizeof *row->bytes);
		row->columns = columns;
	}
	for (int i = 0; i < row->columns; i++)
		row->bytes[i].done = false;
	row->result = result;
	row->at = at;
}

void pg_row_free(struct pg_row *row)
{
	for (int i = 0; i < row->columns; i++)
		free(row->bytes[i].data);
	free(row->bytes);
	*row = (struct pg_row){0};
}

bool pg_row_is_null(const struct pg_row *row, int col)
{
	return !row->result || col < 0 || col >= PQnfields(row->result) || PQgetisnull(row->result, row->at, col);
}

static const char *raw(const struct pg_row *row, int col)
{
	return PQgetvalue(row->result, row->at, col);
}

double pg_row_real(const struct pg_row *row, int col, locale_t c_locale)
{
	if (pg_row_is_null(row, col))
		return 0;
	if (PQftype(row->result, col) == OID_BOOL)
		return *raw(row, col) == 't';
	return strtod_l(raw(row, col), NULL, c_locale);
}

int64_t pg_row_int(const struct pg_row *row, int col, locale_t c_locale)
{
	if (pg_row_is_null(row, col))
		return 0;
	Oid type = PQftype(row->result, col);
	if (type == OID_BOOL)
		return *raw(row, col) == 't';
	if (type == OID_FLOAT4 || type == OID_FLOAT8) {
		double v = pg_row_real(row, col, c_locale);
		return v >= 9223372036854775807.0 ? INT64_MAX : v > -9223372036854775808.0 ? (int64_t)v : INT64_MIN;
	}
	return strtoll(raw(row, col), NULL, 10); /* of a numeric the whole part */
}

const char *pg_row_text(const struct pg_row *row, int col)
{
	if (pg_row_is_null(row, col))
		return NULL;
	if (PQftype(row->result, col) == OID_BOOL)
		return *raw(row, col) == 't' ? "1" : "0";
	return raw(row, col);
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Pairs of hex digits; the hyphens of a uuid are passed over. */
static void decode_hex(const char *s, struct pg_bytes *out)
{
	size_t need = strlen(s) / 2 + 1;
	mem_grow(&out->data, &out->cap, need, 1);
	out->len = 0;
	for (; s[0] && s[1]; s += 2) {
		if (*s == '-')
			s++;
		int hi = hex_digit(s[0]), lo = hex_digit(s[1]);
		if (hi < 0 || lo < 0)
			break;
		out->data[out->len++] = (unsigned char)(hi << 4 | lo);
	}
	out->done = true;
}

const void *pg_row_blob(const struct pg_row *row, int col, size_t *len)
{
	if (pg_row_is_null(row, col))
		return NULL;
	Oid type = PQftype(row->result, col);
	const char *value = raw(row, col);
	if (type != OID_UUID && type != OID_BYTEA) {
		value = pg_row_text(row, col);
		*len = strlen(value);
		return value;
	}
	struct pg_bytes *b = &row->bytes[col];
	if (!b->done)
		decode_hex(type == OID_BYTEA ? value + 2 : value, b); /* \x… */
	*len = b->len;
	return b->data;
}
