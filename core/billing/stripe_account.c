#include "core/billing/stripe_account.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/crm/rows.h"
#include "core/security/secrets.h"

enum { TIMEOUT_MS = 80 * 1000 /* as long as Stripe's own libraries wait */ };

static enum stripe_mode mode_of(const char *key)
{
	if (!key || strlen(key) < 9 || (strncmp(key, "sk_", 3) != 0 && strncmp(key, "rk_", 3) != 0))
		return STRIPE_OFF;
	return strncmp(key + 3, "live_", 5) == 0 ? STRIPE_LIVE : strncmp(key + 3, "test_", 5) == 0 ? STRIPE_TEST : STRIPE_OFF;
}

enum stripe_mode stripe_mode(struct core *c)
{
	struct arena *a = arena_new();
	enum stripe_mode mode = mode_of(secret_text(c, a, "STRIPE_SECRET_KEY"));
	arena_free(&a);
	return mode;
}

/* The book's; STRIPE_OFF: none yet. */
static enum stripe_mode book_mode(struct core *c)
{
	struct db_stmt *s;
	bool row;
	enum stripe_mode mode = STRIPE_OFF;
	if (rows_first(c, &s, &row, NULL, "SELECT value FROM settings WHERE name = 'stripe.mode' AND user_id IS NULL AND org_id = $1", "d", &c->org) == ST_OK && row) {
		mode = strcmp(db_text(s, 0), "live") == 0 ? STRIPE_LIVE : STRIPE_TEST;
		db_done(s);
	}
	return mode;
}

static enum status mixed(bool book_is_live, struct error *err)
{
	error_set(err, ST_DENIED, book_is_live ? _("This book holds real payments; STRIPE_SECRET_KEY is a key for tests.") : _("This book was used with Stripe's test mode; STRIPE_SECRET_KEY is a key for real money."));
	error_hint(err, book_is_live ? _("Set the live key again, and try things out in a book of its own.") : _("Start a new book for real payments, or set the test key again."));
	return ST_DENIED;
}

enum status stripe_ready(struct core *c, bool *live, struct error *err)
{
	enum stripe_mode mode = stripe_mode(c), book = book_mode(c);
	if (mode == STRIPE_OFF) {
		error_set(err, ST_DENIED, _("Payments with Stripe are not set up."));
		error_hint(err, _("Set STRIPE_SECRET_KEY: simplix secrets set STRIPE_SECRET_KEY, or the environment."));
		return ST_DENIED;
	}
	if (book != STRIPE_OFF && book != mode)
		return mixed(book == STRIPE_LIVE, err);
	*live = mode == STRIPE_LIVE;
	return ST_OK;
}

enum status stripe_ready_for(struct core *c, bool live, struct error *err)
{
	bool now;
	enum status st = stripe_ready(c, &now, err);
	return st == ST_OK && now != live ? mixed(live, err) : st;
}

enum status stripe_listening(struct core *c, bool *live, struct error *err)
{
	enum stripe_mode book = book_mode(c);
	if (stripe_mode(c) != STRIPE_OFF || book == STRIPE_OFF)
		return stripe_ready(c, live, err);
	*live = book == STRIPE_LIVE;
	return ST_OK;
}

enum status stripe_bind(struct core *c, bool live, struct error *err)
{
	enum stripe_mode book = book_mode(c);
	if (book != STRIPE_OFF)
		return (book == STRIPE_LIVE) == live ? ST_OK : mixed(book == STRIPE_LIVE, err);
	/* two at once wait for each other at the organization's row */
	enum status st = rows_run(c, err, "UPDATE organizations SET version = version WHERE id = $1", "d", &c->org);
	if (st == ST_OK)
		st = rows_run(c, err, "INSERT INTO settings (org_id, name, value) SELECT $1, 'stripe.mode', $2 WHERE NOT EXISTS (SELECT 1 FROM settings WHERE name = 'stripe.mode' AND user_id IS NULL AND org_id = $1)",
			"dt", &c->org, live ? "live" : "test");
	book = book_mode(c);
	return st == ST_OK && (book == STRIPE_LIVE) != live ? mixed(book == STRIPE_LIVE, err) : st;
}

/* http is for this machine only: elsewhere the key could be read on its way. */
static enum status base_of(struct core *c, struct arena *a, const char **base, const char **allowed, struct error *err)
{
	static const char *const inside[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};
	const char *url = secret_text(c, a, "STRIPE_API_BASE");
	*base = url ? url : "https://api.stripe.com";
	*allowed = NULL;
	size_t n = strlen(*base);
	while (n && (*base)[n - 1] == '/')
		n--;
	*base = arena_strndup(a, *base, n);
	if (strncmp(*base, "https://", 8) == 0)
		return ST_OK;
	for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
		size_t k = strlen(inside[i]);
		if (strncmp(*base, inside[i], k) == 0 && (!(*base)[k] || strchr(":/", (*base)[k]))) {
			*allowed = http_host(*base, a);
			return ST_OK;
		}
	}
	return error_set(err, ST_INVALID, _("STRIPE_API_BASE begins with https://; http:// only leads to this machine."));
}

enum status stripe_call(struct core *c, const struct stripe_call *q, struct arena *a, struct http_request *out, struct error *err)
{
	const char *key = secret_text(c, a, "STRIPE_SECRET_KEY"), *base, *allowed;
	enum status st = base_of(c, a, &base, &allowed, err);
	if (st != ST_OK)
		return st;
	if (mode_of(key) == STRIPE_OFF)
		return error_set(err, ST_BUSY, _("Payments with Stripe are not set up."));
	const char *url = arena_printf(a, "%s%s", base, q->path);
	if ((st = http_check_url(url, allowed, err)) != ST_OK)
		return st;
	const char **lines = arena_alloc(a, 6 * sizeof *lines);
	int n = 0;
	lines[n++] = arena_printf(a, "Authorization: Bearer %s", key);
	lines[n++] = "Stripe-Version: " STRIPE_VERSION;
	if (q->body)
		lines[n++] = "Content-Type: application/x-www-form-urlencoded";
	if (q->key)
		lines[n++] = arena_printf(a, "Idempotency-Key: %s", q->key);
	*out = (struct http_request){.method = q->method, .url = url, .headers = lines, .body = q->body ? q->body : "", .body_n = q->body ? strlen(q->body) : 0, .timeout_ms = TIMEOUT_MS,
		.answer_max = q->answer_max, .allowed = allowed};
	return ST_OK;
}
