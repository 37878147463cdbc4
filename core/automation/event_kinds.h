/* The events that there are. */
#ifndef CORE_AUTOMATION_EVENT_KINDS_H
#define CORE_AUTOMATION_EVENT_KINDS_H

#include "core/model/entity.h"

struct event_kind {
	const char *type; /* "deal.won" */
	const char *when; /* N_(): what it tells */
};
extern const struct event_kind event_kinds[];
extern const int event_kind_count;

/* What a subscription is made of, as a tree: "*", then for each kind of record "deal.*" and its events. For struct field. */
bool event_word(int i, struct word *out);

#endif
