/* Domain events: every change of meaning, told in order, for whoever subscribed.
 *
 * They are read from the one log of changes when a change set closes, in its transaction: a set that is rolled back tells nothing, one that is
 * undone tells what the undoing changed. Without a subscriber nothing is written. Each event is kept as the JSON that is sent, for
 * QUEUE_KEEP_DAYS. */
#ifndef CORE_AUTOMATION_DOMAIN_EVENTS_H
#define CORE_AUTOMATION_DOMAIN_EVENTS_H

#include "core/automation/event_kinds.h"
#include "core/crm/store.h"

/* Does a list of patterns ("deal.*, contact.created", "*") select the type? */
bool event_matches(const char *patterns, const char *type);
/* ST_INVALID, naming the pattern that selects nothing. */
enum status event_check_patterns(const char *patterns, struct error *err);

/* For txn_commit(): what the set of t changed, to every webhook that wants it. */
enum status domain_events_emit(struct txn *t, struct error *err);
/* An event that no change is behind: the test call of a webhook. The number of the event. In the open transaction. */
enum status domain_event_add(struct core *c, const char *type, const struct id *record, int64_t at, int64_t set, const char *data, int64_t *num, struct error *err);

#endif
