/* Generates the base that the benchmarks run on.
 *
 *     generate DATABASE [companies contacts deals activities]
 *
 * Rows are written below the door, straight into the tables, since the door's own speed is measured elsewhere; what the door
 * derives (folded keys, word indexes, last touch) is derived by the same functions here. */
#include "tests/bench/generate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/crm/pipeline.h"
#include "core/crm/schema.h"
#include "data/db.h"

static const char *const firsts[] = {"Amélie", "Bruno", "Chen", "Daria", "Émile", "Fatou", "Göran", "Hana", "Ivan", "Julie", "Karim",
	"Léa", "Marco", "Nadia", "Olivier", "Paula", "Quentin", "Rosa", "Stefan", "Tania", "Ulrich", "Vera", "William", "Xavier", "Yasmine",
	"Zoé", "Alice", "Ben", "Claire", "David", "Elena", "Frank", "Grace", "Hugo", "Inès", "Jack", "Kim", "Louis", "Marie", "Noah"};
static const char *const syllables[] = {"ba", "be", "bo", "ca", "chi", "co", "da", "de", "do", "du", "fa", "fe", "fi", "ga", "go", "gri",
	"ha", "he", "jo", "ka", "ke", "ko", "la", "le", "li", "lo", "ma", "me", "mi", "mo", "na", "ne", "ni", "no", "pa", "pe", "pi", "po",
	"ra", "re", "ri", "ro", "sa", "se", "si", "so", "ta", "te", "ti", "to", "va", "ve", "vi", "za"};
static const char *const titles[] = {"CEO", "CFO", "CTO", "Head of Operations", "Purchasing manager", "Sales director", "Buyer",
	"Office manager", "Directeur général", "Responsable achats", "Engineer", "Consultant"};
static const char *const industries[] = {"Software", "Retail", "Logistics", "Energy", "Health care", "Manufacturing", "Finance"};
static const char *const stages[] = {"subscriber", "lead", "mql", "sql", "opportunity", "customer"};
static const char *const forms[] = {"SA", "SARL", "GmbH", "Ltd", "Inc", "AG"};

static uint64_t state = 88172645463325252u;

static uint32_t pick(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 33) % n;
}

#define PICK(list) list[pick(sizeof(list) / sizeof *(list))]

static char *surname(struct arena *a)
{
	char *s = arena_printf(a, "%s%s%s", PICK(syllables), PICK(syllables), pick(3) ? PICK(syllables) : "");
	s[0] = (char)(s[0] - 32);
	return s;
}

static struct id make_id(char kind, int64_t n)
{
	struct id id = {{0x01, 0x90, 0, 0, 0, 0, 0x70}};
	id.b[8] = 0x80;
	id.b[9] = (uint8_t)kind;
	for (int i = 0; i < 6; i++)
		id.b[15 - i] = (uint8_t)(n >> (8 * i));
	id.b[2] = (uint8_t)(n >> 16);
	id.b[3] = (uint8_t)(n >> 8);
	id.b[4] = (uint8_t)n;
	return id;
}

struct load {
	struct core *core;
	struct arena *arena;
	struct db_stmt *s;
	int next;
	int64_t now;
};

static enum status start_row(struct load *l, const char *sql, struct error *err)
{
	l->next = 1;
	return db_prepare(l->core->db, sql, &l->s, err);
}

static void text(struct load *l, const char *v)
{
	db_bind_text(l->s, l->next++, v);
}

static void integer(struct load *l, int64_t v)
{
	db_bind_int(l->s, l->next++, v);
}

static void id(struct load *l, struct id v)
{
	db_bind_id(l->s, l->next++, &v);
}

static void meta(struct load *l, char kind, int64_t n)
{
	id(l, make_id(kind, n));
	id(l, l->core->org);
	integer(l, l->now - (int64_t)pick(700) * CLOCK_DAY);
	integer(l, l->now);
}

#define META "id, org_id, created_at, updated_at, version"
#define META_MARKS "$1, $2, $3, $4, 1"

static enum status words(struct load *l, const char *table, int64_t num, const char *a, const char *b, const char *c, struct error *err)
{
	struct buf w = {0};
	text_tokens_to(&w, a);
	buf_putc(&w, ' ');
	text_tokens_to(&w, b);
	buf_putc(&w, ' ');
	text_tokens_to(&w, c);
	enum status st = db_search_put(l->core->db, table, num, buf_str(&w), err);
	buf_free(&w);
	return st;
}

static enum status company(struct load *l, int64_t n, char **names, struct error *err)
{
	char *name = arena_printf(l->arena, "%s %s %s", surname(l->arena), surname(l->arena), PICK(forms));
	names[n] = mem_strdup(name);
	enum status st = start_row(l,
		"INSERT INTO companies (" META ", name, sort_key, domain, industry, type, employees, owner_id) VALUES (" META_MARKS
		", $5, $6, $7, $8, $9, $10, $11)",
		err);
	if (st != ST_OK)
		return st;
	meta(l, 'o', n);
	text(l, name);
	text(l, text_sort_key(l->arena, name));
	const char *domain = arena_printf(l->arena, "c%lld.example", (long long)n);
	text(l, domain);
	text(l, PICK(industries));
	text(l, pick(3) ? "prospect" : "customer");
	integer(l, 1 + pick(5000));
	id(l, l->core->user);
	st = db_run(l->s, err);
	return st == ST_OK ? words(l, "companies", n + 1, name, domain, "", err) : st;
}

static enum status contact_child(struct load *l, const char *sql, char kind, int64_t n, const char *raw, const char *norm, struct error *err)
{
	enum status st = start_row(l, sql, err);
	if (st != ST_OK)
		return st;
	meta(l, kind, n);
	id(l, make_id('c', n));
	text(l, raw);
	text(l, norm);
	return db_run(l->s, err);
}

static enum status contact(struct load *l, int64_t n, int64_t companies, char *const *names, struct error *err)
{
	const char *first = PICK(firsts), *last = surname(l->arena);
	int64_t firm = pick((uint32_t)companies);
	char *full = arena_printf(l->arena, "%s %s", first, last);
	const char *mail = arena_printf(l->arena, "%s.%s%lld@c%lld.example", text_fold(l->arena, first), text_fold(l->arena, last),
		(long long)n, (long long)firm);
	enum status st = start_row(l,
		"INSERT INTO contacts (" META ", first_name, last_name, full_name, sort_key, job_title, company_id, owner_id, "
		"lifecycle_stage, last_contacted_at, do_not_call, do_not_email) VALUES (" META_MARKS
		", $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0)",
		err);
	if (st != ST_OK)
		return st;
	meta(l, 'c', n);
	text(l, first);
	text(l, last);
	text(l, full);
	text(l, text_sort_key(l->arena, arena_printf(l->arena, "%s %s", last, first)));
	text(l, PICK(titles));
	id(l, make_id('o', firm));
	id(l, l->core->user);
	text(l, PICK(stages));
	integer(l, l->now - (int64_t)pick(400) * CLOCK_DAY);
	if ((st = db_run(l->s, err)) == ST_OK)
		st = contact_child(l,
			"INSERT INTO contact_emails (" META ", contact_id, address, address_norm, is_primary, status, position) VALUES ("
			META_MARKS ", $5, $6, $7, 1, 'unknown', 0)",
			'e', n, mail, mail, err);
	if (st == ST_OK && pick(2)) {
		const char *digits = arena_printf(l->arena, "336%08u", pick(100000000));
		st = contact_child(l,
			"INSERT INTO contact_phones (" META ", contact_id, raw, digits, is_primary, position) VALUES (" META_MARKS
			", $5, $6, $7, 1, 0)",
			'p', n, arena_printf(l->arena, "+%s", digits), digits, err);
	}
	return st == ST_OK ? words(l, "contacts", n + 1, full, names[firm], mail, err) : st;
}

static enum status deal(struct load *l, int64_t n, const struct generate_sizes *sizes, const struct pipeline *p, struct error *err)
{
	const struct stage *stage = &p->stages[pick((uint32_t)p->n_stages)];
	char *title = arena_printf(l->arena, "%s %s", surname(l->arena), pick(2) ? "renewal" : "project");
	char date[16];
	enum status st = start_row(l,
		"INSERT INTO deals (" META ", title, sort_key, company_id, primary_contact_id, owner_id, pipeline_id, stage_id, status, "
		"value_minor, currency, expected_close_date, stage_entered_at) VALUES (" META_MARKS
		", $5, $6, $7, $8, $9, $10, $11, $12, $13, 'EUR', $14, $15)",
		err);
	if (st != ST_OK)
		return st;
	meta(l, 'd', n);
	text(l, title);
	text(l, text_sort_key(l->arena, title));
	id(l, make_id('o', pick((uint32_t)sizes->companies)));
	id(l, make_id('c', pick((uint32_t)sizes->contacts)));
	id(l, l->core->user);
	id(l, p->id);
	id(l, stage->id);
	text(l, stage->type);
	integer(l, (int64_t)pick(200000) * 100);
	text(l, clock_format_date(l->now / CLOCK_DAY + (int64_t)pick(180) - 60, date));
	integer(l, l->now - (int64_t)pick(90) * CLOCK_DAY);
	st = db_run(l->s, err);
	return st == ST_OK ? words(l, "deals", n + 1, title, "", "", err) : st;
}

static enum status activity(struct load *l, int64_t n, const struct generate_sizes *sizes, struct error *err)
{
	static const char *const types[] = {"call", "email", "meeting", "note", "task"};
	bool planned = pick(20) == 0;
	int64_t when = l->now - (int64_t)pick(700) * CLOCK_DAY;
	char *subject = arena_printf(l->arena, "%s about %s", pick(2) ? "Talk" : "Follow up", surname(l->arena));
	enum status st = start_row(l,
		"INSERT INTO activities (" META ", type, subject, contact_id, deal_id, status, due_at, completed_at, owner_id, priority) "
		"VALUES (" META_MARKS ", $5, $6, $7, $8, $9, $10, $11, $12, 'normal')",
		err);
	if (st != ST_OK)
		return st;
	meta(l, 'a', n);
	text(l, PICK(types));
	text(l, subject);
	id(l, make_id('c', pick((uint32_t)sizes->contacts)));
	id(l, pick(3) ? (struct id){{0}} : make_id('d', pick((uint32_t)sizes->deals)));
	text(l, planned ? "planned" : "done");
	integer(l, planned ? l->now + ((int64_t)pick(60) - 10) * CLOCK_DAY : when);
	if (planned)
		db_bind_null(l->s, l->next++);
	else
		integer(l, when);
	id(l, l->core->user);
	st = db_run(l->s, err);
	return st == ST_OK ? words(l, "activities", n + 1, subject, "", "", err) : st;
}

enum status generate_base(struct core *c, const struct generate_sizes *n, struct error *err)
{
	static const char *const tables[] = {"companies", "contacts", "contact_emails", "contact_phones", "deals", "activities"};
	struct load l = {.core = c, .arena = arena_new(), .now = INT64_C(1790000000000)};
	struct arena *keep = arena_new();
	struct pipeline *p;
	int n_pipelines;
	char **names = mem_array((size_t)n->companies, sizeof *names);
	enum status st = pipelines_load(c, keep, &p, &n_pipelines, err);
	db_bulk(c->db, true);
	if (st == ST_OK)
		st = db_begin(c->db, err);
	for (size_t i = 0; st == ST_OK && i < sizeof tables / sizeof *tables; i++)
		st = schema_drop_indexes(c->db, model_entity(c->model, tables[i]), err);
#define EACH(count, call)                                                                                              \
	for (int64_t i = 0; st == ST_OK && i < (count); i++) {                                                         \
		st = call;                                                                                             \
		arena_reset(l.arena);                                                                                  \
	}
	EACH(n->companies, company(&l, i, names, err))
	EACH(n->contacts, contact(&l, i, n->companies, names, err))
	EACH(n->deals, deal(&l, i, n, &p[0], err))
	EACH(n->activities, activity(&l, i, n, err))
	for (size_t i = 0; st == ST_OK && i < sizeof tables / sizeof *tables; i++)
		st = schema_create_indexes(c->db, model_entity(c->model, tables[i]), err);
	if (st == ST_OK)
		st = db_commit(c->db, err);
	else
		db_rollback(c->db);
	if (st == ST_OK)
		st = db_exec(c->db, "ANALYZE", err);
	db_bulk(c->db, false);
	for (int64_t i = 0; i < n->companies; i++)
		free(names[i]);
	free(names);
	arena_free(&keep);
	arena_free(&l.arena);
	return st;
}

#ifndef GENERATE_LIBRARY
int main(int argc, char **argv)
{
	struct error err = {0};
	struct core *c;
	struct generate_sizes n = {200000, 1000000, 300000, 3000000};
	if (argc < 2) {
		(void)fprintf(stderr, "usage: generate DATABASE [companies contacts deals activities]\n");
		return 2;
	}
	if (argc >= 6)
		n = (struct generate_sizes){atoll(argv[2]), atoll(argv[3]), atoll(argv[4]), atoll(argv[5])};
	struct core_setup s = {"Bench", "Ada", "Owner", "ada@bench.example", "EUR", "FR"};
	if (core_open(argv[1], DB_CREATE, &c, &err) != ST_OK || core_set_up(c, &s, &err) != ST_OK || generate_base(c, &n, &err) != ST_OK) {
		(void)fprintf(stderr, "generate: %s\n", err.message);
		return 1;
	}
	core_close(&c);
	return 0;
}
#endif
