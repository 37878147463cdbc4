/* The bench of billing: invoices of some lines, issued one by one as people do (each a transaction on disk), against the bare SQL of the same: the number
 * taken, the row locked, the lines read. Then documents as PDF, and the walk over all hashes. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/billing/billing.h"
#include "core/billing/issue.h"
#include "core/crm/rows.h"
#include "core/crm/store.h"

static double now(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(enum status st, const struct error *err)
{
	if (st == ST_OK)
		return;
	(void)fprintf(stderr, "%s %s\n", err->message, err->hint);
	exit(1);
}

static void row(const char *what, int n, double seconds, double bare)
{
	(void)printf("%-44s %8d %9.2f s %9.0f /s", what, n, seconds, n / seconds);
	if (bare > 0)
		(void)printf("   %.2f of bare", bare / seconds);
	(void)putchar('\n');
	(void)fflush(stdout);
}

static void set_up(struct core *c, struct id *company)
{
	static const struct input seller[] = {{"street", "1 rue A"}, {"postal_code", "75001"}, {"city", "Paris"}, {"country", "FR"}, {"vat_number", "FR11123456782"},
		{"iban", "FR7630006000011234567890189"}};
	static const struct input buyer[] = {{"name", "ACME"}, {"street", "2 rue B"}, {"city", "Lyon"}, {"country", "FR"}};
	struct error err = {0};
	struct arena *a = arena_new();
	must(core_set_up(c, &(struct core_setup){.organization = "Bench", .first_name = "Ada", .currency = "EUR", .country = "FR"}, &err), &err);
	struct record *r = record_new(a, model_entity(c->model, "organizations")), *b = record_new(a, model_entity(c->model, "companies"));
	r->id = c->org;
	r->num = 1;
	must(record_set_inputs(c, r, seller, 6, &err), &err);
	must(store_save(c, r, &err), &err);
	must(record_set_inputs(c, b, buyer, 4, &err), &err);
	must(store_save(c, b, &err), &err);
	*company = b->id;
	arena_free(&a);
}

static struct id draft(struct core *c, const struct id *company, int lines)
{
	struct error err = {0};
	struct txn *t;
	struct arena *a = arena_new();
	must(txn_begin(c, CHANGE_EDIT, NULL, &t, &err), &err);
	struct record *r = record_new(a, model_entity(c->model, "invoices"));
	record_put_id(r, "company", *company);
	must(store_insert(t, r, &err), &err);
	for (int i = 0; i < lines; i++) {
		struct record *l = record_new(a, model_entity(c->model, "invoice_lines"));
		record_put_id(l, "invoice", r->id);
		record_put_text(l, "name", "Consulting, on site");
		record_put_text(l, "quantity", "1.5");
		record_put_text(l, "unit_price", "812.40");
		record_put_text(l, "vat_rate", i % 3 ? "20" : "5.5");
		l->quiet = i + 1 < lines;
		must(store_insert(t, l, &err), &err);
	}
	must(txn_commit(&t, &err), &err);
	struct id id = r->id;
	arena_free(&a);
	return id;
}

/* What issuing comes to at the least: one transaction that reads the lines, takes a number and writes the row. */
static double bare_issue(struct core *c, const struct id *ids, int n)
{
	struct error err = {0};
	double began = now();
	must(db_exec(c->db, "CREATE TABLE bare (next INTEGER); INSERT INTO bare VALUES (1); CREATE TABLE bare_invoices (id BLOB, number INTEGER, document TEXT)", &err), &err);
	for (int i = 0; i < n; i++) {
		must(db_begin(c->db, &err), &err);
		int64_t sum = rows_int(c, 0, "SELECT sum(net_minor) FROM invoice_lines WHERE invoice_id = $1 AND deleted_at IS NULL", "d", &ids[i]);
		must(rows_run(c, &err, "UPDATE bare SET next = next + 1", ""), &err);
		must(rows_run(c, &err, "INSERT INTO bare_invoices VALUES ($1, $2, 'document')", "di", &ids[i], sum), &err);
		must(db_commit(c->db, &err), &err);
	}
	return now() - began;
}

int main(int argc, char **argv)
{
	struct core *c;
	struct id company;
	struct error err = {0};
	int n = argc > 2 ? atoi(argv[2]) : 10000, lines = argc > 3 ? atoi(argv[3]) : 10, printed = n < 500 ? n : 500;
	if (argc < 2)
		return 2;
	must(core_open(argv[1], DB_CREATE, &c, &err), &err);
	set_up(c, &company);
	struct id *ids = mem_array((size_t)n, sizeof *ids);
	double t0 = now();
	for (int i = 0; i < n; i++)
		ids[i] = draft(c, &company, lines);
	row("drafts made", n, now() - t0, 0);
	double bare = bare_issue(c, ids, n);
	row("bare: number, row, commit", n, bare, 0);
	t0 = now();
	for (int i = 0; i < n; i++)
		must(invoice_issue(c, &ids[i], &err), &err);
	row("issued", n, now() - t0, bare);
	t0 = now();
	for (int i = 0; i < n; i++) {
		struct arena *a = arena_new();
		struct record *p = record_new(a, model_entity(c->model, "payments"));
		record_put_id(p, "invoice", ids[i]);
		must(store_save(c, p, &err), &err);
		arena_free(&a);
	}
	row("paid by hand", n, now() - t0, 0);
	t0 = now();
	size_t bytes = 0;
	for (int i = 0; i < printed; i++) {
		struct arena *a = arena_new();
		struct buf b = {0};
		const char *name;
		must(billing_pdf(c, model_entity(c->model, "invoices"), &ids[i], a, &name, &b, &err), &err);
		bytes += b.len;
		buf_free(&b);
		arena_free(&a);
	}
	row("PDFs", printed, now() - t0, 0);
	(void)printf("%-44s %8zu bytes\n", "a PDF", bytes / (size_t)printed);
	struct arena *a = arena_new();
	struct series_check check;
	t0 = now();
	must(series_verify(c, a, &check, &err), &err);
	row(check.broken ? "verified: BROKEN" : "verified", (int)check.documents, now() - t0, 0);
	bool broken = check.broken != NULL;
	arena_free(&a);
	free(ids);
	core_close(&c);
	return broken;
}
