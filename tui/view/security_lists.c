#include "tui/view/security_lists.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/security/access.h"
#include "core/security/audit.h"
#include "core/security/events.h"
#include "core/security/session.h"
#include "tui/view/lines_screen.h"
#include "tui/widget/confirm.h"
#include "tui/widget/pager.h"
#include "tui/widget/prompt.h"

enum { MOST = 200, MOST_ENDED = 10, DEFAULT_DAYS = 90 };

static struct line *row(struct lines_screen *v, const char *text, const char *middle, const char *right, int64_t num)
{
	struct line *it = lines_add(&v->lines, LINE_ROW);
	it->text = text;
	it->middle = middle;
	it->right = right;
	it->right_role = ROLE_DIM;
	it->num = num;
	return it;
}

static void failed(struct lines_screen *v, const struct error *err)
{
	struct line *it = lines_add(&v->lines, LINE_TEXT);
	it->text = arena_strdup(v->arena, err->message);
	it->role = ROLE_ERROR;
}

static void nothing(struct lines_screen *v, const char *text)
{
	struct line *it = lines_add(&v->lines, LINE_TEXT);
	it->text = text;
	it->role = ROLE_DIM;
}

static const char *from_where(struct arena *a, const char *client, const char *device, const char *address)
{
	return arena_printf(a, "%s · %s · %s", security_word(client), device, security_word(address));
}

/* What a question was about. */
struct asked {
	struct app *app;
	int64_t num;
};

static struct asked *asked_new(struct app *app, int64_t num)
{
	struct asked *k = mem_zalloc(sizeof *k);
	*k = (struct asked){app, num};
	return k;
}

/* Sessions */

static void add_session(struct lines_screen *v, const struct session_row *r)
{
	const char *seen = clock_human_ago(v->arena, r->seen_at);
	const char *state = r->current ? _("this one") : arena_printf(v->arena, r->alive ? _("seen %s") : _("ended, seen %s"), seen);
	struct line *it = row(v, r->who, from_where(v->arena, r->client, r->device, r->address), state, r->alive ? r->num : 0);
	it->right_role = r->current ? ROLE_ACCENT : r->alive ? ROLE_OK : ROLE_DIM;
	it->role = r->alive ? ROLE_TEXT : ROLE_DIM;
}

static void load_sessions(struct lines_screen *v)
{
	struct session_row *list;
	struct error err = {0};
	int n;
	if (sessions_list(v->app->core, access_is_admin(v->app->core), MOST, v->arena, &list, &n, &err) != ST_OK) {
		failed(v, &err);
		return;
	}
	for (int i = 0; i < n; i++)
		if (list[i].alive)
			add_session(v, &list[i]);
	int ended = 0;
	for (int i = 0; i < n && ended < MOST_ENDED; i++) {
		if (list[i].alive)
			continue;
		if (!ended++) {
			lines_add(&v->lines, LINE_BLANK);
			lines_add(&v->lines, LINE_HEADING)->text = _("Ended lately");
		}
		add_session(v, &list[i]);
	}
	if (!n)
		nothing(v, _("Nobody has signed in yet."));
}

static void end_session(void *arg, int answer)
{
	struct asked *k = arg;
	struct app *app = k->app;
	struct error err = {0};
	int64_t ended;
	if (answer == 1)
		(void)app_done(app, session_revoke(app->core, k->num, &err), &err, "%s", _("Ended."));
	else if (answer == 2)
		(void)app_done(app, session_revoke_others(app->core, &ended, &err), &err, "%s", _("All others were ended."));
	free(k);
}

static void ask_end(struct lines_screen *v, const struct line *it)
{
	if (!it->num)
		return;
	confirm_open(v->app->ui, &(struct confirm_spec){.title = _("End this session?"), .text = _("Whoever works in it must sign in again."), .key = 'E',
		.verb = C_("verb", "end it"), .other_key = 'A', .other_verb = _("end all but this one"), .done = end_session, .arg = asked_new(v->app, it->num)});
}

static const struct lines_screen_ops sessions_ops = {.name = "sessions", .contexts = "list", .title = N_("Sessions · Enter ends one"), .max_cols = 110,
	.hides = LINES_HIDE " undo redo", .load = load_sessions, .open = ask_end};

void security_sessions_open(struct app *app)
{
	(void)lines_screen_open(app, &sessions_ops);
}

const char *security_sessions_count(struct app *app, struct arena *a)
{
	struct session_row *list;
	int n, open = 0;
	if (sessions_list(app->core, false, MOST, a, &list, &n, NULL) != ST_OK)
		return NULL;
	for (int i = 0; i < n; i++)
		open += list[i].alive;
	return arena_printf(a, i18n_plural("%d open", "%d open", open), open);
}

/* History of sign-ins */

static void load_history(struct lines_screen *v)
{
	struct login_row *list;
	struct error err = {0};
	int n;
	if (logins_list(v->app->core, MOST, v->arena, &list, &n, &err) != ST_OK) {
		failed(v, &err);
		return;
	}
	for (int i = 0; i < n; i++) {
		const struct login_row *r = &list[i];
		const char *who = *r->who ? r->who : *r->email ? r->email : "—";
		const char *how = arena_printf(v->arena, *r->reason ? _("%s: %s · %s") : "%s%s · %s", security_word(r->method), security_word(r->reason),
			from_where(v->arena, r->client, r->device, r->address));
		row(v, who, how, clock_human_instant(v->arena, r->at), 0)->role = r->ok ? ROLE_TEXT : ROLE_WARN;
	}
	if (!n)
		nothing(v, _("Nobody has signed in yet."));
}

static const struct lines_screen_ops history_ops = {.name = "sign-ins", .contexts = "list", .title = N_("History of sign-ins"), .max_cols = 110,
	.hides = LINES_HIDE " undo redo list.open", .load = load_history};

void security_history_open(struct app *app)
{
	(void)lines_screen_open(app, &history_ops);
}

/* Events */

static void load_events(struct lines_screen *v)
{
	struct event_row *list;
	struct error err = {0};
	int n;
	if (events_list(v->app->core, false, MOST, v->arena, &list, &n, &err) != ST_OK) {
		failed(v, &err);
		return;
	}
	for (int i = 0; i < n; i++) {
		const struct event_row *r = &list[i];
		const char *what = arena_printf(v->arena, "%s%s%s%s%s", r->who, *r->who && *r->detail ? " · " : "", r->detail, *r->address ? " · " : "", security_word(r->address));
		const char *mark = r->ack_at ? "" : strcmp(r->severity, "critical") == 0 ? "!! " : strcmp(r->severity, "warning") == 0 ? "! " : "";
		struct line *it = row(v, arena_printf(v->arena, "%s%s", mark, security_event_label(r->type)), what, clock_human_instant(v->arena, r->at), r->num);
		it->role = r->ack_at ? ROLE_DIM : strcmp(r->severity, "critical") == 0 ? ROLE_ERROR : strcmp(r->severity, "warning") == 0 ? ROLE_WARN : ROLE_TEXT;
	}
	if (!n)
		nothing(v, _("Nothing happened yet."));
}

static void acknowledge(struct lines_screen *v, const struct line *it)
{
	struct error err = {0};
	(void)app_done(v->app, event_acknowledge(v->app->core, it->num, &err), &err, "%s", _("Marked as seen."));
}

static const struct lines_screen_ops events_ops = {.name = "events", .contexts = "list", .title = N_("Security events · Enter marks as seen"), .max_cols = 110,
	.hides = LINES_HIDE " undo redo", .load = load_events, .open = acknowledge};

void security_events_open(struct app *app)
{
	(void)lines_screen_open(app, &events_ops);
}

const char *security_events_count(struct app *app, struct arena *a)
{
	struct event_row *list;
	int n;
	if (events_list(app->core, true, MOST, a, &list, &n, NULL) != ST_OK || !n)
		return NULL;
	return arena_printf(a, i18n_plural("%d not seen", "%d not seen", n), n);
}

/* API keys */

static void load_keys(struct lines_screen *v)
{
	struct key_row *list;
	struct error err = {0};
	int n;
	row(v, _("New API key…"), NULL, NULL, 0)->role = ROLE_ACCENT;
	if (keys_list(v->app->core, access_is_admin(v->app->core), MOST, v->arena, &list, &n, &err) != ST_OK) {
		failed(v, &err);
		return;
	}
	for (int i = 0; i < n; i++) {
		const struct key_row *r = &list[i];
		bool alive = !r->revoked_at && r->expires_at > clock_now();
		const char *facts = arena_printf(v->arena, "%s · %s%s%s", r->hint, r->scopes, *r->addresses ? " · " : "", r->addresses);
		const char *until = r->revoked_at ? _("revoked") : arena_printf(v->arena, _("until %s"), clock_human_instant(v->arena, r->expires_at));
		row(v, r->name, facts, until, alive ? r->num : -1)->role = alive ? ROLE_TEXT : ROLE_DIM;
	}
}

struct new_key {
	struct app *app;
	char name[120], key[TOKEN_SIZE];
};

static enum status make_key(void *arg, const char *text, int *at, struct error *err)
{
	struct new_key *k = arg;
	int64_t num;
	(void)at;
	return key_make(k->app->core, k->name, text, "", DEFAULT_DAYS, k->key, &num, err);
}

static void key_made(void *arg, const char *text)
{
	struct new_key *k = arg;
	if (text && !k->app->closing) {
		struct styled t = {0};
		(void)app_done(k->app, ST_OK, NULL, NULL);
		styled_format(&t, ROLE_TEXT, "%s\n\n", _("The key is shown this once. Copy it now; scripts give it as SIMPLIX_API_KEY."));
		styled_format(&t, ROLE_ACCENT, "%s\n", k->key);
		(void)pager_open(k->app->ui, _("API key"), &t, false);
	}
	crypto_wipe(k, sizeof *k);
	free(k);
}

static const char *scope_note(void *arg, const char *text, struct arena *a)
{
	(void)arg;
	(void)text;
	return arena_printf(a, _("What it may do, at most what you may: contacts:read,deals:write or *:read. After the colon: read, write, export, import or *. It "
				  "lives %d days."), DEFAULT_DAYS);
}

static void key_named(void *arg, const char *text)
{
	struct new_key *k = arg;
	if (!text || !*text || k->app->closing) {
		free(k);
		return;
	}
	(void)snprintf(k->name, sizeof k->name, "%s", text);
	(void)prompt_open(k->app->ui, &(struct prompt_spec){.label = _("Scopes:"), .initial = "*:read", .note = scope_note, .check = make_key, .done = key_made,
		.arg = k});
}

static void end_key(void *arg, int answer)
{
	struct asked *k = arg;
	struct error err = {0};
	if (answer)
		(void)app_done(k->app, key_revoke(k->app->core, k->num, &err), &err, "%s", _("Revoked."));
	free(k);
}

static void open_key(struct lines_screen *v, const struct line *it)
{
	if (it->num < 0)
		return;
	if (it->num) {
		confirm_open(v->app->ui, &(struct confirm_spec){.title = _("Revoke this key?"), .text = _("Programs that use it are refused from now on."), .key = 'R',
			.verb = C_("verb", "revoke"), .done = end_key, .arg = asked_new(v->app, it->num)});
		return;
	}
	struct new_key *k = mem_zalloc(sizeof *k);
	k->app = v->app;
	(void)prompt_open(v->app->ui, &(struct prompt_spec){.label = _("What is the key for?"), .done = key_named, .arg = k});
}

static const struct lines_screen_ops keys_ops = {.name = "api-keys", .contexts = "list", .title = N_("API keys · Enter revokes one"), .max_cols = 110,
	.hides = LINES_HIDE " undo redo", .load = load_keys, .open = open_key};

void security_keys_open(struct app *app)
{
	(void)lines_screen_open(app, &keys_ops);
}

const char *security_keys_count(struct app *app, struct arena *a)
{
	struct key_row *list;
	int n, alive = 0;
	if (keys_list(app->core, false, MOST, a, &list, &n, NULL) != ST_OK)
		return NULL;
	for (int i = 0; i < n; i++)
		alive += !list[i].revoked_at && list[i].expires_at > clock_now();
	return alive ? arena_printf(a, i18n_plural("%d in force", "%d in force", alive), alive) : NULL;
}

/* The audit trail */

static void load_audit(struct lines_screen *v)
{
	static const struct {
		const char *kind, *word;
	} kinds[] = {{"change", N_("change")}, {"event", N_("event")}, {"login", N_("sign-in")}};
	struct audit_entry *list;
	struct error err = {0};
	int n;
	row(v, _("Verify the whole trail"), NULL, NULL, 0)->role = ROLE_ACCENT;
	if (audit_list(v->app->core, MOST, v->arena, &list, &n, &err) != ST_OK) {
		failed(v, &err);
		return;
	}
	for (int i = 0; i < n; i++) {
		const struct audit_entry *e = &list[i];
		const char *kind = e->kind;
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
			if (strcmp(kinds[k].kind, e->kind) == 0)
				kind = _(kinds[k].word);
		const char *what = strcmp(e->kind, "change") == 0 ? e->what : security_word(e->what);
		row(v, *what ? what : kind, arena_printf(v->arena, "%s%s%s%s%s", kind, *e->result ? ": " : "", security_word(e->result), *e->who ? " · " : "", e->who), clock_human_instant(v->arena, e->at), e->seq);
	}
}

static void verify_trail(struct lines_screen *v, const struct line *it)
{
	struct audit_verdict verdict;
	struct error err = {0};
	struct arena *a = arena_new();
	if (!it->num) {
		if (audit_verify(v->app->core, a, &verdict, &err) != ST_OK)
			ui_error(v->app->ui, &err);
		else if (verdict.good)
			ui_toast(v->app->ui, TOAST_OK, _("Whole: %lld entries, %lld signed checkpoints."), (long long)verdict.entries, (long long)verdict.checkpoints);
		else
			ui_toast(v->app->ui, TOAST_ERROR, _("Not whole. First fault at entry %lld (%s %lld): %s."), (long long)verdict.bad_seq, verdict.kind,
				(long long)verdict.ref, verdict.why);
	}
	arena_free(&a);
}

static const struct lines_screen_ops audit_ops = {.name = "audit", .contexts = "list", .title = N_("Audit trail"), .max_cols = 110, .hides = LINES_HIDE " undo redo",
	.load = load_audit, .open = verify_trail};

void security_audit_open(struct app *app)
{
	(void)lines_screen_open(app, &audit_ops);
}
