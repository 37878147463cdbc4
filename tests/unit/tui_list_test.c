/* The list over a million rows: what it asks for, where it is, what stays selected. */
#include "core/base/clock.h"
#include "tests/unit/test.h"
#include "tests/unit/tui_fixture.h"

#include <stdlib.h>
#include <string.h>

#define MILLION UINT64_C(1000000)

TEST(list_asks_for_little)
{
	struct stage s = stage_open(36, 120);
	struct number_screen *ns = numbers_open(&s, MILLION);
	int page = ns->list.page;
	CHECK(page == 34);
	CHECK(ns->numbers.fetches <= 2);
	CHECK_INT(numbers_selected(ns), 1);
	ns->numbers.fetches = 0;
	for (int i = 0; i < 340; i++)
		stage_keys(&s, "j");
	CHECK_INT(numbers_selected(ns), 341);
	CHECK(ns->numbers.fetches <= 11);
	CHECK(ns->numbers.largest <= page + 1);
	CHECK(ns->list.n <= 5 * page);
	/* Each row is formatted at most a few times, not once per frame. */
	CHECK(ns->numbers.cells <= 3 * (341 + 6 * page));
	stage_keys(&s, "End");
	CHECK_INT(numbers_selected(ns), MILLION);
	CHECK_INT(list_position(&ns->list), MILLION - 1);
	stage_keys(&s, "PgUp k");
	CHECK_INT(numbers_selected(ns), MILLION - (uint64_t)page - 1);
	CHECK_INT(list_position(&ns->list), (int64_t)MILLION - page - 2);
	stage_keys(&s, "Home");
	CHECK_INT(numbers_selected(ns), 1);
	CHECK(ns->numbers.fetches < 25);
	stage_close(&s);
}

TEST(list_moves_fast_over_a_million_rows)
{
	struct stage s = stage_open(36, 120);
	struct number_screen *ns = numbers_open(&s, MILLION);
	int64_t start = clock_monotonic();
	for (int i = 0; i < 2000; i++)
		stage_keys(&s, i % 10 == 9 ? "PgDn" : "j");
	int64_t took = clock_monotonic() - start;
	CHECK_INT(numbers_selected(ns), 1 + 1800 + 200 * ns->list.page);
	CHECK(took < 2000); /* a millisecond per key with painting; sanitizers included */
	stage_close(&s);
}

TEST(list_has_arrows_and_letters)
{
	struct stage s = stage_open(24, 80);
	struct number_screen *ns = numbers_open(&s, 500);
	int page = ns->list.page;
	static const struct {
		const char *keys;
		int row; /* negative: pages */
	} steps[] = {{"Down", 2}, {"j", 3}, {"Up", 2}, {"k", 1}, {"k", 1}, {"End", 500}, {"Down", 500}, {"gg", 1}, {"G", 500},
		{"Home", 1}};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		stage_keys(&s, steps[i].keys);
		CHECK_INT(numbers_selected(ns), steps[i].row);
	}
	stage_keys(&s, "PgDn");
	CHECK_INT(numbers_selected(ns), 1 + page);
	stage_keys(&s, "C-f");
	CHECK_INT(numbers_selected(ns), 1 + 2 * page);
	stage_keys(&s, "C-b PgUp");
	CHECK_INT(numbers_selected(ns), 1);
	stage_keys(&s, "C-d");
	CHECK_INT(numbers_selected(ns), 1 + page / 2);
	stage_keys(&s, "C-u");
	CHECK_INT(numbers_selected(ns), 1);
	stage_keys(&s, "j Enter");
	CHECK_INT(ns->opened, 2);
	stage_keys(&s, "j l");
	CHECK_INT(ns->opened, 3);
	stage_close(&s);
}

TEST(list_shows_marker_bold_and_columns)
{
	struct stage s = stage_open(12, 80);
	numbers_open(&s, 500);
	stage_keys(&s, "j");
	char *row = memory_row(s.term, 2), *roles = memory_roles(s.term);
	CHECK(strncmp(row, " ▌ row 2", strlen(" ▌ row 2")) == 0);
	CHECK(strstr(roles, "\n s BBB B"));
	CHECK(stage_shows(&s, "NAME") && stage_shows(&s, "VALUE") && stage_shows(&s, "MORE"));
	free(row);
	free(roles);
	/* Narrow: columns go in their order. */
	memory_resize(s.term, 12, 42);
	stage_settle(&s);
	CHECK(stage_shows(&s, "VALUE"));
	memory_resize(s.term, 12, 200);
	stage_settle(&s);
	CHECK(stage_shows(&s, "MORE"));
	stage_close(&s);
}

TEST(list_keeps_the_selected_row_when_data_changes)
{
	struct stage s = stage_open(24, 80);
	struct number_screen *ns = numbers_open(&s, MILLION);
	CHECK(list_select(&ns->list, 500000));
	CHECK_INT(ns->selected, 500000);
	ui_dirty(s.ui, DIRTY_PAINT);
	stage_settle(&s);
	int row = stage_row_of(&s, "row 500000");
	for (uint64_t i = 499900; i < 500000; i++)
		handles_add(&ns->numbers.removed, i);
	list_reload(&ns->list);
	ui_dirty(s.ui, DIRTY_PAINT);
	stage_settle(&s);
	CHECK_INT(numbers_selected(ns), 500000);
	CHECK_INT(stage_row_of(&s, "row 500000"), row);
	/* The row itself goes: its neighbour is taken. */
	handles_add(&ns->numbers.removed, 500000);
	list_reload(&ns->list);
	CHECK_INT(numbers_selected(ns), 500001);
	CHECK_INT(ns->selected, 500001);
	/* Everything below goes: the one above. */
	ns->numbers.n = 499800;
	list_reload(&ns->list);
	CHECK_INT(numbers_selected(ns), 1); /* all neighbours were cut off: from the start */
	list_last(&ns->list);
	handles_add(&ns->numbers.removed, 499800);
	list_reload(&ns->list);
	CHECK_INT(numbers_selected(ns), 499799);
	ns->numbers.n = 0;
	list_reload(&ns->list);
	CHECK_INT(numbers_selected(ns), 0);
	CHECK_INT(list_position(&ns->list), -1);
	stage_keys(&s, "j k G gg PgDn Enter Space v *");
	CHECK(stage_shows(&s, "Nothing here yet."));
	stage_close(&s);
}

TEST(list_reloads_where_an_edge_row_has_gone)
{
	struct stage s = stage_open(24, 80);
	struct number_screen *ns = numbers_open(&s, 1000);
	/* The last row of the window is removed behind the list's back; moving there must still work. */
	handles_add(&ns->numbers.removed, ns->list.rows[ns->list.n - 1].handle);
	for (int i = 0; i < 100; i++)
		stage_keys(&s, "j");
	CHECK(numbers_selected(ns) >= 100 && numbers_selected(ns) <= 103);
	CHECK(stage_is_sound(&s));
	stage_close(&s);
}

TEST(list_marks_rows_by_handle)
{
	struct stage s = stage_open(24, 80);
	struct number_screen *ns = numbers_open(&s, 1000);
	size_t n;
	uint64_t *targets = list_targets(&ns->list, &n);
	CHECK(n == 1 && targets[0] == 1);
	free(targets);
	stage_keys(&s, "Space Space j Space");
	CHECK_INT(ns->list.marks.count, 3);
	CHECK(list_is_marked(&ns->list, 1) && list_is_marked(&ns->list, 2) && list_is_marked(&ns->list, 4));
	stage_keys(&s, "k Space");
	CHECK(!list_is_marked(&ns->list, 4));
	stage_keys(&s, "U gg v PgDn v j");
	CHECK_INT(ns->list.marks.count, (size_t)ns->list.page + 1);
	targets = list_targets(&ns->list, &n);
	CHECK_INT(n, ns->list.page + 1);
	free(targets);
	stage_keys(&s, "*");
	CHECK(ns->list.all_marked && list_is_marked(&ns->list, 999));
	stage_keys(&s, "M-u");
	CHECK(!ns->list.all_marked && ns->list.marks.count == 0);
	stage_close(&s);
}

TEST(list_answers_the_mouse)
{
	struct stage s = stage_open(24, 80);
	struct number_screen *ns = numbers_open(&s, 1000);
	memory_click(s.term, 5, 10);
	stage_settle(&s);
	CHECK_INT(numbers_selected(ns), 5);
	CHECK_INT(ns->opened, 0);
	memory_click(s.term, 5, 10);
	stage_settle(&s);
	CHECK_INT(ns->opened, 5);
	memory_click(s.term, 0, 5);
	stage_settle(&s);
	CHECK_INT(ns->sorted, 0);
	memory_key(s.term, &(struct key){.code = K_MOUSE, .mouse = MOUSE_WHEEL_DOWN, .row = 4, .col = 4});
	stage_settle(&s);
	CHECK_INT(numbers_selected(ns), 8);
	/* Below the last row, and on the footer's free part, a click does nothing. */
	memory_click(s.term, 23, 79);
	stage_settle(&s);
	CHECK_INT(numbers_selected(ns), 8);
	stage_close(&s);
}

/* A model beside the list: where the selection must be, whatever happens. */
TEST(list_monkey)
{
	static const char *const keys[] = {"j", "k", "PgDn", "PgUp", "C-d", "C-u", "Home", "End", "Space", "j", "k"};
	struct stage s = stage_open(24, 80);
	struct number_screen *ns = numbers_open(&s, 300);
	unsigned seed = 99;
	for (int i = 0; i < 6000; i++) {
		seed = seed * 1103515245u + 12345u;
		unsigned r = seed >> 10;
		uint64_t before = numbers_selected(ns);
		if (r % 40 == 0) {
			memory_resize(s.term, (int)(8 + r / 40 % 60), (int)(40 + r / 7 % 100));
			stage_settle(&s);
			CHECK_INT(numbers_selected(ns), before);
		} else if (r % 40 == 1 && ns->numbers.removed.count < 250) {
			handles_add(&ns->numbers.removed, 1 + r / 40 % 300);
			list_reload(&ns->list);
			if (!handles_has(&ns->numbers.removed, before))
				CHECK_INT(numbers_selected(ns), before);
		} else if (r % 40 == 2) {
			handles_clear(&ns->numbers.removed);
			list_reload(&ns->list);
			CHECK_INT(numbers_selected(ns), before);
		} else {
			stage_keys(&s, keys[r / 40 % (sizeof keys / sizeof *keys)]);
		}
		struct list *l = &ns->list;
		uint64_t now = numbers_selected(ns);
		bool seen = l->sel >= l->top && l->sel < l->top + l->page && l->sel < l->n && l->top >= 0;
		/* A page is full unless there are no more rows. */
		bool full = l->n - l->top >= l->page || l->at_end;
		bool no_gap = l->top == 0 || l->n - l->top >= l->page;
		/* The number shown is true when it is known from an end. */
		int64_t number = 0;
		for (uint64_t h = 1; h < now; h++)
			number += !handles_has(&ns->numbers.removed, h);
		bool right = !l->at_start || list_position(l) == number;
		if (!seen || !full || !no_gap || !right || handles_has(&ns->numbers.removed, now) || now != ns->selected) {
			CHECK_INT(i, -1);
			break;
		}
	}
	stage_close(&s);
}

TEST(handles_are_a_set)
{
	struct handles h = {0};
	unsigned seed = 3;
	bool model[512] = {false};
	for (int i = 0; i < 20000; i++) {
		seed = seed * 1103515245u + 12345u;
		uint64_t x = seed >> 8 & 511;
		if (seed >> 20 & 1)
			handles_add(&h, x);
		else
			handles_remove(&h, x);
		model[x] = seed >> 20 & 1;
	}
	size_t count = 0;
	for (uint64_t x = 0; x < 512; x++) {
		CHECK(handles_has(&h, x) == model[x]);
		count += model[x];
	}
	CHECK_INT(h.count, count);
	handles_add(&h, 0);
	handles_add(&h, UINT64_MAX);
	CHECK(handles_has(&h, 0) && handles_has(&h, UINT64_MAX));
	handles_clear(&h);
	CHECK(!handles_has(&h, 0));
}
