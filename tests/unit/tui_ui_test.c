/* The loop, the stack of screens, messages, commands and key maps. */
#include "core/base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/tui_fixture.h"
#include "tui/cmd/keymap.h"
#include "tui/cmd/palette.h"
#include "tui/widget/picker.h"
#include "tui/widget/progress.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Loop */

static char order[64];

static void note(void *arg)
{
	strncat(order, arg, sizeof order - strlen(order) - 1);
}

static void add_one(void *arg)
{
	++*(int *)arg;
}

TEST(loop_runs_timers_in_order)
{
	struct stage s = stage_open(24, 80);
	struct loop *l = ui_loop(s.ui);
	char a[] = "a", b[] = "b", c[] = "c", d[] = "d";
	order[0] = '\0';
	loop_after(l, 30, note, c);
	loop_after(l, 10, note, a);
	uint32_t id = loop_after(l, 20, note, d);
	loop_after(l, 20, note, b);
	loop_cancel(l, &id);
	CHECK_INT(id, 0);
	loop_settle(l);
	CHECK_STR(order, "");
	loop_advance(l, 15);
	loop_settle(l);
	CHECK_STR(order, "a");
	loop_advance(l, 100);
	loop_settle(l);
	CHECK_STR(order, "abc");
	/* Many in a jumble, every second one cancelled. */
	int count = 0;
	for (int i = 0; i < 500; i++) {
		uint32_t one = loop_after(l, i * 7919 % 500 + 1, add_one, &count);
		if (i % 2)
			loop_cancel(l, &one);
	}
	loop_advance(l, 1000);
	loop_settle(l);
	CHECK_INT(count, 250);
	stage_close(&s);
}

struct poster {
	struct loop *loop;
	int *sum;
};

static void *post_many(void *arg)
{
	struct poster *p = arg;
	for (int i = 0; i < 1000; i++)
		loop_post(p->loop, add_one, p->sum);
	loop_busy(p->loop, -1);
	return NULL;
}

TEST(loop_takes_posts_from_threads)
{
	struct stage s = stage_open(24, 80);
	int sum = 0;
	pthread_t threads[4];
	struct poster p = {ui_loop(s.ui), &sum};
	for (int i = 0; i < 4; i++) {
		loop_busy(p.loop, 1);
		CHECK_INT(pthread_create(&threads[i], NULL, post_many, &p), 0);
	}
	loop_settle(p.loop);
	CHECK_INT(sum, 4000);
	CHECK(loop_idle(p.loop));
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	stage_close(&s);
}

TEST(loop_paints_a_burst_of_keys_once)
{
	struct stage s = stage_open(24, 80);
	struct number_screen *ns = numbers_open(&s, 1000);
	int before = memory_flushes(s.term);
	for (int i = 0; i < 30; i++)
		memory_keys(s.term, "j");
	stage_settle(&s);
	CHECK_INT(numbers_selected(ns), 31);
	CHECK_INT(memory_flushes(s.term), before + 1);
	stage_settle(&s);
	CHECK_INT(memory_flushes(s.term), before + 1); /* nothing changed, nothing painted */
	stage_close(&s);
}

/* Screens */

struct probe {
	struct screen screen;
	int *closed, *laid, *computed, *painted;
	bool pop_on_key;
	char got[64];
};

static void probe_layout(struct screen *s, int rows, int cols)
{
	(void)rows;
	(void)cols;
	++*((struct probe *)s)->laid;
}

static void probe_recalc(struct screen *s)
{
	++*((struct probe *)s)->computed;
}

static void probe_paint(struct screen *s, const struct canvas *c)
{
	++*((struct probe *)s)->painted;
	paint_text(c, 0, 0, 20, ROLE_TEXT, 0, "probe");
}

static bool probe_key(struct screen *s, const struct key *k)
{
	struct probe *p = (struct probe *)s;
	char name[KEY_TEXT_SIZE];
	if (p->pop_on_key)
		ui_pop(s->ui, s);
	/* Still there although it was popped: it is closed after this. */
	strncat(p->got, k->code == K_PASTE_TEXT ? "paste" : key_format(k, name), sizeof p->got - strlen(p->got) - 1);
	return true;
}

static void probe_save(struct screen *s, struct buf *out)
{
	(void)s;
	buf_puts(out, "some\nstate");
}

static void probe_close(struct screen *s)
{
	++*((struct probe *)s)->closed;
	free(s);
}

static int closed, laid, computed, painted;

static struct probe *probe_open(struct stage *s, unsigned flags)
{
	static struct screen_ops kinds[8];
	struct screen_ops *ops = &kinds[flags & 7];
	*ops = (struct screen_ops){.name = "probe",
		.contexts = "probe",
		.flags = flags,
		.layout = probe_layout,
		.recalc = probe_recalc,
		.paint = probe_paint,
		.key = probe_key,
		.save = probe_save,
		.close = probe_close};
	struct probe *p = mem_zalloc(sizeof *p);
	*p = (struct probe){.screen = {.ops = ops}, .closed = &closed, .laid = &laid, .computed = &computed, .painted = &painted};
	ui_push(s->ui, &p->screen);
	stage_settle(s);
	return p;
}

TEST(screens_redraw_in_three_degrees)
{
	struct stage s = stage_open(24, 80);
	closed = laid = computed = painted = 0;
	struct probe *p = probe_open(&s, 0);
	CHECK(laid == 1 && computed == 1 && painted == 1);
	screen_dirty(&p->screen, DIRTY_PAINT);
	stage_settle(&s);
	CHECK(laid == 1 && computed == 1 && painted == 2);
	screen_dirty(&p->screen, DIRTY_DATA);
	stage_settle(&s);
	CHECK(laid == 1 && computed == 2 && painted == 3);
	memory_resize(s.term, 30, 90);
	stage_settle(&s);
	CHECK(laid == 2 && computed == 3 && painted == 4);
	/* Covered by a screen: not painted; by a modal one: painted below it. */
	probe_open(&s, SCREEN_MODAL);
	CHECK_INT(painted, 6);
	stage_close(&s);
	CHECK_INT(closed, 2);
}

TEST(screens_pop_from_inside_their_own_key)
{
	struct stage s = stage_open(24, 80);
	closed = 0;
	numbers_open(&s, 10);
	struct probe *p = probe_open(&s, 0);
	p->pop_on_key = true;
	struct probe *above = probe_open(&s, SCREEN_MODAL);
	CHECK_INT(ui_depth(s.ui), 3);
	(void)above;
	stage_keys(&s, "x");
	CHECK_INT(ui_depth(s.ui), 3);
	ui_pop(s.ui, ui_top(s.ui));
	CHECK_INT(ui_depth(s.ui), 2);
	stage_keys(&s, "x");
	CHECK_INT(ui_depth(s.ui), 1);
	CHECK_INT(closed, 2);
	CHECK(ui_find(s.ui, "numbers") && !ui_find(s.ui, "probe"));
	stage_close(&s);
}

TEST(screens_save_one_line_each)
{
	struct stage s = stage_open(24, 80);
	struct buf b = {0};
	numbers_open(&s, 10);
	probe_open(&s, 0);
	ui_save(s.ui, &b);
	CHECK_STR(buf_str(&b), "probe some state\n");
	buf_free(&b);
	stage_close(&s);
}

TEST(paste_into_a_list_does_nothing)
{
	struct stage s = stage_open(24, 80);
	struct number_screen *ns = numbers_open(&s, 1000);
	memory_paste(s.term, "jjjGq:quit\r\x1b[B");
	stage_settle(&s);
	CHECK_INT(numbers_selected(ns), 1);
	CHECK_INT(ui_depth(s.ui), 1);
	CHECK(stage_shows(&s, "Nothing was pasted"));
	/* To text input it is text. */
	struct probe *p = probe_open(&s, SCREEN_TEXT_INPUT);
	memory_paste(s.term, "x");
	stage_settle(&s);
	CHECK(strstr(p->got, "paste"));
	stage_close(&s);
}

TEST(keys_are_dead_when_it_is_too_small)
{
	struct stage s = stage_open(24, 80);
	struct number_screen *ns = numbers_open(&s, 1000);
	memory_resize(s.term, UI_MIN_ROWS - 1, 80);
	stage_keys(&s, "j j Enter");
	CHECK_INT(numbers_selected(ns), 1);
	CHECK_INT(ns->opened, 0);
	CHECK(stage_shows(&s, "Too small"));
	memory_resize(s.term, 24, 80);
	stage_keys(&s, "j");
	CHECK_INT(numbers_selected(ns), 2);
	stage_close(&s);
}

static int left, left_gone;

static void on_leave(void *arg, bool gone)
{
	(void)arg;
	left++;
	left_gone += gone;
}

TEST(leaving_runs_the_hook_once)
{
	struct stage s = stage_open(24, 80);
	numbers_open(&s, 10);
	left = left_gone = 0;
	ui_on_leave(s.ui, on_leave, NULL);
	memory_key(s.term, &(struct key){.code = K_HANGUP});
	memory_keys(s.term, "j q q");
	CHECK_INT(ui_run(s.ui), 129);
	CHECK(left == 1 && left_gone == 1);
	stage_close(&s);
	s = stage_open(24, 80);
	numbers_open(&s, 10);
	ui_on_leave(s.ui, on_leave, NULL);
	memory_keys(s.term, "q");
	CHECK_INT(ui_run(s.ui), 0);
	CHECK(left == 2 && left_gone == 1);
	stage_close(&s);
}

TEST(toasts_pass)
{
	struct stage s = stage_open(24, 80);
	numbers_open(&s, 10);
	ui_toast(s.ui, TOAST_OK, "Saved %d", 3);
	stage_settle(&s);
	CHECK(stage_row_of(&s, "Saved 3") == 23);
	loop_advance(ui_loop(s.ui), 5000);
	stage_settle(&s);
	CHECK(!stage_shows(&s, "Saved 3") && stage_shows(&s, "open"));
	struct error err = {0};
	error_set(&err, ST_INVALID, "Wrong.");
	error_hint(&err, "Do it right.");
	ui_error(s.ui, &err);
	stage_settle(&s);
	CHECK(stage_shows(&s, "Wrong. Do it right."));
	stage_close(&s);
}

static void stop(void *arg)
{
	++*(int *)arg;
}

TEST(progress_is_shown_and_stopped)
{
	struct stage s = stage_open(24, 80);
	int stopped = 0;
	numbers_open(&s, 10);
	struct progress *one = progress_start(s.ui, "Importing", stop, &stopped), *two = progress_start(s.ui, "Indexing", NULL, NULL);
	progress_set(two, 50, 100);
	stage_settle(&s);
	CHECK(stage_shows(&s, "Indexing ▇▇▇▇▇····· 50 %"));
	progress_end(&two);
	progress_set(one, 1, 3);
	stage_settle(&s);
	CHECK(!two && stage_shows(&s, "Importing") && stage_shows(&s, "33 %"));
	stage_keys(&s, "C-c");
	CHECK_INT(stopped, 1);
	CHECK(stage_shows(&s, "stopping"));
	stage_keys(&s, "C-c");
	CHECK_INT(stopped, 1);
	progress_end(&one);
	loop_advance(ui_loop(s.ui), 10000);
	stage_settle(&s);
	CHECK(!stage_shows(&s, "Importing"));
	stage_close(&s);
}

/* Commands */

static char ran[128];

static void run(const struct command_call *call)
{
	strncat(ran, call->command->id, sizeof ran - strlen(ran) - 1);
	if (*call->args) {
		strncat(ran, "=", sizeof ran - strlen(ran) - 1);
		strncat(ran, call->args, sizeof ran - strlen(ran) - 1);
	}
	strncat(ran, " ", sizeof ran - strlen(ran) - 1);
}

static const char *why_not(const struct command_call *call)
{
	(void)call;
	return "the link is down";
}

static const struct command table[] = {
	{.id = "one", .title = "First thing", .help = "Does it.", .group = "Test", .context = "numbers", .keys = "x F5", .hint = "one",
		.rank = 5, .run = run},
	{.id = "two", .title = "Second thing", .help = "Does it.", .group = "Test", .context = "numbers", .keys = "gx", .run = run},
	{.id = "three", .title = "Third thing", .help = "Does it.", .group = "Test", .context = "numbers", .keys = "C-x,s", .run = run},
	{.id = "off", .title = "Send now", .help = "Sends.", .group = "Test", .context = "numbers", .keys = "o", .enabled = why_not,
		.run = run},
	{.id = "write", .title = "Change", .help = "Writes.", .group = "Test", .context = "numbers", .keys = "w", .flags = COMMAND_WRITES,
		.run = run},
	{.id = "named", .title = "Rename to", .help = "Takes a name.", .group = "Test", .context = "numbers",
		.flags = COMMAND_TAKES_ARGS, .run = run},
	{.id = "other", .title = "Elsewhere", .help = "Not here.", .group = "Test", .context = "elsewhere", .keys = "z", .run = run},
};

static struct stage commands_stage(void)
{
	struct stage s = stage_open(24, 80);
	commands_add(s.commands, table, sizeof table / sizeof *table);
	numbers_open(&s, 1000);
	ran[0] = '\0';
	return s;
}

TEST(commands_are_reached_by_keys)
{
	struct stage s = commands_stage();
	stage_keys(&s, "x F5 gx C-x s z o");
	CHECK_STR(ran, "one one two three ");
	CHECK(stage_shows(&s, "Send now: the link is down"));
	/* A sequence that leads nowhere is dropped, Esc leaves one. */
	stage_keys(&s, "gz x g Esc x");
	CHECK_STR(ran, "one one two three one one ");
	commands_set_readonly(s.commands, "read only");
	stage_keys(&s, "w");
	CHECK(stage_shows(&s, "Change: read only"));
	commands_set_readonly(s.commands, NULL);
	stage_keys(&s, "w");
	CHECK_STR(ran, "one one two three one one write ");
	stage_close(&s);
}

TEST(commands_show_what_may_follow)
{
	struct stage s = commands_stage();
	stage_keys(&s, "g");
	CHECK(!stage_shows(&s, "Second thing"));
	loop_advance(ui_loop(s.ui), 500);
	stage_settle(&s);
	CHECK(stage_shows(&s, "x Second thing") && stage_shows(&s, "g First"));
	stage_keys(&s, "x");
	CHECK_STR(ran, "two ");
	stage_close(&s);
}

TEST(commands_run_from_the_line)
{
	struct stage s = commands_stage();
	stage_keys(&s, ": 'named Fleet renewal' Enter");
	CHECK_STR(ran, "named=Fleet renewal ");
	stage_keys(&s, ": na Tab x Enter");
	CHECK_STR(ran, "named=Fleet renewal named=x ");
	stage_keys(&s, ": Up Up Enter");
	CHECK_STR(ran, "named=Fleet renewal named=x named=Fleet renewal ");
	stage_keys(&s, ": nonsense Enter");
	CHECK(stage_shows(&s, "There is no command \"nonsense\"."));
	stage_keys(&s, ": other Enter");
	CHECK(stage_shows(&s, "Elsewhere: not on this screen"));
	CHECK_INT(ui_depth(s.ui), 1);
	stage_close(&s);
}

TEST(commands_obey_the_persons_own_keys)
{
	struct stage s = commands_stage();
	struct error err = {0};
	CHECK(commands_bind(s.commands, "# mine\nbind numbers q one\nbind list n list.down\nunbind numbers x\nbind global C-t named a b\n",
		      &err) == ST_OK);
	stage_keys(&s, "q n x F5 C-t");
	CHECK_STR(ran, "one one named=a b ");
	struct number_screen *ns = (struct number_screen *)ui_top(s.ui);
	CHECK_INT(numbers_selected(ns), 2);
	const struct command *one = commands_find(s.commands, "one");
	char *keys = commands_keys(s.commands, one);
	CHECK_STR(keys, "q  F5");
	free(keys);
	CHECK(commands_bind(s.commands, "bind numbers y one\nbind numbers NoSuchKey one\n", &err) == ST_INVALID);
	CHECK(strstr(err.message, "2") && strstr(err.message, "NoSuchKey"));
	stage_keys(&s, "y"); /* nothing of a file with an error counts */
	CHECK_STR(ran, "one one named=a b ");
	CHECK(commands_bind(s.commands, "bind numbers y nothing\n", &err) == ST_INVALID);
	CHECK(commands_bind(s.commands, "tie numbers y one\n", &err) == ST_INVALID);
	CHECK(commands_bind(s.commands, "bind numbers y\n", &err) == ST_INVALID);
	stage_close(&s);
}

static char found[64];

static void search(void *arg, struct picker *p, const char *typed)
{
	(void)arg;
	if (strcmp(typed, "acme") == 0)
		picker_add(p, &(struct picker_item){.text = "ACME Corp", .detail = "company", .id = 7, .data = found});
}

static void search_done(void *arg, const struct picker_item *item)
{
	(void)arg;
	strncat(found, item->text, sizeof found - 1);
}

TEST(palette_finds_commands_and_records)
{
	struct stage s = commands_stage();
	found[0] = '\0';
	commands_set_search(s.commands, &(struct command_search){search, search_done, NULL});
	stage_keys(&s, "C-p second Enter");
	CHECK_STR(ran, "two ");
	stage_keys(&s, "C-p acme Enter");
	CHECK_STR(found, "ACME Corp");
	/* Disabled ones stay, with their reason, and cannot be chosen. */
	stage_keys(&s, "C-p 'send now'");
	CHECK(stage_shows(&s, "Send now") && stage_shows(&s, "the link is down"));
	stage_keys(&s, "Enter");
	CHECK_INT(ui_depth(s.ui), 2);
	stage_keys(&s, "Esc");
	/* One that takes words opens the line. */
	stage_keys(&s, "C-p rename Enter newname Enter");
	CHECK_STR(ran, "two named=newname ");
	CHECK_INT(ui_depth(s.ui), 1);
	stage_close(&s);
}

TEST(help_lists_the_keys_of_the_screen)
{
	struct stage s = commands_stage();
	stage_keys(&s, "?");
	CHECK(stage_shows(&s, "First thing") && stage_shows(&s, "x  F5") && stage_shows(&s, "Page down"));
	CHECK(!stage_shows(&s, "Elsewhere"));
	stage_keys(&s, "third");
	CHECK(stage_shows(&s, "C-x s") && !stage_shows(&s, "First thing"));
	stage_keys(&s, "Enter");
	CHECK_STR(ran, "three ");
	stage_close(&s);
}

TEST(footer_shows_what_fits_and_is_clicked)
{
	struct stage s = commands_stage();
	char *row = memory_row(s.term, 23);
	const char *at = strstr(row, "x one");
	CHECK(at && strstr(row, "? help"));
	int col = (int)(at - row) - 2; /* the Enter sign is three bytes */
	free(row);
	memory_click(s.term, 23, col);
	stage_settle(&s);
	CHECK_STR(ran, "one ");
	memory_resize(s.term, 24, 40);
	stage_settle(&s);
	CHECK(stage_is_sound(&s) && !stage_shows(&s, ": command"));
	stage_close(&s);
}

TEST(builtin_commands_are_complete_and_do_not_collide)
{
	for (size_t i = 0; i < builtin_command_count; i++) {
		const struct command *c = &builtin_commands[i];
		if (!c->title || !c->help || !c->group || !c->context || !c->keys)
			CHECK_STR(c->id, "complete");
		for (const char *k = c->keys; *k; k += strcspn(k, " "), k += strspn(k, " ")) {
			struct key keys[KEYMAP_SEQUENCE], others[KEYMAP_SEQUENCE];
			int n = keymap_parse(k, strcspn(k, " "), keys);
			if (n == 0)
				CHECK_STR(k, "a key");
			for (size_t o = 0; o < i; o++) {
				const struct command *d = &builtin_commands[o];
				if (strcmp(c->context, d->context) != 0)
					continue;
				for (const char *m = d->keys; *m; m += strcspn(m, " "), m += strspn(m, " "))
					if (keymap_parse(m, strcspn(m, " "), others) == n && key_eq(&keys[0], &others[0]) &&
						(n == 1 || key_eq(&keys[1], &others[1])))
						CHECK_STR(c->id, d->id);
			}
		}
	}
	CHECK(true);
}
