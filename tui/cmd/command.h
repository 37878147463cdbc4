/* Commands: everything a person can do, as tables. Keys, footer, help, palette and the `:` line come from them.
 *
 * A part of the program registers an array of commands; nothing is copied, so tables are static:
 *
 *     static const struct command deal_commands[] = {
 *             {.id = "deal.won", .title = N_("Mark as won"), .help = N_("Closes the deal and asks for the date."),
 *              .group = N_("Deals"), .context = "deals", .keys = "w", .hint = N_("won"), .rank = 30,
 *              .flags = COMMAND_WRITES, .enabled = deal_open_reason, .run = deal_won},
 *     };
 *     commands_add(commands, deal_commands, sizeof deal_commands / sizeof *deal_commands);
 *
 * Context: a screen names its contexts, the most special first ("deals list"); "global" is behind them on all screens that
 * are not modal. A key is looked up context by context. A command without `run` goes to the screen's command().
 *
 * Keys: alternatives separated by spaces, in the text form of key.h; a sequence is written with commas ("C-x,s") or, for
 * plain letters, together ("gd"). Text of a table is given in English through N_(); it is translated when shown.
 *
 * enabled() says NULL or the reason why not (translated): disabled commands stay in menus, dimmed with the reason.
 */
#ifndef TUI_CMD_COMMAND_H
#define TUI_CMD_COMMAND_H

#include "core/base/error.h"
#include "tui/ui/ui.h"

#include <stdbool.h>
#include <stddef.h>

struct command;
struct commands;

struct command_call {
	struct commands *commands;
	struct ui *ui;
	struct screen *screen; /* on top when the command was asked for */
	const struct command *command;
	const char *args;      /* what followed on the `:` line or in the binding; "" when nothing */
};

enum command_flag {
	COMMAND_HIDDEN = 1,      /* not in help and palette (cursor motions of the arrow keys) */
	COMMAND_ALWAYS = 2,      /* works in modal screens too */
	COMMAND_DESTRUCTIVE = 4, /* asks by a confirm screen; marked in menus */
	COMMAND_WRITES = 8,      /* changes data: refused in read-only mode (commands_set_readonly) */
	COMMAND_TAKES_ARGS = 16, /* the palette opens the `:` line with it instead of running it */
};

struct command {
	const char *id;      /* "deal.won": stable, used by bindings and scripts */
	const char *title;
	const char *help;    /* one sentence; required unless hidden */
	const char *group;   /* heading in the help */
	const char *context;
	const char *keys;    /* default keys; NULL for none */
	const char *hint;    /* short word for the footer; NULL: not there */
	int rank;            /* footer order, small first */
	unsigned flags;
	const char *(*enabled)(const struct command_call *call);
	void (*run)(const struct command_call *call);
};

/* The registry of one interface; hooks itself into it. Free before the ui. */
struct commands *commands_new(struct ui *ui);
void commands_free(struct commands **c);
/* Of two commands with the same id the one added first counts: an application that asks before it quits adds its own
 * "app.quit" before the builtin ones. */
void commands_add(struct commands *c, const struct command *table, size_t n);
const struct command *commands_find(const struct commands *c, const char *id);

/* The person's own keys, one a line: "bind CONTEXT KEY COMMAND [ARGS]", "unbind CONTEXT KEY", '#' comments. They go before
 * the defaults. On failure the error names the line and nothing is changed. */
enum status commands_bind(struct commands *c, const char *text, struct error *err);

/* Run "ID ARGS" as if asked for on the top screen. False, with a toast that says why, when it is unknown, not of this
 * screen's contexts, or disabled. */
bool commands_run(struct commands *c, const char *line);
/* NULL, or why the command cannot run now (valid until the next call). */
const char *commands_reason(struct commands *c, const struct command *cmd);
void commands_set_readonly(struct commands *c, const char *reason); /* NULL: writing is allowed; constant text */

/* Commands that the top screen (not counting `except`) offers, in order of its contexts and tables. The caller frees. */
const struct command **commands_here(struct commands *c, const struct screen *screen, size_t *n);
/* The keys of a command on a screen, "j Down"; "" when none. The caller frees. */
char *commands_keys(const struct commands *c, const struct command *cmd);
/* The first of them, as the footer shows it. */
char *commands_key(const struct commands *c, const struct command *cmd, bool unicode);

/* More for the palette to find (records): `fill` adds items for what was typed by picker_add(); when one of them is chosen
 * (data not NULL), `done` gets it. */
struct picker;
struct picker_item;
struct command_search {
	void (*fill)(void *arg, struct picker *p, const char *typed);
	void (*done)(void *arg, const struct picker_item *item);
	void *arg;
};
void commands_set_search(struct commands *c, const struct command_search *search);

struct ui *commands_ui(struct commands *c);
size_t commands_count(const struct commands *c);
const struct command *commands_at(const struct commands *c, size_t i);

#endif
