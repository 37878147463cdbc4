#include "core/mail/delivery.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/rows.h"
#include "core/crm/store.h"
#include "core/crm/store_raw.h"
#include "core/mail/message.h"
#include "core/model/format_check.h"
#include "core/security/access.h"

/* A mail that is refused is refused within days; the other side's clock may be a little behind. */
#define LATE_MS (5 * 24 * INT64_C(3600000))
#define SKEW_MS INT64_C(600000)

/* What a happening is called in email_logs and makes of the activity; of two the higher rank stays, whatever came first. */
static const struct {
	const char *event, *state;
	int rank;
} meanings[] = {
	[MAIL_SENT] = {"processed", "sent", 1},      [MAIL_DEFERRED] = {"deferred", "deferred", 2}, [MAIL_DELIVERED] = {"delivered", "delivered", 3},
	[MAIL_BOUNCED] = {"bounce", "bounced", 5},   [MAIL_DROPPED] = {"dropped", "failed", 4},     [MAIL_COMPLAINT] = {"spamreport", "complained", 6},
	[MAIL_UNSUBSCRIBED] = {"unsubscribe", NULL, 0},
};

static int rank_of(const char *state)
{
	for (size_t i = 0; state && i < sizeof meanings / sizeof *meanings; i++)
		if (meanings[i].state && strcmp(meanings[i].state, state) == 0)
			return meanings[i].rank;
	return 0; /* in the outbox */
}

struct happening {
	struct txn *txn;
	struct arena *arena;
	const struct mail_event *event;
	const char *address;     /* NULL: not known */
	struct record *activity; /* NULL: of no mail of ours that we know */
	int64_t at;
};

static const struct entity *entity(struct happening *h, const char *name)
{
	return model_entity(txn_core(h->txn)->model, name);
}

/* Finding the mail */

char *mail_job_tag(const struct id *activity, char out[MAIL_TAG_SIZE])
{
	char text[ID_TEXT_SIZE];
	(void)snprintf(out, MAIL_TAG_SIZE, "%s", id_format(activity, text) + 24);
	return out;
}

/* Several databases may use one account at a service: a number alone says nothing. */
static bool is_meant(const struct happening *h)
{
	char tag[MAIL_TAG_SIZE];
	const char *to = record_text(h->activity, "mail_to");
	if (h->event->ours)
		return true;
	if (h->event->tag)
		return strcmp(h->event->tag, mail_job_tag(&h->activity->id, tag)) == 0;
	return !h->address || (to && strcasestr(to, h->address));
}

/* What others say, fit to be kept. */
static const char *said(struct happening *h)
{
	enum { MOST = 120 * 4 };
	const char *s = h->event->reason;
	if (!s)
		return NULL;
	size_t n = strlen(s);
	return text_clean(h->arena, n > MOST ? arena_printf(h->arena, "%.*s…", MOST, s) : s);
}

static enum status find_activity(struct happening *h, struct error *err)
{
	struct core *c = txn_core(h->txn);
	struct db_stmt *s;
	struct id id = {{0}};
	bool row = false;
	enum status st = ST_OK;
	if (h->event->job)
		st = rows_first(c, &s, &row, err, "SELECT id FROM activities WHERE mail_job = $2 AND org_id = $1", "di", &c->org, h->event->job);
	else if (mail_has(h->event->message_id))
		st = rows_first(c, &s, &row, err, "SELECT id FROM activities WHERE message_id = $2 AND org_id = $1", "dt", &c->org, h->event->message_id);
	else if (mail_has(h->address)) /* a list of addresses: the last mail to it that may be meant */
		st = rows_first(c, &s, &row, err,
			"SELECT a.id FROM contact_emails e JOIN activities a ON a.contact_id = e.contact_id WHERE e.org_id = $1 AND e.address_norm = $2 AND "
			"a.type = 'email' AND a.mail_state IS NOT NULL AND a.mail_to = $3 AND a.created_at BETWEEN $4 AND $5 ORDER BY a.num DESC LIMIT 1",
			"dttii", &c->org, email_norm(h->arena, h->address), h->address, h->at - LATE_MS, h->at + SKEW_MS);
	if (st != ST_OK || !row)
		return st;
	id = db_id(s, 0);
	db_done(s);
	st = raw_load(c, entity(h, "activities"), &id, h->arena, &h->activity, err);
	if (st == ST_OK && h->event->job && !is_meant(h))
		h->activity = NULL;
	return st;
}

/* The line in the log: its id is made of what it says, so it is there once. */

static enum status add_log(struct happening *h, bool *fresh, struct error *err)
{
	struct core *c = txn_core(h->txn);
	const struct mail_event *e = h->event;
	char activity[ID_TEXT_SIZE] = "";
	if (h->activity)
		(void)id_format(&h->activity->id, activity);
	const char *key = e->id ? arena_printf(h->arena, "%s/%s", e->provider, e->id)
				: arena_printf(h->arena, "%s/%s/%s/%s/%lld", e->provider, activity, h->address ? h->address : "", meanings[e->what].event, (long long)e->at);
	struct id id = id_natural(&c->org, "email_log", key);
	*fresh = rows_int(c, 0, "SELECT 1 FROM email_logs WHERE id = $1 AND org_id = $2", "dd", &id, &c->org) == 0;
	if (!*fresh || !h->activity)
		return ST_OK;
	struct record *r = record_new(h->arena, entity(h, "email_logs"));
	r->id = id;
	record_put_id(r, "activity", h->activity->id);
	record_put_text(r, "address", h->address);
	record_put_text(r, "event", meanings[e->what].event);
	record_put_int(r, "at", h->at);
	record_put_text(r, "provider", e->provider);
	record_put_text(r, "event_id", e->id);
	record_put_text(r, "code", e->code);
	record_put_text(r, "reason", said(h));
	return store_insert(h->txn, r, err);
}

/* What it makes of the mail */

static bool is_bad(enum mail_happening what)
{
	return what == MAIL_BOUNCED || what == MAIL_DROPPED;
}

/* Whoever wrote it must know: a task, due now. */
static enum status add_task(struct happening *h, struct error *err)
{
	struct record *r = record_new(h->arena, entity(h, "activities")), *mail = h->activity;
	const char *address = h->address ? h->address : record_text(mail, "mail_to");
	struct id contact = record_id(mail, "contact");
	const char *subject = arena_printf(h->arena, _("Mail did not arrive: %s"), address ? address : "");
	if (!id_is_nil(&contact) && rows_int(txn_core(h->txn), 0, "SELECT count(*) FROM activities WHERE contact_id = $1 AND type = 'task' AND status = 'planned' AND subject = $2 AND "
							   "deleted_at IS NULL AND org_id = $3", "dtd", &contact, subject, &txn_core(h->txn)->org) > 0)
		return ST_OK; /* that is on the list already */
	record_put_text(r, "type", "task");
	record_put_text(r, "subject", subject);
	record_put_text(r, "body", arena_printf(h->arena, "%s\n\n%s", record_text(mail, "subject") ? record_text(mail, "subject") : "", h->event->reason ? said(h) : ""));
	record_put_int(r, "due_at", h->at);
	record_put_text(r, "priority", "high");
	static const char *const links[] = {"contact", "company", "deal", "owner"};
	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		if (!record_null(mail, links[i]))
			record_put_id(r, links[i], record_id(mail, links[i]));
	return store_insert(h->txn, r, err);
}

static enum status move_activity(struct happening *h, struct error *err)
{
	struct record *old = h->activity;
	const char *had = record_text(old, "mail_state"), *state = meanings[h->event->what].state;
	bool again = h->event->ours && h->event->what == MAIL_SENT && had && (strcmp(had, "failed") == 0 || strcmp(had, "deferred") == 0);
	if (!state || old->deleted_at || (rank_of(state) <= rank_of(had) && !again))
		return ST_OK;
	struct record *r = record_new(h->arena, old->entity);
	r->id = old->id;
	record_put_text(r, "mail_state", state);
	record_put_text(r, "mail_note", h->event->what == MAIL_SENT || !h->event->reason ? NULL : said(h));
	const char *status = record_text(old, "status");
	bool planned = status && strcmp(status, "planned") == 0;
	if (h->event->what == MAIL_DROPPED && planned)
		record_put_text(r, "status", "cancelled");
	else if (h->event->what != MAIL_DROPPED && (planned || again))
		record_put_text(r, "status", "done");
	enum status st = store_update(h->txn, r, err);
	return st == ST_OK && is_bad(h->event->what) && rank_of(had) < meanings[MAIL_DROPPED].rank ? add_task(h, err) : st;
}

/* What it makes of the address, with everybody who has it */

static const char *address_status(const struct mail_event *e)
{
	if (is_bad(e->what) && e->dead)
		return "bounced";
	return e->what == MAIL_COMPLAINT ? "complained" : e->what == MAIL_DELIVERED ? "valid" : NULL;
}

static enum status set_address(struct happening *h, const struct id *id, const char *status, struct error *err)
{
	struct record *r = record_new(h->arena, entity(h, "contact_emails"));
	r->id = *id;
	record_put_text(r, "status", status);
	record_put_text(r, "status_reason", said(h));
	return store_update(h->txn, r, err);
}

static enum status set_unwanted(struct happening *h, const struct id *contact, struct error *err)
{
	struct record *r = record_new(h->arena, entity(h, "contacts"));
	r->id = *contact;
	record_put_int(r, "do_not_email", 1);
	return store_update(h->txn, r, err);
}

static enum status move_addresses(struct happening *h, struct error *err)
{
	struct core *c = txn_core(h->txn);
	struct db_stmt *s;
	bool row;
	struct held {
		struct id id, contact;
		const char *status;
	} list[32];
	int n = 0;
	const char *status = address_status(h->event);
	if (!mail_has(h->address) || (!status && h->event->what != MAIL_UNSUBSCRIBED))
		return ST_OK;
	enum status st = rows_open(c, &s, err,
		"SELECT e.id, e.contact_id, e.status FROM contact_emails e JOIN contacts k ON k.id = e.contact_id AND k.deleted_at IS NULL "
		"WHERE e.org_id = $1 AND e.address_norm = $2 AND e.deleted_at IS NULL LIMIT 32",
		"dt", &c->org, email_norm(h->arena, h->address));
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row)
		list[n++] = (struct held){db_id(s, 0), db_id(s, 1), rows_text(h->arena, s, 2)};
	for (int i = 0; st == ST_OK && i < n; i++) {
		/* "valid" is said of what nobody complained about */
		if (status && strcmp(list[i].status, status) != 0 && (h->event->what != MAIL_DELIVERED || strcmp(list[i].status, "unknown") == 0))
			st = set_address(h, &list[i].id, status, err);
		if (st == ST_OK && h->event->what == MAIL_UNSUBSCRIBED)
			st = set_unwanted(h, &list[i].contact, err);
	}
	return st;
}

static const char *label_of(const struct mail_event *e, struct arena *a)
{
	static const char *const labels[] = {[MAIL_SENT] = N_("Mail sent"), [MAIL_DEFERRED] = N_("Mail delayed"), [MAIL_DELIVERED] = N_("Mail delivered"),
		[MAIL_BOUNCED] = N_("Mail bounced"), [MAIL_DROPPED] = N_("Mail not sent"), [MAIL_COMPLAINT] = N_("Mail complained about"),
		[MAIL_UNSUBSCRIBED] = N_("Mail unsubscribed")};
	return mail_has(e->address) ? arena_printf(a, "%s: %s", _(labels[e->what]), e->address) : _(labels[e->what]);
}

static bool is_text(const char *s)
{
	return !s || (strlen(s) < 1000 && text_is_utf8(s, strlen(s)));
}

static enum status record_one(struct happening *h, bool *fresh, struct error *err)
{
	const struct mail_event *e = h->event;
	if (!is_text(h->address) || !is_text(e->code) || !is_text(e->message_id) || !is_text(e->id)) {
		*fresh = false; /* no mail of ours has such */
		return ST_OK;
	}
	enum status st = find_activity(h, err);
	if (st == ST_OK && h->activity && !h->address && h->event->ours && record_text(h->activity, "mail_to") && !strchr(record_text(h->activity, "mail_to"), ','))
		h->address = record_text(h->activity, "mail_to"); /* of several nobody knows whose it is about */
	if (st == ST_OK)
		st = add_log(h, fresh, err);
	if (st == ST_OK && *fresh && h->activity)
		st = move_activity(h, err);
	return st == ST_OK && *fresh ? move_addresses(h, err) : st;
}

enum status mail_events_record(struct core *c, const struct mail_event *list, size_t n, int *fresh, struct error *err)
{
	struct txn *t;
	int count = 0;
	struct arena *a = arena_new();
	enum status st = n ? txn_begin(c, CHANGE_SYSTEM, n == 1 ? label_of(list, a) : _("What became of mails"), &t, err) : ST_OK;
	if (st == ST_OK && n) {
		for (size_t i = 0; st == ST_OK && i < n; i++) {
			bool is_new = false;
			struct happening h = {.txn = t, .arena = a, .event = &list[i], .address = list[i].address, .at = list[i].at > 0 && list[i].at <= clock_now() ? list[i].at : clock_now()};
			st = record_one(&h, &is_new, err);
			count += is_new;
		}
		st = txn_end(&t, st, err);
	}
	arena_free(&a);
	if (st == ST_OK && fresh)
		*fresh = count;
	return st;
}

/* Before writing */

static enum status refuse_bounced(const char *address, const char *reason, struct error *err)
{
	return error_field(err, ST_CONFLICT, "to", *reason ? _("Mail to %s did not arrive the last time: %s") : _("Mail to %s did not arrive the last time.%s"), address, reason);
}

enum status mail_may_write(struct core *c, const char *address, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct arena *a = arena_new();
	enum status st = rows_first(c, &s, &row, err,
		"SELECT e.status, e.status_reason, k.id, k.do_not_email FROM contact_emails e JOIN contacts k ON k.id = e.contact_id AND k.deleted_at IS NULL "
		"WHERE e.org_id = $1 AND e.address_norm = $2 AND e.deleted_at IS NULL "
		"ORDER BY CASE WHEN e.status IN ('bounced', 'complained', 'invalid') OR k.do_not_email = 1 THEN 0 ELSE 1 END LIMIT 1",
		"dt", &c->org, email_norm(a, address));
	if (st == ST_OK && row) {
		const char *status = rows_text(a, s, 0), *reason = rows_text(a, s, 1);
		struct id contact = db_id(s, 2);
		bool unwanted = db_int(s, 3) == 1;
		db_done(s);
		if (access_check_row(c, model_entity(c->model, "contacts"), &contact, ACT_READ, NULL) != ST_OK)
			reason = ""; /* of a person whom one may not see */
		if (strcmp(status, "bounced") == 0 || strcmp(status, "invalid") == 0)
			st = refuse_bounced(address, reason, err);
		else if (strcmp(status, "complained") == 0)
			st = error_field(err, ST_CONFLICT, "to", _("%s called a mail of yours unwanted."), address);
		else if (unwanted)
			st = error_field(err, ST_CONFLICT, "to", _("%s wants no mail."), address);
	} else if (st == ST_OK) { /* nobody's in the book: what was said of it last */
		st = rows_first(c, &s, &row, err, "SELECT event, reason FROM email_logs WHERE org_id = $1 AND address = $2 AND deleted_at IS NULL ORDER BY num DESC LIMIT 1", "dt", &c->org, address);
		if (st == ST_OK && row) {
			bool bounced = strcmp(rows_text(a, s, 0), "bounce") == 0;
			const char *reason = rows_text(a, s, 1);
			db_done(s);
			if (bounced)
				st = refuse_bounced(address, reason, err);
		}
	}
	arena_free(&a);
	return st;
}
