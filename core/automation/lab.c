#include "core/automation/lab.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/json.h"

enum { MOST_IDS = 1024, TIMESTAMP_DIGITS = 12 };

/* A delivery that came. The oldest is forgotten when there are too many. */
struct seen {
	char *id;
	int times, status; /* answered last; 0: not yet */
	bool accepted;     /* valid, and answered 2xx */
};

struct lab {
	struct lab_key key;
	struct seen seen[MOST_IDS];
	int next;
};

struct lab *lab_new(const struct lab_key *key)
{
	struct lab *l = mem_zalloc(sizeof *l);
	l->key = *key;
	return l;
}

void lab_free(struct lab **l)
{
	for (int i = 0; *l && i < MOST_IDS; i++)
		free((*l)->seen[i].id);
	free(*l);
	*l = NULL;
}

static struct seen *find_seen(struct lab *l, const char *id)
{
	for (int i = 0; i < MOST_IDS; i++)
		if (l->seen[i].id && strcmp(l->seen[i].id, id) == 0)
			return &l->seen[i];
	return NULL;
}

static void add_step(struct lab_report *r, const char *key, enum lab_verdict verdict, const char *text)
{
	r->steps[r->n++] = (struct lab_step){key, verdict, text};
	if (verdict > r->verdict)
		r->verdict = verdict;
}

static bool check_headers(const struct webhook_delivery *d, struct arena *a, struct lab_report *r)
{
	const char *const names[] = {"webhook-id", "webhook-timestamp", "webhook-signature"}, *const values[] = {d->id, d->timestamp, d->signature};
	const char *missing = "";
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!values[i] || !*values[i])
			missing = arena_printf(a, "%s%s%s", missing, *missing ? ", " : "", names[i]);
	if (*missing)
		add_step(r, "headers", LAB_BAD, arena_printf(a, _("Headers are missing: %s. This is no delivery as Standard Webhooks describe it."), missing));
	else
		add_step(r, "headers", LAB_GOOD, _("The headers webhook-id, webhook-timestamp and webhook-signature are there."));
	return !*missing;
}

static void check_timestamp(const char *timestamp, struct arena *a, struct lab_report *r)
{
	size_t digits = strspn(timestamp, "0123456789");
	if (!digits || timestamp[digits] || digits > TIMESTAMP_DIGITS) {
		add_step(r, "timestamp", LAB_BAD, arena_printf(a, _("“%.40s” is no timestamp: those are seconds since 1970."), timestamp));
		return;
	}
	long long age = clock_now() / 1000 - strtoll(timestamp, NULL, 10);
	if (age > LAB_TOLERANCE_S)
		add_step(r, "timestamp", LAB_BAD,
			arena_printf(a, _("The timestamp is %lld s old, more than %d s: an old delivery sent again, or a clock that is wrong."), age, LAB_TOLERANCE_S));
	else if (age < -LAB_TOLERANCE_S)
		add_step(r, "timestamp", LAB_BAD, arena_printf(a, _("The timestamp is %lld s ahead, more than %d s: a clock is wrong."), -age, LAB_TOLERANCE_S));
	else if (age < 0)
		add_step(r, "timestamp", LAB_GOOD, arena_printf(a, _("The timestamp is %lld s ahead; up to %d s are allowed."), -age, LAB_TOLERANCE_S));
	else
		add_step(r, "timestamp", LAB_GOOD, arena_printf(a, _("The timestamp is %lld s old; up to %d s are allowed."), age, LAB_TOLERANCE_S));
}

static bool holds_v1(const char *signatures)
{
	return strncmp(signatures, "v1,", 3) == 0 || strstr(signatures, " v1,");
}

static const char *valid_text(const struct lab *l, const char *header, int which, struct arena *a)
{
	if (!l->key.core)
		return arena_printf(a, _("%s is valid, made with the secret given."), header);
	return arena_printf(a, which == 1 ? _("%s is valid, made with the secret of %s.") : _("%s is valid, made with the former secret of %s, which signs on for a day."),
		header, l->key.name);
}

static const char *invalid_text(const struct lab *l, const char *header, struct arena *a)
{
	if (!l->key.core)
		return arena_printf(a, _("%s is not valid: it was made with another secret than the one given, or the body was changed."), header);
	return arena_printf(a, _("%s is not valid: it was made with another secret than that of %s, or the body was changed."), header, l->key.name);
}

/* Try what there is to try with; NULL, or why nothing can be checked. */
static const char *match(const struct lab *l, const struct webhook_delivery *d, struct arena *a, struct webhook_match *m)
{
	struct error err = {0};
	*m = (struct webhook_match){0};
	if (l->key.core && webhook_match_own(l->key.core, &l->key.webhook, d, m, &err) != ST_OK)
		return arena_printf(a, _("The signature cannot be checked. %s"), err.message);
	if (!l->key.core && l->key.secret)
		webhook_match(&l->key.secret, 1, d, m);
	if (m->secrets)
		return NULL;
	return l->key.core ? arena_printf(a, _("The signature cannot be checked: %s has no secret yet."), l->key.name)
			   : _("The signature cannot be checked: no secret was given.");
}

static void check_signatures(const struct lab *l, const struct webhook_delivery *d, bool complete, struct arena *a, struct lab_report *r)
{
	static const char standard[] = "webhook-signature", legacy[] = "X-Webhook-Signature";
	struct webhook_match m;
	if (!complete && !d->legacy)
		return;
	const char *unknown = match(l, d, a, &m);
	if (unknown) {
		add_step(r, "signature", LAB_UNKNOWN, unknown);
		return;
	}
	if (complete && m.standard)
		add_step(r, "signature", LAB_GOOD, valid_text(l, standard, m.standard, a));
	else if (complete && !holds_v1(d->signature))
		add_step(r, "signature", LAB_BAD, _("webhook-signature holds no signature of version 1 (v1,…)."));
	else if (complete && m.legacy)
		add_step(r, "signature", LAB_BAD, _("webhook-signature is not valid, though the secret and the body are right: its id or timestamp was changed."));
	else if (complete)
		add_step(r, "signature", LAB_BAD, invalid_text(l, standard, a));
	if (d->legacy && m.legacy)
		add_step(r, "legacy_signature", LAB_GOOD, valid_text(l, legacy, m.legacy, a));
	else if (d->legacy)
		add_step(r, "legacy_signature", LAB_BAD, invalid_text(l, legacy, a));
}

static void check_body(const struct lab_request *q, struct arena *a, struct lab_report *r)
{
	struct cJSON *doc;
	struct error err = {0};
	if (q->cut) {
		add_step(r, "body", LAB_BAD, arena_printf(a, _("The body is longer than %d kB; the rest was not read."), (int)(q->delivery.n / 1024)));
		return;
	}
	if (json_parse(q->delivery.body, q->delivery.n, &doc, &err) != ST_OK) {
		add_step(r, "body", LAB_BAD, arena_printf(a, _("The body is no JSON. %s"), err.message));
		return;
	}
	const char *event = json_text(json_get(doc, "event"));
	r->event = event ? arena_strdup(a, event) : "";
	add_step(r, "body", LAB_GOOD, _("The body is JSON."));
	json_free(&doc);
}

static void tell_attempt(struct lab *l, struct arena *a, struct lab_report *r)
{
	struct seen *s = find_seen(l, r->id);
	if (!s) {
		s = &l->seen[l->next];
		l->next = (l->next + 1) % MOST_IDS;
		free(s->id);
		*s = (struct seen){.id = mem_strdup(r->id)};
	}
	r->attempt = ++s->times;
	r->repeated = s->accepted;
	if (s->accepted)
		add_step(r, "attempt", LAB_NOTE, arena_printf(a, _("Delivered before, this is time %d: a receiver should accept it and ignore it."), s->times));
	else if (s->times > 1)
		add_step(r, "attempt", LAB_NOTE, arena_printf(a, _("Try %d of this delivery here; the one before was answered %d."), s->times, s->status));
	else
		add_step(r, "attempt", LAB_NOTE, _("The first try of this delivery here."));
}

void lab_check(struct lab *l, const struct lab_request *q, struct arena *a, struct lab_report *out)
{
	struct lab_report r = {.id = q->delivery.id ? q->delivery.id : "", .event = "", .verdict = LAB_GOOD};
	if (strcmp(q->method, "POST") != 0)
		add_step(&r, "method", LAB_BAD, arena_printf(a, _("It came by %.20s; a delivery comes by POST."), q->method));
	bool complete = check_headers(&q->delivery, a, &r);
	if (complete)
		check_timestamp(q->delivery.timestamp, a, &r);
	check_signatures(l, &q->delivery, complete, a, &r);
	check_body(q, a, &r);
	if (*r.id)
		tell_attempt(l, a, &r);
	*out = r;
}

void lab_answered(struct lab *l, const struct lab_report *r, int status)
{
	struct seen *s = *r->id ? find_seen(l, r->id) : NULL;
	if (!s)
		return;
	s->status = status;
	s->accepted |= r->verdict != LAB_BAD && status >= 200 && status < 300;
}
