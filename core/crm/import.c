/* Opening a file for import: see import.h. One pass over all rows fills the columns' profiles. */
#include "core/crm/import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/idmap.h"
#include "core/crm/import_plan.h"
#include "core/crm/import_propose.h"
#include "core/crm/import_value.h"
#include "core/crm/import_vcard.h"

enum { PREVIEW_BYTES = 1 << 20, PREVIEW_CELL = 300, LARGE_FILE = 1 << 30 };

static const char *const duplicate_names[] = {"update-empty", "update", "skip", "create"};

bool import_duplicates_find(const char *name, enum import_duplicates *out)
{
	for (int i = 0; i < (int)(sizeof duplicate_names / sizeof *duplicate_names); i++)
		if (strcmp(duplicate_names[i], name) == 0) {
			*out = (enum import_duplicates)i;
			return true;
		}
	return false;
}

static enum status open_file(struct import_plan *p, struct error *err)
{
	struct stat sb;
	int fd = open(p->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return error_set(err, errno == ENOENT ? ST_NOT_FOUND : ST_IO, _("%s cannot be opened: %s."), p->path, error_system(errno));
	if (fstat(fd, &sb) != 0 || !S_ISREG(sb.st_mode)) {
		(void)close(fd);
		return error_set(err, ST_INVALID, _("%s is not a file."), p->path);
	}
	if (sb.st_size > LARGE_FILE) {
		(void)close(fd);
		return error_set(err, ST_LIMIT, _("%s is larger than 1 GiB; split it."), p->path);
	}
	p->f = fdopen(fd, "rb");
	if (!p->f) {
		(void)close(fd);
		return error_set(err, ST_IO, _("%s cannot be opened: %s."), p->path, error_system(errno));
	}
	return ST_OK;
}

/* Columns */

/* Headers are told apart by a map from folded names to columns: a file may call all its columns the same. */
static int column_named(const struct import_plan *p, const char *name)
{
	struct id at;
	int column;
	if (!idmap_get(p->headers, idmap_hash(p->headers, "", text_fold(p->arena, name)), &at))
		return -1;
	memcpy(&column, &at, sizeof column);
	return column;
}

static const char *unique_header(struct import_plan *p, const char *name)
{
	int first = column_named(p, name);
	if (first < 0)
		return name;
	const char *unique;
	do
		unique = arena_printf(p->arena, "%s (%d)", name, p->next_suffix[first]++);
	while (column_named(p, unique) >= 0);
	return unique;
}

static void add_column(struct import_plan *p, const char *header)
{
	struct arena *a = p->arena;
	struct id at = {{0}};
	int column = (int)p->n;
	mem_grow(&p->col, &p->cap, p->n + 1, sizeof *p->col);
	mem_grow(&p->scan, &p->scan_cap, p->n + 1, sizeof(struct column_scan *));
	mem_grow(&p->next_suffix, &p->suffix_cap, p->n + 1, sizeof *p->next_suffix);
	const char *name = text_trim(a, header);
	const char *unique = unique_header(p, *name ? name : arena_printf(a, _("Column %zu"), p->n + 1));
	memcpy(&at, &column, sizeof column);
	idmap_put(p->headers, idmap_hash(p->headers, "", text_fold(a, unique)), idmap_add_id(p->headers, &at));
	p->next_suffix[p->n] = 2;
	p->col[p->n] = (struct import_column){.header = unique};
	p->scan[p->n] = column_scan_new();
	p->n++;
}

static bool zeros_in_front(const char *s)
{
	return s[0] == '0' && s[1] >= '0' && s[1] <= '9' && s[strspn(s, "0123456789")] == '\0';
}

static void keep_preview(struct import_plan *p, const struct csv_row *row)
{
	if (p->n_preview == IMPORT_PREVIEW_ROWS || p->preview_bytes > PREVIEW_BYTES)
		return;
	char **cell = arena_alloc(p->arena, row->count * sizeof *cell);
	for (size_t i = 0; i < row->count; i++) {
		size_t n = strnlen(row->field[i], PREVIEW_CELL);
		while (n && n == PREVIEW_CELL && ((unsigned char)row->field[i][n] & 0xC0) == 0x80)
			n--;
		cell[i] = arena_strndup(p->arena, row->field[i], n);
		p->preview_bytes += n + 1;
	}
	p->preview[p->n_preview] = cell;
	p->preview_cells[p->n_preview++] = row->count;
}

static void scan_row(struct import_plan *p, const struct csv_row *row)
{
	while (p->n < row->count)
		add_column(p, "");
	for (size_t i = 0; i < p->n; i++) {
		const char *s = csv_cell(row, i);
		column_scan_add(p->scan[i], s, row->line);
		if (zeros_in_front(s))
			p->col[i].keeps_zeros = true;
	}
	keep_preview(p, row);
	p->rows++;
}

static enum status scan_csv(struct import_plan *p, struct error *err)
{
	struct csv_reader *r;
	struct csv_row row;
	bool more, header = p->format.header_line == 0;
	enum status st = csv_open(p->f, &p->format, false, &r, err);
	if (st != ST_OK)
		return st;
	while ((st = csv_read(r, &row, &more, err)) == ST_OK && more) {
		if (!header && row.line < p->format.header_line)
			continue;
		if (!header) {
			for (size_t i = 0; i < row.count; i++)
				add_column(p, row.field[i]);
			header = true;
		} else if (!row.blank) {
			scan_row(p, &row);
			if (p->rows > IMPORT_ROWS) {
				st = error_set(err, ST_LIMIT, _("%s has more than %d rows; split it."), p->name, IMPORT_ROWS);
				break;
			}
		}
	}
	csv_close(&r);
	for (size_t i = 0; i < p->n; i++)
		column_scan_profile(p->scan[i], &p->col[i].profile);
	return st;
}

static enum status open_csv(struct import_plan *p, struct error *err)
{
	enum status st = csv_sniff(p->f, &p->format, err);
	return st == ST_OK ? scan_csv(p, err) : st;
}

static void copy_options(struct import_plan *p, const struct import_options *o)
{
	static const struct import_options none = {.dates = DATE_AMBIGUOUS};
	p->o = o ? *o : none;
	p->o.entity = arena_strdup(p->arena, p->o.entity);
	p->o.preset = arena_strdup(p->arena, p->o.preset);
	p->o.currency = arena_strdup(p->arena, p->o.currency);
	p->o.pipeline = arena_strdup(p->arena, p->o.pipeline);
	p->o.system = arena_strdup(p->arena, p->o.system);
	if (p->o.dates != DATE_DAY_FIRST && p->o.dates != DATE_MONTH_FIRST)
		p->o.dates = DATE_AMBIGUOUS;
}

enum status import_open(struct core *c, const char *path, const struct import_options *o, struct import_plan **out, struct error *err)
{
	struct import_plan *p = mem_zalloc(sizeof *p);
	p->core = c;
	p->arena = arena_new();
	p->headers = idmap_new();
	p->path = arena_strdup(p->arena, path);
	p->name = strrchr(p->path, '/') ? strrchr(p->path, '/') + 1 : p->path;
	copy_options(p, o);
	enum status st = open_file(p, err);
	p->vcard = st == ST_OK && import_is_vcard(p->f);
	if (st == ST_OK)
		st = p->vcard ? import_vcard_scan(p, err) : open_csv(p, err);
	if (st == ST_OK && p->rows == 0)
		st = error_set(err, ST_INVALID, _("%s has a header but no rows."), p->name);
	if (st == ST_OK)
		st = import_propose(p, err);
	if (st != ST_OK) {
		import_close(&p);
		return st;
	}
	*out = p;
	return ST_OK;
}

void import_close(struct import_plan **pp)
{
	struct import_plan *p = *pp;
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		column_scan_free(&p->scan[i]);
	free(p->scan);
	free(p->col);
	free(p->next_suffix);
	idmap_free(&p->headers);
	if (p->f)
		(void)fclose(p->f);
	arena_free(&p->arena);
	free(p);
	*pp = NULL;
}

const struct entity *import_entity(const struct import_plan *p)
{
	return p->entity;
}

const char *import_file(const struct import_plan *p)
{
	return p->name;
}

const char *import_preset_label(const struct import_plan *p)
{
	return p->own ? "Simplix" : p->preset ? p->preset->title : NULL;
}

const char *import_written(const struct import_plan *p, struct arena *a)
{
	if (p->vcard)
		return _("vCard");
	const char *by = p->format.delimiter == ';' ? _("semicolons") : p->format.delimiter == '\t' ? _("tabs")
		       : p->format.delimiter == '|' ? _("bars") : _("commas");
	return arena_printf(a, _("CSV with %s, %s"), by, charset_name(p->format.charset.charset));
}

int64_t import_rows(const struct import_plan *p)
{
	return p->rows;
}

const struct import_options *import_options(const struct import_plan *p)
{
	return &p->o;
}

void import_set_duplicates(struct import_plan *p, enum import_duplicates d)
{
	p->o.duplicates = d;
}

int import_columns(const struct import_plan *p)
{
	return (int)p->n;
}

const struct import_column *import_column(const struct import_plan *p, int i)
{
	return &p->col[i];
}

int import_find_column(const struct import_plan *p, const char *header)
{
	if (*header == '#') {
		long n = strtol(header + 1, NULL, 10);
		return n > 0 && (size_t)n <= p->n ? (int)n - 1 : -1;
	}
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->col[i].header, header) == 0)
			return (int)i;
	for (size_t i = 0; i < p->n; i++)
		if (text_eq_fold(p->col[i].header, header))
			return (int)i;
	return -1;
}

/* Preview */

int import_preview_rows(const struct import_plan *p)
{
	return p->n_preview;
}

static const char *preview_value(const struct import_plan *p, int column, char *raw, struct arena *a, const char **problem)
{
	const struct import_column *c = &p->col[column];
	struct import_slot s = import_slot_of(p, column);
	struct field custom = {.name = "custom", .label = c->header, .type = c->target.type};
	const struct field *f = s.reader == READ_CUSTOM ? &custom : s.field;
	struct import_reading how = {p->o.currency ? p->o.currency : p->core->currency, c->order, c->decimal, c->target.scale, p->own};
	struct value v;
	struct error err = {0};
	char currency[4] = "";
	int64_t ms;
	switch (s.reader) {
	case READ_SKIP:
		return "";
	case READ_VALUE:
	case READ_CUSTOM:
		if (import_read_value(f, raw, &how, a, &v, currency, &err) == ST_OK)
			return field_format(f, &v, currency[0] ? currency : how.currency, a);
		*problem = arena_strdup(a, err.message);
		return "";
	case READ_ENTERED:
	case READ_CREATED:
		if (column_is_blank(raw))
			return "";
		if (import_read_instant(raw, c->order, &ms)) {
			static const struct field date = {.name = "at", .type = FT_DATETIME};
			v = (struct value){.kind = VAL_INT, .i = ms};
			return field_format(&date, &v, NULL, a);
		}
		*problem = arena_printf(a, _("“%s” is not a date."), raw);
		return "";
	default:
		return raw;
	}
}

enum status import_preview(struct import_plan *p, int row, struct arena *a, struct import_cell **out, struct error *err)
{
	if (row < 0 || row >= p->n_preview)
		return error_set(err, ST_NOT_FOUND, _("There is no such row."));
	struct import_cell *cells = arena_alloc(a, (p->n + 1) * sizeof *cells);
	for (size_t i = 0; i < p->n; i++) {
		char *raw = arena_strdup(a, i < p->preview_cells[row] ? p->preview[row][i] : "");
		cells[i].raw = arena_strdup(a, raw);
		char *text = import_trim(raw);
		cells[i].value = *text ? preview_value(p, (int)i, text, a, &cells[i].problem) : "";
	}
	*out = cells;
	return ST_OK;
}
