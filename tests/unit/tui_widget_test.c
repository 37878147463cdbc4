/* Line editing, prompt, picker, menu, confirm. */
#include "core/base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/tui_fixture.h"
#include "tui/widget/confirm.h"
#include "tui/widget/fuzzy.h"
#include "tui/widget/lineedit.h"
#include "tui/widget/menu.h"
#include "tui/widget/picker.h"
#include "tui/widget/prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Feed a script to a line; "abc|def" marks the cursor in both texts. */
static void edit_is(const char *before, const char *script, const char *after, int line)
{
	struct lineedit e;
	struct buf got = {0};
	struct term *t = memory_open(1, 10);
	struct key k;
	const char *bar = strchr(before, '|');
	lineedit_init(&e, NULL);
	buf_add(&e.text, before, (size_t)(bar - before));
	buf_puts(&e.text, bar + 1);
	e.at = (size_t)(bar - before);
	memory_keys(t, script);
	while (term_read(t, &k))
		(void)lineedit_key(&e, &k);
	buf_add(&got, lineedit_text(&e), e.at);
	buf_putc(&got, '|');
	buf_puts(&got, lineedit_text(&e) + e.at);
	test_check_str(buf_str(&got), after, script, __FILE__, line);
	buf_free(&got);
	lineedit_free(&e);
	term_close(&t);
}
#define EDIT_IS(before, script, after) edit_is(before, script, after, __LINE__)

TEST(lineedit_moves_and_changes)
{
	EDIT_IS("|", "h é l l o", "héllo|");
	EDIT_IS("héllo|", "Left Left X", "hélX|lo");
	EDIT_IS("one two|", "Home >", ">|one two");
	EDIT_IS("|one two", "End !", "one two!|");
	EDIT_IS("one two|", "C-a C-f C-f C-b x", "ox|ne two");
	EDIT_IS("one two three|", "M-b M-b", "one |two three");
	EDIT_IS("|one two-three", "M-f M-f", "one two|-three");
	EDIT_IS("one two|", "C-Left C-Left C-Right", "one| two");
	EDIT_IS("ab|cd", "BS", "a|cd");
	EDIT_IS("ab|cd", "Del C-d", "ab|");
	EDIT_IS("é|", "BS", "|");
	EDIT_IS("👍🏽e\xCC\x81|", "BS BS", "|");
	EDIT_IS("path/to file|", "C-w", "path/to |");
	EDIT_IS("path/to file|", "M-BS M-BS", "path/|");
	EDIT_IS("one |two three", "M-d", "one | three");
	EDIT_IS("one |two", "C-k", "one |");
	EDIT_IS("one |two", "C-u", "|two");
	EDIT_IS("one |two", "C-k Home C-y", "two|one ");
	EDIT_IS("ab|", "C-t", "ba|");
	EDIT_IS("a|b", "C-t", "ba|");
	EDIT_IS("|", "C-t BS Del C-w M-d C-k C-u M-b Left Right", "|");
	EDIT_IS("|", "a b c C-_", "|");
	EDIT_IS("abc|", "C-u x y C-_ C-_", "abc|");
	EDIT_IS("a|", "C-d b", "ab|");
}

TEST(lineedit_takes_pastes_as_text)
{
	struct lineedit e;
	struct key k = {.code = K_PASTE_TEXT};
	lineedit_init(&e, "a");
	k.text = "b\r\nc\td\033[A\x7f\xFF\xC2\x9B" "e";
	k.len = strlen(k.text);
	CHECK_INT(lineedit_key(&e, &k), EDIT_CHANGED);
	CHECK_STR(lineedit_text(&e), "ab c d[Ae");
	lineedit_free(&e);
	lineedit_init(&e, "");
	e.max = 5;
	k.text = "éééé";
	k.len = strlen(k.text);
	(void)lineedit_key(&e, &k);
	CHECK_STR(lineedit_text(&e), "éé"); /* not half a character */
	lineedit_free(&e);
}

TEST(lineedit_walks_history)
{
	struct history h = {0};
	struct lineedit e;
	struct key up = {.code = K_UP}, down = {.code = K_DOWN};
	history_add(&h, "one");
	history_add(&h, "two");
	history_add(&h, "two");
	history_add(&h, "  ");
	CHECK_INT(h.count, 2);
	lineedit_init(&e, "draft");
	e.history = &h;
	lineedit_key(&e, &down);
	CHECK_STR(lineedit_text(&e), "draft");
	lineedit_key(&e, &up);
	CHECK_STR(lineedit_text(&e), "two");
	lineedit_key(&e, &up);
	lineedit_key(&e, &up);
	CHECK_STR(lineedit_text(&e), "one");
	lineedit_key(&e, &down);
	lineedit_key(&e, &down);
	CHECK_STR(lineedit_text(&e), "draft");
	for (int i = 0; i < 300; i++) {
		char line[16];
		(void)snprintf(line, sizeof line, "line %d", i);
		history_add(&h, line);
	}
	CHECK_INT(h.count, HISTORY_MAX);
	CHECK_STR(h.items[h.count - 1], "line 299");
	lineedit_free(&e);
	history_free(&h);
}

TEST(lineedit_scrolls_sideways_and_hides_secrets)
{
	struct grid g = {0};
	struct canvas c = {.grid = &g, .at = {0, 0, 1, 10}, .scratch = arena_new(), .unicode = true};
	struct buf b = {0};
	struct lineedit e;
	grid_resize(&g, 1, 10);
	lineedit_init(&e, "abcdefghijklmnopqrstuvwxyz");
	int at = lineedit_paint(&e, &c, 0, 0, 10, ROLE_TEXT);
	grid_text(&g, &b);
	CHECK(at < 10 && strstr(buf_str(&b), "z") && strstr(buf_str(&b), "‹"));
	for (int i = 0; i < 26; i++) {
		lineedit_key(&e, &(struct key){.code = K_LEFT});
		at = lineedit_paint(&e, &c, 0, 0, 10, ROLE_TEXT);
		CHECK(at >= 0 && at < 10);
	}
	CHECK_INT(e.left, 0);
	lineedit_click(&e, 3);
	CHECK_INT(e.at, 3);
	lineedit_set(&e, "株式会社さくら");
	CHECK(lineedit_paint(&e, &c, 0, 0, 10, ROLE_TEXT) < 10);
	lineedit_set(&e, "secrét");
	e.secret = true;
	CHECK_INT(lineedit_paint(&e, &c, 0, 0, 10, ROLE_TEXT), 6);
	buf_clear(&b);
	grid_text(&g, &b);
	CHECK_STR(buf_str(&b), "••••••\n");
	lineedit_free(&e);
	buf_free(&b);
	arena_free(&c.scratch);
	grid_free(&g);
}

/* Prompt */

static char answer[128], changes[256];
static int answered;

static void on_answer(void *arg, const char *text)
{
	(void)arg;
	answered++;
	(void)snprintf(answer, sizeof answer, "%s", text ? text : "(none)");
}

static void on_change(void *arg, const char *text)
{
	(void)arg;
	strncat(changes, text, sizeof changes - strlen(changes) - 1);
	strncat(changes, ".", sizeof changes - strlen(changes) - 1);
}

TEST(prompt_answers_and_is_given_up)
{
	struct stage s = stage_open(24, 80);
	numbers_open(&s, 10);
	changes[0] = '\0';
	struct prompt_spec spec = {.label = "Filter:", .done = on_answer, .changed = on_change};
	prompt_open(s.ui, &spec);
	stage_keys(&s, "a q ?");
	CHECK(stage_row_of(&s, "Filter: aq?") == 23);
	CHECK(s.term->cursor_shown && s.term->cursor_row == 23);
	CHECK_STR(changes, "a.aq.aq?.");
	stage_keys(&s, "Enter");
	CHECK_STR(answer, "aq?");
	CHECK_INT(ui_depth(s.ui), 1);
	static const char *const ways[] = {"x Esc", "x C-g", "x C-c", "x BS BS"};
	for (size_t i = 0; i < 4; i++) {
		prompt_open(s.ui, &spec);
		stage_keys(&s, ways[i]);
		CHECK_STR(answer, "(none)");
		CHECK_INT(ui_depth(s.ui), 1);
		answer[0] = '\0';
	}
	spec.secret = true;
	prompt_open(s.ui, &spec);
	stage_keys(&s, "h u s h");
	CHECK(!stage_shows(&s, "hush"));
	stage_keys(&s, "Enter");
	CHECK_STR(answer, "hush");
	stage_close(&s);
}

/* Picker */

static uint64_t picked;

static void on_pick(void *arg, const struct picker_item *item)
{
	(void)arg;
	answered++;
	picked = item ? item->id : 999;
	(void)snprintf(answer, sizeof answer, "%s", item ? item->text : "(none)");
}

static const struct picker_item items[] = {{.text = "Amélie Durand", .id = 1, .detail = "ACME"}, {.text = "Bruno Keller", .id = 2},
	{.text = "Chen Wei", .id = 3, .reason = "is on leave"}, {.text = "Delia Keller", .id = 4, .words = "boss"}};

static void open_picker(struct stage *s, struct picker_spec spec)
{
	spec.title = "Who?";
	spec.done = on_pick;
	if (!spec.fill) {
		spec.items = items;
		spec.count = 4;
	}
	answered = 0;
	picker_open(s->ui, &spec);
	stage_settle(s);
}

TEST(picker_narrows_and_answers)
{
	struct stage s = stage_open(24, 80);
	numbers_open(&s, 10);
	open_picker(&s, (struct picker_spec){0});
	CHECK(stage_shows(&s, "Who?") && stage_shows(&s, "Chen Wei") && stage_shows(&s, "ACME"));
	stage_keys(&s, "amelie Enter"); /* blind to accents */
	CHECK_INT(picked, 1);
	open_picker(&s, (struct picker_spec){0});
	stage_keys(&s, "keller Down Enter");
	CHECK_INT(picked, 4);
	open_picker(&s, (struct picker_spec){0});
	stage_keys(&s, "boss Enter");
	CHECK_INT(picked, 4);
	open_picker(&s, (struct picker_spec){.current = 2});
	stage_keys(&s, "Enter");
	CHECK_INT(picked, 2);
	/* Disabled: shown, explained, not to be chosen. */
	open_picker(&s, (struct picker_spec){.initial = "chen"});
	CHECK(stage_shows(&s, "is on leave"));
	stage_keys(&s, "Enter");
	CHECK(answered == 0 && ui_depth(s.ui) == 2);
	stage_keys(&s, "Esc");
	CHECK_INT(picked, 999);
	/* Nothing matches. */
	open_picker(&s, (struct picker_spec){0});
	stage_keys(&s, "zzz Enter");
	CHECK(answered == 0 && stage_shows(&s, "No match."));
	stage_keys(&s, "BS BS BS BS"); /* one more on the empty line leaves */
	CHECK(answered == 1 && ui_depth(s.ui) == 1);
	open_picker(&s, (struct picker_spec){.free_text = true});
	stage_keys(&s, "'Zoé Z' Enter");
	CHECK(picked == 0 && strcmp(answer, "Zoé Z") == 0);
	stage_close(&s);
}

static int fills;

static void fill(void *arg, struct picker *p, const char *typed)
{
	(void)arg;
	fills++;
	for (uint64_t i = 1; i <= 100; i++) {
		char text[64];
		(void)snprintf(text, sizeof text, "%s %d", typed, (int)i);
		picker_add(p, &(struct picker_item){.text = text, .id = i});
	}
}

TEST(picker_asks_for_each_text_and_scrolls)
{
	struct stage s = stage_open(24, 80);
	fills = 0;
	open_picker(&s, (struct picker_spec){.fill = fill});
	stage_keys(&s, "a b");
	CHECK_INT(fills, 3);
	CHECK(stage_shows(&s, "ab 1"));
	stage_keys(&s, "PgDn PgDn Down Enter");
	CHECK(picked > 20 && picked < 40);
	memory_resize(s.term, 8, 40);
	open_picker(&s, (struct picker_spec){.fill = fill});
	stage_keys(&s, "Down Down Down Down Down Down");
	CHECK(stage_is_sound(&s) && stage_shows(&s, " 7"));
	memory_click(s.term, 3, 10);
	stage_settle(&s);
	memory_click(s.term, 3, 10);
	stage_settle(&s);
	CHECK_INT(answered, 1);
	stage_close(&s);
}

TEST(fuzzy_prefers_what_people_mean)
{
	static const char *const better[][3] = {
		{"del", "delete people", "model"}, {"dp", "delete people", "adept"}, {"ac", "acme", "back"},
		{"keller", "bruno keller", "kind eller"}, {"ms", "move to stage", "items"}, {"stage move", "move to stage", "storage moved x"},
	};
	for (size_t i = 0; i < sizeof better / sizeof *better; i++) {
		int good = fuzzy_score(better[i][0], better[i][1]), bad = fuzzy_score(better[i][0], better[i][2]);
		if (good <= bad)
			test_check_int(good, bad + 1, better[i][0], __FILE__, __LINE__);
	}
	CHECK_INT(fuzzy_score("xyz", "abc"), 0);
	CHECK(fuzzy_score("", "abc") > 0);
	CHECK(fuzzy_score("ab", "b a") == 0);
	CHECK(fuzzy_score("a b", "b a") > 0);
}

/* Menu and confirm */

static int choice;

static void on_choice(void *arg, int index)
{
	(void)arg;
	answered++;
	choice = index;
}

TEST(menu_answers_to_letters_and_arrows)
{
	static const struct menu_item menu[] = {{'n', "Name", NULL, NULL}, {'s', "Score", "high first", NULL},
		{'d', "Distance", NULL, "no address"}};
	static const struct {
		const char *keys;
		int choice;
	} cases[] = {{"n", 0}, {"s", 1}, {"Down Enter", 1}, {"Down Down Down Enter", 0}, {"Up Up Enter", 1}, {"Esc", -1}, {"q", -1},
		{"j Space", 1}, {"End k Enter", 1}};
	struct stage s = stage_open(24, 80);
	struct number_screen *ns = numbers_open(&s, 10);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		choice = 99;
		menu_open(s.ui, "Sort by", menu, 3, 0, on_choice, NULL);
		stage_keys(&s, cases[i].keys);
		CHECK_INT(choice, cases[i].choice);
	}
	menu_open(s.ui, "Sort by", menu, 3, 0, on_choice, NULL);
	choice = 99;
	stage_keys(&s, "d x 7 :");
	CHECK(choice == 99 && stage_shows(&s, "no address"));
	CHECK_INT(numbers_selected(ns), 1);
	stage_keys(&s, "Esc");
	stage_close(&s);
}

static struct confirm_spec question(long count)
{
	return (struct confirm_spec){.title = "Delete?", .text = "Amélie, Bruno", .key = 'D', .verb = "delete", .count = count,
		.done = on_choice};
}

TEST(confirm_wants_its_own_key)
{
	struct stage s = stage_open(24, 80);
	numbers_open(&s, 10);
	struct confirm_spec q = question(2);
	answered = 0;
	confirm_open(s.ui, &q);
	stage_keys(&s, "d Enter y Space j Down PgDn :");
	CHECK(answered == 0 && ui_depth(s.ui) == 2);
	CHECK(stage_shows(&s, "[D] delete") && stage_shows(&s, "Amélie, Bruno"));
	stage_keys(&s, "D");
	CHECK(answered == 1 && choice == 1);
	static const char *const no[] = {"Esc", "n", "q", "C-g", "C-c"};
	for (size_t i = 0; i < 5; i++) {
		confirm_open(s.ui, &q);
		stage_keys(&s, no[i]);
		CHECK(answered == 2 + (int)i && choice == 0);
	}
	stage_close(&s);
}

TEST(confirm_drops_what_was_typed_ahead)
{
	struct stage s = stage_open(24, 80);
	numbers_open(&s, 10);
	struct confirm_spec q = question(1);
	answered = 0;
	memory_keys(s.term, "D D D");
	confirm_open(s.ui, &q);
	stage_settle(&s);
	CHECK(answered == 0 && ui_depth(s.ui) == 2);
	stage_close(&s);
}

TEST(confirm_wants_the_number_of_many)
{
	struct stage s = stage_open(24, 80);
	numbers_open(&s, 10);
	struct confirm_spec q = question(137);
	answered = 0;
	confirm_open(s.ui, &q);
	stage_keys(&s, "D Enter");
	CHECK(answered == 0 && stage_shows(&s, "Type 137 to delete"));
	stage_keys(&s, "C-u 13 Enter");
	CHECK(answered == 0 && stage_shows(&s, "That is not 137"));
	stage_keys(&s, "7 Enter");
	CHECK(answered == 1 && choice == 1);
	confirm_open(s.ui, &q);
	stage_keys(&s, "137 Esc");
	CHECK(answered == 2 && choice == 0);
	stage_close(&s);
}
