#include "core/crm/io/ical.h"

#include "core/base/clock.h"
#include "core/crm/io/contentline.h"

#include <stdio.h>
#include <string.h>

static void put_line(struct ical_writer *w, struct buf *line)
{
	contentline_add(w->out, buf_str(line), line->len);
	buf_free(line);
}

static void put_raw(struct ical_writer *w, const char *text)
{
	contentline_add(w->out, text, strlen(text));
}

static void put_text(struct ical_writer *w, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	struct buf line = {0};
	buf_printf(&line, "%s:", name);
	contentline_escape(&line, text);
	put_line(w, &line);
}

/* A value that is not text: a URI or an address. What cannot stand in one is left out. */
static void put_uri_value(struct buf *line, const char *uri)
{
	for (; *uri; uri++)
		if ((unsigned char)*uri > ' ' && *uri != 0x7F && *uri != '"')
			buf_putc(line, *uri);
}

static void put_instant(struct ical_writer *w, const char *name, int64_t ms)
{
	char text[32];
	clock_format_instant(ms, text); /* 2026-02-28T09:30:00.000Z to 20260228T093000Z */
	struct buf line = {0};
	buf_printf(&line, "%s:%.4s%.2s%.2sT%.2s%.2s%.2sZ", name, text, text + 5, text + 8, text + 11, text + 14,
		text + 17);
	put_line(w, &line);
}

static void put_day(struct ical_writer *w, const char *name, int64_t ms, int shift)
{
	struct civil c = clock_local(ms);
	char text[16];
	clock_format_date(clock_days_from_civil(c.year, c.month, c.day) + shift, text);
	struct buf line = {0};
	buf_printf(&line, "%s;VALUE=DATE:%.4s%.2s%.2s", name, text, text + 5, text + 8);
	put_line(w, &line);
}

static void put_person(struct ical_writer *w, const char *name, const struct ical_person *p, bool attends)
{
	if (!p->email || !*p->email)
		return;
	struct buf line = {0};
	buf_puts(&line, name);
	if (p->name && *p->name)
		contentline_param(&line, "CN", p->name);
	if (attends)
		buf_puts(&line, ";ROLE=REQ-PARTICIPANT");
	buf_puts(&line, ":mailto:");
	put_uri_value(&line, p->email);
	put_line(w, &line);
}

static void put_alarm(struct ical_writer *w, const struct ical_item *item, bool todo)
{
	if (item->remind_minutes <= 0)
		return;
	struct buf trigger = {0};
	put_raw(w, "BEGIN:VALARM");
	put_raw(w, "ACTION:DISPLAY");
	put_text(w, "DESCRIPTION", item->summary && *item->summary ? item->summary : "Simplix");
	buf_printf(&trigger, "TRIGGER%s:-PT%dM", todo ? ";RELATED=END" : "", item->remind_minutes);
	put_line(w, &trigger);
	put_raw(w, "END:VALARM");
}

void ical_begin(struct ical_writer *w, struct buf *out, const char *name, const char *domain)
{
	*w = (struct ical_writer){.out = out, .domain = domain};
	put_raw(w, "BEGIN:VCALENDAR");
	put_raw(w, "VERSION:2.0");
	put_raw(w, "PRODID:-//Simplix//Simplix CRM//EN");
	put_raw(w, "CALSCALE:GREGORIAN");
	put_text(w, "X-WR-CALNAME", name);
}

void ical_end(struct ical_writer *w)
{
	put_raw(w, "END:VCALENDAR");
}

/* What events and to-dos share. */
static void put_common(struct ical_writer *w, const struct ical_item *item)
{
	struct buf line = {0};
	buf_puts(&line, "UID:");
	contentline_escape(&line, item->uid);
	if (w->domain && *w->domain) {
		buf_putc(&line, '@');
		contentline_escape(&line, w->domain);
	}
	put_line(w, &line);
	put_instant(w, "DTSTAMP", item->modified ? item->modified : clock_now());
	if (item->created)
		put_instant(w, "CREATED", item->created);
	if (item->modified)
		put_instant(w, "LAST-MODIFIED", item->modified);
	put_text(w, "SUMMARY", item->summary);
	put_text(w, "DESCRIPTION", item->description);
	put_text(w, "LOCATION", item->location);
	if (item->url && *item->url) {
		buf_puts(&line, "URL:");
		put_uri_value(&line, item->url);
		put_line(w, &line);
	}
	for (size_t i = 0; i < item->category_count; i++) {
		buf_puts(&line, i ? "," : "CATEGORIES:");
		contentline_escape(&line, item->categories[i]);
	}
	if (line.len)
		put_line(w, &line);
	if (item->priority >= 1 && item->priority <= 9) {
		buf_printf(&line, "PRIORITY:%d", item->priority);
		put_line(w, &line);
	}
	put_person(w, "ORGANIZER", &item->organizer, false);
	for (size_t i = 0; i < item->attendee_count; i++)
		put_person(w, "ATTENDEE", &item->attendees[i], true);
}

void ical_event(struct ical_writer *w, const struct ical_item *item)
{
	put_raw(w, "BEGIN:VEVENT");
	put_common(w, item);
	if (item->all_day) {
		put_day(w, "DTSTART", item->start, 0);
		put_day(w, "DTEND", item->end ? item->end : item->start, 1); /* DTEND is the day after */
	} else {
		put_instant(w, "DTSTART", item->start);
		if (item->end > item->start)
			put_instant(w, "DTEND", item->end);
	}
	put_raw(w, item->status == ICAL_CANCELLED ? "STATUS:CANCELLED" : "STATUS:CONFIRMED");
	put_alarm(w, item, false);
	put_raw(w, "END:VEVENT");
}

void ical_todo(struct ical_writer *w, const struct ical_item *item)
{
	put_raw(w, "BEGIN:VTODO");
	put_common(w, item);
	if (item->start && item->start < item->due && !item->all_day)
		put_instant(w, "DTSTART", item->start);
	if (item->due && item->all_day)
		put_day(w, "DUE", item->due, 0);
	else if (item->due)
		put_instant(w, "DUE", item->due);
	if (item->status == ICAL_DONE) {
		put_raw(w, "STATUS:COMPLETED");
		put_raw(w, "PERCENT-COMPLETE:100");
		if (item->completed)
			put_instant(w, "COMPLETED", item->completed);
	} else {
		put_raw(w, item->status == ICAL_CANCELLED ? "STATUS:CANCELLED" : "STATUS:NEEDS-ACTION");
	}
	put_alarm(w, item, item->due != 0);
	put_raw(w, "END:VTODO");
}
