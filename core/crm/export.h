/* Export: records of one entity to a file or stream, as CSV, JSON, JSON Lines, vCard or iCalendar.
 *
 * One snapshot of the base, written as it is read: memory does not grow with it. CSV is RFC 4180 in UTF-8, guarded against formulas
 * (SEC-64); it holds every field a person can see, names of references beside their ids, lists with labels in one line, and gives the
 * same bytes again when it was imported into an empty base and exported from there. A file is written beside its place, made durable
 * and then put there, so that at any moment the old one or the new one is whole (SEC-13).
 */
#ifndef CORE_CRM_EXPORT_H
#define CORE_CRM_EXPORT_H

#include <stdio.h>

#include "core/crm/core.h"

enum export_format { EXPORT_CSV, EXPORT_JSON, EXPORT_JSONL, EXPORT_VCARD, EXPORT_ICAL, EXPORT_FORMATS };
/* By name ("csv", "json", "jsonl", "vcard", "ics") or by the ending of a file's name. */
bool export_format_find(const char *name, enum export_format *out);
bool export_format_of_file(const char *path, enum export_format *out);
const char *export_format_name(enum export_format f);

struct export_options {
	const struct entity *entity;
	enum export_format format;
	const char *filter; /* NULL: all */
	const char *sort;   /* NULL: the entity's own */
	bool (*step)(void *arg, int64_t done, int64_t rows); /* may be NULL; false stops with ST_CANCELLED */
	void *arg;
};

/* ST_INVALID for vCards of anything but contacts, calendars of anything but activities, and bad filters. */
enum status export_stream(struct core *c, const struct export_options *o, FILE *f, int64_t *count, struct error *err);
/* The same into a file (0600), which must not be there yet unless `force`. */
enum status export_file(struct core *c, const struct export_options *o, const char *path, bool force, int64_t *count, struct error *err);

#endif
