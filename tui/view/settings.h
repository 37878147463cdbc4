/* Settings: profile, organization, pipelines and stages, products, custom fields, tags, users, views, theme, language. */
#ifndef TUI_VIEW_SETTINGS_H
#define TUI_VIEW_SETTINGS_H

#include "tui/app.h"

void settings_open(struct app *app);

#endif
