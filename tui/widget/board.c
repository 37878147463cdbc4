#include "tui/widget/board.h"

#include "core/base/clock.h"
#include "core/base/money.h"
#include "core/base/text.h"

#include <string.h>

#define CARD_ROWS 3 /* two lines and a gap */
#define HEAD_ROWS 3 /* title, summary, rule */
#define COLUMN_MIN 17
#define COLUMN_MIN_WIDE 28
#define GAP 2
#define DOUBLE_CLICK_MS 400

void board_init(struct board *b, const struct board_source *source, void *src)
{
	*b = (struct board){.source = source, .src = src, .arena = arena_new()};
}

void board_free(struct board *b)
{
	arena_free(&b->arena);
	handles_clear(&b->marks);
}

static struct board_card card_at(struct board *b, struct arena *a, int column, int index)
{
	struct board_card card = {0};
	b->source->card(b->src, column, index, a, &card);
	return card;
}

static int page_of(const struct board *b)
{
	int n = (b->rows - HEAD_ROWS + 1) / CARD_ROWS;
	return n > 1 ? n : 1;
}

/* Bring the selection in range and into view, and tell who wants to know. */
static void settle(struct board *b)
{
	int page = page_of(b);
	b->column = b->column >= b->count ? b->count - 1 : b->column;
	b->column = b->column < 0 ? 0 : b->column;
	for (int i = 0; i < b->count; i++) {
		int last = b->columns[i].count - 1;
		b->sel[i] = b->sel[i] > last ? last : b->sel[i];
		b->sel[i] = b->sel[i] < 0 ? 0 : b->sel[i];
		b->top[i] = b->sel[i] < b->top[i] ? b->sel[i] : b->top[i];
		b->top[i] = b->sel[i] >= b->top[i] + page ? b->sel[i] - page + 1 : b->top[i];
		int last_top = last + 1 > page ? last + 1 - page : 0;
		b->top[i] = b->top[i] > last_top ? last_top : b->top[i];
	}
	b->first = b->column < b->first ? b->column : b->first;
	b->first = b->shown > 0 && b->column >= b->first + b->shown ? b->column - b->shown + 1 : b->first;
	b->first = b->first + b->shown > b->count && b->count >= b->shown ? b->count - b->shown : b->first;

	struct arena *a = arena_new();
	bool any = b->count > 0 && b->columns[b->column].count > 0;
	uint64_t handle = any ? card_at(b, a, b->column, b->sel[b->column]).handle : 0;
	arena_free(&a);
	bool other = any != b->any || handle != b->handle;
	b->any = any;
	b->handle = handle;
	if (other && b->events.selected)
		b->events.selected(b->events.arg, any, handle);
}

static bool find_card(struct board *b, uint64_t handle, int *column, int *index)
{
	struct arena *a = arena_new();
	bool found = false;
	for (int c = 0; c < b->count && !found; c++) {
		for (int i = 0; i < b->columns[c].count && !found; i++) {
			arena_reset(a);
			found = card_at(b, a, c, i).handle == handle;
			*column = c;
			*index = i;
		}
	}
	arena_free(&a);
	return found;
}

bool board_select(struct board *b, uint64_t handle)
{
	int column, index;
	if (!find_card(b, handle, &column, &index))
		return false;
	b->column = column;
	b->sel[column] = index;
	settle(b);
	return true;
}

void board_reload(struct board *b)
{
	uint64_t handle = b->handle;
	bool any = b->any;
	arena_reset(b->arena);
	int n = b->source->columns(b->src);
	b->count = n < BOARD_COLUMNS ? n : BOARD_COLUMNS;
	for (int i = 0; i < b->count; i++) {
		b->columns[i] = (struct board_column){0};
		b->source->column(b->src, i, b->arena, &b->columns[i]);
	}
	if (b->cols > 0)
		board_layout(b, b->rows, b->cols);
	if (!any || !board_select(b, handle))
		settle(b);
}

bool board_selected(const struct board *b, uint64_t *handle)
{
	*handle = b->handle;
	return b->any;
}

/* Painting */

void board_layout(struct board *b, int rows, int cols)
{
	b->rows = rows;
	b->cols = cols;
	/* Room goes to more columns first, then to wider ones, so that titles can be read. */
	int min = cols <= 120 ? COLUMN_MIN : COLUMN_MIN + (cols - 120) / 6;
	min = min > COLUMN_MIN_WIDE ? COLUMN_MIN_WIDE : min;
	int fit = (cols - 1 + GAP) / (min + GAP);
	fit = fit < 1 ? 1 : fit;
	b->shown = fit < b->count ? fit : b->count;
	b->width = b->shown > 0 ? (cols - 1 + GAP) / b->shown - GAP : 0;
	settle(b);
}

static void paint_card(struct board *b, const struct canvas *c, int row, const struct board_card *card, bool selected,
	bool focused)
{
	int width = c->at.cols - 2, at = 2;
	bool marked = handles_has(&b->marks, card->handle);
	if (selected)
		paint_glyph(c, row, 0, focused ? ROLE_SEL : ROLE_SEL_UNFOCUSED, GLYPH_SELECTED);
	if (marked)
		paint_glyph(c, row, 1, ROLE_MARK, GLYPH_MARKED);
	paint_text(c, row, at, c->at.cols - at, ROLE_TEXT, selected && focused ? ATTR_BOLD : 0, card->title);
	int right = card->right ? text_width(card->right) : 0;
	right = right > width ? width : right;
	if (card->sign) { /* the title keeps its whole width */
		paint_text(c, row + 1, at, 1, card->role, ATTR_BOLD, card->sign);
		at += 2;
	}
	paint_text(c, row + 1, at, width - at + 2 - (right ? right + 1 : 0), ROLE_DIM, 0, card->left);
	if (right)
		paint_right(c, row + 1, 2 + width - right, right, card->role, 0, card->right);
}

static void paint_column(struct board *b, const struct canvas *c, int column, bool focused)
{
	const struct board_column *col = &b->columns[column];
	bool here = column == b->column;
	paint_text(c, 0, 2, c->at.cols - 2, col->role, here ? ATTR_BOLD | ATTR_UNDERLINE : ATTR_BOLD, col->title);
	if (col->summary)
		paint_text(c, 1, 2, c->at.cols - 2, ROLE_DIM, 0, col->summary);
	paint_rule(c, 2, 1, c->at.cols - 1);
	int page = page_of(b);
	for (int i = 0; i < page && b->top[column] + i < col->count; i++) {
		struct board_card card = card_at(b, c->scratch, column, b->top[column] + i);
		paint_card(b, c, HEAD_ROWS + i * CARD_ROWS, &card, here && b->top[column] + i == b->sel[column], focused);
	}
	int hidden = col->count - b->top[column] - page;
	if (hidden > 0)
		paint_format(c, c->at.rows - 1, 2, c->at.cols - 2, ROLE_DIM, 0, "+%s", number_format(c->scratch, hidden));
}

void board_paint(struct board *b, const struct canvas *c, bool focused)
{
	for (int i = 0; i < b->shown && b->first + i < b->count; i++) {
		struct canvas one = canvas_sub(c, 0, i * (b->width + GAP), c->at.rows, b->width);
		paint_column(b, &one, b->first + i, focused);
	}
	if (b->first > 0)
		paint_glyph(c, 0, 0, ROLE_ACCENT, GLYPH_LEFT);
	if (b->first + b->shown < b->count)
		paint_glyph(c, 0, c->at.cols - 1, ROLE_ACCENT, GLYPH_RIGHT);
}

bool board_cursor(const struct board *b, int *row, int *col)
{
	*row = HEAD_ROWS + (b->sel[b->column] - b->top[b->column]) * CARD_ROWS;
	*col = (b->column - b->first) * (b->width + GAP);
	return false;
}

/* Commands and mouse */

static void move_card(struct board *b, int to)
{
	if (b->any && to >= 0 && to < b->count && to != b->column && b->events.move)
		b->events.move(b->events.arg, b->handle, b->column, to);
}

static void toggle_mark(struct board *b)
{
	if (!b->any)
		return;
	if (handles_has(&b->marks, b->handle))
		handles_remove(&b->marks, b->handle);
	else
		handles_add(&b->marks, b->handle);
	b->sel[b->column]++;
}

bool board_command(struct board *b, const char *id)
{
	const char *verb = strncmp(id, "board.", 6) == 0 ? id + 6 : "";
	if (b->count == 0)
		return *verb != '\0';
	int *sel = &b->sel[b->column];
	if (strcmp(verb, "left") == 0)
		b->column--;
	else if (strcmp(verb, "right") == 0)
		b->column++;
	else if (strcmp(verb, "up") == 0)
		--*sel;
	else if (strcmp(verb, "down") == 0)
		++*sel;
	else if (strcmp(verb, "page-up") == 0)
		*sel -= page_of(b);
	else if (strcmp(verb, "page-down") == 0)
		*sel += page_of(b);
	else if (strcmp(verb, "first") == 0)
		*sel = 0;
	else if (strcmp(verb, "last") == 0)
		*sel = b->columns[b->column].count - 1;
	else if (strcmp(verb, "mark") == 0)
		toggle_mark(b);
	else if (strcmp(verb, "unmark") == 0)
		handles_clear(&b->marks);
	else if (strcmp(verb, "move-left") == 0)
		move_card(b, b->column - 1);
	else if (strcmp(verb, "move-right") == 0)
		move_card(b, b->column + 1);
	else if (strcmp(verb, "open") == 0 && b->any && b->events.open)
		b->events.open(b->events.arg, b->handle);
	else if (strcmp(verb, "open") != 0)
		return false;
	settle(b);
	return true;
}

static void press(struct board *b, int column, int index)
{
	int64_t now = clock_monotonic();
	uint64_t before = b->handle;
	b->column = column;
	if (index < 0 || index >= b->columns[column].count) {
		settle(b);
		return;
	}
	b->sel[column] = index;
	settle(b);
	bool twice = b->handle == before && now - b->click_ms < DOUBLE_CLICK_MS;
	b->click_ms = twice ? 0 : now;
	b->dragged = b->handle;
	b->dragged_from = column;
	if (twice && b->events.open)
		b->events.open(b->events.arg, b->handle);
}

bool board_key(struct board *b, const struct key *k)
{
	if (k->code != K_MOUSE || b->count == 0)
		return false;
	int column = b->first + k->col / (b->width + GAP);
	column = column < b->count ? column : b->count - 1;
	if (k->mouse == MOUSE_WHEEL_DOWN || k->mouse == MOUSE_WHEEL_UP) {
		b->column = column;
		b->sel[column] += k->mouse == MOUSE_WHEEL_DOWN ? 1 : -1;
		settle(b);
	} else if (k->mouse == MOUSE_PRESS && k->button == 1) {
		press(b, column, k->row < HEAD_ROWS ? -1 : b->top[column] + (k->row - HEAD_ROWS) / CARD_ROWS);
	} else if (k->mouse == MOUSE_RELEASE) {
		/* Dropped on another column. */
		if (b->dragged && b->dragged == b->handle && column != b->dragged_from)
			move_card(b, column);
		b->dragged = 0;
	}
	return true;
}
