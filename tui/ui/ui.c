#include "tui/ui/ui.h"

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "tui/ui/theme.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOAST_MS 4000
#define TOAST_ERROR_MS 8000

struct ui {
	struct term *term;
	struct loop *loop;
	struct screen *top;
	int64_t last_key; /* monotonic */
	struct screen *closing; /* popped, to be closed after the dispatch */
	int dispatching;
	bool dirty;             /* header, footer, or the stack itself */
	bool pasting_lost;      /* a paste nobody takes was announced */
	struct ui_hooks hooks;
	struct ui_header header;
	void (*leave)(void *arg, bool gone);
	void *leave_arg;
	void *app;
	struct progress *progress;
	struct arena *frame; /* what painting allocates */
	char *toast;
	enum toast toast_kind;
	uint32_t toast_timer;
	char *status;
};

static void on_key(void *arg, const struct key *k);

static void on_frame(void *arg)
{
	ui_frame(arg);
}

struct ui *ui_new(struct term *t)
{
	struct ui *ui = mem_zalloc(sizeof *ui);
	ui->term = t;
	ui->last_key = clock_monotonic();
	ui->loop = loop_new(t, &(struct loop_hooks){.key = on_key, .frame = on_frame, .arg = ui});
	ui->frame = arena_new();
	ui->dirty = true;
	struct style styles[ROLE_COUNT];
	theme_base(t->colors, styles);
	term_set_styles(t, styles);
	return ui;
}

static void close_popped(struct ui *ui)
{
	while (ui->closing && ui->dispatching == 0) {
		struct screen *s = ui->closing;
		ui->closing = s->below;
		if (s->ops->close)
			s->ops->close(s);
	}
}

void ui_free(struct ui **ui)
{
	if (!*ui)
		return;
	(*ui)->dispatching = 0;
	while ((*ui)->top)
		ui_pop(*ui, (*ui)->top);
	loop_free(&(*ui)->loop);
	arena_free(&(*ui)->frame);
	free((*ui)->toast);
	free((*ui)->status);
	free(*ui);
	*ui = NULL;
}

int ui_run(struct ui *ui)
{
	return loop_run(ui->loop);
}

static void leave(struct ui *ui, int code, bool gone)
{
	void (*hook)(void *arg, bool gone) = ui->leave;
	ui->leave = NULL;
	if (hook)
		hook(ui->leave_arg, gone);
	loop_quit(ui->loop, code);
}

void ui_quit(struct ui *ui, int code)
{
	leave(ui, code, false);
}

struct term *ui_term(struct ui *ui)
{
	return ui->term;
}

struct loop *ui_loop(struct ui *ui)
{
	return ui->loop;
}

void ui_set_hooks(struct ui *ui, const struct ui_hooks *hooks)
{
	ui->hooks = *hooks;
}

void ui_set_header(struct ui *ui, const struct ui_header *header)
{
	ui->header = *header;
	ui_dirty(ui, DIRTY_LAYOUT);
}

void ui_on_leave(struct ui *ui, void (*hook)(void *arg, bool gone), void *arg)
{
	ui->leave = hook;
	ui->leave_arg = arg;
}

void ui_set_styles(struct ui *ui, const struct style styles[ROLE_COUNT])
{
	term_set_styles(ui->term, styles);
	ui->dirty = true;
}

void ui_set_app(struct ui *ui, void *app)
{
	ui->app = app;
}

void *ui_app(struct ui *ui)
{
	return ui->app;
}

struct progress **ui_progress(struct ui *ui)
{
	return &ui->progress;
}

/* The stack */

void screen_dirty(struct screen *s, enum dirty what)
{
	s->dirty |= what;
}

void ui_push(struct ui *ui, struct screen *s)
{
	s->ui = ui;
	s->flags = s->ops->flags;
	s->contexts = s->ops->contexts ? s->ops->contexts : "";
	s->below = ui->top;
	s->dirty = DIRTY_LAYOUT;
	ui->top = s;
	ui->dirty = true;
	if (s->ops->open)
		s->ops->open(s);
}

void ui_pop(struct ui *ui, struct screen *s)
{
	struct screen *t = ui->top;
	while (t && t != s)
		t = t->below;
	if (!t)
		return;
	struct screen **tail = &ui->closing;
	while (*tail)
		tail = &(*tail)->below;
	*tail = ui->top;
	ui->top = s->below;
	s->below = NULL;
	ui->dirty = true;
	if (ui->top && ui->top->ops->shown)
		ui->top->ops->shown(ui->top);
	close_popped(ui);
}

struct screen *ui_top(struct ui *ui)
{
	return ui->top;
}

struct screen *ui_find(struct ui *ui, const char *name)
{
	struct screen *s = ui->top;
	while (s && strcmp(s->ops->name, name) != 0)
		s = s->below;
	return s;
}

int ui_depth(struct ui *ui)
{
	int n = 0;
	for (struct screen *s = ui->top; s; s = s->below)
		n++;
	return n;
}

void ui_dirty(struct ui *ui, enum dirty what)
{
	ui->dirty = true;
	for (struct screen *s = ui->top; s; s = s->below)
		s->dirty |= what;
}

void ui_redraw(struct ui *ui)
{
	term_redraw(ui->term);
	ui->dirty = true;
}

void ui_wipe(struct ui *ui)
{
	term_wipe(ui->term);
	ui->dirty = true;
}

void ui_drop_input(struct ui *ui)
{
	term_drop_input(ui->term);
	if (ui->hooks.reset)
		ui->hooks.reset(ui->hooks.arg);
}

static void save_from(struct screen *s, struct buf *out)
{
	if (!s)
		return;
	save_from(s->below, out);
	if (!s->ops->save)
		return;
	struct buf state = {0};
	s->ops->save(s, &state);
	for (size_t i = 0; i < state.len; i++)
		if (state.data[i] == '\n')
			state.data[i] = ' ';
	buf_printf(out, "%s %s\n", s->ops->name, buf_str(&state));
	buf_free(&state);
}

void ui_save(struct ui *ui, struct buf *out)
{
	save_from(ui->top, out);
}

/* Messages */

static void end_toast(void *arg)
{
	struct ui *ui = arg;
	ui->toast_timer = 0;
	free(ui->toast);
	ui->toast = NULL;
	ui->dirty = true;
}

void ui_toast(struct ui *ui, enum toast kind, const char *fmt, ...)
{
	struct buf text = {0};
	char line[1024];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	text_clean_to(&text, line, strlen(line));
	free(ui->toast);
	ui->toast = buf_take(&text);
	ui->toast_kind = kind;
	ui->dirty = true;
	loop_cancel(ui->loop, &ui->toast_timer);
	ui->toast_timer = loop_after(ui->loop, kind >= TOAST_WARN ? TOAST_ERROR_MS : TOAST_MS, end_toast, ui);
}

void ui_error(struct ui *ui, const struct error *err)
{
	ui_toast(ui, TOAST_ERROR, err->hint[0] ? "%s %s" : "%s%s", err->message, err->hint);
}

const char *ui_toast_text(struct ui *ui)
{
	return ui->toast ? ui->toast : "";
}

void ui_status(struct ui *ui, const char *text)
{
	if (ui->status && text && strcmp(ui->status, text) == 0)
		return;
	free(ui->status);
	ui->status = text ? mem_strdup(text) : NULL;
	ui->dirty = true;
}

/* Keys */

static bool too_small(const struct ui *ui)
{
	return term_rows(ui->term) < UI_MIN_ROWS || term_cols(ui->term) < UI_MIN_COLS;
}

static bool is_paste(const struct key *k)
{
	return k->code == K_PASTE_BEGIN || k->code == K_PASTE_TEXT || k->code == K_PASTE_END;
}

static bool give(struct screen *s, const struct key *k)
{
	return s->ops->key && s->ops->key(s, k);
}

static void dispatch_paste(struct ui *ui, const struct key *k)
{
	if (ui->top && (ui->top->flags & SCREEN_TEXT_INPUT)) {
		(void)give(ui->top, k);
	} else if (k->code == K_PASTE_BEGIN) {
		ui_toast(ui, TOAST_WARN, _("Nothing was pasted: there is no text field here."));
	}
}

static void dispatch_mouse(struct ui *ui, const struct key *k)
{
	int rows = term_rows(ui->term);
	bool press = k->mouse == MOUSE_PRESS && k->button == 1;
	if (!(ui->top->flags & SCREEN_FULL) && press && k->row == rows - 1) {
		if (ui->hooks.footer_click)
			ui->hooks.footer_click(ui->hooks.arg, ui->top, k->col);
		return;
	}
	if (!(ui->top->flags & (SCREEN_FULL | SCREEN_MODAL | SCREEN_BARE)) && press && k->row < ui->header.rows) {
		if (ui->header.click)
			ui->header.click(ui->header.arg, k->row, k->col);
		return;
	}
	struct key local = *k;
	local.row -= ui->top->rect.row;
	local.col -= ui->top->rect.col;
	if (rect_has(&ui->top->rect, k->row, k->col))
		(void)give(ui->top, &local);
}

static void dispatch_key(struct ui *ui, const struct key *k)
{
	struct screen *top = ui->top;
	bool text_first = top->flags & SCREEN_TEXT_INPUT;
	if (text_first && give(top, k))
		return;
	if (ui->hooks.key && ui->hooks.key(ui->hooks.arg, top, k))
		return;
	if (!text_first && top == ui->top)
		(void)give(top, k);
}

static bool is_quit_key(const struct key *k)
{
	return key_is_char(k, 'q') || key_is_ctrl(k, 'c') || key_is_ctrl(k, 'q') || key_is_ctrl(k, 'd');
}

/* Sizes and data of a screen, when they are not up to date. */
static void prepare(struct ui *ui, struct screen *s)
{
	bool full = s->flags & SCREEN_FULL;
	int header = full || (s->flags & SCREEN_BARE) ? 0 : ui->header.rows, rows = term_rows(ui->term) - header - (full ? 0 : 1);
	if ((s->dirty & DIRTY_LAYOUT) == DIRTY_LAYOUT) {
		s->rect = (struct rect){header, 0, rows < 1 ? 1 : rows, term_cols(ui->term)};
		if (s->ops->layout)
			s->ops->layout(s, s->rect.rows, s->rect.cols);
	}
	if ((s->dirty & DIRTY_DATA) == DIRTY_DATA && s->ops->recalc)
		s->ops->recalc(s);
	s->dirty = 0;
}

static void on_key(void *arg, const struct key *k)
{
	struct ui *ui = arg;
	ui->dispatching++;
	ui->dirty = true;
	if (k->code != K_RESIZE && k->code != K_FOCUS_IN && k->code != K_FOCUS_OUT)
		ui->last_key = clock_monotonic();
	if (ui->toast && (k->code < K_PASTE_TEXT || k->code == K_MOUSE)) {
		loop_cancel(ui->loop, &ui->toast_timer);
		end_toast(ui); /* read or not, the person goes on */
	}
	if (k->code == K_HANGUP || k->code == K_TERMINATE)
		leave(ui, 128 + (k->code == K_HANGUP ? SIGHUP : SIGTERM), k->code == K_HANGUP);
	else if (k->code == K_RESIZE)
		ui_dirty(ui, DIRTY_LAYOUT);
	else if (!ui->top || k->code == K_FOCUS_IN || k->code == K_FOCUS_OUT)
		(void)k;
	else if (is_paste(k))
		dispatch_paste(ui, k);
	else if (too_small(ui) && is_quit_key(k))
		ui_quit(ui, 0);
	else if (too_small(ui))
		(void)k;
	else if (k->code == K_MOUSE)
		dispatch_mouse(ui, k);
	else {
		prepare(ui, ui->top); /* keys typed ahead act on what the screen will show, not on an empty one */
		dispatch_key(ui, k);
	}
	ui->dispatching--;
	close_popped(ui);
}

int64_t ui_idle(struct ui *ui)
{
	return clock_monotonic() - ui->last_key;
}

/* Frames */

/* Of what is seen: a covered screen stays dirty until it is on top again. */
static bool any_dirty(const struct ui *ui)
{
	for (struct screen *s = ui->top; s; s = s->flags & SCREEN_MODAL ? s->below : NULL)
		if (s->dirty)
			return true;
	return ui->dirty;
}

static void paint_bottom(struct ui *ui, const struct canvas *all)
{
	static const enum role roles[] = {ROLE_TOAST, ROLE_OK, ROLE_WARN, ROLE_ERROR};
	struct canvas c = canvas_sub(all, all->at.rows - 1, 0, 1, all->at.cols);
	if (ui->toast)
		paint_text(&c, 0, 1, c.at.cols - 2, roles[ui->toast_kind], 0, ui->toast);
	else if (ui->status)
		paint_text(&c, 0, 1, c.at.cols - 2, ROLE_ACCENT, 0, ui->status);
	else if (ui->hooks.footer)
		ui->hooks.footer(ui->hooks.arg, ui->top, &c);
}

static void paint_from(struct ui *ui, struct screen *s, const struct canvas *all)
{
	if (!s)
		return;
	if (s->flags & SCREEN_MODAL)
		paint_from(ui, s->below, all);
	prepare(ui, s);
	struct rect r = s->rect;
	struct canvas c = canvas_sub(all, r.row, r.col, r.rows, r.cols);
	if (s->flags & (SCREEN_MODAL | SCREEN_FULL))
		paint_fill(&c, 0, 0, c.at.rows, c.at.cols, ROLE_TEXT);
	s->ops->paint(s, &c);
}

static void paint_small(const struct canvas *all)
{
	const char *lines[] = {_("Too small"), _("Make the window larger."), _("q quits")};
	int row = all->at.rows / 2 - 1;
	for (int i = 0; i < 3; i++)
		paint_center(all, row < 0 ? i : row + i, 0, all->at.cols, i == 0 ? ROLE_TITLE : ROLE_TEXT, 0, lines[i]);
}

static void place_cursor(struct ui *ui)
{
	int row = 0, col = 0;
	struct screen *s = ui->top;
	bool shown = s->ops->cursor && s->ops->cursor(s, &row, &col);
	term_cursor(ui->term, s->rect.row + row, s->rect.col + col, shown);
}

void ui_frame(struct ui *ui)
{
	if (!any_dirty(ui) || ui->term->gone)
		return;
	ui->dirty = false;
	ui->dispatching++;
	term_begin(ui->term);
	struct canvas all = {.grid = &ui->term->grid,
		.at = {0, 0, term_rows(ui->term), term_cols(ui->term)},
		.scratch = ui->frame,
		.unicode = ui->term->unicode};
	if (too_small(ui)) {
		paint_small(&all);
	} else if (ui->top) {
		struct screen *base = ui->top;
		while (base->below && (base->flags & SCREEN_MODAL))
			base = base->below;
		if (!(base->flags & (SCREEN_FULL | SCREEN_BARE)) && ui->header.paint) {
			struct canvas head = canvas_sub(&all, 0, 0, ui->header.rows, all.at.cols);
			ui->header.paint(ui->header.arg, &head);
		}
		if (base == ui->top)
			prepare(ui, ui->top); /* the footer says what can be done with what is there now */
		paint_bottom(ui, &all);
		paint_from(ui, ui->top, &all);
		place_cursor(ui);
	}
	term_flush(ui->term);
	arena_reset(ui->frame);
	ui->dispatching--;
	close_popped(ui);
}
