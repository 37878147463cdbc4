#include "core/crm/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/crm/export_format.h"
#include "core/crm/query.h"
#include "core/crm/record_json.h"
#include "core/crm/store.h"
#include "core/security/access.h"
#include "core/security/events.h"
#include "data/db.h"
#include "data/dbfile.h"

enum { FLUSH_AT = 1 << 16, PROGRESS_EVERY = 256 };

static const struct {
	const char *name, *ending;
} formats[EXPORT_FORMATS] = {{"csv", ".csv"}, {"json", ".json"}, {"jsonl", ".jsonl"}, {"vcard", ".vcf"}, {"ics", ".ics"}};

bool export_format_find(const char *name, enum export_format *out)
{
	for (int i = 0; i < EXPORT_FORMATS; i++)
		if (strcasecmp(formats[i].name, name) == 0 || strcasecmp(formats[i].ending + 1, name) == 0) {
			*out = (enum export_format)i;
			return true;
		}
	return false;
}

bool export_format_of_file(const char *path, enum export_format *out)
{
	const char *dot = strrchr(path, '.');
	for (int i = 0; dot && i < EXPORT_FORMATS; i++)
		if (strcasecmp(formats[i].ending, dot) == 0) {
			*out = (enum export_format)i;
			return true;
		}
	return false;
}

const char *export_format_name(enum export_format f)
{
	return formats[f].name;
}

/* One stream: what is written goes to `out` and from there to the file in larger pieces. */
struct stream {
	struct core *core;
	const struct export_options *o;
	FILE *f;
	struct buf out;
	struct csv_writer csv;
	struct ical_writer ical;
	int64_t count;
};

static enum status flush(struct stream *s, struct error *err)
{
	bool ok = s->out.len == 0 || fwrite(s->out.data, 1, s->out.len, s->f) == s->out.len;
	buf_clear(&s->out);
	return ok ? ST_OK : error_set(err, ST_IO, _("The export could not be written: %s."), error_system(errno));
}

static void begin(struct stream *s)
{
	switch (s->o->format) {
	case EXPORT_CSV:
		csv_begin(&s->csv, &s->out, ',');
		export_csv_header(s->o->entity, &s->csv);
		return;
	case EXPORT_JSON:
		buf_putc(&s->out, '[');
		return;
	case EXPORT_ICAL:
		ical_begin(&s->ical, &s->out, "Simplix", "simplix");
		return;
	default:
		return;
	}
}

static void end(struct stream *s)
{
	if (s->o->format == EXPORT_JSON)
		buf_puts(&s->out, s->count ? "\n]\n" : "]\n");
	if (s->o->format == EXPORT_ICAL)
		ical_end(&s->ical);
}

static enum status put_record(struct stream *s, const struct record *r, struct error *err)
{
	struct json_out w;
	switch (s->o->format) {
	case EXPORT_CSV:
		export_csv_row(s->core, r, &s->csv);
		return ST_OK;
	case EXPORT_VCARD:
		return export_vcard(s->core, r, &s->out, err);
	case EXPORT_ICAL:
		return export_ical(s->core, r, &s->ical, err);
	default:
		break;
	}
	bool lines = s->o->format == EXPORT_JSONL;
	buf_puts(&s->out, lines ? "" : s->count ? ",\n" : "\n");
	json_begin(&w, &s->out, false);
	record_json(s->core, r, &w);
	buf_puts(&s->out, lines ? "\n" : "");
	return ST_OK;
}

static enum status put_rows(struct stream *s, struct rowset *rs, struct error *err)
{
	struct arena *a = arena_new();
	enum status st = ST_OK;
	int64_t n = rowset_count(rs);
	for (int64_t i = 0; st == ST_OK && i < n; i++) {
		struct record *r;
		st = store_load_num(s->core, s->o->entity, rowset_at(rs, i), a, &r, err);
		if (st == ST_OK)
			st = put_record(s, r, err);
		if (st == ST_OK && s->out.len >= FLUSH_AT)
			st = flush(s, err);
		s->count++;
		if (st == ST_OK && s->o->step && s->count % PROGRESS_EVERY == 0 && !s->o->step(s->o->arg, s->count, n))
			st = error_set(err, ST_CANCELLED, _("The export was stopped."));
		arena_reset(a);
	}
	arena_free(&a);
	return st;
}

static enum status check(const struct export_options *o, struct error *err)
{
	if (o->format == EXPORT_VCARD && strcmp(o->entity->name, "contacts") != 0)
		return error_set(err, ST_INVALID, _("Only contacts are written as vCards."));
	if (o->format == EXPORT_ICAL && strcmp(o->entity->name, "activities") != 0)
		return error_set(err, ST_INVALID, _("Only activities are written as iCalendar."));
	return ST_OK;
}

/* Data leaves the house: that is a security event. */
static enum status tell(struct core *c, const struct export_options *o, int64_t count, struct error *err)
{
	char detail[160];
	(void)snprintf(detail, sizeof detail, "%s: %lld", o->entity->name, (long long)count);
	return event_add(c, SEV_EXPORT_MADE, NULL, detail, err);
}

enum status export_stream(struct core *c, const struct export_options *o, FILE *f, int64_t *count, struct error *err)
{
	struct stream s = {.core = c, .o = o, .f = f};
	struct rowset *rs;
	struct query q = {.entity = o->entity, .filter = o->filter, .sort = o->sort, .all = true, .action = ACT_EXPORT};
	enum status st = check(o, err);
	if (st == ST_OK)
		st = access_check(c, o->entity, ACT_EXPORT, err);
	if (st == ST_OK && o->sort)
		st = sort_check(c, o->entity, o->sort, err);
	if (st != ST_OK || (st = db_begin_read(c->db, err)) != ST_OK)
		return st;
	if ((st = rowset_open(c, &q, &rs, NULL, err)) == ST_OK) {
		(void)rowset_pump(rs, -1);
		if ((st = rowset_error(rs, err)) == ST_OK) {
			begin(&s);
			st = put_rows(&s, rs, err);
		}
		rowset_free(&rs);
	}
	if (st == ST_OK) {
		end(&s);
		st = flush(&s, err);
	}
	db_rollback(c->db);
	if (st == ST_OK && fflush(f) != 0)
		st = error_set(err, ST_IO, _("The export could not be written: %s."), error_system(errno));
	buf_free(&s.out);
	if (st == ST_OK)
		*count = s.count;
	return st == ST_OK ? tell(c, o, s.count, err) : st;
}

/* Files */

static enum status replaceable(const char *path, bool force, bool *there, struct error *err)
{
	struct stat sb;
	*there = lstat(path, &sb) == 0;
	if (!*there)
		return ST_OK;
	if (force && S_ISREG(sb.st_mode))
		return ST_OK;
	error_set(err, ST_CONFLICT, _("%s is there already."), path);
	if (S_ISREG(sb.st_mode))
		error_hint(err, _("Name another file, or add --force to replace it."));
	return ST_CONFLICT;
}

/* A free name beside the file that is to be replaced. */
static enum status temp_beside(const char *path, bool there, char **temp, char **final, struct error *err)
{
	if (!there)
		return dbfile_temp(path, temp, final, err);
	char *beside = mem_printf("%s.new", path), *unused = NULL;
	enum status st = dbfile_temp(beside, temp, &unused, err);
	free(unused);
	free(beside);
	if (st == ST_OK)
		*final = mem_strdup(path);
	return st;
}

static enum status put_in_place(const char *temp, const char *final, bool there, struct error *err)
{
	if (!there)
		return dbfile_publish(temp, final, err);
	int fd = open(temp, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0 && rename(temp, final) == 0;
	int why = errno;
	if (fd >= 0)
		(void)close(fd);
	return ok ? ST_OK : error_set(err, ST_IO, _("%s could not be replaced: %s."), final, error_system(why));
}

enum status export_file(struct core *c, const struct export_options *o, const char *path, bool force, int64_t *count, struct error *err)
{
	char *temp = NULL, *final = NULL;
	bool there;
	enum status st = check(o, err);
	if (st == ST_OK)
		st = replaceable(path, force, &there, err);
	if (st != ST_OK || (st = temp_beside(path, there, &temp, &final, err)) != ST_OK)
		return st;
	FILE *f = fopen(temp, "wbe");
	if (!f)
		st = error_set(err, ST_IO, _("%s could not be written: %s."), path, error_system(errno));
	else
		st = export_stream(c, o, f, count, err);
	if (f && fclose(f) != 0 && st == ST_OK)
		st = error_set(err, ST_IO, _("%s could not be written: %s."), path, error_system(errno));
	if (st == ST_OK)
		st = put_in_place(temp, final, there, err);
	if (st != ST_OK)
		(void)unlink(temp);
	free(temp);
	free(final);
	return st;
}
