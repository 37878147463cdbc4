/* Every command of the CRM: keys, footer hints, help, palette and the `:` line come from this table. */
#include "tui/view/actions.h"
#include "tui/view/agenda.h"
#include "tui/view/billing_settings.h"
#include "tui/view/billing_view.h"
#include "tui/view/board.h"
#include "tui/view/charge_view.h"
#include "tui/view/commands.h"
#include "tui/view/compose.h"
#include "tui/view/duplicates_view.h"
#include "tui/view/import_view.h"
#include "tui/view/imports_view.h"
#include "tui/view/log.h"
#include "tui/view/record_form.h"
#include "tui/view/record_view.h"
#include "tui/view/security.h"
#include "tui/view/senders_view.h"
#include "tui/view/settings.h"
#include "tui/view/webhooks_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/crm/query.h"
#include "tui/app.h"
#include "tui/widget/picker.h"

enum { MAX_HITS = 12 };

static void go(const struct command_call *call, enum tab tab)
{
	app_show_tab(app_of(call->ui), tab);
}

#define GO(name, tab)                                                                                                  \
	static void go_##name(const struct command_call *call)                                                         \
	{                                                                                                              \
		go(call, tab);                                                                                         \
	}
GO(home, TAB_HOME)
GO(contacts, TAB_CONTACTS)
GO(companies, TAB_COMPANIES)
GO(deals, TAB_DEALS)
GO(activities, TAB_ACTIVITIES)
GO(invoices, TAB_INVOICES)
GO(settings, TAB_SETTINGS)

/* Lists that are no tab. */
static void go_list(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	const char *name = strrchr(call->command->id, '.') + 1;
	app_open_list(app, model_entity(app->core->model, strcmp(name, "accounts") == 0 ? "billing_accounts" : name), NULL, NULL);
}

static void go_imports(const struct command_call *call)
{
	imports_open(app_of(call->ui));
}

static void next_tab(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	app_show_tab(app, (enum tab)((app->tab + 1) % TAB_COUNT));
}

static void previous_tab(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	app_show_tab(app, (enum tab)((app->tab + TAB_COUNT - 1) % TAB_COUNT));
}

static void deals_table(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	app_open_list(app, model_entity(app->core->model, "deals"), call->args, NULL);
}

static void deals_board(const struct command_call *call)
{
	board_open(app_of(call->ui), NULL);
}

static void board_signs(const struct command_call *call)
{
	ui_toast(call->ui, TOAST_INFO, "%s", _(call->command->help));
}

static void quit_welcome(const struct command_call *call)
{
	ui_quit(call->ui, 0);
}

static void activities_table(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	app_open_list(app, model_entity(app->core->model, "activities"), call->args, NULL);
}

static void activities_agenda(const struct command_call *call)
{
	agenda_open(app_of(call->ui));
}

/* ":open lost_reasons", ":open tags": any list by its name. */
static void open_entity(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	char name[40] = "";
	int used = 0;
	(void)sscanf(call->args, "%39s %n", name, &used);
	for (char *p = name; *p; p++)
		if (*p == '-')
			*p = '_';
	const struct entity *e = model_entity(app->core->model, name);
	if (e && e->top)
		app_open_list(app, e, call->args[used] ? call->args + used : NULL, NULL);
	else
		ui_toast(call->ui, TOAST_WARN, _("“%s” is not a kind of record."), name);
}

#define GO_TO(ID, TITLE, HELP, KEYS, RUN)                                                                              \
	{                                                                                                              \
		.id = ID, .title = TITLE, .help = HELP, .group = N_("Going"), .context = "global", .keys = KEYS, .run = RUN      \
	}
#define ON(ID, TITLE, HELP, GROUP, CONTEXT, KEYS, HINT, RANK, FLAGS, RUN)                                              \
	{                                                                                                              \
		.id = ID, .title = TITLE, .help = HELP, .group = GROUP, .context = CONTEXT, .keys = KEYS, .hint = HINT,          \
		.rank = RANK, .flags = FLAGS, .run = RUN                                                               \
	}

static const struct command crm_commands[] = {
	GO_TO("go.home", N_("Home"), N_("What to do today."), "gh", go_home),
	GO_TO("go.contacts", N_("Contacts"), N_("All people."), "gc", go_contacts),
	GO_TO("go.companies", N_("Companies"), N_("All companies."), "go", go_companies),
	GO_TO("go.deals", N_("Deals"), N_("The pipeline board."), "gd", go_deals),
	GO_TO("go.activities", N_("Activities"), N_("Calls, meetings, tasks, notes."), "ga", go_activities),
	GO_TO("go.products", N_("Products"), N_("The catalogue."), "gp", go_list),
	GO_TO("go.quotes", N_("Quotes"), N_("What was offered, and what became of it."), "gq", go_list),
	GO_TO("go.invoices", N_("Invoices"), N_("Drafts, issued, paid, overdue; credit notes."), "gv", go_invoices),
	GO_TO("go.payments", N_("Payments"), N_("What came in, and what was given back."), "gy", go_list),
	GO_TO("go.subscriptions", N_("Subscriptions"), N_("What recurs."), "gu", go_list),
	GO_TO("go.accounts", N_("Customer accounts"), N_("Who is billed; their cards and subscriptions."), "gb", go_list),
	GO_TO("go.imports", N_("Imports"), N_("What was imported; any of it can be taken back."), "gi", go_imports),
	GO_TO("go.settings", N_("Settings"), N_("Profile, pipelines, custom fields, language, theme."), "gs", go_settings),
	GO_TO("go.next", N_("Next tab"), N_("Goes to the tab at the right."), "Tab", next_tab),
	GO_TO("go.previous", N_("Previous tab"), N_("Goes to the tab at the left."), "S-Tab", previous_tab),
	ON("welcome.quit", N_("Quit"), N_("Leaves the program; nothing was made yet."), N_("General"), "welcome", "q C-q Esc C-c", N_("quit"), 9, 0,
		quit_welcome),
	ON("open", N_("Open a list"), N_("Opens any list by its name, with a filter if you like."), N_("Going"), "global", NULL, NULL, 0,
		COMMAND_TAKES_ARGS, open_entity),
	ON("log", N_("Log in one line"), N_("Writes down a call, meeting, note or task with its people, amount and next step in one line."),
		N_("Logging"), "global", "+", NULL, 0, COMMAND_WRITES | COMMAND_TAKES_ARGS, log_line),
	ON("duplicates", N_("Duplicates"), N_("Contacts or companies that look like the same, pair by pair."), N_("Records"), "global", NULL, NULL, 0,
		0, duplicates_open),
	ON("deleted", N_("Deleted records"), N_("Shows the deleted records of this list, to bring them back; again: the others."), N_("Records"),
		"global", "z", NULL, 0, 0, action_deleted),
	ON("deleted.restore", N_("Restore"), N_("Brings the selected or marked records back."), N_("Records"), "deleted", "R", N_("restore"), 2,
		COMMAND_WRITES, action_restore),
	ON("deleted.back", N_("Leave the deleted"), N_("Shows the records that are not deleted."), N_("Lists"), "deleted", "z", N_("back to the others"),
		3, 0, action_deleted),
	ON("import", N_("Import a file"), N_("CSV or vCard of any program: shows what each column becomes before anything is written."), N_("Import"),
		"global", NULL, NULL, 0, COMMAND_WRITES | COMMAND_TAKES_ARGS, import_ask),
	ON("imports.import", N_("Import a file"), N_("CSV or vCard of any program."), N_("Import"), "imports", "I n", N_("import"), 2, COMMAND_WRITES,
		import_ask),
	ON("imports.revert", N_("Take back"), N_("Takes the selected import back, whenever it was."), N_("Import"), "imports", "Del X",
		N_("take back"), 3, COMMAND_WRITES | COMMAND_DESTRUCTIVE, NULL),
	ON("import.run", N_("Import now"), N_("Writes the records; undo takes them back."), N_("Import"), "import", "F2 I", N_("import"), 2,
		COMMAND_WRITES, NULL),
	ON("import.try", N_("Try"), N_("Does everything but keep it, and shows the report."), N_("Import"), "import", "t", N_("try first"), 3, 0,
		NULL),
	ON("import.kind", N_("Kind of record"), N_("Says what a row of the file is."), N_("Import"), "import", "K", N_("kind"), 4, 0, NULL),
	ON("import.duplicates", N_("Duplicates"), N_("What happens to records that are there already."), N_("Import"), "import", "D",
		N_("duplicates"), 5, 0, NULL),
	ON("undo", N_("Undo"), N_("Takes back your last change, whenever it was."), N_("General"), "global", "u", N_("undo"), 90,
		COMMAND_WRITES, action_undo),
	ON("redo", N_("Redo"), N_("Does again what was undone."), N_("General"), "global", "C-r", NULL, 0, COMMAND_WRITES, action_redo),

	ON("subject.call", N_("Log a call"), N_("Asks for the outcome, then for the next step."), N_("Logging"), "log", "c",
		N_("call"), 10, COMMAND_WRITES, log_call),
	ON("mail.send", N_("Send"), N_("Puts the mail into the outbox; it leaves when there is a network."), N_("Mail"), "mail", "F2 C-s", N_("send"), 1, COMMAND_WRITES,
		compose_send),
	ON("subject.mail", N_("Write a mail"), N_("To the selected contact, or the contact of the selected deal; on a mail that was sent: again."), N_("Logging"), "log", "m",
		N_("mail"), 11, COMMAND_WRITES, compose_mail),
	ON("subject.meeting", N_("Log a meeting"), N_("Writes down a meeting that took place."), N_("Logging"), "log", "M",
		N_("meeting"), 60, COMMAND_WRITES, log_meeting),
	ON("subject.note", N_("Write a note"), N_("Adds a note to the timeline."), N_("Logging"), "log", "i", N_("note"), 13,
		COMMAND_WRITES, log_note),
	ON("subject.task", N_("Plan a task"), N_("One line: what and when."), N_("Logging"), "log", "t", N_("task"), 12,
		COMMAND_WRITES, log_task),
	ON("subject.deal", N_("New deal"), N_("A deal for the selected contact or company."), N_("Logging"), "log", "D", N_("deal"), 14,
		COMMAND_WRITES, log_deal),
	ON("subject.done", NC_("command", "Done"), N_("The selected activity is done; asks for the next step."), N_("Logging"), "log", "x",
		NULL, 0, COMMAND_WRITES, log_done),
	ON("subject.edit", N_("Edit"), N_("Opens the form."), N_("Records"), "subject", "e", N_("edit"), 20, COMMAND_WRITES, action_edit),
	ON("subject.change", N_("Change a field"), N_("Changes one field of the selected or all marked records."), N_("Records"), "subject",
		"E", NULL, 0, COMMAND_WRITES, action_edit_field),
	ON("subject.tag", NC_("command", "Tag"), N_("Adds a tag to the selected or all marked records."), N_("Records"), "subject", "#", NULL, 0,
		COMMAND_WRITES, action_tag),
	ON("subject.assign", N_("Assign"), N_("Gives the selected or all marked records to somebody."), N_("Records"), "subject", "O",
		NULL, 0, COMMAND_WRITES, action_assign),
	ON("subject.delete", N_("Delete"), N_("Deletes the selected or all marked records; undo brings them back."), N_("Records"),
		"subject", "Del X", NULL, 0, COMMAND_WRITES | COMMAND_DESTRUCTIVE, action_delete),
	ON("subject.restore", N_("Restore"), N_("Brings a deleted record back."), N_("Records"), "subject", "R", NULL, 0, COMMAND_WRITES,
		action_restore),
	ON("subject.history", N_("History"), N_("Who changed what, and when."), N_("Records"), "subject", "H", NULL, 0, 0,
		action_history),
	ON("subject.copy", N_("Copy"), N_("Copies names and mail addresses to the clipboard."), N_("Records"), "subject", "y", NULL, 0, 0,
		action_copy),
	ON("subject.merge", N_("Merge"), N_("Makes one record of the two that are marked."), N_("Records"), "subject", "=", NULL, 0,
		COMMAND_WRITES | COMMAND_DESTRUCTIVE, action_merge),
	ON("deal.won", NC_("command", "Won"), N_("Moves the deal to the won stage."), N_("Deals"), "subject", "W", NULL, 0, COMMAND_WRITES, action_won),
	ON("deal.lost", NC_("command", "Lost"), N_("Moves the deal to the lost stage and asks why."), N_("Deals"), "subject", "Z", NULL, 0,
		COMMAND_WRITES, action_lost),
	ON("deal.stage", N_("Move to stage"), N_("Asks for the stage."), N_("Deals"), "subject", "S", NULL, 0, COMMAND_WRITES,
		action_stage),

	ON("records.new", NC_("command", "New"), N_("Opens an empty form."), N_("Records"), "records", "n", N_("new"), 15, COMMAND_WRITES, action_new),
	ON("agenda.new", NC_("command", "New"), N_("Opens an empty form."), N_("Records"), "agenda", "n", N_("new"), 15, COMMAND_WRITES, action_new),
	ON("records.filter", NC_("command", "Filter"), N_("Words, or fields: stage:proposal value>10k owner:me close<+30d tag:vip -company:acme."),
		N_("Lists"), "records", "/", N_("filter"), 5, 0, NULL),
	ON("records.clear-filter", N_("Show all"), N_("Takes filter and view away."), N_("Lists"), "records", "\\ 0", NULL, 0, 0, NULL),
	ON("records.sort", NC_("command", "Sort"), N_("Asks for the field; again turns the order round."), N_("Lists"), "records", "s", N_("sort"), 50,
		0, NULL),
	ON("records.reverse", N_("Turn the order round"), N_("Sorts the other way."), N_("Lists"), "records", "r", NULL, 0, 0, NULL),
	ON("records.columns", N_("Columns"), N_("Shows or hides a column; kept for next time."), N_("Lists"), "records", "C", NULL, 0, 0,
		NULL),
	ON("records.views", N_("Views"), N_("Saved filters and sorts."), N_("Lists"), "records", "V", N_("views"), 55, 0, NULL),
	ON("records.save-view", N_("Save as view"), N_("Keeps this filter and sort under a name."), N_("Lists"), "records", "A", NULL, 0,
		COMMAND_WRITES, NULL),
	ON("records.export", N_("Export"), N_("Writes what the list shows to a CSV, JSON, vCard or calendar file."), N_("Lists"), "records", "Y", NULL,
		0, 0, NULL),
	ON("records.card", N_("Card beside the list"), N_("Shows or hides the card of the selected record."), N_("Lists"), "records", "p",
		NULL, 0, 0, NULL),
	ON("records.view", N_("Saved view by number"), N_("Keys 1 to 9 open the saved views."), N_("Lists"), "records", NULL, NULL, 0,
		COMMAND_TAKES_ARGS, NULL),
	ON("record.pane", N_("Other side"), N_("Goes to the other half of the record."), N_("Records"), "record", "Tab w", N_("other side"),
		30, 0, NULL),
	{.id = "record.add", .title = N_("Add here"), .help = N_("Adds a line to the list that is selected."), .group = N_("Records"), .context = "record", .keys = "a n",
		.hint = N_("add"), .rank = 15, .flags = COMMAND_WRITES, .enabled = record_view_adds},

	ON("activities.table", N_("Activities as a table"), N_("All activities as rows."), N_("Activities"), "agenda", "T", N_("table"), 40, 0,
		activities_table),
	ON("activities.agenda", N_("Agenda"), N_("What is planned, day by day."), N_("Activities"), "activities", "B", NULL, 0, 0,
		activities_agenda),
	ON("home.everybody", N_("Everybody's"), N_("Shows the work of all, or only yours again."), N_("Home"), "home", "w", N_("everybody"), 41, 0,
		NULL),
	ON("agenda.everybody", N_("Everybody's"), N_("Shows the activities of all, or only yours again."), N_("Activities"), "agenda", "w",
		N_("everybody"), 41, 0, NULL),
	ON("deals.table", N_("Deals as a table"), N_("The same deals as rows."), N_("Deals"), "board", "T", N_("table"), 40, 0,
		deals_table),
	ON("deals.board", N_("Deals as a board"), N_("The same deals by stage."), N_("Deals"), "deals", "B", NULL, 0, 0, deals_board),
	ON("deals.signs", N_("What ! and ~ mean"), N_("! the close date has passed; ~ too long in the same stage (rotting)."), N_("Deals"), "board", NULL,
		NULL, 0, 0, board_signs),
	ON("deals.pipeline", N_("Pipeline"), N_("Chooses which pipeline the board shows."), N_("Deals"), "board", "P", N_("pipeline"), 13, 0, NULL),
};

/* Records in the palette */

static void fill_hits(void *arg, struct picker *p, const char *typed)
{
	struct app *app = arg;
	struct hit hits[MAX_HITS];
	if (strlen(typed) < 2 || !core_signed_in(app->core))
		return;
	struct arena *a = arena_new();
	int n = search_all(app->core, typed, MAX_HITS, a, hits);
	for (int i = 0; i < n; i++)
		picker_add(p, &(struct picker_item){.text = hits[i].title,
				       .detail = arena_printf(a, "%s%s%s", _(hits[i].entity->label), *hits[i].detail ? " · " : "",
					       hits[i].detail),
				       .words = typed, .id = (uint64_t)hits[i].num, .data = hits[i].entity});
	arena_free(&a);
}

static void hit_chosen(void *arg, const struct picker_item *item)
{
	struct app *app = arg;
	if (item)
		app_open_record(app, item->data, (int64_t)item->id);
}

void view_commands_register(struct commands *c)
{
	struct error err;
	commands_add(c, crm_commands, sizeof crm_commands / sizeof *crm_commands);
	commands_add(c, settings_commands, settings_command_count);
	commands_add(c, security_commands, security_command_count);
	commands_add(c, webhook_commands, webhook_command_count);
	commands_add(c, billing_commands, billing_command_count);
	commands_add(c, charge_commands, charge_command_count);
	commands_add(c, billing_settings_commands, billing_settings_command_count);
	commands_add(c, sender_commands, sender_command_count);
	commands_set_search(c, &(struct command_search){fill_hits, hit_chosen, app_of(commands_ui(c))});
	struct buf keys = {0};
	for (int i = 1; i <= 9; i++)
		buf_printf(&keys, "bind records %d records.view %d\n", i, i);
	if (commands_bind(c, buf_str(&keys), &err) != ST_OK)
		ui_error(commands_ui(c), &err);
	buf_free(&keys);
}
