#include "core/mail/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/kill_point.h"
#include "core/base/text.h"
#include "core/crm/rows.h"
#include "core/crm/store.h"
#include "core/helper/kind.h"
#include "core/mail/delivery.h"
#include "core/mail/dsn.h"
#include "core/mail/identity.h"
#include "core/mail/letter.h"
#include "core/mail/news.h"
#include "core/mail/senders.h"
#include "core/mail/service.h"

enum { TRIES = 12, FIRST_MS = 2000, MOST_MS = 3600 * 1000 };

/* Writing down */

static const char *recipients(const struct mail *m, struct arena *a)
{
	struct buf b = {0};
	const struct mail_addresses *lists[] = {&m->to, &m->cc, &m->bcc};
	for (size_t k = 0; k < 3; k++)
		for (size_t i = 0; i < lists[k]->n; i++)
			buf_printf(&b, "%s%s", b.len ? ", " : "", lists[k]->at[i].email);
	const char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static const char *files(const struct mail *m, struct arena *a)
{
	struct buf b = {0};
	for (size_t i = 0; i < m->parts_n; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", m->parts[i].name);
	const char *out = b.len ? arena_strdup(a, buf_str(&b)) : NULL;
	buf_free(&b);
	return out;
}

/* The job's number is known once the job is there, and the job holds the activity's id: the two numbers meet in the activity. */
static enum status add_activity(struct txn *t, const struct outgoing *o, const struct mail *m, struct arena *a, struct id *out, struct error *err)
{
	struct record *r = record_new(a, model_entity(txn_core(t)->model, "activities"));
	record_put_text(r, "type", "email");
	record_put_text(r, "direction", "outbound");
	record_put_text(r, "status", "planned");
	record_put_text(r, "subject", mail_has(m->subject) ? m->subject : _("(no subject)"));
	record_put_text(r, "body", mail_plain_text(a, m));
	record_put_text(r, "mail_from", mail_has(m->from.name) ? arena_printf(a, "%s <%s>", m->from.name, m->from.email) : m->from.email);
	record_put_text(r, "mail_to", recipients(m, a));
	record_put_text(r, "mail_files", files(m, a));
	record_put_text(r, "mail_state", "outbox");
	record_put_text(r, "message_id", m->message_id);
	if (!id_is_nil(&o->contact))
		record_put_id(r, "contact", o->contact);
	if (!id_is_nil(&o->company))
		record_put_id(r, "company", o->company);
	if (!id_is_nil(&o->deal))
		record_put_id(r, "deal", o->deal);
	enum status st = store_insert(t, r, err);
	*out = r->id;
	return st;
}

/* In order to one recipient: a mailbox that takes nothing for hours delays nobody else. */
static struct id line_of(struct core *c, const struct mail *m, struct arena *a)
{
	return id_natural(&c->org, "mail", text_fold(a, m->to.at[0].email));
}

static enum status check_recipients(struct core *c, const struct mail *m, struct error *err)
{
	const struct mail_addresses *lists[] = {&m->to, &m->cc, &m->bcc};
	enum status st = ST_OK;
	for (size_t k = 0; k < 3; k++)
		for (size_t i = 0; st == ST_OK && i < lists[k]->n; i++)
			st = mail_may_write(c, lists[k]->at[i].email, err);
	return st;
}

static enum status check_files(const struct mail *m, struct error *err)
{
	size_t all = 0;
	for (size_t i = 0; i < m->parts_n; i++)
		all += m->parts[i].n;
	if (all <= OUTBOX_FILES_MAX)
		return ST_OK;
	error_field(err, ST_LIMIT, "parts", _("The files of this mail are too large together: at most %d MB."), OUTBOX_FILES_MAX / (1024 * 1024));
	error_hint(err, _("Many mail servers refuse more. Send a link instead."));
	return ST_LIMIT;
}

/* Who has the address, if that is one person whom we may see. */
static struct id contact_of(struct core *c, const char *address)
{
	struct id id = {{0}};
	if (store_find(c, model_entity(c->model, "contacts"), address, &id, NULL) != ST_OK)
		return (struct id){{0}};
	return id;
}

static enum status complete(struct core *c, struct outgoing *o, struct arena *a, struct error *err)
{
	struct identity who;
	struct mail *m = &o->mail;
	enum status st = identity_find(c, o->sender, a, &who, err);
	if (st == ST_OK && !mail_provider(c, a)) {
		st = error_set(err, ST_INVALID, _("Nothing is set up to send mail with."));
		error_hint(err, _("Set SMTP_HOST, or EMAIL_PROVIDER with its key: simplix secrets set NAME, or the environment."));
	}
	if (st != ST_OK)
		return st;
	m->from = (struct mail_address){who.name, who.email};
	m->reply_to = (struct mail_address){NULL, who.reply_to};
	m->at = clock_now();
	m->message_id = mail_message_id(a, who.email);
	st = mail_check(m, err);
	if (st == ST_OK && !m->to.n)
		st = error_field(err, ST_INVALID, "to", _("Say whom it goes to."));
	if (st == ST_OK && text_is_blank(m->text) && !mail_has(m->html) && !m->parts_n)
		st = error_field(err, ST_INVALID, "text", _("The mail is empty."));
	if (st == ST_OK && text_is_blank(m->subject) && !o->anyway)
		st = error_field(err, ST_CONFLICT, "subject", _("The mail has no subject."));
	if (st == ST_OK)
		st = check_files(m, err);
	if (st == ST_OK && !o->anyway)
		st = check_recipients(c, m, err);
	if (st == ST_OK && id_is_nil(&o->contact))
		o->contact = contact_of(c, m->to.at[0].email);
	return st;
}

/* Who else of the book it goes to; Bcc is nobody's business. */
static enum status add_participants(struct txn *t, const struct outgoing *o, const struct id *activity, struct arena *a, struct error *err)
{
	const struct mail_addresses *lists[] = {&o->mail.to, &o->mail.cc};
	static const char *const roles[] = {"to", "cc"};
	enum status st = ST_OK;
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; st == ST_OK && i < lists[k]->n; i++) {
			struct id contact = contact_of(txn_core(t), lists[k]->at[i].email);
			if (id_is_nil(&contact) || id_eq(&contact, &o->contact))
				continue;
			struct record *r = record_new(a, model_entity(txn_core(t)->model, "activity_participants"));
			record_put_id(r, "activity", *activity);
			record_put_id(r, "contact", contact);
			record_put_text(r, "role", roles[k]);
			st = store_insert(t, r, err);
		}
	return st;
}

static enum status write_down(struct txn *t, const struct outgoing *o, struct arena *a, struct id *activity, int64_t *job, struct error *err)
{
	struct core *c = txn_core(t);
	const struct mail *m = &o->mail;
	struct letter l = {.mail = *m};
	const char *title = arena_printf(a, "%s · %s", m->to.at[0].email, mail_has(m->subject) ? m->subject : "");
	enum status st = add_activity(t, o, m, a, &l.activity, err);
	if (st == ST_OK)
		st = queue_add(c, &(struct job_new){.kind = "mail", .target = line_of(c, m, a), .title = title, .payload = letter_write(&l, a)}, job, err);
	if (st == ST_OK) /* bookkeeping: no change that a person would call one */
		st = rows_run(c, err, "UPDATE activities SET mail_job = $1 WHERE id = $2 AND org_id = $3", "idd", *job, &l.activity, &c->org);
	if (st == ST_OK)
		st = add_participants(t, o, &l.activity, a, err);
	*activity = l.activity;
	return st;
}

enum status outbox_put(struct txn *t, const struct outgoing *given, struct id *activity, int64_t *job, struct error *err)
{
	struct arena *a = arena_new();
	struct outgoing o = *given;
	enum status st = complete(txn_core(t), &o, a, err);
	if (st == ST_OK)
		st = write_down(t, &o, a, activity, job, err);
	arena_free(&a);
	return st;
}

enum status outbox_add(struct core *c, const struct outgoing *given, struct id *activity, int64_t *job, struct error *err)
{
	struct arena *a = arena_new();
	struct outgoing o = *given;
	struct id id = {{0}};
	struct txn *t;
	enum status st = complete(c, &o, a, err);
	if (st == ST_OK)
		st = txn_begin(c, CHANGE_EDIT, arena_printf(a, _("Mail to %s"), o.mail.to.at[0].email), &t, err);
	if (st == ST_OK) {
		st = write_down(t, &o, a, &id, job, err);
		st = txn_end(&t, st, err);
	}
	arena_free(&a);
	if (st == ST_OK && activity)
		*activity = id;
	return st;
}

/* Sending */

/* Who deleted the activity took the mail back. */
static enum status check_wanted(struct core *c, const struct letter *l, struct error *err)
{
	if (id_is_nil(&l->activity) || rows_int(c, 0, "SELECT 1 FROM activities WHERE id = $1 AND org_id = $2 AND deleted_at IS NOT NULL", "dd", &l->activity, &c->org) == 0)
		return ST_OK;
	return error_set(err, ST_CANCELLED, _("Taken back before it was sent: its activity was deleted."));
}

/* Full jitter (a random part of a wait that doubles), an hour at most. */
static int64_t wait_before(int attempt)
{
	uint16_t dice;
	int64_t most = FIRST_MS;
	for (int i = 0; i < attempt && most < MOST_MS; i++)
		most *= 2;
	crypto_random(&dice, sizeof dice);
	return 1000 + (most < MOST_MS ? most : MOST_MS) * dice / UINT16_MAX;
}

static bool smtp_verdict(const struct http_answer *answer, struct arena *a, struct result *r)
{
	struct smtp_reply reply;
	smtp_reply_read(answer->body, answer->body_n, &reply);
	enum dsn_kind kind = dsn_classify(&reply);
	r->status = reply.code;
	r->error = *reply.text ? arena_printf(a, "%s %s", dsn_sentence(kind), text_clean(a, reply.text)) : dsn_sentence(kind);
	r->gone = kind == DSN_BAD_ADDRESS;
	return kind == DSN_LATER || kind == DSN_FULL || kind == DSN_AUTH; /* a password can be mended */
}

static bool service_verdict(struct core *c, const struct http_answer *answer, struct arena *a, struct result *r, bool *unclear)
{
	struct mail_answer m = {.status = answer->status, .body = answer->body, .body_n = answer->body_n};
	struct mail_verdict v;
	const char *provider = mail_provider(c, a);
	if (provider && strcmp(provider, "mailgun") == 0)
		mail_answer_mailgun(&m, a, &v);
	else if (provider && strcmp(provider, "ses") == 0)
		mail_answer_ses(&m, a, &v);
	else
		mail_answer_sendgrid(&m, a, &v);
	r->end = v.outcome == MAIL_ACCEPTED ? JOB_DONE : JOB_FAILED;
	r->error = v.outcome == MAIL_ACCEPTED ? NULL : *v.said ? arena_printf(a, "%s %s", v.message, v.said) : v.message;
	*unclear = v.unclear;
	return v.outcome == MAIL_LATER;
}

static enum status request(struct core *c, const struct job *j, struct arena *a, struct http_request *out, struct error *err)
{
	struct letter l;
	enum status st = letter_read(j->payload, a, &l, err);
	if (st == ST_OK)
		st = check_wanted(c, &l, err);
	char tag[MAIL_TAG_SIZE];
	return st == ST_OK ? mail_service_request(c, &l.mail, arena_printf(a, "job-%lld-%s", (long long)j->num, mail_job_tag(&l.activity, tag)), a, out, err) : st;
}

static void judge(struct core *c, const struct job *j, const struct http_answer *answer, struct arena *a, struct result *r)
{
	bool again = true, unclear = answer->end != HTTP_ANSWERED && answer->sent;
	r->end = JOB_FAILED;
	if (answer->smtp && answer->end == HTTP_ANSWERED)
		r->end = JOB_DONE;
	else if (answer->smtp && answer->body_n && answer->status >= 400)
		again = smtp_verdict(answer, a, r), unclear = false;
	else if (answer->end != HTTP_ANSWERED)
		r->error = arena_strdup(a, answer->error);
	else
		again = service_verdict(c, answer, a, r, &unclear);
	r->response = NULL;
	if (r->end == JOB_DONE)
		return;
	if (again && unclear) { /* a mail that comes twice is worse than one that a person looks after */
		r->end = JOB_DEAD;
		r->error = arena_printf(a, "%s %s", r->error, _("It may have been sent: ask before you send it again."));
	} else if (again) {
		r->end = j->attempt + 1 >= TRIES ? JOB_DEAD : JOB_LATER;
		r->later_at = clock_now() + (answer->retry_after_s >= 0 && answer->retry_after_s < 86400 ? answer->retry_after_s * 1000 : wait_before(j->attempt));
	}
}

/* What became of the jobs is what became of the mails. False: it says nothing of the mail (it waits for the network). */
static bool event_of(const struct result *r, const char *provider, struct arena *a, struct mail_event *out)
{
	if (r->end == JOB_LATER && !r->counts)
		return false;
	enum mail_happening what = r->end == JOB_DONE ? MAIL_SENT : r->end == JOB_LATER ? MAIL_DEFERRED : r->gone ? MAIL_BOUNCED : MAIL_DROPPED;
	*out = (struct mail_event){.what = what, .dead = r->gone, .ours = true, .provider = provider ? provider : "", .job = r->job, .reason = what == MAIL_SENT ? NULL : r->error,
		.id = what == MAIL_DEFERRED ? arena_printf(a, "job-%lld/later", (long long)r->job) : arena_printf(a, "job-%lld/%d/%d", (long long)r->job, r->attempt, what)};
	return true;
}

static void settled(struct core *c, const struct result *list, size_t n)
{
	struct arena *a = arena_new();
	const char *provider = mail_provider(c, a);
	struct mail_event *events = arena_alloc(a, (n + 1) * sizeof *events);
	size_t kept = 0;
	bool sent = false;
	for (size_t i = 0; i < n; i++) {
		kept += event_of(&list[i], provider, a, &events[kept]);
		sent |= list[i].end == JOB_DONE;
	}
	/* one by one when one of them will not */
	if (mail_events_record(c, events, kept, NULL, NULL) != ST_OK && kept > 1)
		for (size_t i = 0; i < kept; i++)
			(void)mail_events_record(c, &events[i], 1, NULL, NULL);
	if (sent)
		mail_news_follow(c);
	kill_point("mail-marked");
	arena_free(&a);
}

const struct job_kind mail_kind = {.name = "mail", .request = request, .judge = judge, .settled = settled};
