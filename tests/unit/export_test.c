/* Exports, and that an import of them gives the same again, whatever the records hold. */
#include "core/crm/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/text.h"
#include "core/crm/import.h"
#include "core/crm/list_text.h"
#include "core/crm/query.h"
#include "core/crm/store.h"
#include "core/crm/undo.h"
#include "tests/unit/fixture.h"

static char *slurp(FILE *f)
{
	struct buf b = {0};
	char piece[4096];
	size_t n;
	rewind(f);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(&b, piece, n);
	return buf_take(&b);
}

/* What an export writes; the caller frees. */
static char *export_text(struct core *c, const char *entity, enum export_format format, const char *filter)
{
	struct error err = {0};
	struct export_options o = {.entity = model_entity(c->model, entity), .format = format, .filter = filter};
	int64_t n;
	FILE *f = tmpfile();
	if (!f)
		test_abort(__FILE__, __LINE__, "no temporary file");
	MUST(export_stream(c, &o, f, &n, &err));
	char *text = slurp(f);
	(void)fclose(f);
	return text;
}

static const char *path_of(const char *name)
{
	static char path[4][512];
	static int turn;
	turn = (turn + 1) % 4;
	(void)snprintf(path[turn], sizeof path[turn], "%s/%s", test_dir(), name);
	return path[turn];
}

static void import_text(struct core *c, const char *name, const char *text)
{
	struct error err = {0};
	struct import_plan *p;
	struct import_report *r;
	const char *path = path_of(name);
	FILE *f = fopen(path, "wb");
	if (!f || fwrite(text, 1, strlen(text), f) != strlen(text) || fclose(f) != 0)
		test_abort(__FILE__, __LINE__, "the file could not be written");
	MUST(import_open(c, path, NULL, &p, &err));
	MUST(import_run(p, false, NULL, &r, &err));
	CHECK_INT(r->issues, 0);
	if (r->issues)
		(void)fprintf(stderr, "  %s line %ld %s: %s: %s\n", name, r->issue[0].line, r->issue[0].column, r->issue[0].value, r->issue[0].reason);
	import_report_free(&r);
	import_close(&p);
}

TEST_ENGINES(export_csv_is_guarded_and_quoted)
{
	struct core *c = fixture_core(engine);
	fixture_add(c, "contacts", "first_name==SUM(A1)", "last_name=O\"Neil", "job_title=-1", "description=two\nlines", "tags=a, b",
		"emails=x@y.example (home), z@y.example", NULL);
	char *csv = export_text(c, "contacts", EXPORT_CSV, NULL);
	CHECK(strncmp(csv, "id,salutation,first_name,", 25) == 0);
	CHECK(strstr(csv, ",'=SUM(A1),") != NULL);
	CHECK(strstr(csv, ",\"O\"\"Neil\",") != NULL);
	CHECK(strstr(csv, ",'-1,") != NULL);
	CHECK(strstr(csv, "\"two\nlines\"") != NULL);
	CHECK(strstr(csv, "\"x@y.example (home), z@y.example\"") != NULL);
	CHECK(strstr(csv, ",Ada Owner,") != NULL);
	free(csv);
}

TEST_ENGINES(export_filters_and_formats)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	int64_t n;
	fixture_add(c, "contacts", "first_name=Ada", "last_name=Byron", "emails=ada@x.example (work)", "company=", NULL);
	fixture_add(c, "contacts", "first_name=Bob", "last_name=Cole", NULL);
	fixture_add(c, "activities", "type=task", "subject=Call back", "due_at=2026-03-01 10:00", NULL);
	char *json = export_text(c, "contacts", EXPORT_JSON, "bob"), *lines = export_text(c, "contacts", EXPORT_JSONL, NULL);
	char *cards = export_text(c, "contacts", EXPORT_VCARD, NULL), *calendar = export_text(c, "activities", EXPORT_ICAL, NULL);
	struct cJSON *doc = NULL;
	MUST(json_parse(json, strlen(json), &doc, &err));
	CHECK(json_at(doc, 0) != NULL && json_at(doc, 1) == NULL);
	json_free(&doc);
	CHECK(strchr(lines, '\n') != strrchr(lines, '\n'));
	CHECK(strstr(cards, "FN:Ada Byron\r\n") != NULL);
	CHECK(strstr(cards, "EMAIL;TYPE=") != NULL);
	CHECK(strstr(calendar, "BEGIN:VTODO\r\n") != NULL && strstr(calendar, "SUMMARY:Call back\r\n") != NULL);
	struct export_options o = {.entity = model_entity(c->model, "deals"), .format = EXPORT_VCARD};
	CHECK_INT(export_stream(c, &o, stderr, &n, &err), ST_INVALID);
	o = (struct export_options){.entity = model_entity(c->model, "deals"), .filter = "nonsense:1"};
	CHECK_INT(export_stream(c, &o, stderr, &n, &err), ST_INVALID);
	free(json);
	free(lines);
	free(cards);
	free(calendar);
}

TEST_ENGINES(export_files_are_put_in_place_whole)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct export_options o = {.entity = model_entity(c->model, "contacts")};
	const char *path = path_of("out.csv"), *bad = path_of("no/such/folder.csv");
	struct stat sb;
	int64_t n = -1;
	fixture_add(c, "contacts", "first_name=Ada", NULL);
	MUST(export_file(c, &o, path, false, &n, &err));
	CHECK_INT(n, 1);
	CHECK(stat(path, &sb) == 0 && (sb.st_mode & 077) == 0);
	CHECK_INT(export_file(c, &o, path, false, &n, &err), ST_CONFLICT);
	fixture_add(c, "contacts", "first_name=Bob", NULL);
	MUST(export_file(c, &o, path, true, &n, &err));
	CHECK_INT(n, 2);
	CHECK(export_file(c, &o, bad, false, &n, &err) != ST_OK);
	o.filter = "nonsense:1"; /* what fails leaves the old file and nothing beside it */
	CHECK_INT(export_file(c, &o, path, true, &n, &err), ST_INVALID);
	off_t size = sb.st_size;
	CHECK(stat(path, &sb) == 0 && sb.st_size > size);
	char *beside = mem_printf("ls %s | wc -l", test_dir());
	FILE *ls = popen(beside, "r");
	int files = 0;
	CHECK(ls && fscanf(ls, "%d", &files) == 1);
	if (ls)
		(void)pclose(ls);
	CHECK_INT(files, engine == DB_SQLITE ? 4 : 1); /* the database, -wal, -shm, out.csv */
	free(beside);
}

/* Property tests: the same seeds each time. */

static unsigned next(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static char *random_text(struct arena *a, unsigned *seed, int most)
{
	static const char *const piece[] = {"=1+1", "+33", "-5", "@x", "'", "''", "\"", ",", ";", "\n", "\r\n", "\t", "é", "日本", "🎉", "العربية",
		"word", "Word", "a", " ", "(home)", "|", ":::", "* ", "NULL", "n/a", "0012", "1e5", "2026-02-30", "Œuvre", "ß", "\\", "%s", "../", "#3", "<b>"};
	struct buf b = {0};
	int n = 1 + (int)(next(seed) % (unsigned)most);
	for (int i = 0; i < n; i++)
		buf_puts(&b, piece[next(seed) % (sizeof piece / sizeof *piece)]);
	char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static void set(struct core *c, struct record *r, const char *field, const char *text)
{
	struct error err = {0};
	if (record_set_input(c, r, field, text, &err) != ST_OK)
		test_abort(field, __LINE__, err.message);
}

static const char *random_list(struct arena *a, unsigned *seed, int kind)
{
	static const char *const label[] = {NULL, "work", "home", "mobile", "other"};
	struct buf b = {0};
	int n = (int)(next(seed) % 4);
	for (int i = 0; i < n; i++) {
		const char *l = label[next(seed) % 5];
		if (kind == 0)
			list_append(&b, arena_printf(a, "m%u@é%u.example", next(seed) % 1000000, next(seed) % 9), l);
		else if (kind == 1)
			list_append(&b, arena_printf(a, "+%u (0)%u ext, %u", next(seed) % 99, next(seed) % 1000000, next(seed) % 99), l);
		else
			list_append(&b, text_trim(a, random_text(a, seed, 3)), NULL);
	}
	char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static void custom_field(struct core *c, const char *object, const char *label, const char *type, const char *options)
{
	struct error err = {0};
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "custom_fields"));
	record_put_text(r, "object", object);
	record_put_text(r, "label", label);
	record_put_text(r, "type", type);
	record_put_text(r, "options", options);
	MUST(store_save(c, r, &err));
	arena_free(&a);
}

static void fill(struct core *c, unsigned seed, int rows)
{
	struct error err = {0};
	struct arena *a = arena_new();
	custom_field(c, "contacts", "Tier, or / class", "select", "gold, silver, =bronze");
	custom_field(c, "contacts", "Seen", "datetime", NULL);
	custom_field(c, "contacts", "Liked", "bool", NULL);
	custom_field(c, "companies", "Weight", "decimal", NULL);
	for (int i = 0; i < rows; i++) {
		struct record *o = record_new(a, model_entity(c->model, "companies")), *r = record_new(a, model_entity(c->model, "contacts"));
		struct record *d = record_new(a, model_entity(c->model, "deals"));
		set(c, o, "name", arena_printf(a, "%s %d", text_trim(a, random_text(a, &seed, 4)), i));
		set(c, o, "annual_revenue", arena_printf(a, "%u.%02u USD", next(&seed) % 100000, next(&seed) % 100));
		set(c, o, "description", random_text(a, &seed, 20));
		set(c, o, "weight", arena_printf(a, "-%u.%u", next(&seed) % 100, next(&seed) % 1000));
		set(c, o, "country", next(&seed) % 2 ? "NA" : "France");
		set(c, o, "owner", "");
		MUST(store_save(c, o, &err));
		set(c, r, "first_name", arena_printf(a, "%s%d", random_text(a, &seed, 3), i));
		set(c, r, "last_name", random_text(a, &seed, 3));
		set(c, r, "job_title", random_text(a, &seed, 6));
		set(c, r, "description", random_text(a, &seed, 30));
		set(c, r, "emails", random_list(a, &seed, 0));
		set(c, r, "phones", random_list(a, &seed, 1));
		set(c, r, "tags", random_list(a, &seed, 2));
		set(c, r, "city", random_text(a, &seed, 3));
		set(c, r, "birthday", arena_printf(a, "19%02u-0%u-1%u", next(&seed) % 100, 1 + next(&seed) % 9, next(&seed) % 9));
		set(c, r, "tier_or_class", next(&seed) % 2 ? "=bronze" : "gold");
		set(c, r, "seen", "2026-02-03T04:05:06.789Z");
		set(c, r, "liked", next(&seed) % 2 ? "yes" : "no");
		set(c, r, "do_not_call", next(&seed) % 2 ? "1" : "0");
		set(c, r, "owner", "");
		record_put_id(r, "company", next(&seed) % 3 ? o->id : (struct id){{0}});
		MUST(store_save(c, r, &err));
		set(c, d, "title", arena_printf(a, "%s/%d", random_text(a, &seed, 4), i));
		set(c, d, "value", arena_printf(a, "%u", next(&seed) % 100000));
		set(c, d, "stage", next(&seed) % 2 ? "Won" : "Proposal");
		set(c, d, "next_step", random_text(a, &seed, 4));
		set(c, d, "owner", "");
		record_put_id(d, "company", o->id);
		record_put_id(d, "contact", r->id);
		MUST(store_save(c, d, &err));
		arena_reset(a);
	}
	arena_free(&a);
}

static const char *const kinds[] = {"companies", "contacts", "deals"};
enum { KINDS = 3 };

static void delete_all(struct core *c, const char *entity)
{
	struct error err = {0};
	struct txn *t;
	struct rowset *rs;
	struct arena *a = arena_new();
	struct query q = {.entity = model_entity(c->model, entity)};
	MUST(rowset_open(c, &q, &rs, NULL, &err));
	(void)rowset_pump(rs, -1);
	MUST(txn_begin(c, CHANGE_BULK, "Delete", &t, &err));
	for (int64_t i = 0; i < rowset_count(rs); i++) {
		struct record *r;
		MUST(store_load_num(c, q.entity, rowset_at(rs, i), a, &r, &err));
		MUST(store_delete(t, q.entity, &r->id, &err));
	}
	MUST(txn_commit(&t, &err));
	rowset_free(&rs);
	arena_free(&a);
}

static void dump(struct core *c, char *out[KINDS])
{
	for (int i = 0; i < KINDS; i++)
		out[i] = export_text(c, kinds[i], EXPORT_CSV, NULL);
}

static void check_same(char *want[KINDS], char *got[KINDS], bool release)
{
	for (int i = 0; i < KINDS; i++) {
		size_t at = 0;
		while (want[i][at] && want[i][at] == got[i][at])
			at++;
		size_t from = at > 80 ? at - 80 : 0;
		test_check(strcmp(want[i], got[i]) == 0, __FILE__, __LINE__, "%s differ at byte %zu: …%.160s… is now …%.160s…", kinds[i], at,
			want[i] + from, got[i] + from);
		free(got[i]);
		if (release)
			free(want[i]);
	}
}

/* Deleted here, brought back by the import of the export. */
TEST_ENGINES(export_then_import_restores_every_byte)
{
	struct core *c = fixture_core(engine);
	char *before[KINDS], *after[KINDS];
	fill(c, 7, 40);
	dump(c, before);
	for (int i = 0; i < KINDS; i++)
		delete_all(c, kinds[i]);
	for (int i = 0; i < KINDS; i++)
		import_text(c, arena_printf(c->model->arena, "%s.csv", kinds[i]), before[i]);
	dump(c, after);
	check_same(before, after, true);
}

/* The same into a base that has never seen them. */
TEST(export_then_import_elsewhere_gives_the_same)
{
	struct error err = {0};
	struct core *c = fixture_core(DB_SQLITE), *other;
	struct core_setup s = {"Other SARL", "Ada", "Owner", "ada@test.example", "EUR", "FR"};
	char *before[KINDS], *after[KINDS];
	fill(c, 99, 60);
	dump(c, before);
	MUST(core_open(path_of("other.db"), DB_CREATE, &other, &err));
	MUST(core_set_up(other, &s, &err));
	for (int i = 0; i < KINDS; i++)
		import_text(other, arena_printf(c->model->arena, "%s.csv", kinds[i]), before[i]);
	dump(other, after);
	/* pipelines have other ids there, since every base has a pipeline "Sales" of its own */
	free(before[2]);
	free(after[2]);
	before[2] = mem_strdup("");
	after[2] = mem_strdup("");
	check_same(before, after, true);
	core_close(&other);
}

/* An import over what is there, taken back: not a byte is different; done again: as after the import. */
TEST_ENGINES(import_then_undo_leaves_no_trace)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct undo_report u;
	char *before[KINDS], *after[KINDS], *now[KINDS];
	fill(c, 3, 20);
	dump(c, before);
	import_text(c, "more.csv",
		"First Name,Last Name,Email,Phone,Company,Job Title,Colour,Tags,City,Notes\n"
		"Zoé,Zola,zoe@z.example,0102030405,Zenith,Boss,blue,\"x, y\",Zürich,hello\n"
		"Yan,Yu,yan@z.example,,Zenith,,red,x,,\n");
	dump(c, after);
	MUST(undo_last(c, &u, &err));
	dump(c, now);
	check_same(before, now, false);
	MUST(redo_last(c, &u, &err));
	dump(c, now);
	check_same(after, now, false);
	MUST(undo_last(c, &u, &err));
	dump(c, now);
	check_same(before, now, true);
	for (int i = 0; i < KINDS; i++)
		free(after[i]);
}

TEST_ENGINES(export_vcards_come_back)
{
	struct core *c = fixture_core(engine);
	fixture_add(c, "companies", "name=Acme; & Co", NULL);
	fixture_add(c, "contacts", "first_name=Ada", "last_name=Byron; King", "salutation=Dr", "emails=ada@x.example (work), b@x.example (home)",
		"phones=+33 6 12 34 56 78 (mobile)", "job_title=Head, Sums", "company=Acme; & Co", "description=one\ntwo, three", "tags=vip, uk",
		"street=1 rue du Bac", "city=Paris", "birthday=1980-03-22", "website=https://x.example", NULL);
	char *before = export_text(c, "contacts", EXPORT_VCARD, NULL);
	delete_all(c, "contacts");
	import_text(c, "people.vcf", before);
	int64_t num = strtoll(fixture_filter(c, "contacts", NULL, NULL), NULL, 10);
	CHECK_STR(fixture_field(c, "contacts", num, "last_name"), "Byron; King");
	CHECK_STR(fixture_field(c, "contacts", num, "salutation"), "Dr");
	CHECK_STR(fixture_field(c, "contacts", num, "emails"), "ada@x.example (work), b@x.example (home)");
	CHECK_STR(fixture_field(c, "contacts", num, "phones"), "+33 6 12 34 56 78 (mobile)");
	CHECK_STR(fixture_field(c, "contacts", num, "job_title"), "Head, Sums");
	CHECK_STR(fixture_field(c, "contacts", num, "company"), "Acme; & Co");
	CHECK_STR(fixture_field(c, "contacts", num, "description"), "one\ntwo, three");
	CHECK_STR(fixture_field(c, "contacts", num, "tags"), "vip, uk");
	CHECK_STR(fixture_field(c, "contacts", num, "street"), "1 rue du Bac");
	CHECK_STR(fixture_field(c, "contacts", num, "city"), "Paris");
	CHECK_STR(fixture_field(c, "contacts", num, "birthday"), "1980-03-22");
	CHECK_STR(fixture_field(c, "contacts", num, "website"), "https://x.example");
	free(before);
}

/* Line breaks and custom fields of our own cards. */
TEST_ENGINES(export_vcards_come_back_to_the_letter)
{
	struct core *c = fixture_core(engine);
	custom_field(c, "contacts", "Tier", "text", NULL);
	fixture_add(c, "contacts", "first_name=Ada", "last_name=Byron", "emails=ada@x.example", "tier=gold", "city=Paris", NULL);
	struct arena *a = arena_new();
	struct error err = {0};
	struct record *r = record_new(a, model_entity(c->model, "contacts"));
	MUST(store_find(c, r->entity, "ada@x.example", &r->id, &err));
	r->num = 1;
	record_put_text(r, "street", "1 rue du Bac\nBâtiment C");
	record_put_text(r, "description", "one\n\ntwo\n\n");
	MUST(store_save(c, r, &err));
	char *before = export_text(c, "contacts", EXPORT_VCARD, NULL);
	CHECK(strstr(before, "Tier: gold") != NULL);
	import_text(c, "people.vcf", before); /* nothing new */
	CHECK_STR(fixture_field(c, "contacts", 1, "description"), "one\n\ntwo\n\n");
	delete_all(c, "contacts");
	import_text(c, "people.vcf", before);
	int64_t num = strtoll(fixture_filter(c, "contacts", NULL, NULL), NULL, 10);
	CHECK_STR(fixture_field(c, "contacts", num, "street"), "1 rue du Bac\nBâtiment C");
	CHECK_STR(fixture_field(c, "contacts", num, "description"), "one\n\ntwo\n\n");
	CHECK_STR(fixture_field(c, "contacts", num, "tier"), "gold");
	free(before);
	arena_free(&a);
}

TEST(list_text_keeps_every_value)
{
	struct arena *a = arena_new();
	unsigned seed = 5;
	for (int round = 0; round < 2000; round++) {
		struct buf b = {0};
		char *value[5];
		struct list_item *item;
		int n = (int)(next(&seed) % 5);
		bool labels = next(&seed) % 2;
		for (int i = 0; i < n; i++) {
			value[i] = random_text(a, &seed, 4);
			list_append(&b, value[i], labels ? "home" : NULL);
		}
		CHECK_INT((labels ? list_parse : list_parse_plain)(a, buf_str(&b), &item), n);
		for (int i = 0; i < n; i++) {
			CHECK_STR(item[i].value, value[i]);
			CHECK_STR(item[i].label, labels ? "home" : NULL);
		}
		buf_free(&b);
	}
	arena_free(&a);
}
