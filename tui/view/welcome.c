#include "tui/view/welcome.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/demo.h"
#include "tui/widget/form.h"
#include "tui/widget/lines.h"

struct welcome {
	struct screen screen;
	struct app *app;
	struct lines lines;
	struct form *form;
	bool demo;
};

static struct welcome *self(struct screen *s)
{
	return (struct welcome *)s;
}

enum choice_id { CHOOSE_DEMO, CHOOSE_EMPTY, CHOOSE_IMPORT };

static const struct {
	const char *text, *help;
} choices[] = {
	{N_("Look around with the sample company"), N_("a small book of business, nothing to type")},
	{N_("Start empty"), N_("your name and your company, then your first contact")},
	{N_("Import a file"), N_("HubSpot, Pipedrive, Salesforce, Google, Outlook, any CSV or vCard")},
};

static void load(struct welcome *w)
{
	lines_clear(&w->lines);
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
		struct line *it = lines_add(&w->lines, LINE_ROW);
		it->text = _(choices[i].text);
		it->middle = _(choices[i].help);
		it->num = (int64_t)i;
	}
	lines_settle(&w->lines);
}

static bool set_up(struct app *app, const struct core_setup *s, bool demo, struct error *err)
{
	return core_set_up(app->core, s, err) == ST_OK && (!demo || demo_fill(app->core, err) == ST_OK);
}

static const struct form_field fields[] = {
	{.id = "name", .label = N_("Your name"), .group = N_("You"), .flags = FORM_REQUIRED, .max = 120},
	{.id = "email", .label = N_("Your email"), .group = N_("You"), .max = 200},
	{.id = "organization", .label = N_("Company"), .group = N_("Your company"), .flags = FORM_REQUIRED, .max = 120},
	{.id = "currency", .label = N_("Currency"), .group = N_("Your company"), .flags = FORM_REQUIRED, .max = 12},
	{.id = "country", .label = N_("Country"), .group = N_("Your company"), .max = 60},
};

static enum status submit(void *arg, struct form *f, struct error *err)
{
	struct welcome *w = arg;
	struct arena *a = arena_new();
	struct app *app = w->app;
	char *first = text_trim(a, form_get_id(f, "name")), *last = strrchr(first, ' ');
	const char *currency = NULL;
	struct field money = {.name = "currency", .type = FT_CURRENCY, .label = N_("Currency")};
	struct conventions conv = core_conventions(app->core);
	struct value v;
	enum status st = field_parse(&money, form_get_id(f, "currency"), &conv, a, &v, NULL, err);
	if (st == ST_OK)
		currency = v.s;
	if (last)
		*last++ = '\0';
	struct core_setup s = {.organization = form_get_id(f, "organization"), .first_name = first, .last_name = last,
		.email = form_get_id(f, "email"), .currency = currency, .country = form_get_id(f, "country")};
	if (st == ST_OK && !set_up(app, &s, false, err))
		st = err->code;
	if (st == ST_OK) {
		bool import = w->demo;
		form_close(f);
		app_show_tab(app, TAB_CONTACTS);
		if (import)
			(void)commands_run(app->commands, "import");
		else
			ui_toast(app->ui, TOAST_OK, "%s", _("Ready. n adds your first contact; ? shows every key."));
	}
	arena_free(&a);
	return st;
}

static void ask_who(struct welcome *w, bool import)
{
	const char *values[5] = {"", "", "", strcmp(i18n_lang(), "fr") == 0 ? "EUR" : "USD", strcmp(i18n_lang(), "fr") == 0 ? "FR" : ""};
	w->demo = import;
	w->form = form_open(w->app->ui, &(struct form_spec){.title = _("Welcome to Simplix"), .fields = fields, .count = 5,
		.values = values, .submit_label = C_("welcome", "Start"), .submit = submit, .arg = w});
}

static void choose(struct welcome *w)
{
	const struct line *it = lines_selected(&w->lines);
	struct app *app = w->app;
	struct error err = {0};
	if (!it)
		return;
	if (it->num != CHOOSE_DEMO) {
		ask_who(w, it->num == CHOOSE_IMPORT);
		return;
	}
	struct core_setup s = {.organization = "Lumen & Cie", .first_name = "Alex", .last_name = "Martin", .currency = "EUR", .country = "FR"};
	if (!set_up(app, &s, true, &err)) {
		ui_error(app->ui, &err);
		return;
	}
	app_show_tab(app, TAB_HOME);
	ui_toast(app->ui, TOAST_OK, "%s", _("The sample company is yours to try. ? shows every key."));
}

/* The texts in one column and what they mean in the next; where that does not fit, below each. */

static int widest(bool help)
{
	int most = 0;
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
		int width = text_width(help ? _(choices[i].help) : _(choices[i].text));
		most = width > most ? width : most;
	}
	return most;
}

static int help_column(int cols)
{
	int col = widest(false) + 8;
	return col + widest(true) < cols ? col : 0;
}

static int rows_each(const struct screen *s)
{
	return help_column(s->rect.cols) ? 1 : s->rect.rows > 12 ? 3 : 2;
}

static int top_of(const struct screen *s)
{
	return s->rect.rows > 16 ? 3 : 0;
}

static void paint(struct screen *s, const struct canvas *c)
{
	struct welcome *w = self(s);
	int top = top_of(s), help = help_column(c->at.cols), each = rows_each(s);
	(void)paint_text(c, top, 2, c->at.cols - 4, ROLE_TITLE, ATTR_BOLD, _("Welcome to Simplix"));
	(void)paint_text(c, top + 1, 2, c->at.cols - 4, ROLE_DIM, 0,
		_("All your data stays in one file on this machine. How do you want to start?"));
	for (int i = 0; i < (int)w->lines.n; i++) {
		bool here = i == w->lines.sel;
		int row = top + 3 + i * each;
		if (here)
			paint_glyph(c, row, 1, ROLE_SEL, GLYPH_SELECTED);
		(void)paint_format(c, row, 3, 2, ROLE_KEY, 0, "%d", i + 1);
		(void)paint_text(c, row, 5, (help ? help : c->at.cols) - 6, ROLE_TEXT, here ? ATTR_BOLD : 0, w->lines.items[i].text);
		(void)paint_text(c, help ? row : row + 1, help ? help : 5, c->at.cols - (help ? help : 5) - 1, ROLE_DIM, 0,
			w->lines.items[i].middle);
	}
}

static bool cursor(struct screen *s, int *row, int *col)
{
	*row = top_of(s) + 3 + self(s)->lines.sel * rows_each(s);
	*col = 1;
	return false;
}

static bool key(struct screen *s, const struct key *k)
{
	struct welcome *w = self(s);
	int at = (k->row - top_of(s) - 3) / rows_each(s);
	if (k->code == K_MOUSE && k->mouse == MOUSE_PRESS && k->row >= top_of(s) + 3 && lines_click(&w->lines, at) == 2)
		choose(w);
	if (k->code == K_CHAR && k->cp >= '1' && k->cp <= '3') {
		w->lines.sel = (int)(k->cp - '1');
		choose(w);
	}
	screen_dirty(s, DIRTY_PAINT);
	return true;
}

static bool command(struct screen *s, const char *id, const char *args)
{
	(void)args;
	if (strcmp(id, "list.open") == 0)
		choose(self(s));
	else if (strncmp(id, "list.", 5) == 0)
		(void)lines_command(&self(s)->lines, id);
	else
		return false;
	screen_dirty(s, DIRTY_PAINT);
	return true;
}

static void close_welcome(struct screen *s)
{
	lines_free(&self(s)->lines);
	free(s);
}

static const struct screen_ops ops = {.name = "welcome", .contexts = "welcome list", .hides = LINES_HIDE, .flags = SCREEN_MODAL | SCREEN_BARE, .paint = paint, .cursor = cursor,
	.key = key, .command = command, .close = close_welcome};

void welcome_open(struct app *app)
{
	struct welcome *w = mem_zalloc(sizeof *w);
	w->screen.ops = &ops;
	w->app = app;
	load(w);
	ui_push(app->ui, &w->screen);
}
