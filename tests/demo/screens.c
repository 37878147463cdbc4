#include "tests/demo/demo.h"

#include "core/base/i18n.h"
#include "tui/widget/board.h"
#include "tui/widget/chart.h"
#include "tui/widget/confirm.h"
#include "tui/widget/detail.h"
#include "tui/widget/form.h"
#include "tui/widget/menu.h"
#include "tui/widget/pager.h"
#include "tui/widget/picker.h"
#include "tui/widget/progress.h"
#include "tui/widget/prompt.h"

#include <stdlib.h>
#include <string.h>

/* A form */

static const struct form_field fields[] = {
	{"name", "Name", "Person", "As it stands on the business card.", FORM_TEXT, FORM_REQUIRED, 200},
	{"email", "E-mail", "Person", NULL, FORM_TEXT, 0, 200},
	{"phone", "Phone", "Person", NULL, FORM_TEXT, 0, 40},
	{"stage", "Stage", "Deal", "Type a letter to narrow the choices.", FORM_CHOICE, FORM_REQUIRED, 0},
	{"close", "Closes", "Deal", "F4 picks a day.", FORM_TEXT, FORM_PICK, 20},
	{"hot", "Hot", "Deal", NULL, FORM_CHECK, 0, 0},
	{"secret", "Pass phrase", "Deal", NULL, FORM_SECRET, 0, 100},
	{"id", "Reference", "Deal", NULL, FORM_TEXT, FORM_READONLY, 0},
	{"note", "Note", "More", "Opens a text screen; F4 there opens your editor.", FORM_MULTILINE, 0, 0},
};
static const char *const values[] = {"Amélie Durand", "amelie@acme.example", "+33 6 12 34 56 78", "Proposal", NULL, "1", NULL, "D-1042",
	"Budget is there.\nCall her back on Tuesday."};

static enum status validate(void *arg, struct form *f, int field, const char *text, struct error *err)
{
	(void)arg;
	(void)f;
	if (field == 1 && *text && !strchr(text, '@'))
		return error_field(err, ST_INVALID, "email", "An address has an @ in it.");
	return ST_OK;
}

struct pick {
	struct form *form;
	int field;
};

static void picked(void *arg, const struct picker_item *item)
{
	struct pick *p = arg;
	if (item)
		form_set(p->form, p->field, item->text);
	free(p);
}

static void pick(void *arg, struct form *f, int field, const char *typed)
{
	static const struct picker_item items[] = {{.text = "Qualified", .id = 1}, {.text = "Proposal", .id = 2, .detail = "62 %"},
		{.text = "Negotiation", .id = 3}, {.text = "Won", .id = 4, .reason = "There is no signed quote yet."}};
	(void)arg;
	struct pick *p = mem_alloc(sizeof *p);
	*p = (struct pick){f, field};
	picker_open(form_screen(f)->ui, &(struct picker_spec){
		.title = "Stage", .items = items, .count = 4, .initial = typed, .done = picked, .arg = p});
}

static enum status submit(void *arg, struct form *f, struct error *err)
{
	(void)arg;
	(void)err;
	ui_toast(form_screen(f)->ui, TOAST_OK, "Saved %s", form_get_id(f, "name"));
	form_close(f);
	return ST_OK;
}

static void open_form(const struct command_call *call)
{
	form_open(call->ui, &(struct form_spec){.title = "Edit Amélie Durand",
				    .fields = fields,
				    .count = sizeof fields / sizeof *fields,
				    .values = values,
				    .validate = validate,
				    .pick = pick,
				    .submit = submit});
}

/* A board */

struct pipeline {
	struct screen screen;
	struct board board;
	uint64_t cards[6][64];
	int counts[6];
};

static const char *const stages[] = {"Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost"};

static int board_columns(void *src)
{
	(void)src;
	return 6;
}

static void board_column(void *src, int column, struct arena *a, struct board_column *out)
{
	struct pipeline *p = src;
	*out = (struct board_column){.title = stages[column],
		.summary = arena_printf(a, "%d · %d k€", p->counts[column], p->counts[column] * 12),
		.role = (enum role)(ROLE_STAGE1 + column),
		.count = p->counts[column]};
}

static void board_card(void *src, int column, int index, struct arena *a, struct board_card *out)
{
	struct pipeline *p = src;
	uint64_t id = p->cards[column][index];
	*out = (struct board_card){.handle = id,
		.title = arena_printf(a, "Fleet renewal %llu", (unsigned long long)id),
		.left = "ACME Corp",
		.right = arena_printf(a, "%llu 000 €", (unsigned long long)id % 90),
		.role = id % 5 == 0 ? ROLE_OVERDUE : ROLE_DIM,
		.sign = id % 5 == 0 ? "!" : NULL};
}

static void board_moved(void *arg, uint64_t handle, int from, int to)
{
	struct pipeline *p = arg;
	int i = 0;
	while (i < p->counts[from] && p->cards[from][i] != handle)
		i++;
	memmove(&p->cards[from][i], &p->cards[from][i + 1], (size_t)(p->counts[from] - i - 1) * sizeof(uint64_t));
	p->counts[from]--;
	p->cards[to][p->counts[to]++] = handle;
	board_reload(&p->board);
}

static void pipeline_layout(struct screen *s, int rows, int cols)
{
	board_layout(&((struct pipeline *)s)->board, rows - 1, cols);
}

static void pipeline_paint(struct screen *s, const struct canvas *c)
{
	struct canvas below = canvas_sub(c, 1, 0, c->at.rows - 1, c->at.cols);
	paint_text(c, 0, 1, 30, ROLE_TITLE, 0, "Pipeline");
	board_paint(&((struct pipeline *)s)->board, &below, true);
}

static bool pipeline_cursor(struct screen *s, int *row, int *col)
{
	bool shown = board_cursor(&((struct pipeline *)s)->board, row, col);
	*row += 1;
	return shown;
}

static bool pipeline_key(struct screen *s, const struct key *k)
{
	struct key below = *k;
	below.row--;
	return board_key(&((struct pipeline *)s)->board, &below);
}

static bool pipeline_command(struct screen *s, const char *id, const char *args)
{
	(void)args;
	return board_command(&((struct pipeline *)s)->board, id);
}

static void pipeline_close(struct screen *s)
{
	board_free(&((struct pipeline *)s)->board);
	free(s);
}

static void open_board(const struct command_call *call)
{
	static const struct board_source source = {board_columns, board_column, board_card};
	static const struct screen_ops ops = {.name = "pipeline",
		.contexts = "board",
		.layout = pipeline_layout,
		.paint = pipeline_paint,
		.cursor = pipeline_cursor,
		.key = pipeline_key,
		.command = pipeline_command,
		.close = pipeline_close};
	struct pipeline *p = mem_zalloc(sizeof *p);
	p->screen.ops = &ops;
	for (uint64_t i = 1; i <= 40; i++) {
		int column = (int)(i * 7 % 11) % 6;
		p->cards[column][p->counts[column]++] = i;
	}
	board_init(&p->board, &source, p);
	p->board.events = (struct board_events){.move = board_moved, .arg = p};
	board_reload(&p->board);
	ui_push(call->ui, &p->screen);
}

/* A detail, with charts above */

struct record {
	struct screen screen;
	struct detail detail;
};

static void record_layout(struct screen *s, int rows, int cols)
{
	detail_layout(&((struct record *)s)->detail, rows - 8, cols);
}

static void record_paint(struct screen *s, const struct canvas *c)
{
	static const double touches[] = {1, 4, 2, 8, 5, 3, 9, 2, 0, 1, 6, 7};
	struct fan_step fan[24];
	for (int i = 0; i < 24; i++)
		fan[i] = (struct fan_step){.low = 10 + i, .mid = 14 + 2 * i, .high = 18 + 3 * i};
	paint_text(c, 0, 1, 40, ROLE_TITLE, 0, "Amélie Durand");
	paint_right(c, 0, c->at.cols - 22, 10, ROLE_HOT, 0, "87");
	chart_bar(c, 0, c->at.cols - 11, 10, 0.87, ROLE_CHART, true);
	paint_text(c, 1, 1, 12, ROLE_LABEL, 0, "Touches");
	chart_spark(c, 1, 14, 12, touches, 12, ROLE_CHART);
	paint_text(c, 2, 1, 12, ROLE_LABEL, 0, "Win chance");
	chart_range(c, 2, 14, 30, 0.55, 0.62, 0.69);
	struct canvas fanned = canvas_sub(c, 1, 50, 6, 40);
	chart_fan(&fanned, fan, 24, 0, 90);
	struct canvas below = canvas_sub(c, 8, 0, c->at.rows - 8, c->at.cols);
	detail_paint(&((struct record *)s)->detail, &below, true);
}

static bool record_command(struct screen *s, const char *id, const char *args)
{
	(void)args;
	return detail_command(&((struct record *)s)->detail, id);
}

static void record_close(struct screen *s)
{
	detail_free(&((struct record *)s)->detail);
	free(s);
}

static void open_detail(const struct command_call *call)
{
	static const struct screen_ops ops = {.name = "record",
		.contexts = "detail",
		.layout = record_layout,
		.paint = record_paint,
		.command = record_command,
		.close = record_close};
	struct record *r = mem_zalloc(sizeof *r);
	r->screen.ops = &ops;
	struct detail *d = &r->detail;
	detail_init(d);
	detail_section(d, "PERSON");
	detail_row(d, "Title", "Head of Operations", ROLE_TEXT, 0);
	detail_row(d, "Company", "ACME Corp", ROLE_LINK, 1);
	detail_row(d, "E-mail", "amelie@acme.example", ROLE_LINK, 2);
	detail_row(d, "Phone", "+33 6 12 34 56 78", ROLE_TEXT, 3);
	detail_section(d, "DEALS");
	detail_row(d, "Fleet renewal", "48 000 €   Proposal · 62 % [55–69]", ROLE_STAGE3, 4);
	detail_row(d, "Spare parts", "-1 200 €   Lost", ROLE_MONEY_NEG, 5);
	detail_section(d, "TIMELINE");
	detail_text(d, "2 d   call, 12 min: budget is there, the board decides in March; send the quote for forty cars and the "
		       "service contract together.", ROLE_TEXT, 6);
	detail_text(d, "9 d   mail opened: pricing", ROLE_TEXT, 7);
	ui_push(call->ui, &r->screen);
}

/* The small ones */

static void open_pager(const struct command_call *call)
{
	struct styled text = {0};
	for (int i = 1; i <= 300; i++) {
		styled_format(&text, ROLE_DIM, "%3d  ", i);
		styled_format(&text, i % 10 == 0 ? ROLE_ACCENT : ROLE_TEXT, "A line of text about %s that one may want to read.\n",
			i % 7 == 0 ? "pricing" : "nothing in particular");
	}
	pager_open(call->ui, "A long text", &text, call->args[0] != '\0');
}

static void confirmed(void *arg, int answer)
{
	ui_toast(arg, answer ? TOAST_OK : TOAST_INFO, answer ? "Deleted." : "Nothing was deleted.");
}

static void ask(const struct command_call *call)
{
	long n = *call->args ? strtol(call->args, NULL, 10) : 14;
	char *title = mem_printf("Delete %ld people?", n);
	confirm_open(call->ui, &(struct confirm_spec){.title = title,
				   .text = "Amélie Durand, Bruno Keller, Chen Wei and others. They can be brought back for 30 days with undo.",
				   .key = 'D',
				   .verb = "delete",
				   .count = n,
				   .done = confirmed,
				   .arg = call->ui});
	free(title);
}

static void chosen(void *arg, int index)
{
	ui_toast(arg, TOAST_INFO, "choice %d", index);
}

static void open_menu(const struct command_call *call)
{
	const struct menu_item items[] = {{'n', "Name", NULL, NULL}, {'s', "Score", "highest first", NULL},
		{'l', "Last touch", NULL, NULL}, {'d', "Distance", NULL, "The address is not known."}};
	menu_open(call->ui, "Sort by", items, 4, 1, chosen, call->ui);
}

static void filtered(void *arg, const char *text)
{
	ui_toast(arg, TOAST_INFO, "filter: %s", text ? text : "(none)");
}

static void filter(const struct command_call *call)
{
	prompt_open(call->ui, &(struct prompt_spec){.label = "Filter:", .done = filtered, .arg = call->ui});
}

static void stop(void *arg)
{
	ui_toast(arg, TOAST_INFO, "stopping");
}

static void work(const struct command_call *call)
{
	progress_set(progress_start(call->ui, "Importing contacts.csv", stop, call->ui), 37, 100);
}

static void crash(const struct command_call *call)
{
	(void)call;
	abort();
}

static void edit(const struct command_call *call)
{
	char *argv[] = {"cat", "/dev/null", NULL};
	int code = 0;
	struct error err = {0};
	if (term_run(ui_term(call->ui), argv, &code, &err) == ST_OK)
		ui_toast(call->ui, TOAST_OK, "ran with code %d", code);
	else
		ui_error(call->ui, &err);
}

static const char *never(const struct command_call *call)
{
	(void)call;
	return "the link is down";
}

#define DEMO(ID, TITLE, KEYS, HINT, RANK, RUN)                                                                         \
	{                                                                                                              \
		.id = ID, .title = TITLE, .help = TITLE, .group = "Demo", .context = "people", .keys = KEYS, .hint = HINT, \
		.rank = RANK, .run = RUN                                                                               \
	}

const struct command demo_commands[] = {
	DEMO("demo.form", "Edit in a form", "f", "edit", 10, open_form),
	DEMO("demo.board", "Show the board", "b", "board", 11, open_board),
	DEMO("demo.detail", "Show the record", "i", "record", 12, open_detail),
	DEMO("demo.pager", "Read a long text", "p", "read", 13, open_pager),
	DEMO("demo.delete", "Delete people", "d", "delete", 14, ask),
	DEMO("demo.sort", "Sort by…", "s", "sort", 15, open_menu),
	DEMO("demo.filter", "Filter", "/", "filter", 16, filter),
	DEMO("demo.work", "Start long work", "w", NULL, 0, work),
	DEMO("demo.run", "Run another program", "e", NULL, 0, edit),
	DEMO("demo.crash", "Crash", "gx", NULL, 0, crash),
	DEMO("demo.go", "Go to the board", "gb", "board", 0, open_board),
	{.id = "demo.sync", .title = "Send changes now", .help = "Sends what is waiting.", .group = "Demo", .context = "people",
		.keys = "gs", .enabled = never, .run = crash},
};
const size_t demo_command_count = sizeof demo_commands / sizeof *demo_commands;
