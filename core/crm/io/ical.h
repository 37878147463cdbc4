/* iCalendar: meetings, calls and tasks for other people's calendars (RFC 5545). Writing only.
 *
 * Meetings and calls with a start are VEVENTs, what has a due date is a VTODO. All times are UTC; all-day things are
 * dates. The UID is the record's id, so a calendar that imports twice updates what it has.
 */
#ifndef CORE_CRM_IO_ICAL_H
#define CORE_CRM_IO_ICAL_H

#include "core/base/mem.h"

#include <stdbool.h>
#include <stdint.h>

struct ical_person {
	const char *name; /* may be NULL */
	const char *email;
};

enum ical_status { ICAL_PLANNED, ICAL_DONE, ICAL_CANCELLED };

/* NULL and 0 where something is unknown. Times are UTC ms. */
struct ical_item {
	const char *uid; /* required; made unique in the world with the domain given to ical_begin() */
	const char *summary, *description, *location, *url;
	const char *const *categories;
	size_t category_count;
	int64_t created, modified;
	int64_t start, end; /* an event's */
	bool all_day;       /* start and end (the last day itself) are instants within local days */
	int64_t due, completed;
	enum ical_status status;
	int priority;       /* 1 highest … 9 lowest, 0 none */
	struct ical_person organizer;
	const struct ical_person *attendees;
	size_t attendee_count;
	int remind_minutes; /* before the start or the due time; 0 none */
};

struct ical_writer {
	struct buf *out;
	const char *domain; /* behind the @ of UIDs */
};

/* Appends to out. `name` is what the calendar is called, may be NULL. The strings must live until ical_end(). */
void ical_begin(struct ical_writer *w, struct buf *out, const char *name, const char *domain);
void ical_event(struct ical_writer *w, const struct ical_item *item);
void ical_todo(struct ical_writer *w, const struct ical_item *item);
void ical_end(struct ical_writer *w);

#endif
