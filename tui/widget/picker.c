#include "tui/widget/picker.h"

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "tui/widget/fuzzy.h"
#include "tui/widget/lineedit.h"
#include "tui/widget/panel.h"

#include <stdlib.h>
#include <string.h>

#define PICKER_COLS 76
#define PICKER_ROWS 16
#define WHEEL_ROWS 3

struct entry {
	struct picker_item item;
	char *folded; /* what is matched: text and words */
	int score, order;
};

struct picker {
	struct screen screen;
	struct picker_spec spec;
	char *title;
	struct lineedit edit;
	struct arena *arena; /* entries of the last fill */
	struct entry *entries;
	size_t count, cap;
	struct entry **shown; /* matches, best first */
	size_t shown_count;
	int sel, top, page;
	int cursor;
	bool has_help;
};

static struct picker *self(struct screen *s)
{
	return (struct picker *)s;
}

const char *picker_typed(const struct picker *p)
{
	return lineedit_text(&p->edit);
}

void picker_add(struct picker *p, const struct picker_item *item)
{
	mem_grow(&p->entries, &p->cap, p->count + 1, sizeof *p->entries);
	struct arena *a = p->arena;
	struct entry *e = &p->entries[p->count];
	*e = (struct entry){.item = *item, .order = (int)p->count};
	e->item.text = arena_strdup(a, item->text);
	e->item.detail = arena_strdup(a, item->detail);
	e->item.reason = arena_strdup(a, item->reason);
	e->item.help = arena_strdup(a, item->help);
	e->item.words = arena_strdup(a, item->words);
	const char *all = item->words ? arena_printf(a, "%s %s", item->text, item->words) : item->text;
	e->folded = text_fold(a, all);
	p->has_help |= item->help != NULL || item->reason != NULL;
	p->count++;
}

static int by_score(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a, *y = *(struct entry *const *)b;
	return x->score != y->score ? (x->score < y->score) - (x->score > y->score) : x->order - y->order;
}

static bool is_heading(const struct picker *p, int at)
{
	return at >= 0 && at < (int)p->shown_count && p->shown[at]->item.heading;
}

static void step_off_heading(struct picker *p, int step)
{
	int at = p->sel;
	while (is_heading(p, at))
		at += step;
	if (at < 0 || at >= (int)p->shown_count)
		for (at = p->sel; is_heading(p, at);)
			at -= step;
	p->sel = at < 0 || at >= (int)p->shown_count ? 0 : at;
}

static void match(struct picker *p)
{
	bool filtered = !p->spec.fill || p->spec.fill_filtered;
	const char *typed = text_fold(p->arena, picker_typed(p));
	free(p->shown);
	p->shown = mem_array(p->count, sizeof *p->shown);
	p->shown_count = 0;
	for (size_t i = 0; i < p->count; i++) {
		struct entry *e = &p->entries[i];
		e->score = filtered ? fuzzy_score(typed, e->folded) : 1;
		if (e->item.heading && *typed)
			e->score = 0;
		if (e->score > 0)
			p->shown[p->shown_count++] = e;
	}
	if (filtered && *typed && !p->spec.keep_order && p->shown_count > 0)
		qsort(p->shown, p->shown_count, sizeof *p->shown, by_score);
	p->sel = p->top = 0;
	step_off_heading(p, 1);
}

static void refill(struct picker *p)
{
	if (p->spec.fill && (p->count == 0 || !p->spec.fill_filtered)) {
		arena_reset(p->arena);
		p->count = 0;
		p->spec.fill(p->spec.arg, p, picker_typed(p));
	}
	match(p);
}

void picker_refresh(struct picker *p)
{
	uint64_t id = p->shown_count > 0 ? p->shown[p->sel]->item.id : 0;
	p->count = 0;
	refill(p);
	for (size_t i = 0; i < p->shown_count; i++)
		if (p->shown[i]->item.id == id)
			p->sel = (int)i;
	screen_dirty(&p->screen, DIRTY_LAYOUT);
}

static void move(struct picker *p, int delta)
{
	int last = (int)p->shown_count - 1;
	p->sel += delta;
	p->sel = p->sel > last ? last : p->sel;
	p->sel = p->sel < 0 ? 0 : p->sel;
	step_off_heading(p, delta < 0 ? -1 : 1);
	if (p->sel < p->top)
		p->top = p->sel;
	if (p->top > 0 && p->top == p->sel && is_heading(p, p->top - 1))
		p->top--;
	if (p->sel >= p->top + p->page)
		p->top = p->sel - p->page + 1;
}

static void picker_layout(struct screen *s, int rows, int cols)
{
	struct picker *p = self(s);
	(void)cols;
	int extra = 1 + p->has_help;
	/* The height of the first filling: it does not jump while one types. */
	int want = p->count > PICKER_ROWS || p->spec.fill ? PICKER_ROWS : (int)p->count;
	want = want < 3 ? 3 : want;
	want = want + extra + 2 > rows ? rows - extra - 2 : want;
	p->page = want < 1 ? 1 : want;
	panel_place(s, p->page + extra, PICKER_COLS);
	move(p, 0);
}

static void paint_item(const struct picker *p, const struct canvas *c, int row, const struct entry *e, bool selected)
{
	const struct picker_item *it = &e->item;
	enum role role = it->reason ? ROLE_DISABLED : ROLE_TEXT;
	int width = c->at.cols - 2, detail = it->detail ? text_width(it->detail) : 0;
	(void)p;
	if (it->heading) {
		paint_text(c, row, 1, width, ROLE_HEADER, ATTR_BOLD, it->text);
		return;
	}
	detail = detail > width / 2 ? width / 2 : detail;
	if (selected)
		paint_glyph(c, row, 0, ROLE_SEL, GLYPH_SELECTED);
	paint_text(c, row, 2, width - (detail ? detail + 2 : 0), role, selected ? ATTR_BOLD : 0, it->text);
	if (detail)
		paint_right(c, row, 2 + width - detail, detail, ROLE_DIM, 0, it->detail);
}

static void picker_paint(struct screen *s, const struct canvas *all)
{
	struct picker *p = self(s);
	struct canvas c = panel_paint(all, p->title);
	int at = paint_text(&c, 0, 0, 2, ROLE_ACCENT, 0, "> ");
	p->cursor = at + lineedit_paint(&p->edit, &c, 0, at, c.at.cols - at, ROLE_TEXT);
	for (int i = 0; i < p->page && p->top + i < (int)p->shown_count; i++)
		paint_item(p, &c, 1 + i, p->shown[p->top + i], p->top + i == p->sel);
	if (p->shown_count == 0)
		paint_text(&c, 1, 2, c.at.cols - 2, ROLE_DIM, 0, p->spec.empty ? p->spec.empty : _("No match."));
	const struct picker_item *it = p->shown_count > 0 ? &p->shown[p->sel]->item : NULL;
	if (it && it->reason)
		paint_text(&c, c.at.rows - 1, 2, c.at.cols - 2, ROLE_WARN, 0, it->reason);
	else if (it && it->help)
		paint_text(&c, c.at.rows - 1, 2, c.at.cols - 2, ROLE_DIM, 0, it->help);
	if (p->shown_count > (size_t)p->page) {
		int above = 0, headings = 0;
		for (int i = 0; i < (int)p->shown_count; i++) {
			headings += is_heading(p, i);
			above += is_heading(p, i) && i < p->sel;
		}
		paint_format(all, all->at.rows - 1, 2, 20, ROLE_DIM, 0, " %d/%d ", p->sel + 1 - above, (int)p->shown_count - headings);
	}
}

static bool picker_cursor(struct screen *s, int *row, int *col)
{
	*row = 1;
	*col = PANEL_SIDE + self(s)->cursor;
	return true;
}

static void give_answer(struct picker *p, const struct picker_item *item)
{
	struct picker_spec spec = p->spec;
	p->spec.done = NULL;
	/* The screen is closed after the dispatch at the earliest, or else when this returns: keep the item till then. */
	struct arena *kept = p->arena;
	p->arena = arena_new();
	ui_pop(p->screen.ui, &p->screen);
	spec.done(spec.arg, item);
	arena_free(&kept);
}

static void choose(struct picker *p)
{
	struct picker_item typed = {.text = arena_strdup(p->arena, picker_typed(p))};
	if (p->shown_count == 0 && p->spec.free_text && *typed.text) {
		give_answer(p, &typed);
	} else if (p->shown_count > 0 && !p->shown[p->sel]->item.reason && !is_heading(p, p->sel)) {
		struct picker_item item = p->shown[p->sel]->item;
		give_answer(p, &item);
	}
}

static bool picker_mouse(struct picker *p, const struct key *k)
{
	if (k->mouse == MOUSE_WHEEL_UP || k->mouse == MOUSE_WHEEL_DOWN) {
		move(p, k->mouse == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
	} else if (k->mouse == MOUSE_PRESS && k->row >= 2 && k->row < 2 + p->page) {
		int at = p->top + k->row - 2;
		bool again = at == p->sel;
		if (at < (int)p->shown_count && !is_heading(p, at))
			p->sel = at;
		if (again)
			choose(p);
	}
	return true;
}

static bool picker_key(struct screen *s, const struct key *k)
{
	struct picker *p = self(s);
	if (k->code == K_MOUSE)
		return picker_mouse(p, k);
	if (key_is(k, K_ENTER))
		choose(p);
	else if (key_is(k, K_ESC) || key_is_ctrl(k, 'g') || key_is_ctrl(k, 'c') ||
		 (key_is(k, K_BACKSPACE) && p->edit.text.len == 0))
		give_answer(p, NULL);
	else if (key_is(k, K_DOWN) || key_is_ctrl(k, 'n') || key_is(k, K_TAB))
		move(p, 1);
	else if (key_is(k, K_UP) || key_is_ctrl(k, 'p') || (k->code == K_TAB && k->mods == MOD_SHIFT))
		move(p, -1);
	else if (key_is(k, K_PAGE_DOWN))
		move(p, p->page);
	else if (key_is(k, K_PAGE_UP))
		move(p, -p->page);
	else {
		enum edit_result r = lineedit_key(&p->edit, k);
		if (r == EDIT_CHANGED)
			refill(p);
		return r != EDIT_IGNORED;
	}
	return true;
}

static void picker_close(struct screen *s)
{
	struct picker *p = self(s);
	if (p->spec.done) /* went with what is below it */
		p->spec.done(p->spec.arg, NULL);
	lineedit_free(&p->edit);
	arena_free(&p->arena);
	free(p->entries);
	free(p->shown);
	free(p->title);
	free(p);
}

static const struct screen_ops picker_ops = {
	.name = "picker",
	.contexts = "picker",
	.flags = SCREEN_MODAL | SCREEN_TEXT_INPUT,
	.layout = picker_layout,
	.paint = picker_paint,
	.cursor = picker_cursor,
	.key = picker_key,
	.close = picker_close,
};

struct picker *picker_open(struct ui *ui, const struct picker_spec *spec)
{
	struct picker *p = mem_zalloc(sizeof *p);
	p->screen.ops = &picker_ops;
	p->spec = *spec;
	p->title = mem_strdup(spec->title ? spec->title : "");
	p->arena = arena_new();
	lineedit_init(&p->edit, spec->initial);
	for (size_t i = 0; i < spec->count; i++)
		picker_add(p, &spec->items[i]);
	refill(p);
	for (size_t i = 0; i < p->shown_count; i++)
		if (spec->current && p->shown[i]->item.id == spec->current)
			p->sel = (int)i;
	ui_push(ui, &p->screen);
	return p;
}
