#include "core/mail/identity.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/hooks.h"
#include "core/crm/rows.h"
#include "core/crm/store.h"
#include "core/mail/domain_check.h"
#include "core/mail/message.h"
#include "core/mail/outbox.h"
#include "core/mail/service.h"
#include "core/mail/template.h"
#include "core/security/access.h"
#include "core/security/secrets.h"

enum { MOST = 100 };

/* NULL for "" */
static const char *some(const char *s)
{
	return *s ? s : NULL;
}

static void add_default(struct core *c, struct arena *a, struct identity *list, int *n)
{
	const char *email = secret_text(c, a, "EMAIL_FROM");
	if (email)
		list[(*n)++] = (struct identity){.name = some(store_title(c, model_entity(c->model, "users"), &c->user, a)), .email = email};
}

enum status identities_list(struct core *c, struct arena *a, struct identity **out, int *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct identity *list = arena_alloc(a, (MOST + 1) * sizeof *list);
	int count = 0;
	enum status st = rows_open(c, &s, err,
		"SELECT id, name, email, reply_to, signature FROM senders WHERE org_id = $1 AND deleted_at IS NULL AND (user_id IS NULL OR user_id = $2) "
		"ORDER BY CASE WHEN user_id IS NULL THEN 1 ELSE 0 END, sort_key, num LIMIT 100",
		"dd", &c->org, &c->user);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row)
		list[count++] = (struct identity){db_id(s, 0), rows_text(a, s, 1), rows_text(a, s, 2), some(rows_text(a, s, 3)), some(rows_text(a, s, 4))};
	if (st != ST_OK)
		return st;
	add_default(c, a, list, &count);
	*out = list;
	*n = count;
	return ST_OK;
}

static bool is_called(struct core *c, const struct identity *who, const char *text)
{
	struct id id = {{0}};
	if (strcmp(who->email, text) == 0 || (who->name && text_eq_fold(who->name, text)))
		return true;
	return !id_is_nil(&who->id) && store_find(c, model_entity(c->model, "senders"), text, &id, NULL) == ST_OK && id_eq(&id, &who->id);
}

enum status identity_find(struct core *c, const char *text, struct arena *a, struct identity *out, struct error *err)
{
	struct identity *list;
	int n = 0;
	enum status st = identities_list(c, a, &list, &n, err);
	if (st != ST_OK)
		return st;
	for (int i = 0; i < n; i++)
		if (!text || is_called(c, &list[i], text)) {
			*out = list[i];
			return ST_OK;
		}
	if (n) {
		error_field(err, ST_NOT_FOUND, "from", _("There is no sender “%s” that you may use."), text);
		error_hint(err, _("Yours are in Settings ▸ Senders, or: simplix senders list"));
		return ST_NOT_FOUND;
	}
	error_set(err, ST_INVALID, _("Nothing is set up to send mail with."));
	error_hint(err, _("Add a sender (simplix senders add name=… email=…) or set EMAIL_FROM, and SMTP_HOST or EMAIL_PROVIDER with its key: simplix secrets set NAME."));
	return ST_INVALID;
}

const char *identity_sign(const struct identity *who, const char *text, struct arena *a)
{
	if (!who->signature || strstr(text, arena_printf(a, "-- \n%s", who->signature)))
		return text;
	size_t n = strlen(text);
	while (n && text[n - 1] == '\n')
		n--;
	return arena_printf(a, "%.*s\n\n-- \n%s\n", (int)n, text, who->signature);
}

enum status identity_checked(struct core *c, const struct id *sender, const char *proofs, struct error *err)
{
	struct txn *t;
	if (access_check(c, model_entity(c->model, "senders"), ACT_UPDATE, NULL) != ST_OK)
		return ST_OK; /* one may look, not keep it */
	enum status st = txn_begin(c, CHANGE_SYSTEM, _("Sender looked up"), &t, err);
	if (st != ST_OK)
		return st;
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "senders"));
	r->id = *sender;
	record_put_text(r, "proofs", proofs);
	record_put_int(r, "checked_at", clock_now());
	st = txn_end(&t, store_update(t, r, err), err);
	arena_free(&a);
	return st;
}

enum status identity_test(struct core *c, const struct id *sender, struct id *activity, int64_t *job, struct error *err)
{
	struct record *me, *r;
	struct arena *a = arena_new();
	enum status st = store_load(c, model_entity(c->model, "senders"), sender, a, &r, err);
	if (st == ST_OK)
		st = store_load(c, model_entity(c->model, "users"), &c->user, a, &me, err);
	if (st == ST_OK && (!record_text(r, "email") || !record_text(r, "name")))
		st = error_set(err, ST_DENIED, _("You may not see the address of this sender."));
	if (st == ST_OK && !record_text(me, "email")) {
		st = error_set(err, ST_INVALID, _("You have no mail address to send the test to."));
		error_hint(err, _("Set it in Settings, Profile, or: simplix users edit me email=…"));
	}
	if (st == ST_OK) {
		struct mail_address to = {store_title(c, me->entity, &me->id, a), record_text(me, "email")};
		const char *text = arena_printf(a, _("This is a test of the sender %s <%s>.\n\nWhen you read this, mail goes out. Look whether it came to the inbox and not among the unwanted.\n"),
			record_text(r, "name"), record_text(r, "email"));
		const struct identity who = {.signature = record_text(r, "signature")};
		struct outgoing o = {.mail = {.to = {&to, 1}, .subject = _("Test of a sender"), .text = identity_sign(&who, text, a)}, .sender = record_text(r, "email"), .anyway = true};
		st = outbox_add(c, &o, activity, job, err);
	}
	arena_free(&a);
	return st;
}

/* The record */

void hook_sender_verdict(struct core *c, const struct record *r, struct value *out)
{
	const char *text = domain_verdict(record_text(r, "proofs"), r->arena);
	(void)c;
	*out = text ? (struct value){.kind = VAL_TEXT, .s = text} : (struct value){0};
}

static enum status check_line(const char *text, const char *field, struct error *err)
{
	for (const char *p = text ? text : ""; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return error_field(err, ST_INVALID, field, _("This must be one line without control characters."));
	return ST_OK;
}

enum status hook_sender_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	const char *email = record_text(now, "email"), *reply = record_text(now, "reply_to"), *selector = record_text(now, "dkim_selector");
	(void)t;
	enum status st = check_line(record_text(now, "name"), "name", err);
	if (st == ST_OK && email)
		st = mail_check_address(email, "email", err);
	if (st == ST_OK && reply)
		st = mail_check_address(reply, "reply_to", err);
	for (const char *p = selector ? selector : ""; st == ST_OK && *p; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", *p))
			st = error_field(err, ST_INVALID, "dkim_selector", _("A selector is letters, digits, hyphens and dots: the word before ._domainkey."));
	bool moved = old && email && record_text(old, "email") && strcmp(record_text(old, "email"), email) != 0;
	if (st == ST_OK && moved) { /* what was looked up was another domain's */
		record_put_text(now, "proofs", NULL);
		record_clear(now, "checked_at");
	}
	return st;
}

enum status hook_template_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	static const char *const texts[] = {"subject", "preheader", "body_text", "body_html"};
	struct buf seen = {0};
	enum status st = check_line(record_text(now, "subject"), "subject", err);
	(void)old;
	if (st == ST_OK && !mail_has(record_text(now, "body_text")) && !mail_has(record_text(now, "body_html")))
		st = error_field(err, ST_INVALID, "body_text", _("A template needs a text, or HTML."));
	if (st == ST_OK && record_text(now, "name") &&
		rows_int(txn_core(t), 0, "SELECT count(*) FROM templates WHERE org_id = $1 AND sort_key = $2 AND deleted_at IS NULL AND id <> $3", "dtd", &txn_core(t)->org,
			text_sort_key(now->arena, record_text(now, "name")), &now->id) > 0)
		st = error_field(err, ST_CONFLICT, "name", _("There is a template of that name already."));
	for (size_t i = 0; st == ST_OK && i < sizeof texts / sizeof *texts; i++) {
		st = template_check(txn_core(t), record_text(now, texts[i]), texts[i], err);
		template_variables(record_text(now, texts[i]), &seen);
	}
	if (st == ST_OK)
		record_put_text(now, "variables", seen.len ? buf_str(&seen) : NULL);
	buf_free(&seen);
	return st;
}
