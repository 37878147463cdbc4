#include "tui/view/two_factor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/security/twofactor.h"
#include "tui/widget/prompt.h"
#include "tui/widget/qr.h"

struct set_up {
	struct screen screen;
	struct app *app;
	struct arena *arena;
	struct twofactor_setup setup;
	struct qr qr;
	bool required;
};

static struct set_up *self(struct screen *s)
{
	return (struct set_up *)s;
}

enum { TEXT_COLS = 30, GAP = 2 };

static void paint_words(struct set_up *v, const struct canvas *c, bool drawn)
{
	int row = 0;
	(void)paint_text(c, row, 0, c->at.cols, ROLE_TITLE, ATTR_BOLD, _("Second factor"));
	row += 2;
	const char *how = drawn ? _("Scan the square with an authenticator program, or type the secret into it:")
				: _("This terminal is too small for the square. Type the secret into an authenticator program, or make the window larger:");
	row += paint_wrapped(c, c->scratch, row, 0, c->at.cols, c->at.rows - row, 0, ROLE_TEXT, how) + 1;
	row += paint_wrapped(c, c->scratch, row, 0, c->at.cols < 24 ? c->at.cols : 24, c->at.rows - row, 0, ROLE_ACCENT, v->setup.secret) + 1;
	(void)paint_wrapped(c, c->scratch, row, 0, c->at.cols, c->at.rows - row, 0, ROLE_DIM,
		_("Then press Enter and type the six digits it shows. Nothing changes before that. Esc gives up."));
}

static void paint(struct screen *s, const struct canvas *c)
{
	struct set_up *v = self(s);
	struct canvas left = canvas_sub(c, 0, 0, c->at.rows, c->at.cols - TEXT_COLS - GAP);
	int quiet = qr_fit(&v->qr, &left);
	if (!quiet) {
		struct canvas all = canvas_sub(c, 1, 2, c->at.rows - 1, c->at.cols - 4);
		paint_words(v, &all, false);
		return;
	}
	qr_paint(&v->qr, &left, quiet);
	int cols = qr_cols(&v->qr, quiet, c->unicode) + GAP, width = c->at.cols - cols - 1;
	struct canvas right = canvas_sub(c, 0, cols, c->at.rows, width < 60 ? width : 60);
	paint_words(v, &right, true);
}

static void close_screen(struct screen *s)
{
	struct set_up *v = self(s);
	crypto_wipe(&v->setup, sizeof v->setup);
	arena_free(&v->arena);
	free(v);
}

static enum status try_code(void *arg, const char *text, int *at, struct error *err)
{
	struct set_up *v = arg;
	(void)at;
	return twofactor_activate(v->app->core, text, err);
}

static void code_done(void *arg, const char *text)
{
	struct set_up *v = arg;
	struct app *app = v->app;
	char codes[BACKUP_CODES][20];
	bool begin = v->required;
	if (!text || app->closing)
		return;
	memcpy(codes, v->setup.codes, sizeof codes);
	ui_pop(app->ui, &v->screen);
	if (!begin)
		app_data_changed(app);
	ui_toast(app->ui, TOAST_OK, "%s", _("The second factor is on. Your other sessions were ended."));
	two_factor_show_codes(app, (const char (*)[20])codes, begin ? app_begin : NULL);
	crypto_wipe(codes, sizeof codes);
}

static bool key(struct screen *s, const struct key *k)
{
	struct set_up *v = self(s);
	if (key_is(k, K_ENTER)) {
		(void)prompt_open(v->app->ui, &(struct prompt_spec){.label = _("Code:"), .retype = true, .check = try_code, .done = code_done, .arg = v});
		return true;
	}
	if (key_is(k, K_ESC) && v->required) {
		ui_quit(v->app->ui, 0);
		return true;
	}
	if (key_is(k, K_ESC)) {
		ui_pop(v->app->ui, s);
		return true;
	}
	return k->code != K_MOUSE;
}

static const struct screen_ops ops = {.name = "two-factor", .contexts = "two-factor", .flags = SCREEN_MODAL | SCREEN_FULL | SCREEN_BARE, .paint = paint,
	.key = key, .close = close_screen};

static enum status open_set_up(struct app *app, bool required, const char *password, const char *code, struct error *err)
{
	struct set_up *v = mem_zalloc(sizeof *v);
	v->screen.ops = &ops;
	v->app = app;
	v->required = required;
	v->arena = arena_new();
	enum status st = twofactor_begin(app->core, password, code, v->arena, &v->setup, err);
	if (st == ST_OK)
		st = qr_make(v->arena, v->setup.uri, &v->qr, err);
	if (st != ST_OK) {
		arena_free(&v->arena);
		free(v);
		return st;
	}
	ui_push(app->ui, &v->screen);
	ui_redraw(app->ui);
	return ST_OK;
}

enum status two_factor_open(struct app *app, const char *password, const char *code, struct error *err)
{
	return open_set_up(app, false, password, code, err);
}

void two_factor_required(struct app *app)
{
	struct error err = {0};
	if (open_set_up(app, true, NULL, NULL, &err) != ST_OK)
		ui_error(app->ui, &err);
}

/* Backup codes */

struct codes {
	struct screen screen;
	struct app *app;
	char code[BACKUP_CODES][20];
	char saved[4200]; /* where they were written */
	bool asked;       /* Esc was pressed */
	void (*then)(struct app *app);
};

static void paint_codes(struct screen *s, const struct canvas *c)
{
	struct codes *v = (struct codes *)s;
	int width = c->at.cols < 70 ? c->at.cols - 4 : 66, row = 3;
	(void)paint_text(c, 1, 2, width, ROLE_TITLE, ATTR_BOLD, _("Backup codes"));
	row += paint_wrapped(c, c->scratch, row, 2, width, 4, 0, ROLE_TEXT,
		_("Each opens the door once when your authenticator is not at hand. They are shown now and never again: keep them where your phone is not."));
	for (int i = 0; i < BACKUP_CODES; i++)
		(void)paint_format(c, row + 1 + i / 2, 4 + i % 2 * 30, 28, ROLE_TEXT, 0, "%2d  %s", i + 1, v->code[i]);
	row += 2 + BACKUP_CODES / 2;
	if (*v->saved) /* a screen without a bottom row shows no toast */
		row += paint_wrapped(c, c->scratch, row, 2, width, 3, 0, ROLE_OK, arena_printf(c->scratch, _("Saved: %s, readable by you alone."), v->saved));
	if (v->asked && !*v->saved)
		row += paint_wrapped(c, c->scratch, row, 2, width, 2, 0, ROLE_WARN, _("They are not shown again. Enter when you have them."));
	(void)paint_text(c, row, 2, width, ROLE_DIM, 0, _("s saves them to a file, Enter when you have them."));
}

static enum status save_codes(void *arg, const char *path, int *at, struct error *err)
{
	struct codes *v = arg;
	(void)at;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!f)
		return error_set(err, ST_IO, "%s: %s", path, error_system(errno));
	for (int i = 0; i < BACKUP_CODES; i++)
		(void)fprintf(f, "%s\n", v->code[i]);
	bool bad = ferror(f) != 0;
	return fclose(f) == 0 && !bad ? ST_OK : error_set(err, ST_IO, "%s: %s", path, error_system(errno));
}

static void saved(void *arg, const char *path)
{
	struct codes *v = arg;
	char *whole = path ? realpath(path, NULL) : NULL;
	if (path && !v->app->closing)
		(void)snprintf(v->saved, sizeof v->saved, "%s", whole ? whole : path);
	free(whole);
}

static bool codes_key(struct screen *s, const struct key *k)
{
	struct codes *v = (struct codes *)s;
	struct app *app = v->app;
	void (*then)(struct app *) = v->then;
	if (key_is_char(k, 's')) {
		(void)prompt_open(app->ui, &(struct prompt_spec){.label = _("File:"), .initial = "simplix-backup-codes.txt", .check = save_codes, .done = saved,
			.arg = v});
		return true;
	}
	if (key_is(k, K_ESC)) {
		v->asked = true;
		screen_dirty(s, DIRTY_PAINT);
		return true;
	}
	if (key_is(k, K_ENTER)) {
		ui_pop(app->ui, s);
		if (then)
			then(app);
		ui_redraw(app->ui);
		return true;
	}
	return k->code != K_MOUSE;
}

static void close_codes(struct screen *s)
{
	crypto_wipe(((struct codes *)s)->code, sizeof ((struct codes *)s)->code);
	free(s);
}

static const struct screen_ops codes_ops = {.name = "backup-codes", .contexts = "backup-codes", .flags = SCREEN_MODAL | SCREEN_FULL | SCREEN_BARE,
	.paint = paint_codes, .key = codes_key, .close = close_codes};

void two_factor_show_codes(struct app *app, const char codes[][20], void (*then)(struct app *app))
{
	struct codes *v = mem_zalloc(sizeof *v);
	v->screen.ops = &codes_ops;
	v->app = app;
	v->then = then;
	memcpy(v->code, codes, sizeof v->code);
	ui_push(app->ui, &v->screen);
}
