/* The card of a record: who or what it is at a glance. Name, the few facts that matter, open deals, the last of its story. */
#ifndef TUI_VIEW_CARD_H
#define TUI_VIEW_CARD_H

#include "core/crm/core.h"
#include "tui/ui/paint.h"

struct card;

/* NULL when the record is gone. */
struct card *card_load(struct core *c, const struct entity *e, int64_t num);
void card_free(struct card **card);
void card_paint(const struct card *card, struct core *c, const struct canvas *canvas);

#endif
