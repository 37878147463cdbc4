#include "tui/cmd/builtin.h"

#include "core/base/i18n.h"
#include "tui/cmd/palette.h"
#include "tui/widget/progress.h"

static void redraw(const struct command_call *call)
{
	ui_redraw(call->ui);
}

static void suspend(const struct command_call *call)
{
	term_suspend(ui_term(call->ui));
}

static void back(const struct command_call *call)
{
	if (ui_depth(call->ui) > 1)
		ui_pop(call->ui, call->screen);
}

static void close_screen(const struct command_call *call)
{
	if (ui_depth(call->ui) > 1)
		ui_pop(call->ui, call->screen);
	else
		(void)commands_run(call->commands, "app.quit");
}

static void cancel(const struct command_call *call)
{
	if (!progress_cancel(call->ui))
		ui_toast(call->ui, TOAST_INFO, _("Nothing is running. C-q leaves the program."));
}

static void quit(const struct command_call *call)
{
	ui_quit(call->ui, 0);
}

static void mouse(const struct command_call *call)
{
	struct term *t = ui_term(call->ui);
	term_set_mouse(t, !t->mouse);
	ui_toast(call->ui, TOAST_INFO, "%s",
		t->mouse ? _("Mouse on. Hold Shift to select text with it.") : _("Mouse off: select text as you are used to."));
}

static void palette(const struct command_call *call)
{
	palette_open(call->commands);
}

static void help(const struct command_call *call)
{
	help_open(call->commands);
}

static void line(const struct command_call *call)
{
	command_line_open(call->commands, call->args);
}

/* Rows of the tables below: a command of a widget, one of the program, a key only shown (its screen reads it itself). */
#define WIDGET(ID, TITLE, HELP, GROUP, CONTEXT, KEYS)                                                                  \
	{                                                                                                              \
		.id = ID, .title = TITLE, .help = HELP, .group = GROUP, .context = CONTEXT, .keys = KEYS               \
	}
#define MOTION(ID, TITLE, HELP, CONTEXT, KEYS)                                                                         \
	{                                                                                                              \
		.id = ID, .title = TITLE, .help = HELP, .group = N_("Moving"), .context = CONTEXT, .keys = KEYS,       \
		.flags = COMMAND_HIDDEN                                                                                \
	}
#define HINTED(ID, TITLE, HELP, GROUP, CONTEXT, KEYS, HINT, RANK)                                                      \
	{                                                                                                              \
		.id = ID, .title = TITLE, .help = HELP, .group = GROUP, .context = CONTEXT, .keys = KEYS,              \
		.hint = HINT, .rank = RANK                                                                             \
	}
#define GLOBAL(ID, TITLE, HELP, KEYS, FLAGS, RUN)                                                                      \
	{                                                                                                              \
		.id = ID, .title = TITLE, .help = HELP, .group = N_("General"), .context = "global", .keys = KEYS,     \
		.flags = FLAGS, .run = RUN                                                                             \
	}
/* The ways through anything that scrolls: arrows and pages for everybody, letters for those who know them. */
#define MOVING(CONTEXT)                                                                                                \
	MOTION(CONTEXT ".down", N_("Down"), N_("Moves down by one."), CONTEXT, "j Down"),                              \
		MOTION(CONTEXT ".up", N_("Up"), N_("Moves up by one."), CONTEXT, "k Up"),                              \
		MOTION(CONTEXT ".page-down", N_("Page down"), N_("Moves down by a screen."), CONTEXT, "PgDn C-f"),     \
		MOTION(CONTEXT ".page-up", N_("Page up"), N_("Moves up by a screen."), CONTEXT, "PgUp C-b"),           \
		MOTION(CONTEXT ".half-down", N_("Half a page down"), N_("Moves down by half a screen."), CONTEXT, "C-d"), \
		MOTION(CONTEXT ".half-up", N_("Half a page up"), N_("Moves up by half a screen."), CONTEXT, "C-u"),    \
		MOTION(CONTEXT ".first", N_("First"), N_("Goes to the first row."), CONTEXT, "Home gg"),               \
		MOTION(CONTEXT ".last", N_("Last"), N_("Goes to the last row."), CONTEXT, "End G")

const struct command builtin_commands[] = {
	MOVING("list"),
	HINTED("list.open", NC_("command", "Open"), N_("Opens the selected row."), N_("Moving"), "list", "Enter l Right", N_("open"), 1),
	HINTED("list.mark", N_("Mark"), N_("Marks the row for an action on several, and goes to the next."), N_("Marking"),
		"list", "Space", N_("mark"), 80),
	WIDGET("list.range", N_("Mark a range"), N_("Marks every row passed until pressed again."), N_("Marking"), "list", "v"),
	WIDGET("list.mark-all", N_("Mark all"), N_("Marks every row of the list, seen or not."), N_("Marking"), "list", "*"),
	WIDGET("list.unmark", N_("Unmark all"), N_("Takes all marks away."), N_("Marking"), "list", "U M-u"),

	MOVING("detail"),
	HINTED("detail.open", NC_("command", "Open"), N_("Opens the selected value."), N_("Moving"), "detail", "Enter l Right", N_("open"), 1),

	MOVING("pager"),
	HINTED("pager.search", N_("Search"), N_("Finds words in this text."), N_("Moving"), "pager", "/", N_("search"), 10),
	WIDGET("pager.next", N_("Next match"), N_("Goes to the next line that matches."), N_("Moving"), "pager", "n"),
	WIDGET("pager.previous", N_("Previous match"), N_("Goes to the line before that matches."), N_("Moving"), "pager", "N"),
	HINTED("pager.copy", N_("Copy"), N_("Copies the whole text to the clipboard."), N_("General"), "pager", "y", N_("copy"), 20),

	MOTION("board.left", N_("Column to the left"), N_("Selects the column to the left."), "board", "h Left"),
	MOTION("board.right", N_("Column to the right"), N_("Selects the column to the right."), "board", "l Right"),
	MOTION("board.down", N_("Down"), N_("Selects the card below."), "board", "j Down"),
	MOTION("board.up", N_("Up"), N_("Selects the card above."), "board", "k Up"),
	MOTION("board.page-down", N_("Page down"), N_("Moves down by a screen."), "board", "PgDn C-d"),
	MOTION("board.page-up", N_("Page up"), N_("Moves up by a screen."), "board", "PgUp C-u"),
	MOTION("board.first", N_("First"), N_("Goes to the first card of the column."), "board", "Home gg"),
	MOTION("board.last", N_("Last"), N_("Goes to the last card of the column."), "board", "End G"),
	HINTED("board.open", NC_("command", "Open"), N_("Opens the selected card."), N_("Moving"), "board", "Enter", N_("open"), 1),
	HINTED("board.move-right", N_("Move card to the right"), N_("Moves the card into the next column."), N_("Cards"), "board",
		"L S-Right >", N_("move right"), 20),
	HINTED("board.move-left", N_("Move card to the left"), N_("Moves the card into the column before."), N_("Cards"), "board",
		"H S-Left <", N_("move left"), 21),
	WIDGET("board.mark", N_("Mark"), N_("Marks the card for an action on several."), N_("Marking"), "board", "Space"),
	WIDGET("board.unmark", N_("Unmark all"), N_("Takes all marks away."), N_("Marking"), "board", "U M-u"),

	HINTED("form.save", N_("Save"), N_("Saves the form."), N_("Form"), "form", "F2 C-s", N_("save"), 1),
	HINTED("form.cancel", N_("Cancel"), N_("Leaves the form; asks when something was changed."), N_("Form"), "form", "Esc",
		N_("cancel"), 2),
	HINTED("form.pick", N_("Choose"), N_("Opens the choices of this field."), N_("Form"), "form", "F4", N_("choose"), 3),
	HINTED("text.keep", N_("Keep"), N_("Keeps what was written."), N_("Text"), "textedit", "F2 C-s", N_("keep"), 1),
	HINTED("text.cancel", N_("Give up"), N_("Leaves; asks when something was written."), N_("Text"), "textedit", "Esc",
		N_("give up"), 2),
	HINTED("text.editor", N_("Your editor"), N_("Opens the text in the program of $EDITOR."), N_("Text"), "textedit", "F4 C-o",
		N_("your editor"), 3),

	GLOBAL("screen.back", N_("Back"), N_("Leaves this screen for the one below."), "Esc h Left BS C-g", 0, back),
	GLOBAL("screen.close", NC_("command", "Close"), N_("Leaves this screen; on the first one, the program."), "q", 0, close_screen),
	GLOBAL("screen.redraw", N_("Draw again"), N_("Sends the whole screen again."), "C-l", COMMAND_ALWAYS, redraw),
	{.id = "app.command", .title = N_("Type a command"), .help = N_("Opens the command line."), .group = N_("General"),
		.context = "global", .keys = ":", .hint = N_("command"), .rank = 90, .run = line},
	{.id = "app.palette", .title = N_("Find a command or a record"), .help = N_("Opens the palette."),
		.group = N_("General"), .context = "global", .keys = "C-p C-k", .hint = N_("find"), .rank = 85, .run = palette},
	{.id = "app.help", .title = N_("Help"), .help = N_("Shows the keys of this screen."), .group = N_("General"),
		.context = "global", .keys = "? F1", .hint = N_("help"), .rank = 70, .run = help},
	GLOBAL("app.cancel", N_("Stop what runs"), N_("Stops the long work shown in the status line."), "C-c", 0, cancel),
	GLOBAL("app.suspend", N_("Suspend"), N_("Stops the program; the shell's fg brings it back."), "C-z", COMMAND_ALWAYS, suspend),
	GLOBAL("app.mouse", N_("Mouse on or off"), N_("Gives the mouse back to the terminal, or takes it."), "M", 0, mouse),
	GLOBAL("app.quit", N_("Quit"), N_("Leaves the program."), "C-q", 0, quit),
};

const size_t builtin_command_count = sizeof builtin_commands / sizeof *builtin_commands;
