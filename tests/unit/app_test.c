/* The full screen on the grid in memory: a rep's ways through the sample company, and golden screens.
 *
 * A golden is tests/screens/NAME.txt, the text of the frame and below it the map of roles. UPDATE_SCREENS=1 writes them anew; read
 * the difference before you commit it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/crm/demo.h"
#include "core/crm/store.h"
#include "tests/unit/fixture.h"
#include "tui/app.h"
#include "tui/term/memory.h"

#define NOW INT64_C(1767258000000) /* Thursday 2026-01-01 09:00 UTC */

struct stage {
	struct term *term;
	struct ui *ui;
	struct app *app;
	struct core *core;
	struct config config;
};

static void raise_curtain(struct stage *s, enum db_engine engine, int rows, int cols, bool demo)
{
	struct error err = {0};
	(void)setenv("TZ", "Europe/Paris", 1);
	clock_freeze(NOW);
	*s = (struct stage){.config = {.mouse = true}};
	s->core = fixture_core(engine);
	if (demo)
		MUST(demo_fill(s->core, &err));
	s->term = memory_open(rows, cols);
	s->ui = ui_new(s->term);
	s->app = app_new(s->ui, s->core, &s->config);
	app_start(s->app);
	loop_settle(ui_loop(s->ui));
}

static void curtain(struct stage *s)
{
	ui_set_hooks(s->ui, &(struct ui_hooks){0});
	while (ui_top(s->ui))
		ui_pop(s->ui, ui_top(s->ui));
	app_free(&s->app);
	ui_free(&s->ui);
	term_close(&s->term);
	clock_freeze(0);
}

static void keys(struct stage *s, const char *script)
{
	memory_keys(s->term, script);
	loop_settle(ui_loop(s->ui));
}

static bool sees(struct stage *s, const char *text)
{
	char *frame = memory_text(s->term);
	bool found = strstr(frame, text) != NULL;
	if (!found)
		(void)fprintf(stderr, "%s\n", frame);
	free(frame);
	return found;
}

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	char buffer[65536];
	if (!f)
		return NULL;
	size_t n = fread(buffer, 1, sizeof buffer - 1, f);
	buffer[n] = '\0';
	(void)fclose(f);
	return mem_strdup(buffer);
}

static void golden(struct stage *s, const char *name)
{
	char path[200];
	char *text = memory_text(s->term), *roles = memory_roles(s->term);
	char *now = mem_printf("%s\n%s", text, roles);
	(void)snprintf(path, sizeof path, "tests/screens/%s.txt", name);
	if (getenv("UPDATE_SCREENS")) {
		FILE *f = fopen(path, "we");
		if (f) {
			(void)fputs(now, f);
			(void)fclose(f);
		}
	}
	char *want = read_file(path);
	CHECK_STR(now, want ? want : "(no such golden screen)");
	free(want);
	free(now);
	free(text);
	free(roles);
}

TEST(screen_home)
{
	struct stage s;
	raise_curtain(&s, DB_SQLITE, 36, 120, true);
	golden(&s, "home_120x36");
	curtain(&s);
}

TEST(screen_contacts_filter_and_record)
{
	struct stage s;
	raise_curtain(&s, DB_SQLITE, 24, 80, true);
	keys(&s, "g c");
	golden(&s, "contacts_80x24");
	keys(&s, "/ k e l");
	CHECK(sees(&s, "Bruno Keller"));
	char *third = memory_row(s.term, 3);
	CHECK(!strstr(third, "Zoé"));
	free(third);
	keys(&s, "Enter Enter");
	golden(&s, "contact_80x24");
	keys(&s, "Esc");
	CHECK(sees(&s, "kel"));
	keys(&s, "\\");
	CHECK(sees(&s, "1 of 20"));
	curtain(&s);
}

TEST(screen_board)
{
	struct stage s;
	raise_curtain(&s, DB_SQLITE, 30, 120, true);
	keys(&s, "g d");
	golden(&s, "board_120x30");
	keys(&s, "L");
	CHECK(sees(&s, "Moved to Meeting"));
	keys(&s, "u");
	CHECK(sees(&s, "Undone"));
	golden(&s, "board_after_undo_120x30");
	curtain(&s);
}

/* A call in three keys, with its next step; and taken back. */
TEST_ENGINES(screen_log_a_call)
{
	struct stage s;
	raise_curtain(&s, engine, 30, 110, true);
	keys(&s, "g c / 'chen wei' Enter");
	keys(&s, "c i w Enter"); /* the last skips the note */
	CHECK_STR(fixture_filter(s.core, "activities", "contact:wei type:call status:done outcome:interested", NULL), "15");
	CHECK_STR(fixture_filter(s.core, "activities", "contact:wei status:planned due:+7d", NULL), "16");
	keys(&s, "u u");
	CHECK_STR(fixture_filter(s.core, "activities", "contact:wei status:planned", NULL), "");
	curtain(&s);
}

TEST_ENGINES(screen_one_line)
{
	struct stage s;
	raise_curtain(&s, engine, 30, 110, true);
	memory_keys(s.term, "+");
	memory_type(s.term, "appel julien nord devis tablettes 15 min rappel demain 10h #chaud");
	loop_settle(ui_loop(s.ui));
	CHECK(sees(&s, "Julien Nord"));
	keys(&s, "Enter");
	CHECK_STR(fixture_filter(s.core, "contacts", "tag:chaud", NULL), "7");
	CHECK_STR(fixture_filter(s.core, "activities", "contact:julien due:tomorrow status:planned", NULL), "16");
	curtain(&s);
}

TEST_ENGINES(screen_new_edit_delete)
{
	struct stage s;
	raise_curtain(&s, engine, 36, 110, false);
	keys(&s, "g c n");
	memory_type(s.term, "Marie");
	keys(&s, "Tab");
	memory_type(s.term, "Curie");
	keys(&s, "F2");
	CHECK(sees(&s, "Marie Curie"));
	CHECK_STR(fixture_filter(s.core, "contacts", "", NULL), "1");
	keys(&s, "j Enter C-u");
	memory_type(s.term, "Skłodowska");
	keys(&s, "Enter");
	CHECK_STR(fixture_field(s.core, "contacts", 1, "last_name"), "Skłodowska");
	keys(&s, "X");
	keys(&s, "D"); /* typed ahead it would be dropped */
	CHECK_STR(fixture_filter(s.core, "contacts", "", NULL), "");
	keys(&s, "u");
	CHECK_STR(fixture_filter(s.core, "contacts", "", NULL), "1");
	curtain(&s);
}

TEST(screen_bulk_edit_of_marked)
{
	struct stage s;
	raise_curtain(&s, DB_SQLITE, 36, 110, true);
	keys(&s, "g c Space Space Space");
	keys(&s, "E");
	memory_type(s.term, "source");
	keys(&s, "Enter");
	memory_type(s.term, "Fair");
	keys(&s, "Enter");
	CHECK_STR(fixture_filter(s.core, "contacts", "source=fair", "num"), "1 14 19");
	keys(&s, "u");
	CHECK_STR(fixture_filter(s.core, "contacts", "source=fair", "num"), "");
	curtain(&s);
}

TEST(screen_paste_into_a_list_does_nothing)
{
	struct stage s;
	raise_curtain(&s, DB_SQLITE, 30, 100, true);
	keys(&s, "g c");
	memory_paste(s.term, "XDxDqd\x1b:wq\rdelete\r");
	loop_settle(ui_loop(s.ui));
	CHECK_STR(fixture_filter(s.core, "contacts", "last:none", NULL), "");
	CHECK_INT(ui_depth(s.ui), 1);
	CHECK(sees(&s, "1 of 20"));
	curtain(&s);
}

TEST(screen_sizes_never_break)
{
	static const int sizes[][2] = {{1, 1}, {5, 20}, {8, 40}, {24, 80}, {24, 60}, {60, 200}, {200, 500}, {10, 300}, {100, 42}};
	struct stage s;
	raise_curtain(&s, DB_SQLITE, 30, 100, true);
	static const char *const places[] = {"g h", "g c", "g d", "g a", "g s", "g c Enter", "g c n"};
	for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
		keys(&s, places[p]);
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			memory_resize(s.term, sizes[i][0], sizes[i][1]);
			loop_settle(ui_loop(s.ui));
		}
		memory_resize(s.term, 30, 100);
		loop_settle(ui_loop(s.ui));
		keys(&s, "Esc");
	}
	CHECK(sees(&s, "Simplix"));
	curtain(&s);
}

/* Random keys: whatever a cat does on the keyboard, the data stays whole. MONKEY_SEED=n MONKEY_KEYS=n: another cat, a longer walk. */
TEST(screen_monkey)
{
	static const char *const menu[] = {"j", "k", "Enter", "Esc", "Tab", "g c", "g d", "g a", "g h", "Space", "L", "H", "c", "i", "w", "n",
		"F2", "s", "Down", "Up", "p", "x", "W", "t", "a", "Enter", "Esc", "/", "u", "C-r", "E", "#", "PgDn", "End", "Home", "V", "1",
		"r", "T", "B", "m", "y"};
	struct stage s;
	const char *other = getenv("MONKEY_SEED"), *longer = getenv("MONKEY_KEYS");
	uint32_t seed = other ? (uint32_t)atoi(other) : 12345;
	raise_curtain(&s, DB_SQLITE, 30, 100, true);
	for (int i = 0; i < (longer ? atoi(longer) : 1500); i++) {
		seed = seed * 1664525u + 1013904223u;
		memory_keys(s.term, menu[(seed >> 16) % (sizeof menu / sizeof *menu)]);
		if (i % 7 == 0)
			loop_settle(ui_loop(s.ui));
		if (!ui_top(s.ui))
			app_show_tab(s.app, TAB_HOME);
	}
	loop_settle(ui_loop(s.ui));
	char *verdict = db_integrity(s.core->db);
	CHECK_STR(verdict, "ok");
	free(verdict);
	curtain(&s);
}

TEST(screen_french)
{
	struct stage s;
	(void)i18n_use("fr");
	raise_curtain(&s, DB_SQLITE, 24, 80, true);
	keys(&s, "g c");
	golden(&s, "contacts_fr_80x24");
	curtain(&s);
	(void)i18n_use("en");
}
