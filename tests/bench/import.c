/* Import against the least that could be done: import [rows].
 *
 * A generated contact export (14 columns, a fifth as many companies) is imported with all checks, duplicates, search index and change log.
 * Beside it a bare loop reads the same file and writes the same rows of the same tables with prepared statements and nothing else. Up to
 * 200,000 rows the loop writes with all indexes in place (bar: 4 times), above it writes first and builds indexes and words then
 * (bar: 2 times).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/text.h"
#include "core/crm/import.h"
#include "core/crm/io/csv.h"
#include "core/crm/schema.h"
#include "core/crm/undo.h"
#include "data/db.h"

enum { LARGE = 200000 };

static struct error err;

static void must(enum status st)
{
	if (st == ST_OK)
		return;
	(void)fprintf(stderr, "import bench: %s\n", err.message);
	exit(1);
}

static double seconds(void)
{
	struct timespec ts;
	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static unsigned next(void)
{
	static unsigned seed = 1;
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

static void generate(const char *path, int rows)
{
	static const char *const first[] = {"Amélie", "Bruno", "Chen", "Darcel", "Emma", "François", "Greta", "Hugo", "Inès", "Jonas"};
	static const char *const last[] = {"Durand", "Keller", "Wei", "Schlecht", "Watson", "Müller", "Novák", "Petit", "García", "Smith"};
	static const char *const title[] = {"CEO", "Head of Operations", "Buyer", "Engineer", "Sales Manager", ""};
	static const char *const city[] = {"Paris", "Lyon", "Berlin", "Madrid", "London"};
	FILE *f = fopen(path, "wb");
	if (!f)
		exit(1);
	(void)fputs("ID,First Name,Last Name,Email,Phone,Mobile,Company,Job Title,Street,Postal Code,City,Country,Lead Source,Notes\r\n", f);
	for (int i = 0; i < rows; i++) {
		unsigned firm = next() % (unsigned)(rows / 5 + 1);
		(void)fprintf(f, "%d,%s,%s%c%c,p%d@firm%u.example,+33 1 %02d %02d %02d 55,06 %02d %02d %02d 12,Firm %u SARL,%s,%d rue du Bac,%d,%s,France,web,\"Met at the fair, stand %d\"\r\n",
			i, first[next() % 10], last[next() % 10], 'a' + i % 26, 'a' + i / 26 % 26, i, firm, i % 100, i / 100 % 100, i / 10000 % 100,
			i % 97, i / 97 % 97, i / 9409 % 97, firm, title[next() % 6], i % 200, 75000 + i % 20, city[next() % 5], i % 500);
	}
	(void)fclose(f);
}

static struct core *fresh(const char *path)
{
	struct core *c;
	struct core_setup s = {"Bench", "Ada", "Owner", "ada@bench.example", "EUR", "FR"};
	static const char *const ending[] = {"", "-wal", "-shm"};
	char name[600];
	for (int i = 0; i < 3; i++) {
		(void)snprintf(name, sizeof name, "%s%s", path, ending[i]);
		(void)unlink(name);
	}
	must(core_open(path, DB_CREATE, &c, &err));
	must(core_set_up(c, &s, &err));
	return c;
}

/* The bare loop */

struct bare {
	struct core *core;
	struct db_stmt *contact, *email, *phone, *address, *company;
	struct id *firm; /* by number */
	struct arena *a;
};

static struct db_stmt *prepare(struct bare *b, const char *sql)
{
	struct db_stmt *s;
	must(db_prepare(b->core->db, sql, &s, &err));
	return s;
}

#define META "id, org_id, created_at, updated_at, version, "
#define META_MARKS "$1, $2, 1, 1, 1, "

static void begin_row(struct bare *b, struct db_stmt *s, struct id *id)
{
	*id = id_new();
	db_bind_id(s, 1, id);
	db_bind_id(s, 2, &b->core->org);
}

static struct id *firm_of(struct bare *b, const char *name)
{
	struct id *id = &b->firm[strtoul(name + 5, NULL, 10)];
	struct db_stmt *s = prepare(b, "INSERT INTO companies (" META "name, sort_key) VALUES (" META_MARKS "$3, $4)");
	if (!id_is_nil(id))
		return id;
	begin_row(b, s, id);
	db_bind_text(s, 3, name);
	db_bind_text(s, 4, name);
	must(db_run(s, &err));
	return id;
}

static void bare_child(struct bare *b, const char *sql, const struct id *contact, const char *value, const char *norm)
{
	struct id id;
	struct db_stmt *s = prepare(b, sql);
	begin_row(b, s, &id);
	db_bind_id(s, 3, contact);
	db_bind_text(s, 4, value);
	db_bind_text(s, 5, norm);
	must(db_run(s, &err));
}

static void bare_row(struct bare *b, const struct csv_row *row)
{
	char **v = row->field;
	struct id id, *firm = firm_of(b, v[6]);
	struct db_stmt *s = prepare(b,
		"INSERT INTO contacts (" META "first_name, last_name, full_name, sort_key, company_id, owner_id, job_title, source, description) VALUES "
		"(" META_MARKS "$3, $4, $5, $6, $7, $8, $9, $10, $11)");
	begin_row(b, s, &id);
	db_bind_text(s, 3, v[1]);
	db_bind_text(s, 4, v[2]);
	db_bind_text(s, 5, arena_printf(b->a, "%s %s", v[1], v[2]));
	db_bind_text(s, 6, text_sort_key(b->a, arena_printf(b->a, "%s %s", v[2], v[1])));
	db_bind_id(s, 7, firm);
	db_bind_id(s, 8, &b->core->user);
	db_bind_text(s, 9, v[7]);
	db_bind_text(s, 10, v[12]);
	db_bind_text(s, 11, v[13]);
	must(db_run(s, &err));
	static const char email[] = "INSERT INTO contact_emails (" META "contact_id, address, address_norm) VALUES (" META_MARKS "$3, $4, $5)";
	static const char phone[] = "INSERT INTO contact_phones (" META "contact_id, raw, digits) VALUES (" META_MARKS "$3, $4, $5)";
	static const char address[] = "INSERT INTO addresses (" META "owner_type, owner_id, street, city) VALUES (" META_MARKS "'contacts', $3, $4, $5)";
	bare_child(b, email, &id, v[3], v[3]);
	bare_child(b, phone, &id, v[4], v[4] + 1);
	bare_child(b, phone, &id, v[5], v[5]);
	bare_child(b, address, &id, v[8], v[10]);
	arena_reset(b->a);
}

static const char *const tables[] = {"companies", "contacts", "contact_emails", "contact_phones", "addresses"};

static void each_index(struct core *c, bool create)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		const struct entity *e = model_entity(c->model, tables[i]);
		must((create ? schema_create_indexes : schema_drop_indexes)(c->db, e, &err));
	}
}

static void build_words(struct core *c)
{
	struct db_stmt *s;
	bool row;
	struct buf b = {0};
	must(db_prepare(c->db, "SELECT t.num, t.full_name, o.name, k.address FROM contacts t JOIN companies o ON o.id = t.company_id "
			       "JOIN contact_emails k ON k.contact_id = t.id ORDER BY t.num", &s, &err));
	while (db_step(s, &row, &err) == ST_OK && row) {
		buf_clear(&b);
		for (int i = 1; i < 4; i++) {
			text_tokens_to(&b, db_text(s, i));
			buf_putc(&b, ' ');
		}
		must(db_search_put(c->db, "contacts", db_int(s, 0), buf_str(&b), &err));
	}
	buf_free(&b);
}

static double bare_import(const char *path, const char *db, int rows)
{
	struct bare b = {.core = fresh(db), .firm = calloc((size_t)rows / 5 + 2, sizeof(struct id)), .a = arena_new()};
	struct csv_format format;
	struct csv_reader *r;
	struct csv_row row;
	bool more, first = true, large = rows > LARGE;
	FILE *f = fopen(path, "rb");
	double from = seconds();
	must(csv_sniff(f, &format, &err));
	must(csv_open(f, &format, false, &r, &err));
	db_bulk(b.core->db, true);
	must(db_begin(b.core->db, &err));
	if (large)
		each_index(b.core, false);
	while (csv_read(r, &row, &more, &err) == ST_OK && more) {
		if (!first)
			bare_row(&b, &row);
		first = false;
	}
	if (large) {
		each_index(b.core, true);
		build_words(b.core);
	}
	must(db_commit(b.core->db, &err));
	double took = seconds() - from;
	csv_close(&r);
	(void)fclose(f);
	free(b.firm);
	arena_free(&b.a);
	core_close(&b.core);
	return took;
}

static double full_import(const char *path, const char *db, int rows, double *undo)
{
	struct core *c = fresh(db);
	struct import_plan *p;
	struct import_report *r;
	struct undo_report u;
	double from = seconds();
	must(import_open(c, path, NULL, &p, &err));
	double opened = seconds();
	must(import_run(p, false, NULL, &r, &err));
	double took = seconds() - from;
	if (r->made[0].created != rows)
		(void)printf("only %lld of %d made\n", (long long)r->made[0].created, rows);
	(void)printf("  reading the columns %.2f s, rows %.2f s\n", opened - from, took - (opened - from));
	import_report_free(&r);
	import_close(&p);
	from = seconds();
	must(undo_last(c, &u, &err));
	*undo = seconds() - from;
	core_close(&c);
	return took;
}

int main(int argc, char **argv)
{
	int rows = argc > 1 ? atoi(argv[1]) : 100000;
	const char *build = getenv("BUILD") ? getenv("BUILD") : "build";
	char csv[512], db[512];
	struct rusage use;
	double undo;
	(void)snprintf(csv, sizeof csv, "%s/bench-import.csv", build);
	(void)snprintf(db, sizeof db, "%s/bench-import.db", build);
	generate(csv, rows);
	double bare = bare_import(csv, db, rows), full = full_import(csv, db, rows, &undo);
	(void)getrusage(RUSAGE_SELF, &use);
	(void)printf("import %d contacts: %.2f s, bare loop %.2f s, %.2f times (bar %d); undo %.2f s; %ld MB at most\n", rows, full, bare,
		full / bare, rows > LARGE ? 2 : 4, undo, use.ru_maxrss / 1024);
	(void)unlink(csv);
	(void)unlink(db);
	return 0;
}
