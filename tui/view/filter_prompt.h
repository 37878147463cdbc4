/* The filter line: what it selects is shown as one types, Tab completes, Enter says what is wrong and where. Lists and the board share it. */
#ifndef TUI_VIEW_FILTER_PROMPT_H
#define TUI_VIEW_FILTER_PROMPT_H

#include "tui/app.h"

struct filter_prompt {
	struct app *app;
	const struct entity *entity;
	const char *initial; /* in force now; NULL: none */
	/* Show what the filter selects ("" all). While it is being typed (`typing`) false means that what was shown before stays, because
	 * nothing would be seen. */
	bool (*apply)(void *arg, const char *filter, bool typing);
	void *arg;
};

void filter_prompt_open(const struct filter_prompt *spec);

#endif
