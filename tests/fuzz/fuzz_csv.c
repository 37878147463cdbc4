/* Any bytes as a CSV file: sniffed, read, and what was read is written and read again to the same cells. Its first rows
 * are taken for headers and told what their columns hold. */
#include "core/crm/io/csv.h"
#include "core/crm/io/presets.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
	if (!ok)
		abort();
}

/* The rows of f, each cell with its NUL, a 0x1E behind each row. */
static bool read_all(FILE *f, const struct csv_format *format, struct buf *cells, struct csv_writer *copy)
{
	struct csv_reader *r = NULL;
	struct error err;
	if (csv_open(f, format, false, &r, &err) != ST_OK)
		return false;
	bool more = true;
	enum status st;
	struct csv_row row;
	while ((st = csv_read(r, &row, &more, &err)) == ST_OK && more) {
		require(row.count > 0);
		for (size_t i = 0; i < row.count; i++) {
			buf_add(cells, row.field[i], strlen(row.field[i]) + 1);
			if (copy)
				csv_text(copy, row.field[i]);
		}
		buf_putc(cells, 0x1E);
		if (copy)
			csv_end_row(copy);
	}
	csv_close(&r);
	return st == ST_OK;
}

enum { COLUMNS = 12 };

/* What the columns hold and which fields they are: every guess must be one that an import can use. */
static void check_columns(FILE *f, const struct csv_format *format)
{
	struct csv_reader *r = NULL;
	struct error err;
	struct csv_row row;
	bool more;
	char *header[COLUMNS];
	struct column_scan *scan[COLUMNS];
	struct column_profile profile[COLUMNS];
	struct column_guess guess[COLUMNS];
	size_t n = 0;
	if (csv_open(f, format, false, &r, &err) != ST_OK)
		return;
	if (csv_read(r, &row, &more, &err) == ST_OK && more)
		for (n = 0; n < row.count && n < COLUMNS; n++) {
			header[n] = strdup(row.field[n]);
			scan[n] = column_scan_new();
		}
	while (n > 0 && csv_read(r, &row, &more, &err) == ST_OK && more)
		for (size_t i = 0; i < n; i++)
			column_scan_add(scan[i], csv_cell(&row, i), row.line);
	for (size_t i = 0; i < n; i++)
		column_scan_profile(scan[i], &profile[i]);
	const struct import_preset *preset = preset_detect((const char *const *)header, n);
	const char *entity = preset_guess_entity((const char *const *)header, n);
	preset_map_columns(preset, entity, (const char *const *)header, n, profile, guess);
	for (size_t i = 0; i < n; i++) {
		int64_t v;
		require(!guess[i].field || !guess[i].consumed);
		require(guess[i].label_column < (int)n);
		require(profile[i].exceptions * 10 <= profile[i].rows);
		for (size_t k = 0; k < profile[i].samples; k++)
			if (column_read_date(profile[i].sample[k], profile[i].order, &v))
				(void)column_read_instant(profile[i].sample[k], profile[i].order, &v);
		column_scan_free(&scan[i]);
		free(header[i]);
	}
	csv_close(&r);
}

static FILE *memory_file(const void *data, size_t size)
{
	static const char nothing[1];
	return size ? fmemopen((void *)(uintptr_t)data, size, "r") : fmemopen((void *)(uintptr_t)nothing, 1, "r");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *f = memory_file(data, size);
	struct csv_format format;
	struct error err;
	if (!f || csv_sniff(f, &format, &err) != ST_OK) {
		if (f)
			fclose(f);
		return 0;
	}
	check_columns(f, &format);
	struct buf cells = {0}, again = {0}, written = {0};
	struct csv_writer w;
	csv_begin(&w, &written, format.delimiter);
	if (read_all(f, &format, &cells, &w) && written.len > 0) {
		FILE *g = memory_file(written.data, written.len);
		struct csv_format same = {.delimiter = format.delimiter};
		require(g && read_all(g, &same, &again, NULL));
		require(again.len == cells.len && memcmp(again.data, cells.data, cells.len) == 0);
		fclose(g);
	}
	buf_free(&cells);
	buf_free(&again);
	buf_free(&written);
	fclose(f);
	return 0;
}
