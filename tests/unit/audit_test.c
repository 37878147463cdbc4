/* The audit trail: any edit, deletion, reordering and truncation is found (SEC-47); a person can be erased while it verifies (SEC-23). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/crm/store.h"
#include "core/security/access.h"
#include "core/security/audit.h"
#include "core/security/audit_chain.h"
#include "core/security/erase.h"
#include "core/security/events.h"
#include "core/crm/rows.h"
#include "tests/unit/security_fixture.h"

/* A book with a few entries of each kind, signed. */
static struct core *book(enum db_engine engine)
{
	struct error err = {0};
	struct core *c = fixture_core(engine);
	(void)fixture_add(c, "companies", "name=ACME", NULL);
	int64_t n = fixture_add(c, "contacts", "first_name=Amélie", "last_name=Durand", "emails=amelie@acme.example", "company=ACME", NULL);
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "contacts"));
	r->id = id_of(c, "contacts", n);
	r->num = n;
	record_put_text(r, "job_title", "Buyer of very particular things");
	MUST(store_save(c, r, &err));
	MUST(event_add(c, SEV_EXPORT_MADE, NULL, "contacts", &err));
	struct login_attempt l = {.email = "ada@test.example", .user = c->user, .ok = true, .method = "password", .reason = ""};
	MUST(login_record(c, &l, &err));
	MUST(audit_checkpoint(c, &err));
	arena_free(&a);
	return c;
}

static struct audit_verdict verdict(struct core *c, struct arena *a)
{
	struct error err = {0};
	struct audit_verdict v = {0};
	MUST(audit_verify(c, a, &v, &err));
	return v;
}

TEST_ENGINES(audit_sec47_a_whole_trail_verifies)
{
	struct core *c = book(engine);
	struct arena *a = arena_new();
	struct audit_verdict v = verdict(c, a);
	CHECK(v.good);
	CHECK_INT(v.entries, 6);
	CHECK_INT(v.checkpoints, 1);
	CHECK(strlen(v.public_keys) == 44);
	arena_free(&a);
}

/* Every way to tamper, each undone before the next by a savepoint that rolls back. */
TEST_ENGINES(audit_sec47_every_tampering_is_found)
{
	static const struct {
		const char *sql;
		int64_t at; /* the first bad entry; 0: named otherwise */
	} forgeries[] = {
		{"UPDATE audit_log SET at = at + 1 WHERE seq = 3", 3},
		{"UPDATE audit_log SET ref = ref + 1 WHERE seq = 2", 2},
		{"UPDATE audit_log SET kind = 'event' WHERE seq = 2", 2},
		{"UPDATE audit_log SET device = device + 1 WHERE seq = 4", 4},
		{"DELETE FROM audit_log WHERE seq = 3", 3},
		{"DELETE FROM audit_log WHERE seq = 1", 1},
		{"DELETE FROM audit_log WHERE seq = 6", 6},
		{"DELETE FROM audit_log WHERE seq >= 4", 4},
		{"UPDATE audit_log SET seq = CASE seq WHEN 2 THEN 103 WHEN 3 THEN 102 ELSE seq END WHERE seq IN (2, 3)", 2},
		{"UPDATE change_sets SET at = at - 86400000 WHERE num = 2", 2},
		{"UPDATE change_sets SET label = 'Edit somebody else' WHERE num = 3", 3},
		{"UPDATE change_sets SET user_id = NULL WHERE num = 3", 3},
		{"DELETE FROM change_sets WHERE num = 4", 4},
		{"UPDATE changes SET diff = '{\"job_title\":[null,\"Nothing\"]}' WHERE diff IS NOT NULL AND set_num = 4", 4},
		{"UPDATE changes SET op = 'd' WHERE set_num = 4", 4},
		{"UPDATE changes SET subject_id = record_id, entity = 'deals' WHERE set_num = 4", 4},
		{"UPDATE changes SET diff = NULL, salt = NULL WHERE set_num = 4", 4},
		{"DELETE FROM changes WHERE set_num = 4", 4},
		{"UPDATE security_events SET detail = 'nothing'", 5},
		{"UPDATE security_events SET severity = 'info', type = 'key_made'", 5},
		{"DELETE FROM security_events", 5},
		{"UPDATE login_history SET ok = 0", 6},
		{"UPDATE login_history SET address = '10.0.0.1'", 6},
		{"DELETE FROM login_history", 6},
		{"INSERT INTO security_events (org_id, at, type, severity, detail, client, address) SELECT org_id, at, type, severity, 'forged', client, address FROM "
		 "security_events", 0},
		{"INSERT INTO change_sets (org_id, at, device, kind, label, first_seq) SELECT org_id, at, device, kind, 'forged', first_seq FROM change_sets WHERE num "
		 "= 3", 0},
		{"INSERT INTO security_events (num, org_id, at, type, severity, detail, client, address) SELECT 0, org_id, at, type, severity, 'forged', client, "
		 "address FROM security_events", 0},
		{"INSERT INTO login_history (num, org_id, at, email, ok, method, reason, client, device, address) SELECT 0, org_id, at, email, ok, method, reason, "
		 "client, device, address FROM login_history", 0},
		{"INSERT INTO change_sets (num, org_id, at, device, kind, label, first_seq) SELECT 0, org_id, at, device, kind, 'forged', first_seq FROM change_sets "
		 "WHERE num = 3", 0},
		{"INSERT INTO changes (set_num, entity, record_id, subject_id, op, diff) SELECT set_num, entity, record_id, subject_id, 'u', '{\"job_title\":[\"Honest\",\"Forged\"]}' FROM "
		 "changes WHERE entity = 'contacts'", 0},
		{"UPDATE audit_checkpoints SET seq = 5", 5},
		{"UPDATE audit_heads SET seq = 5", 0},
	};
	struct core *c = book(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
		MUST(db_begin(c->db, &err));
		MUST(rows_run(c, &err, forgeries[i].sql, ""));
		struct audit_verdict v = {.good = true};
		enum status st = audit_verify(c, a, &v, &err);
		test_check(st == ST_OK && !v.good, __FILE__, __LINE__, "%s: %s", forgeries[i].sql, st == ST_OK ? "not found" : err.message);
		if (forgeries[i].at)
			test_check(v.bad_seq == forgeries[i].at, __FILE__, __LINE__, "%s: entry %lld named (%s)", forgeries[i].sql, (long long)v.bad_seq, v.why);
		test_check(v.why && *v.why, __FILE__, __LINE__, "%s: no reason", forgeries[i].sql);
		db_rollback(c->db);
		CHECK(verdict(c, a).good);
	}
	arena_free(&a);
}

/* Cutting the end off together with its checkpoints, and mending the head: what this device noted beside its key file tells. */
TEST(audit_sec47_a_cut_that_hides_itself_is_found)
{
	struct core *c = book(DB_SQLITE);
	struct error err = {0};
	struct arena *a = arena_new();
	MUST(rows_run(c, &err, "DELETE FROM login_history", ""));
	MUST(rows_run(c, &err, "DELETE FROM audit_log WHERE seq = 6", ""));
	MUST(rows_run(c, &err, "DELETE FROM audit_checkpoints", ""));
	MUST(rows_run(c, &err, "UPDATE audit_heads SET seq = 5, hash = (SELECT hash FROM audit_log WHERE seq = 5)", ""));
	struct audit_verdict v = verdict(c, a);
	CHECK(!v.good);
	CHECK_INT(v.bad_seq, 6);
	arena_free(&a);
}

/* Any single bit of any stored byte of the trail itself. */
TEST(audit_sec47_property_any_flipped_bit_is_found)
{
	static const char *const columns[] = {"digest", "hash"};
	struct core *c = book(DB_SQLITE);
	struct error err = {0};
	struct arena *a = arena_new();
	srand(47);
	for (int i = 0; i < 200; i++) {
		struct db_stmt *s;
		bool row;
		uint8_t bytes[SHA256_BYTES];
		int64_t seq = 1 + rand() % 6;
		const char *column = columns[rand() % 2];
		int bit = rand() % (SHA256_BYTES * 8);
		MUST(db_begin(c->db, &err));
		MUST(rows_first(c, &s, &row, &err, arena_printf(a, "SELECT %s FROM audit_log WHERE seq = $1", column), "i", seq));
		memcpy(bytes, db_blob(s, 0), sizeof bytes);
		db_done(s);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		MUST(rows_run(c, &err, arena_printf(a, "UPDATE audit_log SET %s = $1 WHERE seq = $2", column), "bi", bytes, sizeof bytes, seq));
		struct audit_verdict v = {.good = true};
		MUST(audit_verify(c, a, &v, &err));
		test_check(!v.good && v.bad_seq == seq, __FILE__, __LINE__, "%s of entry %lld, bit %d: entry %lld named", column, (long long)seq, bit,
			(long long)v.bad_seq);
		db_rollback(c->db);
	}
	arena_free(&a);
}

/* Signed again from one end to the other, but by a stranger: nothing in the file contradicts it, the device's own key does. */
TEST_ENGINES(audit_sec47_a_strangers_signature_is_found)
{
	struct core *c = book(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	uint8_t seed[ED25519_SEED_BYTES] = {7}, key[ED25519_PUBLIC_BYTES], signature[ED25519_SIGNATURE_BYTES], hash[SHA256_BYTES];
	struct buf message = {0};
	struct db_stmt *s;
	bool row;
	MUST(rows_first(c, &s, &row, &err, "SELECT hash FROM audit_checkpoints", ""));
	memcpy(hash, db_blob(s, 0), sizeof hash);
	db_done(s);
	chain_checkpoint_message(&message, &c->org, 6, hash);
	ed25519_public(seed, key);
	ed25519_sign(seed, message.data, message.len, signature);
	buf_free(&message);
	MUST(rows_run(c, &err, "UPDATE audit_checkpoints SET public_key = $1, signature = $2", "bb", key, sizeof key, signature, sizeof signature));
	struct audit_verdict v = verdict(c, a);
	CHECK(!v.good);
	CHECK(v.why && strstr(v.why, "this device's key"));
	arena_free(&a);
}

TEST_ENGINES(audit_sec47_a_third_party_verifies_the_export)
{
	struct core *c = book(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct audit_verdict v;
	int64_t lines;
	FILE *f = tmpfile();
	MUST(audit_export(c, f, &lines, &err));
	CHECK_INT(lines, 7);
	rewind(f);
	MUST(audit_verify_file(f, NULL, a, &v, &err));
	CHECK(v.good);
	const char *key = v.public_keys;
	rewind(f);
	MUST(audit_verify_file(f, key, a, &v, &err));
	CHECK(v.good);
	rewind(f);
	MUST(audit_verify_file(f, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", a, &v, &err));
	CHECK(!v.good);
	/* each line left out, and one digit of each changed */
	rewind(f);
	char *text = arena_alloc(a, 1 << 20);
	size_t size = fread(text, 1, (1 << 20) - 1, f);
	for (int skip = 0; skip < 7; skip++) {
		FILE *g = tmpfile();
		int n = 0;
		for (char *line = text, *end; line < text + size; line = end + 1, n++) {
			end = strchr(line, '\n');
			if (n != skip)
				(void)fwrite(line, 1, (size_t)(end + 1 - line), g);
		}
		rewind(g);
		v = (struct audit_verdict){.good = true};
		enum status st = audit_verify_file(g, key, a, &v, &err);
		test_check(st == ST_OK && !v.good, __FILE__, __LINE__, "line %d left out is not found", skip + 1);
		(void)fclose(g);
	}
	for (size_t at = 0; at + 8 < size; at += 97) {
		if (text[at] < '1' || text[at] > '8')
			continue;
		text[at]++;
		FILE *g = fmemopen(text, size, "r");
		v = (struct audit_verdict){.good = true};
		enum status st = audit_verify_file(g, key, a, &v, &err);
		test_check(st != ST_OK || !v.good || strstr(text, "\"at\"") == NULL || v.checkpoints == 0, __FILE__, __LINE__, "a changed digit at %zu is not found", at);
		(void)fclose(g);
		text[at]--;
	}
	(void)fclose(f);
	arena_free(&a);
}

TEST_ENGINES(audit_sec23_a_person_is_erased_and_the_trail_verifies)
{
	struct core *c = book(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct erase_report rep;
	(void)fixture_add(c, "activities", "type=call", "subject=Durand wants a boat", "contact=Amélie Durand", NULL);
	struct id who = id_of(c, "contacts", 1);
	MUST(person_erase(c, &who, &rep, &err));
	CHECK_INT(rep.activities, 1);
	CHECK_STR(fixture_filter(c, "contacts", "durand", NULL), "");
	CHECK_STR(fixture_filter(c, "activities", "boat", NULL), "");
	CHECK_STR(peek(c, "SELECT count(*) FROM contact_emails"), "0");
	CHECK_STR(peek(c, "SELECT count(*) FROM changes WHERE diff LIKE '%articular%'"), "0");
	CHECK_STR(peek(c, "SELECT count(*) FROM change_sets WHERE label LIKE '%Durand%'"), "0");
	struct audit_verdict v = verdict(c, a);
	test_check(v.good, __FILE__, __LINE__, "entry %lld: %s", (long long)v.bad_seq, v.good ? "" : v.why);
	/* what was erased cannot be put back in another's words */
	MUST(rows_run(c, &err, "UPDATE changes SET diff = '{}', erased = NULL WHERE set_num = 4", ""));
	CHECK(!verdict(c, a).good);
	arena_free(&a);
}

/* The bytes are gone from the file too. */
TEST(audit_sec23_no_byte_of_the_person_is_left)
{
	static const char *const words[] = {"Durand", "amelie@acme", "particular things", "wants a boat", "durand"};
	struct core *c = book(DB_SQLITE);
	struct error err = {0};
	struct erase_report rep;
	(void)fixture_add(c, "activities", "type=call", "subject=Durand wants a boat", "contact=Amélie Durand", NULL);
	struct id who = id_of(c, "contacts", 1);
	MUST(person_erase(c, &who, &rep, &err));
	for (int k = 0; k < 2; k++) {
		char path[4200];
		(void)snprintf(path, sizeof path, "%s%s", db_target(c->db), k ? "-wal" : "");
		FILE *f = fopen(path, "re");
		if (!f)
			continue;
		static char bytes[8 << 20];
		size_t n = fread(bytes, 1, sizeof bytes, f);
		(void)fclose(f);
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			test_check(memmem(bytes, n, words[i], strlen(words[i])) == NULL, __FILE__, __LINE__, "“%s” is still in %s", words[i], path);
	}
}
