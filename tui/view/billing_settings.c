#include "tui/view/billing_settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/billing/issue.h"
#include "core/billing/stripe.h"
#include "core/crm/store.h"
#include "tui/view/billing_parts.h"
#include "tui/view/lines_screen.h"
#include "tui/view/path.h"
#include "tui/widget/confirm.h"
#include "tui/widget/prompt.h"

enum { LOGO_BYTES_MAX = 200 * 1024 };

/* Series of numbers */

static const char *owner_of(const struct series *k)
{
	return k->device == 0 ? _("everybody's") : k->mine ? _("of this machine") : _("of another machine");
}

const char *series_state(struct app *app, struct arena *a)
{
	struct series *list;
	int n;
	if (series_list(app->core, a, &list, &n, NULL) != ST_OK)
		return "";
	for (int i = 0; i < n; i++)
		if (list[i].mine && !list[i].closed)
			return arena_printf(a, _("%s, of this machine"), list[i].prefix);
	return "INV, CN";
}

static void series_load(struct lines_screen *s)
{
	struct series *list;
	int n = 0;
	struct error err = {0};
	if (series_list(s->app->core, s->arena, &list, &n, &err) != ST_OK)
		lines_add(&s->lines, LINE_TEXT)->text = arena_strdup(s->arena, err.message);
	for (int i = 0; i < n; i++) {
		struct line *it = lines_add(&s->lines, LINE_ROW);
		const struct series *k = &list[i];
		it->text = arena_printf(s->arena, "%s-%d", k->prefix, k->year);
		it->middle = *k->last_date ? arena_printf(s->arena, _("%s · last of %s"), owner_of(k), k->last_date) : owner_of(k);
		it->right = k->closed ? _("closed") : arena_printf(s->arena, _("next %04lld"), (long long)k->next);
		it->role = it->right_role = k->closed ? ROLE_DIM : ROLE_TEXT;
		it->what = k->prefix;
		it->field = k->device != 0 && !k->closed;
	}
	if (!n) {
		struct line *none = lines_add(&s->lines, LINE_TEXT);
		none->text = _("No number was given yet. Invoices will be INV, credit notes CN.");
		none->role = ROLE_DIM;
	}
	lines_add(&s->lines, LINE_BLANK);
	static const char *const words[] = {N_("A machine that issues without a network takes a series of its own (n);"), N_("its numbers then begin with that prefix, without a gap."),
		N_("Close the series of a machine that is lost or gone (X).")};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct line *it = lines_add(&s->lines, LINE_TEXT);
		it->text = _(words[i]);
		it->role = ROLE_DIM;
	}
}

static void leased(void *arg, const char *prefix)
{
	struct lines_screen *s = arg;
	struct error err = {0};
	if (prefix && !s->app->closing && app_done(s->app, series_lease(s->app->core, prefix, &err), &err, _("This machine issues by %s from now on."), prefix))
		lines_screen_reload(s);
}

struct closing {
	struct lines_screen *s;
	char prefix[24];
};

static void closed(void *arg, int answer)
{
	struct closing *k = arg;
	struct error err = {0};
	if (answer == 1 && app_done(k->s->app, series_close(k->s->app->core, k->prefix, &err), &err, _("The series %s gives no more numbers."), k->prefix))
		lines_screen_reload(k->s);
	free(k);
}

static void ask_close(struct lines_screen *s)
{
	const struct line *it = lines_selected(&s->lines);
	if (!it || !it->field) {
		ui_toast(s->app->ui, TOAST_INFO, "%s", _("Only an open series of one machine is closed; the book's own goes on."));
		return;
	}
	struct closing *k = mem_zalloc(sizeof *k);
	k->s = s;
	(void)snprintf(k->prefix, sizeof k->prefix, "%s", (const char *)it->what);
	confirm_open(s->app->ui, &(struct confirm_spec){.title = _("Close this series?"), .text = _("It gives no more numbers, on any machine, for ever. What was issued by it stays."), .key = 'C',
		.verb = C_("verb", "close"), .done = closed, .arg = k});
}

static void verify(struct lines_screen *s)
{
	struct series_check check;
	struct error err = {0};
	if (series_verify(s->app->core, s->arena, &check, &err) != ST_OK)
		ui_error(s->app->ui, &err);
	else if (check.broken)
		ui_toast(s->app->ui, TOAST_ERROR, "%s", check.broken);
	else
		ui_toast(s->app->ui, TOAST_OK, _("Documents: %lld, series: %lld. No gap, none altered, sums as written."), (long long)check.documents, (long long)check.series);
}

static bool series_command(struct lines_screen *s, const char *id)
{
	if (strcmp(id, "series.lease") == 0)
		(void)prompt_open(s->app->ui, &(struct prompt_spec){.label = _("Prefix, capital letters and digits:"), .done = leased, .arg = s});
	else if (strcmp(id, "series.close") == 0)
		ask_close(s);
	else if (strcmp(id, "series.verify") == 0)
		verify(s);
	else
		return false;
	return true;
}

static void nothing(struct lines_screen *s, const struct line *it)
{
	(void)s;
	(void)it;
}

static const struct lines_screen_ops series_ops = {.name = "series", .contexts = "series list", .title = N_("Series of numbers"), .max_cols = 90, .hides = LINES_HIDE " undo redo list.open", .load = series_load,
	.open = nothing, .command = series_command};

void series_open(struct app *app)
{
	(void)lines_screen_open(app, &series_ops);
}

#define ON_SERIES(ID, TITLE, HELP, KEYS, HINT, RANK, FLAGS)                                                                                                          \
	{                                                                                                                                                            \
		.id = "series." ID, .title = TITLE, .help = HELP, .group = N_("Billing"), .context = "series", .keys = KEYS, .hint = HINT, .rank = RANK, .flags = FLAGS \
	}

const struct command billing_settings_commands[] = {
	ON_SERIES("lease", N_("A series for this machine"), N_("From now on this machine issues by a prefix of its own, without a network too."), "n", N_("for this machine"), 2, COMMAND_WRITES),
	ON_SERIES("close", N_("Close the series"), N_("No more numbers from it, for ever."), "X Del", N_("close"), 3, COMMAND_WRITES | COMMAND_DESTRUCTIVE),
	ON_SERIES("verify", N_("Check all numbers"), N_("Every issued document again: numbers, dates, sums, and that none was altered."), "V", N_("check"), 4, 0),
};
const size_t billing_settings_command_count = sizeof billing_settings_commands / sizeof *billing_settings_commands;

/* The logo: kept as base64 with the organization */

static struct record *organization(struct app *app, struct arena *a)
{
	struct record *r = NULL;
	(void)store_load(app->core, model_entity(app->core->model, "organizations"), &app->core->org, a, &r, NULL);
	return r;
}

const char *logo_state(struct app *app, struct arena *a)
{
	const struct record *r = organization(app, a);
	const char *logo = r ? record_text(r, "logo") : NULL;
	return logo ? arena_printf(a, _("%zu kB"), strlen(logo) / 4 * 3 / 1024 + 1) : _("none: your name stands in its place");
}

static enum status read_logo(const char *path, uint8_t *bytes, size_t *n, struct error *err)
{
	static const uint8_t png[] = {0x89, 'P', 'N', 'G'}, jpeg[] = {0xff, 0xd8, 0xff};
	FILE *f = fopen(path, "re");
	if (!f)
		return error_set(err, ST_IO, "%s: %s", path, error_system(errno));
	*n = fread(bytes, 1, LOGO_BYTES_MAX + 1, f);
	bool bad = ferror(f) != 0;
	(void)fclose(f);
	if (bad)
		return error_set(err, ST_IO, "%s: %s", path, error_system(errno));
	if (*n > LOGO_BYTES_MAX)
		return error_set(err, ST_LIMIT, _("A logo has at most %d kB."), LOGO_BYTES_MAX / 1024);
	if ((*n < sizeof png || memcmp(bytes, png, sizeof png) != 0) && (*n < sizeof jpeg || memcmp(bytes, jpeg, sizeof jpeg) != 0))
		return error_set(err, ST_INVALID, "%s", _("That is neither a PNG nor a JPEG picture."));
	return ST_OK;
}

static enum status keep_logo(void *arg, const char *text, int *at, struct error *err)
{
	struct app *app = arg;
	struct arena *a = arena_new();
	struct record *r = organization(app, a);
	enum status st = r ? ST_OK : error_set(err, ST_DENIED, "%s", _("You may not change the organization."));
	(void)at;
	if (st == ST_OK) {
		struct record *patch = record_new(a, r->entity);
		patch->id = r->id;
		patch->num = r->num;
		if (text_is_blank(text)) {
			record_clear(patch, "logo");
		} else {
			uint8_t *bytes = arena_alloc(a, LOGO_BYTES_MAX + 1);
			size_t n = 0;
			char *path = path_expand(text);
			if ((st = read_logo(path, bytes, &n, err)) == ST_OK)
				record_put_text(patch, "logo", base64_encode(a, bytes, n));
			free(path);
		}
		if (st == ST_OK)
			st = store_save(app->core, patch, err);
	}
	arena_free(&a);
	return st;
}

static void logo_kept(void *arg, const char *text)
{
	struct app *app = arg;
	if (text && !app->closing)
		(void)app_done(app, ST_OK, NULL, "%s", text_is_blank(text) ? _("The logo is gone. u undoes.") : _("The logo stands on quotes and invoices from now on. u undoes."));
}

void logo_choose(struct app *app)
{
	if (app_may(app, model_entity(app->core->model, "organizations"), ACT_UPDATE))
		(void)prompt_open(app->ui, &(struct prompt_spec){.label = _("Picture, PNG or JPEG (Tab completes):"), .initial = "~/", .complete = path_complete, .check = keep_logo, .done = logo_kept, .arg = app});
}

/* Stripe */

const char *stripe_state(struct app *app, struct arena *a)
{
	const struct record *r = organization(app, a);
	const char *account = r ? record_text(r, "stripe_account_id") : NULL;
	switch (stripe_mode(app->core)) {
	case STRIPE_TEST:
		return account ? arena_printf(a, _("test mode, %s"), account) : _("test mode: no real money moves");
	case STRIPE_LIVE:
		return account ? arena_printf(a, _("live, %s"), account) : _("live");
	case STRIPE_OFF:
		break;
	}
	return _("off: simplix secrets set STRIPE_SECRET_KEY");
}
