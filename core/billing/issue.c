#include "core/billing/issue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/kill_point.h"
#include "core/base/text.h"
#include "core/billing/billing.h"
#include "core/billing/epc.h"
#include "core/crm/rows.h"
#include "core/crm/store_raw.h"
#include "core/security/access.h"

enum { PREFIX_MAX = 12, TERMS_DAYS = 30, OLDEST_DAYS = 366 };

/* Series */

struct number {
	const char *prefix;
	int year;
	int64_t seq;
	const char *prev; /* hash of the document before; "" for the first */
};

/* This device's own series when it has one; else the book's. */
static enum status own_prefix(struct txn *t, bool credit_note, const char **prefix, int64_t *device, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = rows_first(t->core, &s, &row, err,
		"SELECT prefix FROM invoice_series WHERE org_id = $1 AND device = $2 AND closed_at IS NULL ORDER BY num DESC LIMIT 1", "di", &t->core->org, (int64_t)t->core->device);
	if (st != ST_OK)
		return st;
	*device = row ? (int64_t)t->core->device : 0;
	*prefix = row ? arena_strdup(t->arena, db_text(s, 0)) : credit_note ? "CN" : "INV";
	if (row)
		db_done(s);
	return ST_OK;
}

static enum status take_number(struct txn *t, struct number *n, int64_t device, const char *date, struct error *err)
{
	struct core *c = t->core;
	struct db_stmt *s;
	bool row;
	enum status st = rows_run(c, err,
		"INSERT INTO invoice_series (org_id, prefix, year, device, next, last_date, last_hash, created_at) VALUES ($1, $2, $3, $4, 1, '', '', $5) ON CONFLICT (org_id, prefix, year) DO NOTHING",
		"dtiii", &c->org, n->prefix, (int64_t)n->year, device, t->at);
	if (st == ST_OK)
		st = rows_first(c, &s, &row, err,
			"UPDATE invoice_series SET next = next + 1 WHERE org_id = $1 AND prefix = $2 AND year = $3 AND device = $4 AND closed_at IS NULL RETURNING next - 1, last_date, last_hash", "dtii", &c->org,
			n->prefix, (int64_t)n->year, device);
	if (st != ST_OK)
		return st;
	if (!row)
		return error_set(err, ST_CONFLICT, _("The series %s of %d gives no numbers on this device."), n->prefix, n->year);
	n->seq = db_int(s, 0);
	n->prev = arena_strdup(t->arena, db_text(s, 2));
	const char *last = arena_strdup(t->arena, db_text(s, 1));
	db_done(s);
	if (strcmp(date, last) < 0) {
		error_field(err, ST_INVALID, "issue_date", _("The last document of this series is of %s; dates only go forward."), last);
		error_hint(err, _("Choose that day or a later one, or look at the clock of this machine."));
		return ST_INVALID;
	}
	return ST_OK;
}

static enum status close_number(struct txn *t, const struct number *n, const char *date, const char *hash, struct error *err)
{
	return rows_run(t->core, err, "UPDATE invoice_series SET last_date = $4, last_hash = $5 WHERE org_id = $1 AND prefix = $2 AND year = $3", "dtitt", &t->core->org, n->prefix, (int64_t)n->year, date, hash);
}

/* Each hash covers the one before, so that none can be changed alone. */
static const char *chain(struct arena *a, const char *prev, const char *json)
{
	uint8_t hash[SHA256_BYTES];
	struct sha256 *h = sha256_new();
	sha256_add(h, prev, strlen(prev));
	sha256_add(h, "\n", 1);
	sha256_add(h, json, strlen(json));
	sha256_end(&h, hash);
	return hex_encode(a, hash, sizeof hash);
}

/* Issuing */

static enum status missing(struct error *err, const char *field, const char *what)
{
	error_field(err, ST_INVALID, field, _("An invoice needs your %s."), what);
	error_hint(err, _("Settings, Organization; or: simplix organizations edit."));
	return ST_INVALID;
}

/* What EN 16931 asks of both sides (BR-6 to BR-11, BR-S-2, BR-AE-2, BR-IC-2). */
static enum status check_parties(const struct document *d, struct error *err)
{
	bool taxed = false, across = false;
	for (size_t i = 0; i < d->totals.n_taxes; i++) {
		enum vat_category c = d->totals.taxes[i].category;
		taxed |= c == VAT_STANDARD;
		across |= c == VAT_REVERSE_CHARGE || c == VAT_INTRA_COMMUNITY;
	}
	if (text_is_blank(d->seller.city) || text_is_blank(d->seller.country))
		return missing(err, "city", _("address: city and country"));
	if ((taxed || across) && text_is_blank(d->seller.vat_number))
		return missing(err, "vat_number", _("VAT number"));
	if (text_is_blank(d->buyer.name))
		return error_field(err, ST_INVALID, "company", _("Say whom it is for: a company or a contact."));
	if (text_is_blank(d->buyer.city) || text_is_blank(d->buyer.country)) { /* BR-10, BR-11 */
		error_field(err, ST_INVALID, "company", _("An invoice needs the customer's address: at the least city and country."));
		error_hint(err, _("Enter it at %s."), d->buyer.name);
		return ST_INVALID;
	}
	if (across && text_is_blank(d->buyer.vat_number)) {
		error_field(err, ST_INVALID, "company", _("No VAT is charged to a company of another country only when its VAT number stands on the invoice."));
		error_hint(err, _("Enter it at %s."), d->buyer.name);
		return ST_INVALID;
	}
	return ST_OK;
}

static enum status fill_dates(struct txn *t, const struct record *r, struct record *now, struct error *err)
{
	char day[16];
	int64_t issued, due;
	struct record *org = NULL, *company = NULL;
	struct id company_id = record_id(r, "company");
	const struct entity *companies = model_entity(t->core->model, "companies");
	if (record_null(now, "issue_date"))
		record_put_text(now, "issue_date", clock_format_date(clock_today(), day));
	if (!clock_parse_iso_date(record_text(now, "issue_date"), &issued) || issued > clock_today() || issued < clock_today() - OLDEST_DAYS)
		return error_field(err, ST_INVALID, "issue_date", _("An invoice is issued today or on a day of the last year."));
	if (strcmp(record_text(r, "type"), "credit_note") == 0) {
		record_clear(now, "due_date");
		return ST_OK;
	}
	if (!record_null(now, "due_date"))
		return clock_parse_iso_date(record_text(now, "due_date"), &due) && due < issued ? error_field(err, ST_INVALID, "due_date", _("It would be due before it is issued.")) : ST_OK;
	(void)whole_load(t->core, model_entity(t->core->model, "organizations"), &t->core->org, t->arena, &org, NULL);
	if (!id_is_nil(&company_id))
		(void)whole_load(t->core, companies, &company_id, t->arena, &company, NULL);
	int64_t days = company && !record_null(company, "payment_terms_days") ? record_int(company, "payment_terms_days") : org && !record_null(org, "payment_terms_days") ? record_int(org, "payment_terms_days") : TERMS_DAYS;
	record_put_text(now, "due_date", clock_format_date(issued + days, day));
	return ST_OK;
}

/* The most that a credit note may give back is what its invoice has left: of two drafts the second is refused. */
static enum status check_credit(struct txn *t, const struct record *r, const struct document *d, struct error *err)
{
	struct id first = record_id(r, "corrects");
	struct record *invoice;
	if (id_is_nil(&first))
		return ST_OK;
	enum status st = invoice_hold(t, &first, err);
	if (st == ST_OK)
		st = whole_load(t->core, r->entity, &first, t->arena, &invoice, err);
	if (st == ST_OK && d->totals.gross > record_int(invoice, "gross") - record_int(invoice, "credited"))
		st = error_set(err, ST_CONFLICT, _("%s has less left to be credited."), record_text(invoice, "number"));
	return st;
}

/* The whole invoice takes off the deposits that were issued when it was made. */
static enum status check_deposit(struct txn *t, const struct record *r, struct error *err)
{
	struct id quote = record_id(r, "quote");
	if (strcmp(record_text(r, "type"), "deposit") != 0 || id_is_nil(&quote) ||
		rows_int(t->core, 0, "SELECT count(*) FROM invoices WHERE org_id = $1 AND quote_id = $2 AND deleted_at IS NULL AND type = 'invoice' AND status <> 'credited'", "dd", &t->core->org, &quote) == 0)
		return ST_OK;
	return error_set(err, ST_CONFLICT, _("The quote is invoiced as a whole already, without this deposit."));
}

/* `now` gets what the issue fixes. */
static enum status fix(struct txn *t, const struct record *r, struct record *now, struct error *err)
{
	struct document d;
	struct number n = {0};
	int64_t device;
	bool credit_note = strcmp(record_text(r, "type"), "credit_note") == 0;
	enum status st = fill_dates(t, r, now, err);
	if (st == ST_OK)
		st = own_prefix(t, credit_note, &n.prefix, &device, err);
	if (st == ST_OK && (st = document_of_rows(t->core, now, t->arena, &d, err)) == ST_OK)
		st = d.n_lines == 0 ? error_field(err, ST_INVALID, "lines", _("The invoice has no lines yet.")) : d.totals.gross < 0 ? error_field(err, ST_INVALID, "lines", _("The total is below zero; that is a credit note."))
														     : check_parties(&d, err);
	if (st == ST_OK)
		st = check_credit(t, r, &d, err);
	if (st == ST_OK)
		st = check_deposit(t, r, err);
	const char *date = record_text(now, "issue_date");
	n.year = st == ST_OK ? (int)strtol(date, NULL, 10) : 0;
	if (st == ST_OK)
		st = take_number(t, &n, device, date, err);
	if (st != ST_OK)
		return st;
	kill_point("number-taken");
	d.number = arena_printf(t->arena, "%s-%d-%04lld", n.prefix, n.year, (long long)n.seq);
	if (!credit_note && d.iban)
		d.rf_reference = rf_reference(t->arena, d.number);
	struct buf b = {0};
	document_write(&d, &b);
	const char *hash = chain(t->arena, n.prev, buf_str(&b));
	record_put_text(now, "number", d.number);
	record_put_text(now, "series", arena_printf(t->arena, "%s-%d", n.prefix, n.year));
	record_put_int(now, "seq", n.seq);
	if (d.rf_reference)
		record_put_text(now, "rf_reference", d.rf_reference);
	record_put_int(now, "net", d.totals.net);
	record_put_int(now, "vat", d.totals.tax);
	record_put_int(now, "gross", d.totals.gross);
	record_put_text(now, "document", buf_str(&b));
	record_put_text(now, "issued_hash", hash);
	record_put_text(now, "prev_hash", n.prev);
	record_put_text(now, "status", "issued");
	record_put_int(now, "paid", 0);
	record_put_int(now, "credited", 0);
	record_put_int(now, "overpaid", 0);
	buf_free(&b);
	return close_number(t, &n, date, hash, err);
}

enum status invoice_issue(struct core *c, const struct id *invoice, struct error *err)
{
	struct txn *t;
	struct record *r;
	struct id account;
	enum status st = txn_begin(c, CHANGE_EDIT, NULL, &t, err);
	if (st != ST_OK)
		return st;
	if ((st = invoice_hold(t, invoice, err)) == ST_OK)
		st = store_load(c, model_entity(c->model, "invoices"), invoice, t->arena, &r, err);
	if (st == ST_OK && r->deleted_at)
		st = error_set(err, ST_NOT_FOUND, _("This record was deleted; restore it first."));
	if (st == ST_OK && !record_null(r, "number"))
		st = error_set(err, ST_CONFLICT, _("%s is issued already."), record_text(r, "number"));
	if (st == ST_OK)
		st = access_check_row(c, r->entity, invoice, ACT_UPDATE, err);
	struct record *now = NULL;
	if (st == ST_OK) {
		now = record_copy(t->arena, r);
		now->version = r->version;
		if ((st = billing_account_of(t, r, &account, err)) == ST_OK) {
			record_put_id(now, "billing_account", account);
			st = fix(t, r, now, err);
		}
	}
	if (st == ST_OK) {
		txn_label(t, arena_printf(t->arena, _("Issue %s"), record_text(now, "number")));
		st = store_update(t, now, err);
	}
	if (st == ST_OK)
		st = invoice_follow(t, invoice, err);
	if (st == ST_OK && !record_null(r, "corrects")) {
		struct id first = record_id(r, "corrects");
		st = invoice_follow(t, &first, err);
	}
	return txn_end(&t, st, err);
}

/* Series and their owners */

enum status series_list(struct core *c, struct arena *a, struct series **out, int *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	size_t cap = 0;
	struct series *list = NULL;
	*n = 0;
	enum status st = access_check(c, model_entity(c->model, "invoices"), ACT_READ, err);
	if (st == ST_OK)
		st = rows_open(c, &s, err, "SELECT prefix, year, device, next, last_date, last_hash, closed_at FROM invoice_series WHERE org_id = $1 ORDER BY prefix, year", "d", &c->org);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		mem_grow(&list, &cap, (size_t)*n + 1, sizeof *list);
		list[(*n)++] = (struct series){arena_strdup(a, db_text(s, 0)), (int)db_int(s, 1), db_int(s, 2), db_int(s, 3), arena_strdup(a, db_text(s, 4)), arena_strdup(a, db_text(s, 5)), !db_is_null(s, 6),
			db_int(s, 2) == (int64_t)c->device};
	}
	struct series *copy = arena_alloc(a, ((size_t)*n + 1) * sizeof *copy);
	if (*n)
		memcpy(copy, list, (size_t)*n * sizeof *copy);
	free(list);
	*out = copy;
	return st;
}

static bool good_prefix(const char *s)
{
	size_t n = strlen(s);
	if (n == 0 || n > PREFIX_MAX)
		return false;
	for (; *s; s++)
		if (!(*s >= 'A' && *s <= 'Z') && !(*s >= '0' && *s <= '9'))
			return false;
	return true;
}

enum status series_lease(struct core *c, const char *prefix, struct error *err)
{
	struct txn *t;
	enum status st = access_check_admin(c, err);
	if (st == ST_OK && !good_prefix(prefix))
		st = error_field(err, ST_INVALID, "prefix", _("A prefix is up to %d capital letters and digits: T07."), PREFIX_MAX);
	if (st != ST_OK || (st = txn_begin(c, CHANGE_EDIT, NULL, &t, err)) != ST_OK)
		return st;
	if (strcmp(prefix, "INV") == 0 || strcmp(prefix, "CN") == 0 || rows_int(c, 0, "SELECT count(*) FROM invoice_series WHERE org_id = $1 AND prefix = $2", "dt", &c->org, prefix))
		st = error_field(err, ST_CONFLICT, "prefix", _("The prefix %s is taken; a series is never moved."), prefix);
	if (st == ST_OK)
		st = rows_run(c, err, "INSERT INTO invoice_series (org_id, prefix, year, device, next, last_date, last_hash, created_at) VALUES ($1, $2, $3, $4, 1, '', '', $5)", "dtiii", &c->org, prefix,
			(int64_t)clock_local(clock_now()).year, (int64_t)c->device, clock_now());
	return txn_end(&t, st, err);
}

enum status series_close(struct core *c, const char *prefix, struct error *err)
{
	struct txn *t;
	int64_t n = 0;
	enum status st = access_check_admin(c, err);
	if (st != ST_OK || (st = txn_begin(c, CHANGE_EDIT, NULL, &t, err)) != ST_OK)
		return st;
	st = rows_change(c, &n, err, "UPDATE invoice_series SET closed_at = $3 WHERE org_id = $1 AND prefix = $2 AND device <> 0 AND closed_at IS NULL", "dti", &c->org, prefix, clock_now());
	if (st == ST_OK && n == 0)
		st = error_set(err, ST_NOT_FOUND, _("There is no open series %s of a device."), prefix);
	return txn_end(&t, st, err);
}

/* Checking all of it again */

struct walk {
	struct arena *arena;
	char key[40];
	int64_t seq;
	const char *date, *hash;
	struct series_check *out;
};

static void look_at(struct walk *w, const struct db_stmt *s)
{
	const char *key = db_text(s, 0), *number = db_text(s, 2), *date = db_text(s, 3), *json = db_text(s, 4), *hash = db_text(s, 5), *prev = db_text(s, 6);
	struct document d;
	struct arena *a = arena_new();
	if (strcmp(key, w->key) != 0) {
		(void)snprintf(w->key, sizeof w->key, "%s", key);
		w->seq = 0;
		w->date = w->hash = "";
		w->out->series++;
	}
	const char *broken = NULL;
	if (db_int(s, 1) != w->seq + 1)
		broken = _("%s: the number before it is missing, or it stands twice");
	else if (strcmp(date, w->date) < 0)
		broken = _("%s: its date lies before the one before it");
	else if (strcmp(prev, w->hash) != 0 || strcmp(chain(a, prev, json), hash) != 0)
		broken = _("%s: it is not what was issued");
	else if (document_read(json, strlen(json), a, &d, NULL) != ST_OK || d.totals.gross != db_int(s, 7) || !d.number || strcmp(d.number, number) != 0)
		broken = _("%s: its sums are not those of its document");
	if (broken && !w->out->broken)
		w->out->broken = arena_printf(w->arena, broken, number);
	w->seq = db_int(s, 1);
	w->date = arena_strdup(w->arena, date);
	w->hash = arena_strdup(w->arena, hash);
	w->out->documents++;
	arena_free(&a);
}

enum status series_verify(struct core *c, struct arena *a, struct series_check *out, struct error *err)
{
	struct walk w = {.arena = a, .out = out, .date = "", .hash = ""};
	struct db_stmt *s;
	bool row;
	*out = (struct series_check){0};
	enum status st = access_check(c, model_entity(c->model, "invoices"), ACT_READ, err);
	if (st == ST_OK)
		st = rows_open(c, &s, err, "SELECT series, seq, number, issue_date, document, issued_hash, prev_hash, gross_minor FROM invoices WHERE org_id = $1 AND number IS NOT NULL ORDER BY series, seq, num",
		"d", &c->org);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row)
		look_at(&w, s);
	/* what the counter gave and no document has */
	if (st == ST_OK && !out->broken)
		st = rows_first(c, &s, &row, err,
			"SELECT k.prefix, k.year FROM invoice_series k WHERE k.org_id = $1 AND k.next - 1 <> (SELECT count(*) FROM invoices i WHERE i.org_id = $1 AND i.series = k.prefix || '-' || k.year) LIMIT 1", "d", &c->org);
	if (st == ST_OK && !out->broken && row) {
		out->broken = arena_printf(a, _("%s-%d: a number was given and has no document"), db_text(s, 0), (int)db_int(s, 1));
		db_done(s);
	}
	return st;
}
