/* Form, text screen, pager, detail, board. */
#include "core/base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/tui_fixture.h"
#include "tui/widget/board.h"
#include "tui/widget/detail.h"
#include "tui/widget/form.h"
#include "tui/widget/pager.h"
#include "tui/widget/textedit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct form_field fields[] = {
	{"name", "Name", "Person", "As on the card.", FORM_TEXT, FORM_REQUIRED, 20},
	{"email", "E-mail", "Person", NULL, FORM_TEXT, 0, 0},
	{"stage", "Stage", "Deal", NULL, FORM_CHOICE, FORM_REQUIRED, 0},
	{"ref", "Reference", "Deal", NULL, FORM_TEXT, FORM_READONLY, 0},
	{"hot", "Hot", "Deal", NULL, FORM_CHECK, 0, 0},
	{"note", "Note", "Deal", NULL, FORM_MULTILINE, 0, 0},
};

static int submits, drafts, closes, saves;
static char picks[64], saved_name[64];

static enum status validate(void *arg, struct form *f, int field, const char *text, struct error *err)
{
	(void)arg;
	(void)f;
	return field == 1 && *text && !strchr(text, '@') ? error_field(err, ST_INVALID, "email", "There is no @ in it.") : ST_OK;
}

static void pick(void *arg, struct form *f, int field, const char *typed)
{
	(void)arg;
	(void)snprintf(picks, sizeof picks, "%d:%s", field, typed);
	form_set(f, field, "Proposal");
}

static enum status submit(void *arg, struct form *f, struct error *err)
{
	(void)arg;
	submits++;
	(void)snprintf(saved_name, sizeof saved_name, "%s", form_get_id(f, "name"));
	if (strcmp(form_get_id(f, "name"), "taken") == 0)
		return error_field(err, ST_CONFLICT, "name", "Somebody has that name.");
	form_close(f);
	return ST_OK;
}

static void on_changed(void *arg, struct form *f, int field)
{
	(void)arg;
	(void)f;
	(void)field;
	drafts++;
}

static void on_closed(void *arg, bool saved)
{
	(void)arg;
	closes++;
	saves += saved;
}

static struct form *open_form(struct stage *s, const char *name, const char *stage)
{
	const char *values[] = {name, NULL, stage, "D-7", NULL, NULL};
	submits = drafts = closes = saves = 0;
	struct form *f = form_open(s->ui, &(struct form_spec){.title = "New deal",
						  .fields = fields,
						  .count = 6,
						  .values = values,
						  .validate = validate,
						  .pick = pick,
						  .submit = submit,
						  .changed = on_changed,
						  .closed = on_closed});
	stage_settle(s);
	return f;
}

TEST(form_is_filled_in_and_saved)
{
	struct stage s = stage_open(24, 80);
	numbers_open(&s, 10);
	struct form *f = open_form(&s, NULL, NULL);
	CHECK(stage_shows(&s, "New deal") && stage_shows(&s, "Name*") && stage_shows(&s, "D-7") && stage_shows(&s, "As on the card."));
	stage_keys(&s, "'q: Acmé' Tab x @ y Tab p");
	CHECK_STR(picks, "2:p");
	CHECK_STR(form_get(f, 2), "Proposal");
	CHECK_STR(form_get(f, 0), "q: Acmé");
	stage_keys(&s, "Tab Space"); /* over the read-only field, to the tick */
	CHECK_STR(form_get(f, 4), "1");
	CHECK(stage_shows(&s, "[x]"));
	CHECK(form_changed(f) && drafts >= 3);
	stage_keys(&s, "Tab Tab Enter"); /* the note, then the button */
	CHECK(submits == 1 && closes == 1 && saves == 1);
	CHECK_STR(saved_name, "q: Acmé");
	CHECK_INT(ui_depth(s.ui), 1);
	stage_close(&s);
}

TEST(form_points_at_what_is_wrong)
{
	struct stage s = stage_open(24, 80);
	struct form *f = open_form(&s, NULL, "Won");
	stage_keys(&s, "Tab n o Tab");
	CHECK(stage_shows(&s, "There is no @ in it."));
	CHECK(stage_row_of(&s, "There is no @") == stage_row_of(&s, "E-mail") + 1);
	stage_keys(&s, "F2");
	CHECK(submits == 0 && stage_shows(&s, "This is needed."));
	stage_keys(&s, "'taken' Down C-e BS BS a @ b C-s"); /* the focus went to the name */
	CHECK_INT(submits, 1);
	CHECK(stage_shows(&s, "Somebody has that name."));
	CHECK(!stage_shows(&s, "There is no @ in it."));
	stage_keys(&s, "2 F2");
	CHECK(submits == 2 && closes == 1);
	CHECK_STR(saved_name, "taken2");
	(void)f;
	stage_close(&s);
}

TEST(form_asks_before_losing_changes)
{
	struct stage s = stage_open(24, 80);
	numbers_open(&s, 10);
	open_form(&s, "Ann", "Won");
	stage_keys(&s, "Esc");
	CHECK(closes == 1 && saves == 0);
	open_form(&s, "Ann", "Won");
	stage_keys(&s, "x Esc");
	CHECK(closes == 0 && stage_shows(&s, "There are unsaved changes."));
	stage_keys(&s, "e");
	CHECK(closes == 0 && ui_depth(s.ui) == 2);
	stage_keys(&s, "Esc D");
	CHECK(closes == 1 && saves == 0 && ui_depth(s.ui) == 1);
	open_form(&s, "Ann", "Won");
	stage_keys(&s, "x Esc s");
	CHECK(closes == 1 && saves == 1);
	CHECK_STR(saved_name, "Annx");
	stage_close(&s);
}

TEST(form_scrolls_and_keeps_drafts_while_one_types)
{
	struct stage s = stage_open(9, 50);
	struct form *f = open_form(&s, "Ann", "Won");
	for (int i = 0; i < 8; i++) {
		stage_keys(&s, "Tab");
		CHECK(stage_is_sound(&s));
		if (i == 4)
			CHECK(stage_shows(&s, "Save"));
	}
	form_focus(f, 0);
	stage_keys(&s, "b");
	CHECK(stage_shows(&s, "Name*"));
	int before = drafts;
	loop_advance(ui_loop(s.ui), 2100);
	stage_settle(&s);
	CHECK_INT(drafts, before + 1);
	memory_paste(s.term, "c\nd");
	stage_settle(&s);
	CHECK_STR(form_get(f, 0), "Annbc d");
	stage_close(&s);
}

/* The fake editor writes what it was told over the file. */
static int fake_editor(void *arg, char *const argv[])
{
	int last = 0;
	while (argv[last + 1])
		last++;
	int fd = open(argv[last], O_WRONLY | O_TRUNC | O_APPEND);
	ssize_t n = write(fd, arg, strlen(arg));
	close(fd);
	return n < 0 ? 1 : 0;
}

TEST(form_opens_long_text_in_a_screen_and_in_the_editor)
{
	struct stage s = stage_open(24, 80);
	struct form *f = open_form(&s, "Ann", "Won");
	char text[] = "from\nthe editor\n";
	memory_on_run(s.term, fake_editor, text);
	form_focus(f, 5);
	stage_keys(&s, "Enter 'line one' Enter 'two' F2");
	CHECK_STR(form_get(f, 5), "line one\ntwo");
	stage_keys(&s, "Enter F4");
	CHECK(stage_shows(&s, "the editor"));
	stage_keys(&s, "F2");
	CHECK_STR(form_get(f, 5), "from\nthe editor");
	stage_keys(&s, "Enter x Esc");
	CHECK(stage_shows(&s, "You wrote something."));
	stage_keys(&s, "D");
	CHECK_STR(form_get(f, 5), "from\nthe editor");
	stage_close(&s);
}

static char kept[512];

static void on_text(void *arg, const char *text)
{
	(void)arg;
	(void)snprintf(kept, sizeof kept, "%s", text ? text : "(none)");
}

TEST(textedit_edits_lines)
{
	static const struct {
		const char *before, *keys, *after;
	} cases[] = {
		{"", "a Enter b", "a\nb"},
		{"one\ntwo", "Up Home X", "Xone\ntwo"},
		{"one\ntwo", "Home BS", "onetwo"},
		{"one\ntwo", "Up End Del", "onetwo"},
		{"one\ntwo\nthree", "Up Up Home C-k", "\ntwo\nthree"},
		{"one\ntwo", "C-u", "one\n"},
		{"a long first\nb\nanother long", "Up Up End !", "a long first!\nb\nanother long"},
		{"abcdef\nx\nabcdef", "Up Up 1", "abcdef1\nx\nabcdef"},
		{"é株", "Left x", "éx株"},
		{"x", "C-Home y C-End z", "yxz"},
	};
	struct stage s = stage_open(24, 80);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		textedit_open(s.ui, &(struct textedit_spec){.title = "Note", .text = cases[i].before, .done = on_text});
		stage_keys(&s, cases[i].keys);
		CHECK(stage_is_sound(&s));
		stage_keys(&s, "F2");
		CHECK_STR(kept, cases[i].after);
	}
	textedit_open(s.ui, &(struct textedit_spec){.title = "Note", .text = "x", .done = on_text});
	memory_paste(s.term, "\r\nl1\rl2\n\033[Aend");
	stage_keys(&s, "F2");
	CHECK_STR(kept, "x\nl1\nl2\n[Aend");
	textedit_open(s.ui, &(struct textedit_spec){.title = "Note", .text = "x", .max = 3, .done = on_text});
	stage_keys(&s, "1 2 3 4 F2");
	CHECK_STR(kept, "x12");
	stage_close(&s);
}

TEST(pager_scrolls_searches_and_copies)
{
	struct stage s = stage_open(24, 80);
	struct styled text = {0};
	numbers_open(&s, 10);
	for (int i = 1; i <= 200; i++)
		styled_format(&text, i % 2 ? ROLE_TEXT : ROLE_DIM, "line %d%s\n", i, i == 120 ? " Édith\033[2J" : "");
	pager_open(s.ui, "Text", &text, false);
	stage_settle(&s);
	CHECK(stage_shows(&s, "line 1") && !stage_shows(&s, "line 30"));
	stage_keys(&s, "G");
	CHECK(stage_shows(&s, "line 200"));
	stage_keys(&s, "gg / edith Enter");
	CHECK(stage_row_of(&s, "line 120") == 1);
	stage_keys(&s, "k / 'line 5' Enter N");
	CHECK(stage_is_sound(&s));
	stage_keys(&s, "/ nothing Enter");
	CHECK(stage_shows(&s, "Not found."));
	stage_keys(&s, "y");
	CHECK(strstr(memory_copied(s.term), "line 200\n") && !strchr(memory_copied(s.term), '\033'));
	memory_resize(s.term, 10, 41);
	stage_keys(&s, "PgDn C-u");
	CHECK(stage_is_sound(&s));
	stage_keys(&s, "Esc");
	CHECK_INT(ui_depth(s.ui), 1);
	stage_close(&s);
}

static uint64_t opened;

static void on_open(void *arg, uint64_t handle)
{
	(void)arg;
	opened = handle;
}

TEST(detail_is_laid_out_selected_and_opened)
{
	struct stage s = stage_open(20, 120);
	struct detail d;
	detail_init(&d);
	d.open = on_open;
	detail_section(&d, "PERSON");
	detail_row(&d, "Name", "Amélie\033[2J Durand", ROLE_TEXT, 0);
	detail_row(&d, "Empty", "", ROLE_TEXT, 0);
	detail_row(&d, "Company", "ACME", ROLE_LINK, 1);
	detail_section(&d, "DEALS");
	for (uint64_t i = 2; i < 40; i++)
		detail_row(&d, "Deal", "a long value that has to be wrapped because it does not fit on one line of a narrow screen", ROLE_TEXT, i);
	uint64_t handle;
	struct canvas c = {.grid = &s.term->grid, .at = {0, 0, 20, 120}, .scratch = arena_new(), .unicode = true};
	for (int cols = 1; cols <= 120; cols += 7) {
		term_begin(s.term);
		c.at.cols = cols;
		detail_layout(&d, 20, cols);
		detail_paint(&d, &c, true);
		term_flush(s.term);
		CHECK(stage_is_sound(&s));
	}
	detail_layout(&d, 20, 120);
	CHECK(detail_selected(&d, &handle) && handle == 1);
	CHECK(!stage_shows(&s, "Empty"));
	CHECK(detail_command(&d, "detail.down") && detail_selected(&d, &handle) && handle == 2);
	CHECK(detail_command(&d, "detail.open") && opened == 2);
	CHECK(detail_command(&d, "detail.last") && detail_selected(&d, &handle) && handle == 39);
	CHECK(detail_command(&d, "detail.first") && detail_selected(&d, &handle) && handle == 1);
	for (int i = 0; i < 100; i++)
		detail_command(&d, "detail.down");
	CHECK(detail_selected(&d, &handle) && handle == 39);
	CHECK(!detail_command(&d, "detail.nonsense") && !detail_command(&d, "list.down"));
	arena_free(&c.scratch);
	detail_free(&d);
	stage_close(&s);
}

/* A board of 5 columns whose cards move. */

static uint64_t cards[5][100];
static int counts[5], moves;

static int board_columns(void *src)
{
	(void)src;
	return 5;
}

static void board_column(void *src, int column, struct arena *a, struct board_column *out)
{
	(void)src;
	*out = (struct board_column){.title = arena_printf(a, "Stage %d", column), .summary = "sum", .count = counts[column]};
}

static void board_card(void *src, int column, int index, struct arena *a, struct board_card *out)
{
	(void)src;
	*out = (struct board_card){.handle = cards[column][index],
		.title = arena_printf(a, "card %llu", (unsigned long long)cards[column][index]), .left = "x", .right = "1 €"};
}

static void on_move(void *arg, uint64_t handle, int from, int to)
{
	int i = 0;
	while (cards[from][i] != handle)
		i++;
	memmove(&cards[from][i], &cards[from][i + 1], (size_t)(counts[from] - i - 1) * sizeof(uint64_t));
	counts[from]--;
	cards[to][counts[to]++] = handle;
	moves++;
	board_reload(arg);
}

TEST(board_moves_cards_and_keeps_the_selected_one)
{
	static const struct board_source source = {board_columns, board_column, board_card};
	struct stage s = stage_open(20, 60);
	struct board b;
	uint64_t handle;
	memset(counts, 0, sizeof counts);
	for (int i = 0; i < 30; i++)
		cards[0][counts[0]++] = (uint64_t)i + 1;
	cards[2][counts[2]++] = 100;
	moves = 0;
	board_init(&b, &source, NULL);
	b.events = (struct board_events){.open = on_open, .move = on_move, .arg = &b};
	board_reload(&b);
	board_layout(&b, 20, 60);
	CHECK_INT(b.shown, 3);
	CHECK(board_selected(&b, &handle) && handle == 1);
	board_command(&b, "board.down");
	board_command(&b, "board.move-right");
	CHECK(moves == 1 && b.column == 1 && board_selected(&b, &handle) && handle == 2);
	board_command(&b, "board.right");
	board_command(&b, "board.right"); /* an empty column */
	CHECK(!board_selected(&b, &handle) && b.first > 0);
	board_command(&b, "board.move-right");
	board_command(&b, "board.open");
	CHECK_INT(moves, 1);
	CHECK(board_select(&b, 30) && b.column == 0 && b.first == 0);
	struct canvas c = {.grid = &s.term->grid, .at = {0, 0, 20, 60}, .scratch = arena_new(), .unicode = true};
	board_paint(&b, &c, true);
	term_flush(s.term);
	CHECK(stage_is_sound(&s) && stage_shows(&s, "card 30") && !stage_shows(&s, "card 1 "));
	board_command(&b, "board.left");
	board_command(&b, "board.last");
	board_command(&b, "board.page-down");
	CHECK(board_selected(&b, &handle) && handle == 30);
	/* Dragged with the mouse to the second column. */
	struct key press = {.code = K_MOUSE, .mouse = MOUSE_PRESS, .button = 1, .row = 4, .col = 3};
	struct key drop = {.code = K_MOUSE, .mouse = MOUSE_RELEASE, .button = 1, .row = 4, .col = 3 + b.width + 2};
	board_key(&b, &press);
	board_key(&b, &drop);
	CHECK_INT(moves, 2);
	CHECK_INT(b.column, 1);
	/* Everything vanishes. */
	memset(counts, 0, sizeof counts);
	board_reload(&b);
	CHECK(!board_selected(&b, &handle));
	for (int cols = 1; cols < 200; cols += 13) {
		board_layout(&b, cols / 4, cols);
		board_command(&b, "board.right");
		term_begin(s.term);
		board_paint(&b, &c, true);
	}
	arena_free(&c.scratch);
	board_free(&b);
	stage_close(&s);
}
