#include "core/crm/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/model/model.h"
#include "data/guards.h"
#include "data/migrate.h"

enum { LATEST = 5 };

/* Tables that are not entities: the log, settings, imports, what came from where. */
static const char base_sql[] =
	"CREATE TABLE settings (org_id {id}, user_id {id}, name {text} NOT NULL, value {text} NOT NULL);\n"
	"CREATE UNIQUE INDEX settings_name ON settings (name, user_id);\n"
	"CREATE TABLE change_sets (num {serial}, org_id {id} NOT NULL, at {int} NOT NULL, user_id {id}, device {int} NOT NULL,"
	" kind {text} NOT NULL, label {text} NOT NULL, undoes {int}, undone_by {int}, first_seq {int} NOT NULL,"
	" last_seq {int}, n_changes {int});\n"
	"CREATE TABLE changes (seq {serial}, set_num {int} NOT NULL, entity {text} NOT NULL, record_id {id} NOT NULL,"
	" subject_id {id} NOT NULL, op {text} NOT NULL, diff {text});\n"
	"CREATE INDEX changes_subject ON changes (subject_id, seq);\n"
	"CREATE TABLE imports (num {serial}, org_id {id} NOT NULL, at {int} NOT NULL, user_id {id}, file {text} NOT NULL,"
	" sha256 {text} NOT NULL, preset {text}, entity {text} NOT NULL, mapping {text}, status {text} NOT NULL,"
	" set_num {int}, n_rows {int}, n_created {int}, n_updated {int}, n_skipped {int}, n_failed {int}, report {text},"
	" reverted_at {int});\n"
	"CREATE TABLE external_refs (org_id {id} NOT NULL, system {text} NOT NULL, external_id {text} NOT NULL,"
	" entity {text} NOT NULL, record_id {id} NOT NULL);\n"
	"CREATE UNIQUE INDEX external_refs_key ON external_refs (org_id, system, entity, external_id);\n"
	"CREATE INDEX external_refs_record ON external_refs (record_id);\n"
	"CREATE TABLE merges (num {serial}, org_id {id} NOT NULL, at {int} NOT NULL, entity {text} NOT NULL,"
	" survivor_id {id} NOT NULL, loser_id {id} NOT NULL, set_num {int} NOT NULL, undone_at {int});\n";

/* Sign-in and its story. Not entities: nothing here passes through the change log, lists, undo, export or JSON. */
static const char security_sql[] =
	"CREATE TABLE user_credentials (user_id {id} NOT NULL, org_id {id} NOT NULL, password {text}, password_at {int},"
	" totp {blob}, totp_pending {blob}, totp_at {int}, totp_last_step {int} NOT NULL);\n"
	"CREATE UNIQUE INDEX user_credentials_user ON user_credentials (user_id);\n"
	"CREATE TABLE backup_codes (num {serial}, org_id {id} NOT NULL, user_id {id} NOT NULL, code {text} NOT NULL, pending {int} NOT NULL,"
	" used_at {int});\n"
	"CREATE INDEX backup_codes_user ON backup_codes (user_id);\n"
	"CREATE TABLE throttle (org_id {id} NOT NULL, name {text} NOT NULL, fails {int} NOT NULL, next_at {int} NOT NULL,"
	" last_at {int} NOT NULL);\n"
	"CREATE UNIQUE INDEX throttle_name ON throttle (org_id, name);\n"
	"CREATE TABLE security_sessions (num {serial}, org_id {id} NOT NULL, user_id {id} NOT NULL, kind {text} NOT NULL,"
	" token_hash {blob} NOT NULL, client {text} NOT NULL, device {text} NOT NULL, address {text} NOT NULL, created_at {int} NOT NULL,"
	" seen_at {int} NOT NULL, expires_at {int} NOT NULL, mfa_at {int}, revoked_at {int}, tries {int} NOT NULL);\n"
	"CREATE UNIQUE INDEX security_sessions_token ON security_sessions (token_hash);\n"
	"CREATE INDEX security_sessions_user ON security_sessions (user_id);\n"
	"CREATE TABLE login_history (num {serial}, org_id {id} NOT NULL, at {int} NOT NULL, user_id {id}, email {text} NOT NULL,"
	" ok {int} NOT NULL, method {text} NOT NULL, reason {text} NOT NULL, client {text} NOT NULL, device {text} NOT NULL,"
	" address {text} NOT NULL);\n"
	"CREATE INDEX login_history_user ON login_history (user_id, num);\n"
	"CREATE TABLE api_keys (num {serial}, org_id {id} NOT NULL, user_id {id} NOT NULL, name {text} NOT NULL, hint {text} NOT NULL,"
	" key_hash {blob} NOT NULL, scopes {text} NOT NULL, addresses {text} NOT NULL, created_at {int} NOT NULL, expires_at {int} NOT NULL,"
	" used_at {int}, used_address {text}, revoked_at {int});\n"
	"CREATE UNIQUE INDEX api_keys_hash ON api_keys (key_hash);\n"
	"CREATE TABLE security_events (num {serial}, org_id {id} NOT NULL, at {int} NOT NULL, type {text} NOT NULL, severity {text} NOT NULL,"
	" user_id {id}, by_user_id {id}, detail {text} NOT NULL, client {text} NOT NULL, address {text} NOT NULL, ack_by {id},"
	" ack_at {int});\n"
	"CREATE INDEX security_events_at ON security_events (org_id, num);\n"
	"CREATE TABLE secrets (org_id {id} NOT NULL, name {text} NOT NULL, key_id {text} NOT NULL, sealed {blob} NOT NULL,"
	" updated_at {int} NOT NULL);\n"
	"CREATE UNIQUE INDEX secrets_name ON secrets (org_id, name);\n"
	"CREATE TABLE audit_log (seq {int} NOT NULL, org_id {id} NOT NULL, at {int} NOT NULL, kind {text} NOT NULL, ref {int} NOT NULL,"
	" device {int} NOT NULL, digest {blob} NOT NULL, hash {blob} NOT NULL);\n"
	"CREATE UNIQUE INDEX audit_log_seq ON audit_log (org_id, seq);\n"
	"CREATE TABLE audit_heads (org_id {id} NOT NULL, seq {int} NOT NULL, hash {blob} NOT NULL);\n"
	"CREATE UNIQUE INDEX audit_heads_org ON audit_heads (org_id);\n"
	"CREATE TABLE audit_checkpoints (num {serial}, org_id {id} NOT NULL, seq {int} NOT NULL, hash {blob} NOT NULL, at {int} NOT NULL,"
	" device {int} NOT NULL, public_key {blob} NOT NULL, signature {blob} NOT NULL);\n"
	"CREATE INDEX audit_checkpoints_seq ON audit_checkpoints (org_id, seq);\n"
	"ALTER TABLE changes ADD COLUMN salt {blob};\n"
	"ALTER TABLE changes ADD COLUMN erased {blob};\n"
	"ALTER TABLE change_sets ADD COLUMN label_salt {blob};\n"
	"ALTER TABLE change_sets ADD COLUMN label_erased {blob};\n";

/* The queue of the helper thread, and what goes out through it. The job of a target that waits longest is found by an index that holds only
 * targets that are due and that nobody has. */
static const char queue_sql[] =
	"CREATE TABLE domain_events (num {serial}, id {id} NOT NULL, org_id {id} NOT NULL, at {int} NOT NULL, type {text} NOT NULL, record_id {id},"
	" set_num {int}, payload {text} NOT NULL);\n"
	"CREATE TABLE job_targets (num {serial}, org_id {id} NOT NULL, kind {text} NOT NULL, record_id {id} NOT NULL, due_at {int}, lease_by {int},"
	" held {int} NOT NULL, n_done {int} NOT NULL, n_failed {int} NOT NULL, last_error {text}, failing_since {int});\n"
	"CREATE UNIQUE INDEX job_targets_key ON job_targets (org_id, kind, record_id);\n"
	"CREATE INDEX job_targets_due ON job_targets (org_id, due_at) WHERE due_at IS NOT NULL AND lease_by IS NULL;\n"
	"CREATE TABLE jobs (num {serial}, org_id {id} NOT NULL, target_num {int} NOT NULL, title {text} NOT NULL, event_num {int}, payload {text},"
	" state {text} NOT NULL, run_at {int} NOT NULL, attempt {int} NOT NULL, created_at {int} NOT NULL, created_by {id}, finished_at {int},"
	" status {int}, latency_ms {int}, error {text}, response {text});\n"
	"CREATE INDEX jobs_line ON jobs (target_num, num) WHERE finished_at IS NULL;\n"
	"CREATE INDEX jobs_bad ON jobs (org_id, num) WHERE state IN ('failed', 'dead');\n"
	"CREATE TABLE job_attempts (num {serial}, job_num {int} NOT NULL, at {int}, attempt {int} NOT NULL, status {int}, latency_ms {int}, error {text},"
	" response {text});\n"
	"CREATE INDEX job_attempts_job ON job_attempts (job_num);\n"
	"CREATE TABLE job_workers (num {serial}, org_id {id} NOT NULL, host {text} NOT NULL, pid {int} NOT NULL, started {int} NOT NULL, beat {int} NOT NULL,"
	" joined_at {int} NOT NULL);\n"
	"CREATE TABLE webhook_secrets (num {serial}, org_id {id} NOT NULL, webhook_id {id} NOT NULL, sealed {blob} NOT NULL, created_at {int} NOT NULL,"
	" expires_at {int});\n"
	"CREATE INDEX webhook_secrets_webhook ON webhook_secrets (webhook_id);\n";

/* What is said of a mail names it by its job or its message id; few activities are mails. */
static const char mail_sql[] =
	"CREATE INDEX activities_mail_job ON activities (mail_job) WHERE mail_job IS NOT NULL;\n"
	"CREATE INDEX activities_message_id ON activities (message_id) WHERE message_id IS NOT NULL;\n";

/* Numbers of invoices are counted outside the change log: nothing takes a number back. A series belongs to a device, or with 0 to the book itself.
 * What Stripe told is kept under its own id before anything is made of it. */
static const char billing_sql[] =
	"CREATE TABLE invoice_series (num {serial}, org_id {id} NOT NULL, prefix {text} NOT NULL, year {int} NOT NULL, device {int} NOT NULL,"
	" next {int} NOT NULL, last_date {text} NOT NULL, last_hash {text} NOT NULL, created_at {int} NOT NULL, closed_at {int});\n"
	"CREATE UNIQUE INDEX invoice_series_key ON invoice_series (org_id, prefix, year);\n"
	"CREATE TABLE stripe_events (num {serial}, org_id {id} NOT NULL, event_id {text} NOT NULL, type {text} NOT NULL, about {text}, created {int} NOT NULL,"
	" live {int} NOT NULL, payload {text} NOT NULL, received_at {int} NOT NULL, handled_at {int}, tries {int} NOT NULL, error {text});\n"
	"CREATE UNIQUE INDEX stripe_events_id ON stripe_events (org_id, event_id);\n"
	"CREATE INDEX stripe_events_open ON stripe_events (org_id, num) WHERE handled_at IS NULL;\n"
	"CREATE INDEX stripe_events_about ON stripe_events (about, num) WHERE about IS NOT NULL;\n"
	"CREATE UNIQUE INDEX invoices_number_once ON invoices (org_id, number) WHERE number IS NOT NULL;\n"
	"CREATE UNIQUE INDEX payments_intent_once ON payments (org_id, stripe_payment_intent) WHERE stripe_payment_intent IS NOT NULL;\n"
	"CREATE UNIQUE INDEX refunds_stripe_once ON refunds (org_id, stripe_refund_id) WHERE stripe_refund_id IS NOT NULL;\n"
	"CREATE UNIQUE INDEX subscriptions_stripe_once ON subscriptions (org_id, stripe_subscription_id) WHERE stripe_subscription_id IS NOT NULL;\n"
	"CREATE UNIQUE INDEX accounts_stripe_once ON billing_accounts (org_id, stripe_customer_id) WHERE stripe_customer_id IS NOT NULL AND deleted_at IS NULL;\n"
	/* An issued document stays as it is, whoever writes: the database itself refuses. */
#define ONE(name, event, condition) "--@sqlite " GUARD(name, event, condition) ";\n"
	GUARDS(ONE)
	"--@postgres CREATE FUNCTION invoices_stay() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN IF TG_OP = 'DELETE' THEN IF OLD.number IS NOT NULL THEN RAISE EXCEPTION 'an issued invoice stays as it is'; END IF; RETURN OLD; END IF; IF OLD.number IS NOT NULL AND (" GUARD_ISSUED_DIFFERS("IS DISTINCT FROM") ") THEN RAISE EXCEPTION 'an issued invoice stays as it is'; END IF; RETURN NEW; END $f$;\n"
	"--@postgres CREATE TRIGGER invoices_stay BEFORE UPDATE OR DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION invoices_stay();\n"
	"--@postgres CREATE FUNCTION invoice_lines_stay() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN IF TG_OP <> 'INSERT' AND EXISTS (SELECT 1 FROM invoices i WHERE i.id = OLD.invoice_id AND i.number IS NOT NULL) THEN RAISE EXCEPTION 'an issued invoice stays as it is'; END IF; IF TG_OP <> 'DELETE' AND EXISTS (SELECT 1 FROM invoices i WHERE i.id = NEW.invoice_id AND i.number IS NOT NULL) THEN RAISE EXCEPTION 'an issued invoice stays as it is'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $f$;\n"
	"--@postgres CREATE TRIGGER invoice_lines_stay BEFORE INSERT OR UPDATE OR DELETE ON invoice_lines FOR EACH ROW EXECUTE FUNCTION invoice_lines_stay();\n";

static const char *column_type(const struct field *f)
{
	switch (field_kind(f)) {
	case VAL_INT:
		return "{int}";
	case VAL_ID:
		return "{id}";
	default:
		return "{text}";
	}
}

static void add_column(struct buf *b, const struct field *f)
{
	buf_printf(b, "%s %s", field_column(f), column_type(f));
	if (f->flags & FF_REQUIRED)
		buf_puts(b, " NOT NULL");
	if (f->type == FT_BOOL)
		buf_printf(b, " CHECK (%s IN (0, 1))", field_column(f));
}

static int since_of(short since)
{
	return since ? since : 1;
}

/* One index per engine: on PostgreSQL the organization comes first; both skip deleted rows. `covers`: a sum reads the index alone, so it
 * must hold what every query asks of a row: on SQLite also whose it is and that it lives. */
static void add_index(struct buf *b, const struct entity *e, const char *name, const char *columns, bool covers)
{
	buf_printf(b, "--@sqlite CREATE INDEX %s_%s ON %s (%s%s) WHERE deleted_at IS NULL;\n", e->name, name, e->name, columns,
		covers ? ", org_id, deleted_at" : "");
	buf_printf(b, "--@postgres CREATE INDEX %s_%s ON %s (org_id, %s%s) WHERE deleted_at IS NULL;\n", e->name, name, e->name,
		columns, covers ? ", deleted_at" : "");
}

static void index_name(const char *columns, char *out, size_t size)
{
	size_t n = 0;
	for (const char *p = columns; *p && n < size - 1; p++)
		if (*p != ' ')
			out[n++] = *p == ',' ? '_' : *p;
	out[n] = '\0';
}

static void add_indexes(struct buf *b, const struct entity *e, int since)
{
	for (int i = 0; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		int first = since_of(f->since) > since_of(e->since) ? since_of(f->since) : since_of(e->since);
		if ((f->flags & FF_INDEXED) && first == since)
			add_index(b, e, field_column(f), field_column(f), false);
	}
	if (!e->indexes || since_of(e->since) != since)
		return;
	char *copy = mem_strdup(e->indexes), *save = NULL;
	for (char *w = strtok_r(copy, ";", &save); w; w = strtok_r(NULL, ";", &save)) {
		char name[80];
		while (*w == ' ')
			w++;
		bool covers = *w == '+';
		w += covers;
		index_name(w, name, sizeof name);
		add_index(b, e, name, w, covers);
	}
	free(copy);
}

static void add_table(struct buf *b, const struct entity *e, int since)
{
	buf_printf(b,
		"CREATE TABLE %s (num {serial}, id {id} NOT NULL, org_id {id} NOT NULL, created_at {int} NOT NULL,"
		" updated_at {int} NOT NULL, created_by {id}, updated_by {id}, deleted_at {int}, version {int} NOT NULL,"
		" custom {text}, _v {blob}",
		e->name);
	for (int i = 0; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		if (!field_is_stored(f) || since_of(f->since) > since)
			continue;
		buf_puts(b, ", ");
		add_column(b, f);
	}
	buf_puts(b, ");\n");
	buf_printf(b, "CREATE UNIQUE INDEX %s_id ON %s (id);\n", e->name, e->name);
	if (!e->no_search)
		buf_printf(b, "--@search %s\n", e->name);
}

/* PostgreSQL's own belt beside the core's conditions: a connection sees the rows of the organization it names in simplix.org, and none
 * when it names none. The owner of the tables is bound too; a superuser is not. */
static void add_row_security(struct buf *b, const char *table, const char *condition)
{
	buf_printf(b, "--@postgres ALTER TABLE %s ENABLE ROW LEVEL SECURITY;\n--@postgres ALTER TABLE %s FORCE ROW LEVEL SECURITY;\n", table, table);
	buf_printf(b, "--@postgres CREATE POLICY organization ON %s USING (%s);\n", table, condition);
}

#define OF_ORGANIZATION "org_id = (SELECT CAST(NULLIF(pg_catalog.current_setting('simplix.org', true), '') AS uuid))"

static void secure_tables(struct buf *b)
{
	static const char *const tables[] = {"change_sets", "imports", "external_refs", "merges", "user_credentials", "backup_codes", "throttle",
		"security_sessions", "login_history", "api_keys", "security_events", "secrets", "audit_log", "audit_heads", "audit_checkpoints"};
	for (int i = 0; i < model_catalogue_count; i++)
		if (since_of(model_catalogue[i]->since) <= 2 && strcmp(model_catalogue[i]->name, "organizations") != 0)
			add_row_security(b, model_catalogue[i]->name, OF_ORGANIZATION);
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		add_row_security(b, tables[i], OF_ORGANIZATION);
	add_row_security(b, "settings", "org_id IS NULL OR " OF_ORGANIZATION);
	add_row_security(b, "changes", "EXISTS (SELECT 1 FROM change_sets k WHERE k.num = set_num)");
}

/* The words of a record are as private as the record: their tables have no organization, their rows have its number. */
static void secure_words(struct buf *b, int from, int to)
{
	char table[80], condition[160];
	for (int i = 0; i < model_catalogue_count; i++) {
		const struct entity *e = model_catalogue[i];
		if (e->no_search || since_of(e->since) < from || since_of(e->since) > to)
			continue;
		(void)snprintf(table, sizeof table, "%s_fts", e->name);
		(void)snprintf(condition, sizeof condition, "EXISTS (SELECT 1 FROM %s k WHERE k.num = %s_fts.num)", e->name, e->name);
		add_row_security(b, table, condition);
	}
}

static void secure_queue(struct buf *b)
{
	static const char *const tables[] = {"domain_events", "job_targets", "jobs", "job_workers", "webhook_secrets"};
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		add_row_security(b, tables[i], OF_ORGANIZATION);
	add_row_security(b, "job_attempts", "EXISTS (SELECT 1 FROM jobs k WHERE k.num = job_num)");
}

static char *migration_sql(int number)
{
	struct buf b = {0};
	if (number == 1)
		buf_puts(&b, base_sql);
	if (number == 2)
		buf_puts(&b, security_sql);
	if (number == 3)
		buf_puts(&b, queue_sql);
	for (int i = 0; i < model_catalogue_count; i++) {
		const struct entity *e = model_catalogue[i];
		if (since_of(e->since) == number) {
			add_table(&b, e, number);
			if (number > 2)
				add_row_security(&b, e->name, OF_ORGANIZATION);
		} else if (since_of(e->since) < number) {
			for (int k = 0; k < e->n_fields; k++) {
				const struct field *f = &e->fields[k];
				if (!field_is_stored(f) || since_of(f->since) != number)
					continue;
				buf_printf(&b, "ALTER TABLE %s ADD COLUMN ", e->name);
				add_column(&b, f);
				buf_puts(&b, ";\n");
			}
		}
		add_indexes(&b, e, number);
	}
	if (number == 2)
		secure_tables(&b);
	if (number == 3) {
		secure_queue(&b);
		secure_words(&b, 1, 3);
	}
	if (number > 3)
		secure_words(&b, number, number);
	if (number == 4)
		buf_puts(&b, mail_sql);
	if (number == 5) {
		buf_puts(&b, billing_sql);
		add_row_security(&b, "invoice_series", OF_ORGANIZATION);
		add_row_security(&b, "stripe_events", OF_ORGANIZATION);
	}
	return buf_take(&b);
}

int schema_version(void)
{
	return LATEST;
}

static enum status with_list(struct db *db, enum status (*fn)(struct db *, const struct migration *, int, struct error *), struct error *err)
{
	struct migration list[LATEST];
	char *sql[LATEST];
	static const char *const names[LATEST] = {"start", "security", "queue", "mail", "billing"};
	for (int i = 0; i < LATEST; i++) {
		sql[i] = migration_sql(i + 1);
		list[i] = (struct migration){i + 1, names[i], sql[i]};
	}
	enum status st = fn(db, list, LATEST, err);
	for (int i = 0; i < LATEST; i++)
		free(sql[i]);
	return st;
}

/* On a current base this compares what was applied with what this program would apply: half a millisecond. */
enum status schema_migrate(struct db *db, struct error *err)
{
	return with_list(db, migrate_run, err);
}

enum status schema_agrees(struct db *db, struct error *err)
{
	return with_list(db, migrate_compare, err);
}

enum status schema_check(struct db *db, struct error *err)
{
	int have = 0;
	enum status st = migrate_version(db, &have, err);
	if (st == ST_OK && have != 0)
		st = schema_agrees(db, err);
	if (st != ST_OK || have == LATEST || have == 0)
		return st;
	error_set(err, ST_VERSION, _("This database is of an older Simplix (format %d of %d) and cannot be read as it is."), have, LATEST);
	error_hint(err, _("Open it once without --read-only, or run: simplix migrate"));
	return ST_VERSION;
}

static enum status each_index(struct db *db, const struct entity *e, bool create, struct error *err)
{
	struct buf b = {0};
	enum status st = ST_OK;
	for (int s = 1; s <= LATEST; s++)
		add_indexes(&b, e, s);
	const char *mark = db_kind(db) == DB_SQLITE ? "--@sqlite " : "--@postgres ";
	char *save = NULL;
	for (char *line = strtok_r(b.data, "\n", &save); st == ST_OK && line; line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, mark, strlen(mark)) != 0)
			continue;
		char *sql = line + strlen(mark);
		char drop[160], name[120];
		if (!create && sscanf(sql, "CREATE INDEX %119s", name) == 1) {
			(void)snprintf(drop, sizeof drop, "DROP INDEX IF EXISTS %s", name);
			sql = drop;
		}
		st = db_exec(db, sql, err);
	}
	buf_free(&b);
	return st;
}

enum status schema_drop_indexes(struct db *db, const struct entity *e, struct error *err)
{
	return each_index(db, e, false, err);
}

enum status schema_create_indexes(struct db *db, const struct entity *e, struct error *err)
{
	return each_index(db, e, true, err);
}
