/* Who may do what: the permission matrix, walked on both engines; field access; guards of rights themselves. */
#include <stdio.h>
#include <string.h>

#include "core/crm/duplicates.h"
#include "core/crm/admin.h"
#include "core/crm/export.h"
#include "core/crm/merge.h"
#include "core/crm/query.h"
#include "core/crm/store.h"
#include "core/crm/undo.h"
#include "core/security/access.h"
#include "core/crm/rows.h"
#include "core/security/session.h"
#include "core/security/signin.h"
#include "core/security/twofactor.h"
#include "tests/unit/security_fixture.h"

static const char *const kinds[] = {"contacts", "companies", "deals", "activities"};
enum { KINDS = 4 };

/* A manager with two reps in one team, one rep elsewhere; each owns one record of each kind, numbered 1 to 4 in the order mine (Rita), team
 * mate's (Tom), the manager's (Max), a stranger's (Sam). */
struct cast {
	struct id rita, tom, max, sam, admin, reader;
};

static enum status set_field(struct core *c, const char *entity, const struct id *id, const char *field, const char *value, struct error *err)
{
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, entity));
	r->id = *id;
	r->num = 1;
	enum status st = record_set_input(c, r, field, value, err);
	if (st == ST_OK)
		st = store_save(c, r, err);
	arena_free(&a);
	return st;
}

static struct cast stage(struct core *c)
{
	struct error err = {0};
	struct cast k;
	(void)fixture_add(c, "teams", "name=North", NULL);
	(void)fixture_add(c, "teams", "name=South", NULL);
	k.rita = secure_user(c, "Rita", "rita@test.example", "rep");
	k.tom = secure_user(c, "Tom", "tom@test.example", "rep");
	k.max = secure_user(c, "Max", "max@test.example", "manager");
	k.sam = secure_user(c, "Sam", "sam@test.example", "rep");
	k.admin = secure_user(c, "Adam", "adam@test.example", "admin");
	k.reader = secure_user(c, "Rea", "rea@test.example", "read_only");
	MUST(set_field(c, "users", &k.rita, "team", "North", &err));
	MUST(set_field(c, "users", &k.tom, "team", "North", &err));
	MUST(set_field(c, "users", &k.sam, "team", "South", &err));
	MUST(set_field(c, "users", &k.rita, "manager", "Max", &err));
	MUST(set_field(c, "users", &k.tom, "manager", "Rita", &err)); /* below Max, by Rita */
	static const char *const owners[] = {"owner=Rita", "owner=Tom", "owner=Max", "owner=Sam"};
	for (int i = 0; i < 4; i++) {
		char name[40];
		(void)snprintf(name, sizeof name, "last_name=Person %d", i + 1);
		(void)fixture_add(c, "contacts", name, owners[i], NULL);
		(void)snprintf(name, sizeof name, "name=Company %d", i + 1);
		(void)fixture_add(c, "companies", name, owners[i], NULL);
		(void)snprintf(name, sizeof name, "title=Deal %d", i + 1);
		(void)fixture_add(c, "deals", name, "value=100", owners[i], NULL);
		(void)snprintf(name, sizeof name, "subject=Call %d", i + 1);
		(void)fixture_add(c, "activities", "type=call", name, owners[i], NULL);
	}
	return k;
}

/* For each person: which of the four rows they read, change, delete, export. */
static const struct {
	const char *who, *reads, *changes, *deletes, *exports;
} matrix[] = {
	{"rita", "1 2", "1", "1", ""},
	{"tom", "1 2", "2", "2", ""},
	{"sam", "4", "4", "4", ""},
	{"max", "1 2 3 4", "1 2 3", "1 2 3", "1 2 3"},
	{"admin", "1 2 3 4", "1 2 3 4", "1 2 3 4", "1 2 3 4"},
	{"reader", "1 2 3 4", "", "", ""},
};

static struct id person(const struct cast *k, const char *who)
{
	return strcmp(who, "rita") == 0 ? k->rita : strcmp(who, "tom") == 0 ? k->tom : strcmp(who, "max") == 0 ? k->max
	     : strcmp(who, "sam") == 0 ? k->sam : strcmp(who, "admin") == 0 ? k->admin : k->reader;
}

static bool holds(const char *list, int n)
{
	return memchr(list, '0' + n, strlen(list)) != NULL;
}

static const char *title_field(const char *kind)
{
	return strcmp(kind, "contacts") == 0 ? "job_title" : strcmp(kind, "companies") == 0 ? "industry" : strcmp(kind, "deals") == 0 ? "title" : "subject";
}

TEST_ENGINES(access_matrix_of_roles_actions_and_scopes)
{
	struct core *c = fixture_core(engine);
	struct cast k = stage(c);
	struct id owner = c->user;
	for (size_t m = 0; m < sizeof matrix / sizeof *matrix; m++)
		for (int i = 0; i < KINDS; i++) {
			const struct entity *e = model_entity(c->model, kinds[i]);
			act_as(c, person(&k, matrix[m].who));
			/* lists, counts, search */
			test_check_str(fixture_filter(c, kinds[i], "", "num"), matrix[m].reads, matrix[m].who, __FILE__, __LINE__);
			int64_t n = 0;
			struct query q = {.entity = e};
			struct error err = {0};
			MUST(query_count(c, &q, &n, &err));
			CHECK_INT(n, (int64_t)(strlen(matrix[m].reads) + 1) / 2);
			struct query out = {.entity = e, .action = ACT_EXPORT};
			MUST(query_count(c, &out, &n, &err));
			test_check(n == (int64_t)(strlen(matrix[m].exports) + 1) / 2, __FILE__, __LINE__, "%s exports %lld %s", matrix[m].who, (long long)n, kinds[i]);
			for (int row = 1; row <= 4; row++) {
				struct id id = id_of(c, kinds[i], row);
				struct arena *a = arena_new();
				struct record *r;
				struct history_line *lines;
				int count;
				bool reads = holds(matrix[m].reads, row), changes = holds(matrix[m].changes, row), deletes = holds(matrix[m].deletes, row);
				/* single rows, their history, by id and by reference */
				enum status want = reads ? ST_OK : ST_NOT_FOUND;
				test_check(store_load(c, e, &id, a, &r, &err) == want, __FILE__, __LINE__, "%s loads %s %d", matrix[m].who, kinds[i], row);
				test_check(history_of(c, e, &id, 10, a, &lines, &count, &err) == want, __FILE__, __LINE__, "%s: history of %s %d", matrix[m].who, kinds[i], row);
				struct id found;
				char ref[24];
				test_check(store_find(c, e, record_reference(e, row, ref), &found, &err) == want, __FILE__, __LINE__, "%s finds %s", matrix[m].who, ref);
				/* changes */
				enum status st = set_field(c, kinds[i], &id, title_field(kinds[i]), arena_printf(a, "By %s %d", matrix[m].who, row), &err);
				test_check(st == (changes ? ST_OK : reads ? ST_DENIED : ST_NOT_FOUND), __FILE__, __LINE__, "%s changes %s %d: %s", matrix[m].who, kinds[i], row,
					status_name(st));
				st = store_remove(c, e, &id, &err);
				test_check(st == (deletes ? ST_OK : reads ? ST_DENIED : ST_NOT_FOUND), __FILE__, __LINE__, "%s deletes %s %d: %s", matrix[m].who, kinds[i], row,
					status_name(st));
				if (st == ST_OK) {
					struct txn *t;
					act_as(c, owner);
					MUST(txn_begin(c, CHANGE_EDIT, NULL, &t, &err));
					MUST(txn_end(&t, store_restore(t, e, &id, &err), &err));
					act_as(c, person(&k, matrix[m].who));
				}
				arena_free(&a);
			}
		}
}

TEST_ENGINES(access_creates_and_hands_over)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct cast k = stage(c);
	act_as(c, k.rita);
	int64_t n = fixture_add(c, "contacts", "last_name=Mine", NULL);
	CHECK_STR(fixture_field(c, "contacts", n, "owner"), "Rita");
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "contacts"));
	record_put_text(r, "last_name", "Somebody else's");
	record_put_id(r, "owner", k.sam);
	CHECK(store_save(c, r, &err) == ST_DENIED);
	struct id mine = id_of(c, "contacts", n);
	MUST(set_field(c, "contacts", &mine, "owner", "Tom", &err)); /* handing over is allowed; then it is Tom's */
	CHECK(set_field(c, "contacts", &mine, "job_title", "Later", &err) == ST_DENIED);
	act_as(c, k.reader);
	r = record_new(a, model_entity(c->model, "contacts"));
	record_put_text(r, "last_name", "Reader's");
	CHECK(store_save(c, r, &err) == ST_DENIED);
	CHECK(strstr(err.message, "Read only") != NULL);
	arena_free(&a);
}

TEST_ENGINES(access_children_follow_their_record)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct cast k = stage(c);
	struct id sams = id_of(c, "contacts", 4), ritas = id_of(c, "contacts", 1);
	MUST(set_field(c, "contacts", &sams, "emails", "sam@secret.example", &err));
	MUST(set_field(c, "contacts", &sams, "city", "Secretville", &err));
	MUST(set_field(c, "contacts", &ritas, "emails", "rita@open.example", &err));
	act_as(c, k.rita);
	CHECK_STR(fixture_filter(c, "contact_emails", "", "num"), "2");
	CHECK_STR(fixture_filter(c, "addresses", "", "num"), "");
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "contact_emails"));
	record_put_id(r, "contact", sams);
	record_put_text(r, "address", "more@secret.example");
	CHECK(store_save(c, r, &err) != ST_OK);
	act_as(c, k.sam);
	CHECK_STR(fixture_filter(c, "addresses", "", "num"), "1");
	arena_free(&a);
}

TEST_ENGINES(access_search_and_totals_stay_in_scope)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct cast k = stage(c);
	struct arena *a = arena_new();
	struct hit hits[20];
	struct total *totals;
	int n;
	act_as(c, k.sam);
	CHECK_INT(search_all(c, "person", 20, a, hits), 1);
	CHECK_INT(search_all(c, "deal", 20, a, hits), 1);
	struct query q = {.entity = model_entity(c->model, "deals")};
	MUST(query_totals(c, &q, "value", a, &totals, &n, &err));
	CHECK_INT(n, 1);
	CHECK_INT(totals[0].minor, 10000);
	act_as(c, k.max);
	MUST(query_totals(c, &q, "value", a, &totals, &n, &err));
	CHECK_INT(totals[0].minor, 40000);
	arena_free(&a);
}

TEST_ENGINES(access_field_rules)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct cast k = stage(c);
	(void)fixture_add(c, "field_permissions", "role=Sales rep", "object=deals", "field=value", "access=none", NULL);
	(void)fixture_add(c, "field_permissions", "role=Sales rep", "object=deals", "field=title", "access=read", NULL);
	act_as(c, k.rita);
	struct id mine = id_of(c, "deals", 1);
	CHECK_STR(fixture_field(c, "deals", 1, "value"), "");
	CHECK_STR(fixture_field(c, "deals", 1, "title"), "Deal 1");
	CHECK(set_field(c, "deals", &mine, "title", "Other", &err) == ST_DENIED);
	CHECK_STR(err.field, "title");
	CHECK(set_field(c, "deals", &mine, "value", "5", &err) == ST_DENIED);
	CHECK(strncmp(fixture_filter(c, "deals", "value>1", NULL), "error:", 6) == 0);
	CHECK(strncmp(fixture_filter(c, "deals", "", "value"), "error:", 6) == 0);
	MUST(set_field(c, "deals", &mine, "next_step", "Call", &err));
	act_as(c, k.admin);
	CHECK_STR(fixture_field(c, "deals", 1, "value"), "100.00"); /* not lost by a change of somebody who does not see it */
	struct arena *a = arena_new();
	struct history_line *lines;
	int n, seen = 0;
	MUST(set_field(c, "deals", &mine, "value", "250", &err));
	act_as(c, k.rita);
	MUST(history_of(c, model_entity(c->model, "deals"), &mine, 50, a, &lines, &n, &err));
	for (int i = 0; i < n; i++)
		seen += lines[i].now && strstr(lines[i].now, "250") != NULL;
	CHECK_INT(seen, 0);
	CHECK(!access_reads_everything(c));
	arena_free(&a);
}

/* A hidden mail address: all ways to it are one. */
TEST_ENGINES(access_hidden_fields_of_children)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct cast k = stage(c);
	struct duplicate found[3];
	(void)fixture_add(c, "field_permissions", "role=Sales rep", "object=contacts", "field=email", "access=none", NULL);
	int64_t n = fixture_add(c, "contacts", "first_name=Hugo", "last_name=Hidden", "email=hugo@secret.example", "owner=Rita", NULL);
	struct id hugo = id_of(c, "contacts", n);
	const struct entity *e = model_entity(c->model, "contacts");
	MUST(set_field(c, "contacts", &hugo, "email", "hugo@kept.example", &err));
	act_as(c, k.rita);
	struct arena *a = arena_new();
	struct history_line *lines;
	struct id id;
	int count;
	CHECK_STR(fixture_field(c, "contacts", n, "email"), "");
	CHECK_STR(fixture_field(c, "contacts", n, "emails"), "");
	MUST(history_of(c, e, &hugo, 50, a, &lines, &count, &err));
	for (int i = 0; i < count; i++)
		CHECK(!(lines[i].now && strstr(lines[i].now, "kept.example")) && !(lines[i].old && strstr(lines[i].old, "secret.example")));
	CHECK(store_find(c, e, "hugo@kept.example", &id, &err) == ST_NOT_FOUND);
	struct record *r = record_new(a, e);
	record_put_text(r, "last_name", "Somebody");
	record_put_text(r, "email", "hugo@kept.example");
	CHECK_INT(duplicates_of(c, r, a, found, 3), 0);
	arena_free(&a);
}

/* An id that was overheard names nothing that one may not see. */
TEST_ENGINES(access_an_id_opens_nothing)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct cast k = stage(c);
	char text[ID_TEXT_SIZE];
	int64_t n = fixture_add(c, "contacts", "last_name=Elsewhere", NULL);
	struct id there = id_of(c, "contacts", n), id;
	act_as(c, k.rita);
	CHECK(store_find(c, model_entity(c->model, "contacts"), id_format(&there, text), &id, &err) == ST_NOT_FOUND);
}

TEST_ENGINES(access_rights_are_an_administrators)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct cast k = stage(c);
	struct id owner = c->user;
	act_as(c, k.rita);
	CHECK(set_field(c, "users", &k.rita, "role", "Administrator", &err) == ST_DENIED);
	CHECK(set_field(c, "users", &k.rita, "manager", "Sam", &err) == ST_DENIED);
	MUST(set_field(c, "users", &k.rita, "first_name", "Rita Maria", &err)); /* her own name */
	CHECK(set_field(c, "users", &k.tom, "first_name", "Tim", &err) == ST_DENIED);
	struct id line = id_of(c, "role_permissions", 1);
	CHECK(set_field(c, "role_permissions", &line, "scope", "all", &err) == ST_DENIED);
	CHECK(access_check_admin(c, &err) == ST_DENIED);
	act_as(c, k.admin);
	CHECK(set_field(c, "role_permissions", &line, "scope", "none", &err) == ST_DENIED); /* the owner's role */
	CHECK(set_field(c, "users", &k.rita, "role", "Owner", &err) == ST_DENIED);          /* owners are made by owners */
	MUST(set_field(c, "users", &k.rita, "role", "Manager", &err));
	CHECK(set_field(c, "users", &owner, "role", "Manager", &err) == ST_DENIED);
	act_as(c, owner);
	CHECK(set_field(c, "users", &owner, "role", "Manager", &err) == ST_CONFLICT); /* one owner remains */
	CHECK(set_field(c, "users", &owner, "status", "suspended", &err) == ST_CONFLICT);
	MUST(set_field(c, "users", &k.admin, "role", "Owner", &err));
	MUST(set_field(c, "users", &owner, "role", "Manager", &err));
	CHECK_STR(access_role_name(c), "Manager"); /* in force at once */
}

TEST_ENGINES(access_custom_roles)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct cast k = stage(c);
	(void)fixture_add(c, "roles", "name=Intern", NULL);
	(void)fixture_add(c, "role_permissions", "role=Intern", "object=*", "action=read", "scope=all", NULL);
	(void)fixture_add(c, "role_permissions", "role=Intern", "object=deals", "action=*", "scope=none", NULL);
	(void)fixture_add(c, "role_permissions", "role=Intern", "object=contacts", "action=update", "scope=team", NULL);
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "role_permissions"));
	MUST(record_set_input(c, r, "role", "Intern", &err));
	record_put_text(r, "object", "contactz");
	CHECK(store_save(c, r, &err) == ST_INVALID);
	MUST(set_field(c, "users", &k.rita, "role", "Intern", &err));
	act_as(c, k.rita);
	CHECK_STR(fixture_filter(c, "deals", "", NULL), "");
	CHECK_STR(fixture_filter(c, "contacts", "", "num"), "1 2 3 4");
	struct id toms = id_of(c, "contacts", 2), sams = id_of(c, "contacts", 4);
	MUST(set_field(c, "contacts", &toms, "job_title", "x", &err));
	CHECK(set_field(c, "contacts", &sams, "job_title", "x", &err) == ST_DENIED);
	arena_free(&a);
}

TEST_ENGINES(access_undo_merge_and_whole_database)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct cast k = stage(c);
	struct undo_report rep;
	struct id a1 = id_of(c, "contacts", 1), a4 = id_of(c, "contacts", 4);
	act_as(c, k.sam);
	MUST(set_field(c, "contacts", &a4, "job_title", "Sam was here", &err));
	act_as(c, k.rita);
	CHECK(undo_set(c, 5, CHANGE_UNDO, &rep, &err) == ST_DENIED);
	CHECK(undo_last(c, &rep, &err) == ST_NOT_FOUND); /* nothing of hers */
	CHECK(merge_records(c, model_entity(c->model, "contacts"), &a1, &a4, &err) != ST_OK);
	CHECK(admin_backup(c, "/nonexistent/file", false, &err) == ST_DENIED);
	struct change_set *sets;
	struct arena *a = arena_new();
	int n;
	MUST(changes_recent(c, 0, 100, a, &sets, &n, &err));
	CHECK_INT(n, 0);
	arena_free(&a);
}

TEST_ENGINES(access_sec35_api_keys_narrow_and_end)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	char key[TOKEN_SIZE], other[TOKEN_SIZE];
	int64_t num, num2;
	secure_owner(c);
	(void)fixture_add(c, "contacts", "last_name=One", NULL);
	(void)fixture_add(c, "deals", "title=Two", NULL);
	CHECK(key_make(c, "x", "contacts:fly", "", 30, key, &num, &err) == ST_INVALID);
	CHECK(key_make(c, "x", "*:read", "", 366, key, &num, &err) == ST_INVALID);
	CHECK(key_make(c, "x", "*:read", "10.0.0", 30, key, &num, &err) == ST_INVALID);
	CHECK(key_make(c, " ", "*:read", "", 30, key, &num, &err) == ST_INVALID);
	MUST(key_make(c, "report", "contacts:read", "", 30, key, &num, &err));
	MUST(key_make(c, "office", "*:*", "10.1.0.0/16, 2001:db8::/32", 30, other, &num2, &err));
	CHECK(strstr(peek(c, "SELECT hint FROM api_keys"), key + 10) == NULL);
	struct core *d = second_core(engine);
	MUST(session_api_key(d, key, &err));
	CHECK_STR(fixture_filter(d, "contacts", "", NULL), "1");
	CHECK_STR(fixture_filter(d, "deals", "", NULL), "");
	struct id one = id_of(d, "contacts", 1);
	CHECK(set_field(d, "contacts", &one, "job_title", "x", &err) == ST_DENIED);
	CHECK(access_check_admin(d, &err) == ST_DENIED);
	CHECK(session_api_key(d, other, &err) == ST_DENIED); /* not from here */
	(void)snprintf(d->address, sizeof d->address, "10.1.200.3");
	MUST(session_api_key(d, other, &err));
	CHECK(access_is_admin(d));
	(void)snprintf(d->address, sizeof d->address, "2001:db8::1");
	MUST(session_api_key(d, other, &err));
	CHECK_STR(peek(c, "SELECT used_address FROM api_keys WHERE num = 2"), "2001:db8::1");
	MUST(key_revoke(c, num, &err));
	CHECK(session_api_key(d, key, &err) == ST_DENIED);
	other[10] = other[10] == 'a' ? 'b' : 'a';
	CHECK(session_api_key(d, other, &err) == ST_DENIED);
	CHECK_STR(peek(c, "SELECT count(*) FROM security_events WHERE type = 'key_refused'"), "2");
	core_close(&d);
}

/* PostgreSQL's own belt: a role that is no superuser sees the organization named, and nothing without one. */
TEST(access_sec40_row_security_of_postgres)
{
	struct core *c = fixture_core(DB_POSTGRES);
	struct error err = {0};
	char sql[400], schema[80];
	(void)fixture_add(c, "contacts", "last_name=Visible", "emails=v@test.example", NULL);
	(void)snprintf(schema, sizeof schema, "%s", peek(c, "SELECT current_schema()"));
	(void)snprintf(sql, sizeof sql, "CREATE ROLE \"plain_%s\" NOLOGIN", schema);
	MUST(db_exec(c->db, sql, &err));
	(void)snprintf(sql, sizeof sql, "GRANT \"plain_%s\" TO CURRENT_USER", schema);
	MUST(db_exec(c->db, sql, &err));
	(void)snprintf(sql, sizeof sql, "GRANT USAGE ON SCHEMA \"%s\" TO \"plain_%s\"", schema, schema);
	MUST(db_exec(c->db, sql, &err));
	(void)snprintf(sql, sizeof sql, "GRANT ALL ON ALL TABLES IN SCHEMA \"%s\" TO \"plain_%s\"", schema, schema);
	MUST(db_exec(c->db, sql, &err));
	(void)snprintf(sql, sizeof sql, "SET ROLE \"plain_%s\"", schema);
	MUST(db_exec(c->db, sql, &err));
	static const char *const tables[] = {"contacts", "contact_emails", "users", "change_sets", "changes", "audit_log", "roles", "settings"};
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		(void)snprintf(sql, sizeof sql, "SELECT CASE WHEN count(*) > 0 THEN 'some' ELSE 'nothing' END FROM %s", tables[i]);
		if (strcmp(tables[i], "settings") != 0)
			CHECK_STR(peek(c, sql), "some");
	}
	struct id other = id_new(), own = c->org;
	c->org = other;
	MUST(core_use_organization(c, &err));
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		(void)snprintf(sql, sizeof sql, "SELECT CASE WHEN count(*) > 0 THEN 'some' ELSE 'nothing' END FROM %s WHERE %s", tables[i],
			strcmp(tables[i], "settings") == 0 ? "org_id IS NOT NULL" : "1 = 1");
		CHECK_STR(peek(c, sql), "nothing");
	}
	/* nor may it write into another organization */
	(void)snprintf(sql, sizeof sql, "INSERT INTO tags (id, org_id, created_at, updated_at, version, name, sort_key) VALUES ($1, $2, 0, 0, 1, 'x', 'x')");
	CHECK(rows_run(c, &err, sql, "dd", &other, &own) != ST_OK);
	c->org = own;
	MUST(db_exec(c->db, "SET simplix.org = ''", &err));
	CHECK_STR(peek(c, "SELECT count(*) FROM contacts"), "0");
	MUST(db_exec(c->db, "RESET ROLE", &err));
	(void)snprintf(sql, sizeof sql, "DROP OWNED BY \"plain_%s\"", schema);
	MUST(db_exec(c->db, sql, &err));
	(void)snprintf(sql, sizeof sql, "DROP ROLE \"plain_%s\"", schema);
	MUST(db_exec(c->db, sql, &err));
	MUST(core_use_organization(c, &err));
}

TEST_ENGINES(access_sec35_a_key_is_no_person)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct twofactor_setup s;
	struct session_row *sessions;
	struct key_row *keys;
	char key[TOKEN_SIZE], other[TOKEN_SIZE], token[TOKEN_SIZE];
	int64_t num, ended;
	int n;
	secure_owner(c);
	MUST(key_make(c, "all", "*:*", "", 30, key, &num, &err));
	struct core *d = second_core(engine);
	MUST(session_api_key(d, key, &err));
	CHECK(key_make(d, "wider", "*:*", "", 365, other, &num, &err) == ST_DENIED);
	CHECK(key_revoke(d, 1, &err) == ST_DENIED);
	CHECK(keys_list(d, false, 10, a, &keys, &n, &err) == ST_DENIED);
	CHECK(sessions_list(d, false, 10, a, &sessions, &n, &err) == ST_DENIED);
	CHECK(session_revoke(d, 1, &err) == ST_DENIED);
	CHECK(session_revoke_others(d, &ended, &err) == ST_DENIED);
	CHECK(twofactor_begin(d, NULL, NULL, a, &s, &err) == ST_DENIED);
	CHECK(twofactor_activate(d, "000000", &err) == ST_DENIED);
	CHECK(twofactor_disable(d, GOOD_PASSWORD, "000000", &err) == ST_DENIED);
	CHECK(signin_set_password(d, GOOD_PASSWORD, "a new and longer phrase", token, &err) == ST_DENIED);
	CHECK(signin_invite_address(d, "eve@test.example", NULL, NULL, "Administrator", token, &err) == ST_DENIED);
	CHECK_STR(peek(c, "SELECT count(*) FROM api_keys"), "1");
	core_close(&d);
	arena_free(&a);
}

TEST_ENGINES(access_nobody_rises_by_an_address_or_an_invitation)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct cast k = stage(c);
	struct id owner = c->user;
	char token[TOKEN_SIZE];
	secure_owner(c);
	act_as(c, k.rita);
	CHECK(set_field(c, "users", &k.rita, "email", "boss@test.example", &err) == ST_DENIED);
	act_as(c, owner);
	CHECK(set_field(c, "users", &k.rita, "email", "ADA@test.example", &err) == ST_CONFLICT); /* one address, one user */
	CHECK(signin_invite_address(c, "rita@test.example", NULL, NULL, "Administrator", token, &err) == ST_CONFLICT);
	CHECK_STR(peek(c, "SELECT r.role_key FROM users u JOIN roles r ON r.id = u.role_id WHERE u.email = 'rita@test.example'"), "rep");
	MUST(signin_invite_address(c, "rita@test.example", NULL, NULL, NULL, token, &err)); /* lost password: no role named */
	act_as(c, k.admin);
	CHECK(signin_invite_address(c, "ada@test.example", NULL, NULL, NULL, token, &err) == ST_DENIED); /* only owners invite owners */
	MUST(signin_invite_address(c, "new@test.example", NULL, NULL, "Manager", token, &err));
}

TEST_ENGINES(access_shared_views_and_parents)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct cast k = stage(c);
	struct id ritas = id_of(c, "contacts", 1), sams = id_of(c, "contacts", 4), shared = id_of(c, "saved_views", 1);
	MUST(set_field(c, "contacts", &ritas, "emails", "rita@open.example", &err));
	act_as(c, k.rita);
	CHECK(store_remove(c, model_entity(c->model, "saved_views"), &shared, &err) == ST_DENIED);
	int64_t own = fixture_add(c, "saved_views", "name=Mine", "object=contacts", "filter=owner:me", NULL);
	struct id mine = id_of(c, "saved_views", own), email = id_of(c, "contact_emails", 1);
	MUST(store_remove(c, model_entity(c->model, "saved_views"), &mine, &err));
	/* what hangs on her record does not move to somebody else's */
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "contact_emails"));
	r->id = email;
	r->num = 1;
	record_put_id(r, "contact", sams);
	enum status st = store_save(c, r, &err);
	test_check(st == ST_DENIED || st == ST_NOT_FOUND, __FILE__, __LINE__, "moved: %s", status_name(st));
	arena_free(&a);
}

TEST_ENGINES(access_the_doctor_counts_what_one_sees)
{
	struct core *c = fixture_core(engine);
	struct cast k = stage(c);
	struct check checks[16];
	struct arena *a = arena_new();
	act_as(c, k.sam);
	int n = admin_checks(c, a, checks, 16), seen = 0;
	for (int i = 0; i < n; i++)
		if (strcmp(checks[i].name, "Contacts") == 0)
			seen = strcmp(checks[i].found, "1") == 0;
	CHECK(seen);
	arena_free(&a);
}
