/* The full screen on the grid in memory: a rep's ways through the sample company, and golden screens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/crm/import.h"
#include "core/crm/store.h"
#include "tests/unit/app_fixture.h"

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
	settle(&s);
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
	settle(&s);
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
			settle(&s);
		}
		memory_resize(s.term, 30, 100);
		settle(&s);
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
			settle(&s);
		if (!ui_top(s.ui))
			app_show_tab(s.app, TAB_HOME);
	}
	settle(&s);
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
	keys(&s, "n");
	CHECK(sees(&s, "Échap annuler"));
	curtain(&s);
	(void)i18n_use("en");
}

static const char *file_of(const char *name, const char *text)
{
	static char path[300];
	(void)snprintf(path, sizeof path, "%s/%s", test_dir(), name);
	FILE *f = fopen(path, "we");
	if (!f)
		test_abort(__FILE__, __LINE__, "a file of the test");
	(void)fputs(text, f);
	(void)fclose(f);
	return path;
}

/* What is wrong with a file is said at the prompt, which stays; names are completed. */
TEST(screen_import_prompt_tells_what_is_wrong)
{
	struct stage s;
	raise_curtain(&s, DB_SQLITE, 24, 100, true);
	keys(&s, "g i I");
	type(&s, "/nowhere/at-all.csv");
	keys(&s, "Enter");
	CHECK(sees(&s, "cannot be opened") && sees(&s, "File to import"));
	keys(&s, "C-u");
	type(&s, test_dir());
	keys(&s, "Enter");
	CHECK(sees(&s, "is not a file"));
	keys(&s, "C-u");
	type(&s, file_of("unclosed.csv", "First,Last\n\"Ann,Lee\n"));
	keys(&s, "Enter");
	CHECK(sees(&s, "is never closed") && sees(&s, "File to import"));
	(void)file_of("unsorted.csv", "First,Last\nAnn,Lee\n");
	keys(&s, "C-u");
	type(&s, test_dir());
	type(&s, "/un");
	keys(&s, "Tab");
	CHECK(sees(&s, "unclosed.csv  unsorted.csv"));
	keys(&s, "Tab Tab");
	CHECK(sees(&s, "/unsorted.csv"));
	keys(&s, "Enter");
	CHECK(sees(&s, "Records that are there already") && misses(&s, "undo") && misses(&s, "mark"));
	curtain(&s);
}

TEST_ENGINES(screen_import_report_opens_again)
{
	struct stage s;
	struct error err = {0};
	struct import_plan *plan;
	struct import_report *report;
	struct import_options options = {.entity = "contacts"};
	raise_curtain(&s, engine, 30, 100, false);
	MUST(import_open(s.core, file_of("people.csv", "First name,Last name,Email\nAnn,Lee,ann@x.example\nBob,Ray,nonsense\n"), &options, &plan, &err));
	MUST(import_run(plan, false, NULL, &report, &err));
	import_report_free(&report);
	import_close(&plan);
	keys(&s, "g i Enter");
	CHECK(sees(&s, "Every cell of the file") && sees(&s, "refused by their field") && sees(&s, "“nonsense”"));
	curtain(&s);
}

/* The first letter opens the picker and stays; what is not there yet is made and chosen at once. */
TEST_ENGINES(screen_reference_typed_and_made)
{
	struct stage s;
	raise_curtain(&s, engine, 30, 100, true);
	keys(&s, "g d n");
	type(&s, "Renewal");
	keys(&s, "Tab n");
	CHECK(sees(&s, "> n"));
	type(&s, "ord");
	CHECK(sees(&s, "> nord") && sees(&s, "Nord & Fils") && sees(&s, "New company “nord”"));
	keys(&s, "C-u");
	type(&s, "Acme New");
	keys(&s, "Enter Tab");
	type(&s, "Marie Curie");
	keys(&s, "Enter F2");
	CHECK_STR(fixture_filter(s.core, "contacts", "last:curie company:\"Acme New\"", NULL), "21");
	CHECK_STR(fixture_filter(s.core, "deals", "title:renewal company:\"Acme New\" contact:curie", NULL), "15");
	curtain(&s);
}

TEST(screen_empty_related_list_takes_a_first_row)
{
	struct stage s;
	raise_curtain(&s, DB_SQLITE, 30, 120, true);
	fixture_add(s.core, "deals", "title=Lonely", "value=100", NULL);
	app_open_record(s.app, model_entity(s.core->model, "deals"), 15);
	keys(&s, "Tab j j");
	CHECK(sees(&s, "▌ People") || sees(&s, "▌ Products"));
	keys(&s, "a");
	CHECK(strcmp(ui_top(s.ui)->ops->name, "form") == 0);
	curtain(&s);
}

TEST_ENGINES(screen_home_reaches_every_row)
{
	struct stage s;
	raise_curtain(&s, engine, 24, 80, true);
	fixture_add(s.core, "contacts", "first_name=Newest", NULL);
	app_data_changed(s.app);
	keys(&s, "g h");
	CHECK(sees(&s, "yours"));
	keys(&s, "w");
	CHECK(sees(&s, "everybody's"));
	keys(&s, "End");
	CHECK(sees(&s, "Changed since yesterday") && sees(&s, "Newest"));
	keys(&s, "PgUp PgUp PgUp");
	CHECK(sees(&s, "Closing within two weeks") && sees(&s, "! 29 Dec"));
	keys(&s, "End k k k k k k k k Enter");
	CHECK_INT(ui_depth(s.ui), 2);
	curtain(&s);
}

TEST_ENGINES(screen_deleted_records)
{
	struct stage s;
	raise_curtain(&s, engine, 24, 90, true);
	keys(&s, "g c R");
	CHECK(sees(&s, "Nothing to restore"));
	keys(&s, "Space Space X");
	keys(&s, "D");
	keys(&s, ":");
	type(&s, "deleted");
	keys(&s, "Enter");
	CHECK(sees(&s, "Contacts, deleted") && sees(&s, "1 of 2") && sees(&s, "R restore"));
	keys(&s, "Space Space R");
	CHECK(sees(&s, "0 of 0"));
	keys(&s, "z");
	CHECK(sees(&s, "of 20") && misses(&s, "deleted"));
	curtain(&s);
}

TEST(screen_views_and_filters_say_what_is_wrong)
{
	struct stage s;
	raise_curtain(&s, DB_SQLITE, 24, 100, true);
	keys(&s, "g d V");
	type(&s, "No next");
	keys(&s, "Enter");
	CHECK(sees(&s, "No next step") && misses(&s, "Fleet renewal"));
	keys(&s, "9");
	CHECK(sees(&s, "There is no view 9: there are 3.") && misses(&s, "Fleet renewal"));
	keys(&s, "0");
	CHECK(sees(&s, "Fleet renewal"));
	keys(&s, "g c /");
	type(&s, "foo:bar x");
	keys(&s, "Enter");
	CHECK(sees(&s, "there is no field “foo”") && sees(&s, "/foo:bar x"));
	CHECK_INT(s.term->cursor_col, 2);
	keys(&s, "C-e C-u");
	type(&s, "company:zzz");
	CHECK(sees(&s, "Fatou Diallo"));
	keys(&s, "Enter");
	CHECK(sees(&s, "zzz") && sees(&s, "Fatou Diallo") && sees(&s, "/company:zzz"));
	keys(&s, "C-e C-u");
	type(&s, "department:zzz");
	CHECK(sees(&s, "nothing fits yet"));
	keys(&s, "Enter");
	CHECK(sees(&s, "Nothing here."));
	keys(&s, "\\ /");
	type(&s, "st");
	keys(&s, "Tab");
	CHECK(sees(&s, "street:  street2:  status:"));
	keys(&s, "Tab Tab Tab");
	CHECK(sees(&s, "/status:"));
	curtain(&s);
}

TEST(screen_one_line_is_shown_whole)
{
	struct stage s;
	raise_curtain(&s, DB_SQLITE, 24, 80, true);
	keys(&s, "+");
	type(&s, "appel julien nord devis tablettes pour le nouvel entrepôt 15 min rappel demain 10h #chaud #urgent");
	CHECK(sees(&s, "Julien Nord") && sees(&s, "#chaud, urgent"));
	curtain(&s);
}

TEST_ENGINES(screen_call_with_a_note)
{
	struct stage s;
	raise_curtain(&s, engine, 24, 90, true);
	keys(&s, "g c / 'chen wei' Enter c i n");
	CHECK(sees(&s, "Note on the call"));
	type(&s, "Wants the blue one");
	keys(&s, "Enter");
	CHECK_STR(fixture_field(s.core, "activities", 15, "body"), "Wants the blue one");
	curtain(&s);
}

TEST(screen_unfinished_form_says_so)
{
	struct stage s;
	struct error err = {0};
	raise_curtain(&s, DB_SQLITE, 24, 90, true);
	MUST(setting_set(s.core, "draft", "{\"_entity\":\"contacts\",\"_num\":0,\"first_name\":\"Half\"}", &err));
	app_start(s.app);
	settle(&s);
	CHECK(sees(&s, "Unfinished: New contact. Esc puts it away.") && sees(&s, "Half"));
	keys(&s, "Esc"); /* nothing that was typed goes unasked */
	CHECK(sees(&s, "There are unsaved changes."));
	keys(&s, "D");
	CHECK(misses(&s, "Unfinished"));
	curtain(&s);
}

TEST(screen_commands_by_their_beginning)
{
	struct stage s;
	raise_curtain(&s, DB_SQLITE, 30, 100, true);
	keys(&s, "g c :");
	type(&s, "dup");
	keys(&s, "Enter");
	CHECK(sees(&s, "Duplicates"));
	keys(&s, "Esc :");
	type(&s, "help");
	keys(&s, "Enter");
	CHECK(sees(&s, "This screen") && sees(&s, "Keys of this screen"));
	keys(&s, "Esc :");
	type(&s, "d");
	keys(&s, "Enter");
	CHECK(sees(&s, "is the beginning of several"));
	keys(&s, "C-p");
	type(&s, "lost reas");
	CHECK(sees(&s, "Why deals are lost."));
	keys(&s, "C-u");
	type(&s, "page up");
	CHECK(misses(&s, "Page up"));
	curtain(&s);
}

/* Late is late only while a deal is open. */
TEST(screen_closed_deals_are_not_late)
{
	struct stage s;
	raise_curtain(&s, DB_SQLITE, 30, 120, true);
	keys(&s, "g d T /");
	type(&s, "status:won close<today");
	keys(&s, "Enter");
	CHECK(misses(&s, "Nothing here"));
	char *roles = memory_roles(s.term);
	CHECK(!strchr(roles, 'o'));
	free(roles);
	curtain(&s);
}
