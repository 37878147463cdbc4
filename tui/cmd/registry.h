/* The registry's insides, shared by the parts of tui/cmd only. */
#ifndef TUI_CMD_REGISTRY_H
#define TUI_CMD_REGISTRY_H

#include "tui/cmd/command.h"
#include "tui/cmd/keymap.h"
#include "tui/widget/lineedit.h"

#define CONTEXT_SIZE 32

struct hint {
	int from, to; /* columns */
	const struct command *command;
};

struct commands {
	struct ui *ui;
	const struct command **items;
	size_t count, cap;
	struct keymap keymap;
	const char *readonly;
	struct key sequence[KEYMAP_SEQUENCE]; /* keys of an unfinished sequence */
	int pending;
	bool show_which; /* the strip with what may follow is shown */
	uint32_t which_timer;
	struct hint *hints; /* what the footer shows, for clicks */
	size_t hint_count, hint_cap;
	uint32_t *used, clock; /* when each command was last run, in runs */
	struct command_search search;
	struct history history; /* of the `:` line */
};

extern const char context_end[];

/* The last word of an id: "help" of "app.help". */
const char *command_short_name(const struct command *cmd);
/* Is it of one of the screen's contexts, and not one that the screen hides? */
bool command_is_of(const struct screen *s, const struct command *cmd);
/* Walk a screen's contexts, then "global" unless it is modal: start with at = NULL; NULL at the end. */
const char *context_next(const struct screen *s, const char *at, char out[CONTEXT_SIZE]);

#endif
