/* Reading CSV: see csv.h. Guessing how a file is written is csv_sniff.c, writing is csv_write.c.
 *
 * A state machine over decoded pieces of the file. A row's fields lie one behind the other in one buffer, with NULs
 * between them; their offsets become pointers when the row is complete. Plain characters are copied in runs.
 */
#include "core/crm/io/csv.h"

#include "core/base/i18n.h"

#include <stdlib.h>
#include <string.h>

enum state {
	FIELD_START, /* nothing of the field seen */
	PLAIN, /* in a field without quotation marks, or behind its closing one */
	QUOTED,
	QUOTE_SEEN /* a quotation mark inside a quoted field: its end, or half of "" */
};

enum { PIECE = 65536 };

struct csv_reader {
	struct decoder decoder;
	char delimiter;
	bool verbatim;

	char *piece;
	size_t at, n;
	bool end;

	enum state state;
	bool after_cr; /* the last character was CR: an LF now belongs to it */
	long line, column;
	long quote_line, quote_column; /* where the quoted field being read begins */
	long field_column; /* where any other field begins */

	struct buf text;
	size_t *start; /* offsets of the fields in text */
	size_t start_cap, fields;
	char **field;
	size_t field_cap;
	long row_line;
	bool started; /* the row has at least one character */
};

static enum status skip_sep_line(struct csv_reader *r, struct error *err)
{
	struct csv_row row;
	bool more;
	return csv_read(r, &row, &more, err);
}

enum status csv_open(
	FILE *f, const struct csv_format *format, bool verbatim, struct csv_reader **out, struct error *err)
{
	struct csv_reader *r = mem_zalloc(sizeof *r);
	r->delimiter = format->delimiter;
	r->verbatim = verbatim;
	r->piece = mem_alloc(PIECE);
	r->line = 1;
	enum status st = decoder_open(&r->decoder, f, &format->charset, err);
	if (st == ST_OK && format->sep_line)
		st = skip_sep_line(r, err);
	if (st != ST_OK) {
		csv_close(&r);
		return st;
	}
	*out = r;
	return ST_OK;
}

void csv_close(struct csv_reader **r)
{
	if (!*r)
		return;
	buf_free(&(*r)->text);
	free((*r)->start);
	free((*r)->field);
	free((*r)->piece);
	free(*r);
	*r = NULL;
}

const char *csv_cell(const struct csv_row *row, size_t column)
{
	return column < row->count ? row->field[column] : "";
}

/* Fields */

static void begin_field(struct csv_reader *r)
{
	mem_grow(&r->start, &r->start_cap, r->fields + 1, sizeof *r->start);
	r->start[r->fields++] = r->text.len;
	r->field_column = r->column;
	r->state = FIELD_START;
}

static enum status refuse(
	const struct csv_reader *r, enum status code, long column, const char *problem, struct error *err)
{
	return error_set(err, code, _("Line %ld, column %ld: %s."), r->line, column + 1, problem);
}

static enum status unterminated(const struct csv_reader *r, enum status code, struct error *err)
{
	enum status st = error_set(err, code,
		_("Line %ld, column %ld: the quotation mark that opens this field is never closed."), r->quote_line,
		r->quote_column + 1);
	error_hint(err, _("Close it, or write it twice (\"\") if it belongs to the text."));
	return st;
}

static enum status append(struct csv_reader *r, const char *s, size_t n, struct error *err)
{
	if (r->text.len + n - r->start[r->fields - 1] > CSV_FIELD_BYTES) {
		if (r->state == QUOTED)
			return unterminated(r, ST_LIMIT, err);
		return refuse(r, ST_LIMIT, r->field_column, _("the field is longer than 1 MiB"), err);
	}
	if (r->text.len + n > CSV_ROW_BYTES)
		return refuse(r, ST_LIMIT, r->column, _("the row is longer than 8 MiB"), err);
	buf_add(&r->text, s, n);
	return ST_OK;
}

/* The delimiter ends a field, and another one follows. */
static enum status next_field(struct csv_reader *r, struct error *err)
{
	if (r->fields == CSV_COLUMNS)
		return refuse(r, ST_LIMIT, r->column, _("the row has more than 2048 columns"), err);
	buf_putc(&r->text, '\0');
	begin_field(r);
	return ST_OK;
}

static bool has_text(const char *s)
{
	while (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n' || strncmp(s, "\u00A0", 2) == 0)
		s += *s == '\xC2' ? 2 : 1;
	return *s != '\0';
}

static void complete(struct csv_reader *r, struct csv_row *row)
{
	buf_putc(&r->text, '\0');
	mem_grow(&r->field, &r->field_cap, r->fields, sizeof *r->field);
	*row = (struct csv_row){.field = r->field, .count = r->fields, .line = r->row_line, .blank = true};
	row->damaged = r->decoder.replaced > 0 && memmem(r->text.data, r->text.len, "\uFFFD", 3);
	for (size_t i = 0; i < r->fields; i++) {
		char *cell = r->text.data + r->start[i];
		r->field[i] = r->verbatim ? cell : cell + (csv_unguard(cell) - cell);
		if (row->blank && has_text(cell))
			row->blank = false;
	}
}

/* Characters */

static long characters(const char *s, size_t n)
{
	long count = 0;
	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)s[i] & 0xC0) != 0x80;
	return count;
}

/* Length of the run at s that needs no look: no delimiter, line end or NUL, and no quotation mark where one counts. */
static size_t plain_run(const struct csv_reader *r, const char *s, size_t n)
{
	size_t i = 0;
	if (r->state == QUOTED) {
		while (i < n && s[i] != '"' && s[i] != '\n' && s[i] != '\r' && s[i])
			i++;
	} else {
		while (i < n && s[i] != r->delimiter && s[i] != '\n' && s[i] != '\r' && s[i])
			i++;
	}
	return i;
}

static void count_newline(struct csv_reader *r, char c)
{
	if (c == '\n' && r->after_cr)
		return; /* counted with its CR */
	r->line++;
	r->column = 0;
}

/* A line end outside quotation marks. True when it completes a row. */
static bool end_line(struct csv_reader *r, char c)
{
	bool second_half = c == '\n' && r->after_cr;
	count_newline(r, c);
	r->after_cr = c == '\r';
	return !second_half && r->started;
}

/* One character that plain_run() stopped at, or a quotation mark that begins a field. *done when the row is complete.
 */
static enum status special(struct csv_reader *r, char c, bool *done, struct error *err)
{
	if (c == '\0')
		return refuse(r, ST_INVALID, r->column, _("a NUL character; this is not a text file"), err);
	if (r->state == QUOTED) {
		if (c == '"') {
			r->state = QUOTE_SEEN;
			r->column++;
			r->after_cr = false;
			return ST_OK;
		}
		count_newline(r, c);
		r->after_cr = c == '\r';
		return append(r, &c, 1, err);
	}
	if (c == '\n' || c == '\r') {
		*done = end_line(r, c);
		return ST_OK;
	}
	r->after_cr = false;
	r->started = true;
	if (c == r->delimiter) {
		r->column++;
		return next_field(r, err);
	}
	if (r->state == QUOTE_SEEN) { /* the second half of "" */
		enum status st = append(r, "\"", 1, err);
		r->state = QUOTED;
		r->column++;
		return st;
	}
	r->state = QUOTED; /* a quotation mark at the start of a field */
	r->quote_line = r->line;
	r->quote_column = r->column++;
	return ST_OK;
}

/* Work through the piece until it is used up or a row is complete. */
static enum status consume(struct csv_reader *r, bool *done, struct error *err)
{
	while (r->at < r->n && !*done) {
		const char *s = r->piece + r->at;
		bool quote_counts = r->state == FIELD_START || r->state == QUOTE_SEEN;
		size_t run = quote_counts && *s == '"' ? 0 : plain_run(r, s, r->n - r->at);
		if (run > 0) {
			if (!r->started)
				r->row_line = r->line;
			r->started = true;
			r->after_cr = false;
			if (r->state != QUOTED)
				r->state = PLAIN;
			enum status st = append(r, s, run, err);
			if (st != ST_OK)
				return st;
			r->column += characters(s, run);
			r->at += run;
			continue;
		}
		if (!r->started)
			r->row_line = r->line;
		enum status st = special(r, *s, done, err);
		if (st != ST_OK)
			return st;
		r->at++;
	}
	return ST_OK;
}

enum status csv_read(struct csv_reader *r, struct csv_row *row, bool *more, struct error *err)
{
	bool done = false;
	r->text.len = 0;
	r->fields = 0;
	r->started = false;
	begin_field(r);
	while (!done) {
		enum status st = consume(r, &done, err);
		if (st != ST_OK)
			return st;
		if (done || r->end)
			break;
		st = decoder_read(&r->decoder, r->piece, PIECE, &r->n, err);
		if (st != ST_OK)
			return st;
		r->at = 0;
		r->end = r->n == 0;
	}
	if (!done && r->state == QUOTED)
		return unterminated(r, ST_INVALID, err);
	*more = done || r->started;
	if (*more)
		complete(r, row);
	return ST_OK;
}
