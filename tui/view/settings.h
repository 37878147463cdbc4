/* Settings: profile, organization, pipelines and stages, products, custom fields, tags, users, views, theme, language. */
#ifndef TUI_VIEW_SETTINGS_H
#define TUI_VIEW_SETTINGS_H

#include "tui/app.h"

void settings_open(struct app *app);
/* A command for each of its pages. */
extern const struct command settings_commands[];
extern const size_t settings_command_count;

#endif
