/* How is this CSV file written? See csv.h.
 *
 * The delimiter is the candidate that cuts the first rows into the same number of fields, quotation marks respected;
 * counting characters would be fooled by decimal commas and by text. The header is the first row that is filled about
 * as well as the fullest: exports like to put titles and empty lines on top. A row with an e-mail address, a number or
 * a date in it is data, not a header.
 */
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/io/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLE = 65536, ROWS = 60, HEADER_ROWS = 20 };

/* Fields of each of the first rows, cut at one delimiter. */
struct cut {
	size_t fields[ROWS];
	size_t rows;
};

/* A reduced version of the reader's state machine: it only counts. The last row of the sample may be cut off and does
 * not count, unless the sample is the whole file. */
static struct cut cut_at(const char *s, size_t n, char delimiter, bool whole)
{
	struct cut cut = {0};
	size_t fields = 1;
	bool quoted = false, fresh = true, any = false;
	for (size_t i = 0; i < n && cut.rows < ROWS; i++) {
		char c = s[i];
		if (quoted) {
			if (c == '"' && i + 1 < n && s[i + 1] == '"')
				i++;
			else if (c == '"')
				quoted = false;
			continue;
		}
		if (c == '\n' || c == '\r') {
			if (any)
				cut.fields[cut.rows++] = fields;
			fields = 1;
			any = false;
			fresh = true;
			continue;
		}
		any = true;
		quoted = c == '"' && fresh;
		fresh = c == delimiter;
		fields += fresh;
	}
	if (any && !quoted && cut.rows < ROWS && (whole || cut.rows == 0))
		cut.fields[cut.rows++] = fields;
	return cut;
}

/* The most frequent number of fields and how many rows have it. */
static size_t common_width(const struct cut *cut, size_t *rows)
{
	size_t best = 1;
	*rows = 0;
	for (size_t i = 0; i < cut->rows; i++) {
		size_t same = 0;
		for (size_t k = 0; k < cut->rows; k++)
			same += cut->fields[k] == cut->fields[i];
		if (same > *rows || (same == *rows && cut->fields[i] > best)) {
			*rows = same;
			best = cut->fields[i];
		}
	}
	return best;
}

static char find_delimiter(const char *s, size_t n, bool whole)
{
	static const char candidates[] = ",;\t|";
	char best = ',';
	double best_score = 0;
	for (const char *c = candidates; *c; c++) {
		struct cut cut = cut_at(s, n, *c, whole);
		size_t same, width = common_width(&cut, &same);
		if (width < 2 || (width == 2 && cut.fields[0] < 2)) /* one column of texts with a comma in each */
			continue;
		/* agreement first, then the number of columns; a first row without the delimiter is a bad sign */
		double agreement = (double)same / (double)cut.rows;
		double score = agreement * agreement * (1.0 + 0.02 * (double)(width < 25 ? width : 25));
		if (cut.fields[0] < 2)
			score *= 0.6;
		if (score > best_score) {
			best_score = score;
			best = *c;
		}
	}
	return best;
}

/* "sep=;" with or without quotation marks on the first line. */
static bool sep_line(const char *s, char *delimiter)
{
	bool quoted = *s == '"';
	s += quoted;
	if (strncmp(s, "sep=", 4) != 0 && strncmp(s, "SEP=", 4) != 0)
		return false;
	char c = s[4];
	s += c ? 5 : 4;
	s += quoted && *s == '"';
	if (!c || !strchr(",;\t|", c) || (*s && *s != '\r' && *s != '\n'))
		return false;
	*delimiter = c;
	return true;
}

/* The header */

static bool all_of(const char *s, const char *allowed)
{
	return *s && s[strspn(s, allowed)] == '\0';
}

/* A cell that no header would have. A lone year may name a column. */
static bool is_value(const char *s)
{
	size_t n = strlen(s);
	if (n == 4 && (strncmp(s, "19", 2) == 0 || strncmp(s, "20", 2) == 0))
		return false;
	const char *at = strchr(s, '@');
	if (at && at > s && strchr(at, '.') && !strpbrk(s, " \t"))
		return true;
	return all_of(s, "0123456789.,:/-+ ()%") && strpbrk(s, "0123456789");
}

struct look {
	size_t filled;
	bool value;
	long line;
};

static struct look look_at(const struct csv_row *row)
{
	struct look look = {.line = row->line};
	for (size_t i = 0; i < row->count; i++) {
		if (text_is_blank(row->field[i]))
			continue;
		look.filled++;
		look.value = look.value || is_value(row->field[i]);
	}
	return look;
}

static enum status find_header(FILE *f, struct csv_format *format, struct error *err)
{
	struct csv_reader *r = NULL;
	enum status st = csv_open(f, format, false, &r, err);
	if (st != ST_OK)
		return st;
	struct look look[HEADER_ROWS];
	size_t rows = 0, fullest = 0;
	for (bool more = true; rows < HEADER_ROWS;) {
		struct csv_row row;
		st = csv_read(r, &row, &more, rows ? NULL : err);
		if (st != ST_OK || !more)
			break;
		look[rows] = look_at(&row);
		if (look[rows].filled > fullest)
			fullest = look[rows].filled;
		rows += look[rows].filled > 0;
	}
	csv_close(&r);
	if (rows == 0)
		return st != ST_OK ? st : error_set(err, ST_INVALID, _("The file holds no row."));
	format->header_line = 0;
	for (size_t i = 0; i < rows; i++) {
		if (look[i].filled * 5 < fullest * 3)
			continue;
		if (!look[i].value)
			format->header_line = look[i].line;
		break;
	}
	return ST_OK; /* an error further down is the import's to report, with all the rest */
}

static enum status sniff_sample(FILE *f, struct csv_format *format, char *sample, struct error *err)
{
	struct decoder *d = mem_alloc(sizeof *d);
	enum status st = decoder_open(d, f, &format->charset, err);
	size_t n = 0, got = 1;
	while (st == ST_OK && got > 0 && SAMPLE - n >= 16) {
		st = decoder_read(d, sample + n, SAMPLE - n, &got, err);
		n += got;
	}
	free(d);
	if (st != ST_OK)
		return st;
	sample[n] = '\0';
	format->sep_line = sep_line(sample, &format->delimiter);
	if (!format->sep_line)
		format->delimiter = find_delimiter(sample, n, got == 0);
	return ST_OK;
}

enum status csv_sniff(FILE *f, struct csv_format *out, struct error *err)
{
	struct csv_format format = {0};
	enum status st = charset_detect(f, &format.charset, err);
	if (st != ST_OK)
		return st;
	char *sample = mem_alloc(SAMPLE + 1);
	st = sniff_sample(f, &format, sample, err);
	free(sample);
	if (st == ST_OK)
		st = find_header(f, &format, err);
	rewind(f);
	if (st == ST_OK)
		*out = format;
	return st;
}
