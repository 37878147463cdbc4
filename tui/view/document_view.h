/* A document as the customer sees it, and below it the story of what became of it. */
#ifndef TUI_VIEW_DOCUMENT_VIEW_H
#define TUI_VIEW_DOCUMENT_VIEW_H

#include "tui/app.h"

void document_show(const struct command_call *call);
/* The quote or invoice that is shown; 0 when the screen is none of these. */
int64_t document_view_subject(struct screen *s, const struct entity **e);

#endif
