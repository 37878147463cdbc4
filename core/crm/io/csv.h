/* CSV: a reader for what is out there and a writer for what a spreadsheet may open safely.
 *
 * The reader streams: one row is in memory, at most CSV_ROW_BYTES of it. It takes commas, semicolons, tabs and pipes;
 * CRLF, LF and CR; quoted fields over several lines; a quotation mark inside a field the way Python's csv module does.
 * What it refuses it names by line and column: a quoted field without an end, NULs, fields above 1 MiB.
 *
 * The guard against formulas (SEC-64), and csv_unguard(), its inverse: a cell that a spreadsheet would take
 * for a formula gets an apostrophe in front, and so does a cell that looks guarded already, so nothing is ever
 * ambiguous: unguard(guard(s)) is s for every s. An international phone number is no formula and stays as it is. Reading foreign files through csv_unguard() is safe too: nobody else writes
 * an apostrophe before = + - @ unless to protect the cell in the same way.
 */
#ifndef CORE_CRM_IO_CSV_H
#define CORE_CRM_IO_CSV_H

#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/crm/io/charset.h"

#include <stdbool.h>
#include <stdio.h>

enum {
	CSV_FIELD_BYTES = 1 << 20,
	CSV_ROW_BYTES = 8 << 20,
	CSV_COLUMNS = 2048,
};

/* How a file is written. csv_sniff() fills it; a person may overrule any of it. */
struct csv_format {
	struct charset_guess charset;
	char delimiter;   /* ',', ';', '\t' or '|' */
	bool sep_line;    /* the first line is Excel's "sep=;" */
	long header_line; /* the line that names the columns, from 1; 0 when the file has none */
};

/* Look at the whole file for the character set and at its first rows for the rest; rewinds. ST_INVALID for files that
 * are not text or hold no row. */
enum status csv_sniff(FILE *f, struct csv_format *out, struct error *err);

struct csv_row {
	char **field;    /* valid UTF-8, NUL-terminated; valid until the next csv_read() */
	size_t count;    /* as many as the line has, which may not be what the header has */
	long line;       /* the line its first character is on, from 1 */
	bool blank;      /* every field is empty or white space */
	bool damaged;    /* holds U+FFFD for characters that could not be decoded */
};

struct csv_reader;

/* Begin at the first row (behind a BOM and a "sep=" line). The file stays the caller's. Guards are taken off the cells
 * unless `verbatim`. */
enum status csv_open(FILE *f, const struct csv_format *format, bool verbatim, struct csv_reader **out, struct error *err);
/* The next row; *more is false at the end. Lines without a single character are skipped. After an error the reader is
 * finished. ST_INVALID or ST_LIMIT with "Line 3, column 5: …". */
enum status csv_read(struct csv_reader *r, struct csv_row *row, bool *more, struct error *err);
void csv_close(struct csv_reader **r);

/* The cell of a column, "" when the row is too short. */
const char *csv_cell(const struct csv_row *row, size_t column);

/* Appends to out. Lines end in CRLF (RFC 4180); a field is quoted when it must be, or has white space at its ends. */
struct csv_writer {
	struct buf *out;
	char delimiter;
	size_t fields; /* in this row so far */
	bool empty;    /* the only field so far is empty */
};
void csv_begin(struct csv_writer *w, struct buf *out, char delimiter);
void csv_text(struct csv_writer *w, const char *s);   /* guarded; NULL is empty */
void csv_number(struct csv_writer *w, const char *s); /* what a formatter made of a number: "-5.00" stays a number */
void csv_end_row(struct csv_writer *w);

/* True when a spreadsheet may take the text for a formula: it begins with = + - @, TAB, CR or LF. */
bool csv_is_formula(const char *s);
/* The text behind a guard, or s itself. */
const char *csv_unguard(const char *s);

#endif
