/* Cells, painting, layout, themes: rows always add up, nothing gets outside, hostile text is harmless. */
#include "core/base/text.h"
#include "tests/unit/test.h"
#include "tests/unit/tui_fixture.h"
#include "tui/term/ascii.h"
#include "tui/ui/layout.h"
#include "tui/ui/theme.h"
#include "tui/widget/chart.h"

#include <stdlib.h>
#include <string.h>

static const char *const hostile[] = {"\033]0;owned\a\033[2J", "a\rb\nc\td", "\xC2\x9B" "31m", "\xFF\xFE\x80", "株式会社さくら",
	"e\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85\xCC\x86", "\xCC\x81\xCC\x81lead", "inv\xE2\x80\xAE" "fdp.exe", "👍🏽👨‍👩‍👧⚠️",
	"\xE2\x80\x8B\xE2\x80\x8D\xEF\xBB\xBF", "", " ", "a", "\xF0\x9F\x98\x80", "\x7f\x01\x02", "ｆｕｌｌｗｉｄｔｈ", "\xE1\x85\x9F\xE1\x85\xA0"};
#define HOSTILE (sizeof hostile / sizeof *hostile)

static unsigned next(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 8;
}

TEST(grid_rows_add_up_whatever_is_written)
{
	struct stage s = stage_open(10, 30);
	unsigned seed = 5;
	for (int i = 0; i < 20000; i++) {
		const char *text = hostile[next(&seed) % HOSTILE];
		int row = (int)(next(&seed) % 14) - 2, col = (int)(next(&seed) % 40) - 5, cells = (int)(next(&seed) % 20) - 2;
		grid_put(&s.term->grid, row, col, cells, ROLE_TEXT, 0, text, strlen(text));
		if (next(&seed) % 5 == 0)
			grid_fill(&s.term->grid, row, col, cells, ROLE_RULE, 0);
		if (i % 50 == 0) {
			term_flush(s.term);
			if (!stage_is_sound(&s))
				CHECK_INT(i, -1);
		}
	}
	stage_close(&s);
}

TEST(grid_puts_wide_characters_whole)
{
	struct grid g = {0};
	struct buf b = {0};
	grid_resize(&g, 1, 6);
	CHECK_INT(grid_put(&g, 0, 0, 6, ROLE_TEXT, 0, "株式会", strlen("株式会")), 6);
	grid_put(&g, 0, 1, 1, ROLE_TEXT, 0, "x", 1);
	grid_put(&g, 0, 4, 1, ROLE_TEXT, 0, "y", 1);
	grid_text(&g, &b);
	CHECK_STR(buf_str(&b), " x式y\n");
	buf_clear(&b);
	grid_clear(&g);
	CHECK_INT(grid_put(&g, 0, 5, 4, ROLE_TEXT, 0, "株", strlen("株")), 1);
	grid_text(&g, &b);
	CHECK_STR(buf_str(&b), "\n");
	buf_free(&b);
	grid_free(&g);
}

TEST(paint_cleans_clips_and_aligns)
{
	struct grid g = {0};
	struct canvas c = {.grid = &g, .at = {0, 0, 4, 12}, .scratch = arena_new(), .unicode = true};
	struct buf b = {0};
	grid_resize(&g, 4, 12);
	CHECK_INT(paint_text(&c, 0, 0, 8, ROLE_TEXT, 0, "abcdefghij"), 8);
	CHECK_INT(paint_text(&c, 1, 0, 5, ROLE_TEXT, 0, "株式会社"), 5);
	paint_right(&c, 2, 0, 12, ROLE_TEXT, 0, "12");
	paint_center(&c, 3, 0, 12, ROLE_TEXT, 0, "\033[mid");
	grid_text(&g, &b);
	CHECK_STR(buf_str(&b), "abcdefg…\n株式…\n          12\n   ␛[mid\n");
	/* Nothing leaves a part of a canvas. */
	struct canvas part = canvas_sub(&c, 1, 2, 2, 4);
	grid_clear(&g);
	for (int r = -2; r < 6; r++)
		for (int col = -3; col < 8; col++)
			paint_text(&part, r, col, 9, ROLE_TEXT, 0, "#########");
	buf_clear(&b);
	grid_text(&g, &b);
	CHECK_STR(buf_str(&b), "\n  ###…\n  ###…\n\n");
	buf_free(&b);
	arena_free(&c.scratch);
	grid_free(&g);
}

TEST(paint_wraps_words)
{
	struct grid g = {0};
	struct canvas c = {.grid = &g, .at = {0, 0, 5, 10}, .scratch = arena_new(), .unicode = true};
	struct buf b = {0};
	grid_resize(&g, 5, 10);
	CHECK_INT(paint_wrapped(&c, c.scratch, 0, 0, 10, 5, 0, ROLE_TEXT, "one two three\nfour abcdefghijklm"), 5);
	grid_text(&g, &b);
	CHECK_STR(buf_str(&b), "one two\nthree\nfour\nabcdefghij\nklm\n");
	buf_free(&b);
	arena_free(&c.scratch);
	grid_free(&g);
}

TEST(layout_drops_then_grows)
{
	static const struct extent parts[] = {{10, 20, 30, 0}, {5, 5, 5, 1}, {8, 10, 0, 3}, {6, 6, 6, 2}};
	int out[4];
	for (int total = 0; total < 200; total++) {
		int used = layout_split(total, 2, parts, 4, out), sum = 0, shown = 0;
		for (int i = 0; i < 4; i++) {
			sum += out[i];
			shown += out[i] > 0;
			if (out[i] > 0 && shown + sum > 10 && out[i] < parts[i].min)
				CHECK_INT(out[i], parts[i].min);
		}
		CHECK_INT(used, sum + (shown > 1 ? (shown - 1) * 2 : 0));
		if (used > total)
			CHECK_INT(used, total);
	}
	layout_split(12, 2, parts, 4, out);
	CHECK(out[0] == 12 && out[1] == 0 && out[2] == 0 && out[3] == 0);
	layout_split(18, 2, parts, 4, out);
	CHECK(out[0] >= 10 && out[1] == 5 && out[2] == 0 && out[3] == 0);
	layout_split(26, 2, parts, 4, out);
	CHECK(out[2] == 0 && out[3] == 6);
	layout_split(100, 2, parts, 4, out);
	CHECK(out[1] == 5 && out[3] == 6 && out[0] <= 30 && out[2] > 40);
}

TEST(theme_reads_changes_and_names_the_line)
{
	struct style st[ROLE_COUNT];
	struct error err = {0};
	theme_base(256, st);
	CHECK(theme_parse("# mine\ntitle = red default bold underline\n\nerror = 167\n", 256, st, &err) == ST_OK);
	CHECK_INT(st[ROLE_TITLE].fg, 1);
	CHECK_INT(st[ROLE_TITLE].bg, -1);
	CHECK_INT(st[ROLE_TITLE].attrs, ATTR_BOLD | ATTR_UNDERLINE);
	CHECK_INT(st[ROLE_ERROR].fg, 167);
	struct style before = st[ROLE_OK];
	CHECK(theme_parse("ok = blue\nnonsense = red\n", 256, st, &err) == ST_INVALID);
	CHECK(strstr(err.message, "2") && strstr(err.message, "nonsense"));
	CHECK_INT(st[ROLE_OK].fg, before.fg);
	CHECK(theme_parse("ok = blau\n", 256, st, &err) == ST_INVALID);
	CHECK(theme_parse("ok blue\n", 256, st, &err) == ST_INVALID);
	/* Depths: a terminal never gets a colour it does not have. */
	static const int depths[] = {0, 8, 16, 256};
	for (int d = 0; d < 4; d++) {
		theme_base(depths[d], st);
		CHECK(theme_parse("hot = 166 255\nok = bright-green", depths[d], st, &err) == ST_OK);
		for (int i = 0; i < ROLE_COUNT; i++)
			CHECK(st[i].fg < (depths[d] ? depths[d] : 0) && st[i].bg < (depths[d] ? depths[d] : 0));
	}
}

TEST(roles_have_names_and_letters_of_their_own)
{
	for (int i = 0; i < ROLE_COUNT; i++) {
		CHECK_INT(role_find(role_name((enum role)i)), i);
		for (int k = 0; k < i; k++)
			if (role_letter((enum role)i) == role_letter((enum role)k))
				CHECK_STR(role_name((enum role)i), role_name((enum role)k));
	}
	CHECK_INT(role_find("nothing"), ROLE_COUNT);
	/* Glyphs are one cell, in both forms. */
	for (int i = 0; i < GLYPH_COUNT; i++) {
		CHECK_INT(text_width(glyph_text((enum glyph)i, true)), 1);
		CHECK_INT(strlen(glyph_text((enum glyph)i, false)), 1);
	}
}

TEST(ascii_spells_what_it_can)
{
	CHECK_INT(ascii_nearest("é", 2), 'e');
	CHECK_INT(ascii_nearest("Ō", 2), 'O');
	CHECK_INT(ascii_nearest("—", 3), '-');
	CHECK_INT(ascii_nearest("ﬁ", 3), 'f');
	CHECK_INT(ascii_nearest("株", 3), '?');
	CHECK_INT(ascii_nearest("a", 1), 'a');
}

TEST(charts_fit_and_take_any_number)
{
	struct grid g = {0};
	struct canvas c = {.grid = &g, .at = {0, 0, 3, 10}, .scratch = arena_new(), .unicode = false};
	struct buf b = {0};
	double zero = 0, odd[] = {0, 1, -5, zero / zero, 4, 2};
	grid_resize(&g, 3, 10);
	chart_bar(&c, 0, 0, 10, 0.5, ROLE_CHART, true);
	chart_bar(&c, 1, 0, 10, 1 / zero, ROLE_CHART, true);
	chart_spark(&c, 2, 0, 4, odd, 6, ROLE_CHART);
	grid_text(&g, &b);
	CHECK_STR(buf_str(&b), "#####.....\n##########\n__#-\n");
	chart_bar(&c, 0, 0, 10, zero / zero, ROLE_CHART, true);
	chart_range(&c, 0, 0, 10, -1, 0.5, 99);
	struct fan_step fan[] = {{0, 1, 2}, {zero / zero, 5, 1e300}};
	chart_fan(&c, fan, 2, 0, 0);
	chart_fan(&c, fan, 0, 0, 1);
	buf_free(&b);
	arena_free(&c.scratch);
	grid_free(&g);
}

TEST(screens_stand_hostile_text_and_any_size)
{
	static const int sizes[][2] = {{24, 80}, {1, 1}, {8, 40}, {9, 41}, {1000, 1000}, {2, 300}, {60, 20}, {36, 120}};
	struct stage s = stage_open(24, 80);
	struct number_screen *ns = numbers_open(&s, 50);
	for (size_t h = 0; h < HOSTILE; h++) {
		ns->numbers.text = hostile[h];
		list_restart(&ns->list);
		ui_toast(s.ui, TOAST_INFO, "%s", hostile[h]);
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			memory_resize(s.term, sizes[i][0], sizes[i][1]);
			stage_keys(&s, "j");
			CHECK_INT(memory_frame(s.term)->rows, sizes[i][0]);
			if (!stage_is_sound(&s))
				test_check_str("unsound", hostile[h], "screen", __FILE__, __LINE__);
		}
	}
	stage_close(&s);
}
