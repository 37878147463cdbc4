#include "core/automation/webhook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/automation/domain_events.h"
#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/hooks.h"
#include "core/crm/rows.h"
#include "core/crm/store_raw.h"
#include "core/helper/kind.h"
#include "core/security/access.h"
#include "core/security/environment.h"
#include "core/security/keyring.h"
#include "data/db.h"

static const char prefix[] = "whsec_";
enum { SECRET_BYTES = 32, MOST_SECRETS = 4, DAY_S = 86400 };

/* Signing */

static int secret_key(const char *secret, uint8_t key[64])
{
	return strncmp(secret, prefix, sizeof prefix - 1) == 0 ? base64_decode(secret + sizeof prefix - 1, key, 64) : -1;
}

bool webhook_is_secret(const char *text)
{
	uint8_t key[64];
	int n = secret_key(text, key);
	crypto_wipe(key, sizeof key);
	return n > 0;
}

char *webhook_sign(struct arena *a, const char *secret, const char *id, int64_t timestamp_s, const char *body, size_t n)
{
	uint8_t key[64], mac[SHA256_BYTES];
	int key_n = secret_key(secret, key);
	if (key_n <= 0)
		return NULL;
	struct buf b = {0};
	buf_printf(&b, "%s.%lld.", id, (long long)timestamp_s);
	buf_add(&b, body, n);
	crypto_hmac_sha256(key, (size_t)key_n, b.data, b.len, mac);
	crypto_wipe(key, sizeof key);
	buf_free(&b);
	return arena_printf(a, "v1,%s", base64_encode(a, mac, sizeof mac));
}

char *webhook_sign_legacy(struct arena *a, const char *secret, const char *body, size_t n)
{
	uint8_t mac[SHA256_BYTES];
	crypto_hmac_sha256(secret, strlen(secret), body, n, mac);
	return hex_encode(a, mac, sizeof mac);
}

bool webhook_verify(const char *secret, const char *id, const char *timestamp, const char *header, const char *body, size_t n)
{
	struct arena *a = arena_new();
	char *end;
	long long at = strtoll(timestamp, &end, 10);
	/* only as we write it: the text is what was signed, and no other text of the same number */
	bool plain = *timestamp >= '1' && *timestamp <= '9' && !*end;
	const char *want = !plain ? NULL : webhook_sign(a, secret, id, at, body, n);
	char *copy = arena_strdup(a, header), *save = NULL;
	bool good = false;
	for (char *one = strtok_r(copy, " ", &save); want && one; one = strtok_r(NULL, " ", &save))
		good |= strlen(one) == strlen(want) && crypto_equal(one, want, strlen(want));
	arena_free(&a);
	return good;
}

void webhook_match(const char *const *secrets, int n, const struct webhook_delivery *d, struct webhook_match *out)
{
	struct arena *a = arena_new();
	struct webhook_match m = {.secrets = n};
	for (int i = n; i-- > 0;) { /* of several that fit, the first */
		const char *older = webhook_sign_legacy(a, secrets[i], d->body, d->n);
		if (d->id && d->timestamp && d->signature && webhook_verify(secrets[i], d->id, d->timestamp, d->signature, d->body, d->n))
			m.standard = i + 1;
		if (d->legacy && strlen(d->legacy) == strlen(older) && crypto_equal(d->legacy, older, strlen(older)))
			m.legacy = i + 1;
	}
	arena_free(&a);
	*out = m;
}

/* Secrets */

static char *context_of(struct arena *a, const struct id *webhook)
{
	char id[ID_TEXT_SIZE];
	return arena_printf(a, "webhook:%s", id_format(webhook, id));
}

static enum status add_secret(struct core *c, const struct id *webhook, char out[WEBHOOK_SECRET_SIZE], struct error *err)
{
	uint8_t bytes[SECRET_BYTES];
	struct buf sealed = {0};
	struct arena *a = arena_new();
	int64_t num = 0, now = clock_now();
	crypto_random(bytes, sizeof bytes);
	(void)snprintf(out, WEBHOOK_SECRET_SIZE, "%s%s", prefix, base64_encode(a, bytes, sizeof bytes));
	crypto_wipe(bytes, sizeof bytes);
	enum status st = keyring_seal(c, context_of(a, webhook), out, strlen(out), &sealed, err);
	if (st == ST_OK)
		st = rows_run(c, err, "UPDATE webhook_secrets SET expires_at = $1 WHERE webhook_id = $2 AND org_id = $3 AND (expires_at IS NULL OR expires_at > $1)", "idd",
			now + WEBHOOK_OVERLAP_MS, webhook, &c->org);
	if (st == ST_OK)
		st = rows_insert(c, &num, err, "INSERT INTO webhook_secrets (org_id, webhook_id, sealed, created_at) VALUES ($1, $2, $3, $4)", "ddbi", &c->org, webhook,
			sealed.data, sealed.len, now);
	buf_free(&sealed);
	arena_free(&a);
	return st;
}

/* Is it there and, where that is asked, on? */
static enum status check_there(struct core *c, const struct id *webhook, bool active, struct error *err)
{
	if (rows_int(c, 0, "SELECT count(*) FROM webhooks WHERE id = $1 AND org_id = $2 AND deleted_at IS NULL", "dd", webhook, &c->org) == 0)
		return error_set(err, ST_NOT_FOUND, _("The webhook was deleted."));
	if (active && rows_int(c, 0, "SELECT active FROM webhooks WHERE id = $1", "d", webhook) == 0) {
		error_set(err, ST_CONFLICT, _("The webhook is paused."));
		error_hint(err, _("Turn it on first: simplix webhooks edit … active=yes"));
		return ST_CONFLICT;
	}
	return ST_OK;
}

enum status webhook_new_secret(struct core *c, const struct id *webhook, char out[WEBHOOK_SECRET_SIZE], struct error *err)
{
	enum status st = access_check_admin(c, err);
	if (st == ST_OK)
		st = check_there(c, webhook, false, err);
	if (st == ST_OK)
		st = keyring_open(c, err); /* may ask for a passphrase: not with the database locked */
	if (st == ST_OK)
		st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	st = add_secret(c, webhook, out, err);
	if (st == ST_OK)
		return db_commit(c->db, err);
	db_rollback(c->db);
	return st;
}

/* Those that sign now, newest first; the count. Wipe them with secrets_wipe(). */
static int load_secrets(struct core *c, const struct id *webhook, struct buf out[MOST_SECRETS], struct error *err)
{
	struct db_stmt *s;
	bool row;
	int n = 0;
	struct arena *a = arena_new();
	struct buf sealed[MOST_SECRETS] = {0};
	enum status st = rows_open(c, &s, err,
		"SELECT sealed FROM webhook_secrets WHERE webhook_id = $1 AND org_id = $2 AND (expires_at IS NULL OR expires_at > $3) ORDER BY num DESC LIMIT $4", "ddii",
		webhook, &c->org, clock_now(), (int64_t)MOST_SECRETS);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row)
		buf_add(&sealed[n++], db_blob(s, 0), db_bytes(s, 0));
	for (int i = 0; i < n; i++) {
		if (st == ST_OK)
			st = keyring_unseal(c, context_of(a, webhook), sealed[i].data, sealed[i].len, &out[i], err);
		buf_free(&sealed[i]);
	}
	arena_free(&a);
	return st == ST_OK ? n : -1;
}

static void secrets_wipe(struct buf list[MOST_SECRETS])
{
	for (int i = 0; i < MOST_SECRETS; i++) {
		if (list[i].data)
			crypto_wipe(list[i].data, list[i].cap);
		buf_free(&list[i]);
	}
}

static void as_texts(const struct buf secrets[MOST_SECRETS], const char *out[MOST_SECRETS])
{
	for (int i = 0; i < MOST_SECRETS; i++)
		out[i] = buf_str(&secrets[i]);
}

/* The secrets of a webhook for an administrator's own use, wiped by the caller; their number, -1 with err. */
static int own_secrets(struct core *c, const struct id *webhook, struct buf secrets[MOST_SECRETS], const char *texts[MOST_SECRETS], struct error *err)
{
	if (access_check_admin(c, err) != ST_OK || check_there(c, webhook, false, err) != ST_OK)
		return -1;
	int n = load_secrets(c, webhook, secrets, err);
	as_texts(secrets, texts);
	return n;
}

enum status webhook_match_own(struct core *c, const struct id *webhook, const struct webhook_delivery *d, struct webhook_match *out, struct error *err)
{
	struct buf secrets[MOST_SECRETS] = {0};
	const char *texts[MOST_SECRETS];
	int n = own_secrets(c, webhook, secrets, texts, err);
	if (n >= 0)
		webhook_match(texts, n, d, out);
	secrets_wipe(secrets);
	return n >= 0 ? ST_OK : err->code;
}

/* Headers of one's own */

static bool is_token(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || (s[i] >= '0' && s[i] <= '9') || strchr("!#$%&'*+-.^_`|~", s[i])))
			return false;
	return n > 0;
}

static bool is_reserved(const char *name, size_t n)
{
	static const char *const ours[] = {"host", "content-length", "content-type", "transfer-encoding", "connection", "expect", "user-agent", "te", "trailer", "upgrade",
		"webhook-id", "webhook-timestamp", "webhook-signature", "x-webhook-signature"};
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (strlen(ours[i]) == n && strncasecmp(ours[i], name, n) == 0)
			return true;
	return false;
}

enum status webhook_check_headers(const char *lines, struct error *err)
{
	for (const char *p = lines; p && *p;) {
		size_t n = strcspn(p, "\n");
		const char *colon = memchr(p, ':', n);
		if (n && (!colon || !is_token(p, (size_t)(colon - p))))
			return error_field(err, ST_INVALID, "headers", _("“%.*s” is no header: Name: value, one a line."), (int)n, p);
		if (n && is_reserved(p, (size_t)(colon - p)))
			return error_field(err, ST_INVALID, "headers", _("%.*s is set by Simplix itself."), (int)(colon - p), p);
		for (size_t i = 0; i < n; i++)
			if ((unsigned char)p[i] < ' ' || (unsigned char)p[i] == 0x7f)
				return error_field(err, ST_INVALID, "headers", _("A header holds no control characters."));
		p += n + (p[n] == '\n');
	}
	return ST_OK;
}

/* The record */

enum status hook_webhook_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	const char *url = record_text(now, "url"), *events = record_text(now, "events"), *headers = record_text(now, "headers");
	enum status st = http_check_url(url ? url : "", environment_get("SIMPLIX_ALLOWED_HOSTS"), err);
	if (st == ST_OK)
		st = event_check_patterns(events ? events : "", err);
	if (st == ST_OK)
		st = webhook_check_headers(headers, err);
	/* turned on again by a person: what turned it off is past */
	if (st == ST_OK && old && t->kind != CHANGE_SYSTEM && record_int(now, "active") && !record_int(old, "active"))
		record_put_text(now, "disabled_reason", NULL);
	return st;
}

enum status webhooks_follow(struct core *c, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct arena *a = arena_new();
	struct hook {
		struct id id;
		bool held, deleted;
	} *list = NULL;
	size_t n = 0, cap = 0;
	enum status st = rows_open(c, &s, err, "SELECT id, active, deleted_at FROM webhooks WHERE org_id = $1", "d", &c->org);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		mem_grow(&list, &cap, n + 1, sizeof *list);
		list[n++] = (struct hook){db_id(s, 0), !db_int(s, 1) || !db_is_null(s, 2), !db_is_null(s, 2)};
	}
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		st = list[i].deleted ? queue_drain(c, "webhook", &list[i].id, err) : queue_refill(c, "webhook", &list[i].id, err);
		if (st == ST_OK)
			st = queue_hold(c, "webhook", &list[i].id, list[i].held, err);
	}
	free(list);
	arena_free(&a);
	return st;
}

enum status webhook_test(struct core *c, const struct id *webhook, int64_t *job, struct error *err)
{
	int64_t event = 0;
	enum status st = access_check_admin(c, err);
	if (st == ST_OK)
		st = check_there(c, webhook, true, err);
	if (st == ST_OK)
		st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	st = queue_drain(c, webhook_test_kind.name, webhook, err); /* one that still waits tests nothing any more */
	if (st == ST_OK)
		st = domain_event_add(c, "webhook.test", webhook, clock_now(), 0, "{\"test\":true}", &event, err);
	if (st == ST_OK)
		st = queue_add(c, &(struct job_new){.kind = webhook_test_kind.name, .target = *webhook, .event = event, .title = "webhook.test"}, job, err);
	if (st == ST_OK)
		return db_commit(c->db, err);
	db_rollback(c->db);
	return st;
}

/* Delivering */

static const char **headers_of(struct arena *a, const char *own, int more)
{
	size_t lines = 1;
	for (const char *p = own; *p; p++)
		lines += *p == '\n';
	const char **list = arena_alloc(a, (lines + (size_t)more + 1) * sizeof *list);
	char *copy = arena_strdup(a, own), *save = NULL;
	size_t n = 0;
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		list[n++] = line;
	return list;
}

static void add_header(const char **list, const char *line)
{
	size_t n = 0;
	while (list[n])
		n++;
	list[n] = line;
}

enum { OUR_HEADERS = 5 };

/* Behind the headers that are in the list. */
static void add_signed(struct arena *a, const char **headers, const char *const *secrets, int n, const char *message, bool legacy, const char *body, size_t body_n)
{
	int64_t now = clock_now() / 1000;
	const char *all = "";
	for (int i = 0; i < n; i++) {
		const char *one = webhook_sign(a, secrets[i], message, now, body, body_n);
		all = arena_printf(a, "%s%s%s", all, *all ? " " : "", one ? one : "");
	}
	add_header(headers, "Content-Type: application/json");
	add_header(headers, arena_printf(a, "webhook-id: %s", message));
	add_header(headers, arena_printf(a, "webhook-timestamp: %lld", (long long)now));
	add_header(headers, arena_printf(a, "webhook-signature: %s", all));
	if (legacy)
		add_header(headers, arena_printf(a, "X-Webhook-Signature: %s", webhook_sign_legacy(a, secrets[0], body, body_n)));
}

const char *const *webhook_headers(struct arena *a, const char *secret, const char *id, const char *body, size_t n)
{
	const char **list = headers_of(a, "", OUR_HEADERS);
	add_signed(a, list, &secret, 1, id, true, body, n);
	return list;
}

enum status webhook_headers_own(struct core *c, const struct id *webhook, const char *id, const char *body, size_t n, struct arena *a, const char *const **out,
	struct error *err)
{
	struct buf secrets[MOST_SECRETS] = {0};
	const char *texts[MOST_SECRETS];
	int found = own_secrets(c, webhook, secrets, texts, err);
	if (found == 0) {
		error_set(err, ST_CONFLICT, _("The webhook has no secret yet."));
		error_hint(err, _("Make one: simplix webhooks secret WEBHOOK"));
	} else if (found > 0) {
		bool legacy = rows_int(c, 0, "SELECT legacy_signature FROM webhooks WHERE id = $1", "d", webhook) != 0;
		const char **list = headers_of(a, "", OUR_HEADERS);
		add_signed(a, list, texts, found, id, legacy, body, n);
		*out = list;
	}
	secrets_wipe(secrets);
	return found > 0 ? ST_OK : err->code;
}

static enum status sign(struct core *c, const struct job *j, bool legacy, struct arena *a, const struct http_request *r, const char **headers, struct error *err)
{
	struct buf secrets[MOST_SECRETS] = {0};
	const char *texts[MOST_SECRETS];
	char id[ID_TEXT_SIZE], fresh[WEBHOOK_SECRET_SIZE];
	int n = load_secrets(c, &j->record, secrets, err);
	if (n == 0 && db_in_transaction(c->db)) /* of the helper's, for reading */
		return ST_ABORTED;
	if (n == 0 && add_secret(c, &j->record, fresh, err) == ST_OK) /* made where nobody could be shown one: rotate it to learn it */
		n = load_secrets(c, &j->record, secrets, err);
	if (n > 0) {
		as_texts(secrets, texts);
		add_signed(a, headers, texts, n, arena_printf(a, "evt_%s", id_format(&j->event_id, id)), legacy, r->body, r->body_n);
	}
	secrets_wipe(secrets);
	return n > 0 ? ST_OK : err->code != ST_OK ? err->code : ST_INTERNAL;
}

static enum status request(struct core *c, const struct job *j, struct arena *a, struct http_request *out, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct http_request r = {.method = "POST", .body = j->event_body, .body_n = strlen(j->event_body), .allowed = environment_get("SIMPLIX_ALLOWED_HOSTS")};
	enum status st = rows_first(c, &s, &row, err, "SELECT url, timeout_ms, headers, legacy_signature, active, deleted_at FROM webhooks WHERE id = $1 AND org_id = $2",
		"dd", &j->record, &c->org);
	if (st != ST_OK)
		return st;
	if (!row)
		return error_set(err, ST_NOT_FOUND, _("The webhook is not there any more."));
	r.url = arena_strdup(a, db_text(s, 0));
	r.timeout_ms = (int)db_int(s, 1);
	const char **headers = headers_of(a, rows_text(a, s, 2), OUR_HEADERS);
	bool legacy = db_int(s, 3) != 0, active = db_int(s, 4) != 0, deleted = !db_is_null(s, 5);
	db_done(s);
	if (deleted)
		return error_set(err, ST_NOT_FOUND, _("The webhook was deleted."));
	if (!active) /* a test call has a line of its own, which nobody holds */
		return error_set(err, strcmp(j->kind, webhook_test_kind.name) == 0 ? ST_CANCELLED : ST_CONFLICT, _("The webhook is paused."));
	if (r.body_n > WEBHOOK_BODY_MAX)
		return error_set(err, ST_LIMIT, _("The event is larger than %d kB."), WEBHOOK_BODY_MAX / 1024);
	if (http_check_url(r.url, r.allowed, err) != ST_OK) /* another program, where the host is allowed, may send it */
		return ST_BUSY;
	if ((st = sign(c, j, legacy, a, &r, headers, err)) != ST_OK)
		return st;
	r.headers = headers;
	*out = r;
	return ST_OK;
}

/* Seconds before each further try (Standard Webhooks: ten tries in three days), a fifth more or less so that many do not come at once. */
static int64_t wait_before(int attempt)
{
	static const int seconds[] = {5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600};
	enum { N = sizeof seconds / sizeof *seconds };
	uint16_t dice;
	int64_t ms = INT64_C(1000) * seconds[attempt < 0 ? 0 : attempt >= N ? N - 1 : attempt];
	crypto_random(&dice, sizeof dice);
	return ms - ms / 5 + ms * 2 / 5 * dice / UINT16_MAX;
}

static void turn_off(struct core *c, const struct id *webhook, const char *why)
{
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "webhooks"));
	struct txn *t;
	r->id = *webhook;
	record_put_int(r, "active", 0);
	record_put_text(r, "disabled_reason", why);
	if (txn_begin(c, CHANGE_SYSTEM, _("Webhook turned off"), &t, NULL) == ST_OK)
		(void)txn_end(&t, store_update(t, r, NULL), NULL);
	arena_free(&a);
}

/* For five days, and not because nobody tried: Simplix may have been closed, the clock may have jumped. */
static bool fails_for_long(struct core *c, const struct job *j, int64_t now)
{
	int64_t since = rows_int(c, now, "SELECT failing_since FROM job_targets WHERE num = $1", "i", j->target);
	return now - since >= WEBHOOK_FAILING_MS &&
	       rows_int(c, 0, "SELECT count(*) FROM job_attempts t JOIN jobs k ON k.num = t.job_num WHERE k.target_num = $1 AND t.at >= $2", "ii", j->target, since) >=
		       WEBHOOK_FAILING_TRIES;
}

static void judge(struct core *c, const struct job *j, const struct http_answer *answer, struct arena *a, struct result *r)
{
	int status = answer->status;
	int64_t now = clock_now();
	if (answer->end == HTTP_ANSWERED && status >= 200 && status < 300) {
		r->end = JOB_DONE;
		return;
	}
	r->error = answer->end == HTTP_ANSWERED ? arena_printf(a, status / 100 == 3 ? _("It answered %d; redirections are not followed.") : _("It answered %d."), status)
						: arena_strdup(a, answer->error);
	bool again = answer->end == HTTP_FAILED || answer->end == HTTP_NO_NETWORK || status >= 500 || status == 408 || status == 409 || status == 425 || status == 429;
	if (answer->end == HTTP_ANSWERED && status == 410)
		turn_off(c, &j->record, _("It answered 410: gone."));
	if (!again) {
		r->end = JOB_FAILED;
		return;
	}
	if (fails_for_long(c, j, now))
		turn_off(c, &j->record, _("It failed for five days."));
	r->end = j->attempt >= rows_int(c, 0, "SELECT retry_count FROM webhooks WHERE id = $1", "d", &j->record) ? JOB_DEAD : JOB_LATER;
	int64_t asked = 1000 * (answer->retry_after_s < DAY_S ? answer->retry_after_s : DAY_S), wait = wait_before(j->attempt);
	r->later_at = now + (asked > wait ? asked : wait);
}

const struct job_kind webhook_kind = {.name = "webhook", .request = request, .judge = judge};

/* Whoever tests wants to know now: it is tried once. */
static void judge_test(struct core *c, const struct job *j, const struct http_answer *answer, struct arena *a, struct result *r)
{
	judge(c, j, answer, a, r);
	if (r->end == JOB_LATER)
		r->end = JOB_FAILED;
}

const struct job_kind webhook_test_kind = {.name = "webhook_test", .request = request, .judge = judge_test};
