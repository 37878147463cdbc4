/* Activities as a calendar: what has a start is an event, what has a due time a task. */
#include <string.h>

#include "core/base/clock.h"
#include "core/crm/export_format.h"
#include "core/crm/store.h"

static const char *title_of(struct core *c, const struct record *r, const char *field)
{
	return record_null(r, field) ? "" : record_format(c, r, entity_field(r->entity, field), r->arena);
}

/* Who and what it is about, under the notes. */
static const char *description(struct core *c, const struct record *r)
{
	static const char *const about[] = {"contact", "company", "deal"};
	struct buf b = {0};
	buf_puts(&b, record_text(r, "body") ? record_text(r, "body") : "");
	for (size_t i = 0; i < sizeof about / sizeof *about; i++) {
		const char *title = title_of(c, r, about[i]);
		if (*title)
			buf_printf(&b, "%s%s", b.len ? "\n" : "", title);
	}
	const char *out = b.len ? arena_strdup(r->arena, buf_str(&b)) : NULL;
	buf_free(&b);
	return out;
}

static int priority(const char *word)
{
	return !word ? 0 : strcmp(word, "urgent") == 0 ? 1 : strcmp(word, "high") == 0 ? 3 : strcmp(word, "low") == 0 ? 9 : 0;
}

static struct ical_person person(struct core *c, const struct record *r, const char *field, const char *entity)
{
	struct record *p;
	struct id id = record_id(r, field);
	if (id_is_nil(&id) || store_load(c, model_entity(c->model, entity), &id, r->arena, &p, NULL) != ST_OK || record_null(p, "email"))
		return (struct ical_person){0};
	return (struct ical_person){record_text(p, "full_name"), record_text(p, "email")};
}

enum status export_ical(struct core *c, const struct record *r, struct ical_writer *w, struct error *err)
{
	char id[ID_TEXT_SIZE];
	const char *status = record_text(r, "status"), *summary = record_text(r, "subject");
	struct ical_person guest = person(c, r, "contact", "contacts");
	int64_t start = record_int(r, "start_at"), due = record_int(r, "due_at"), remind = record_int(r, "remind_at");
	struct ical_item item = {.uid = id_format(&r->id, id), .summary = summary ? summary : record_text(r, "type"),
		.description = description(c, r), .location = record_text(r, "location"), .url = record_text(r, "join_url"),
		.created = r->created_at, .modified = r->updated_at, .start = start, .end = record_int(r, "end_at"), .due = due,
		.completed = record_int(r, "completed_at"), .priority = priority(record_text(r, "priority")),
		.organizer = person(c, r, "owner", "users"), .attendees = &guest, .attendee_count = guest.email ? 1 : 0};
	item.status = status && strcmp(status, "done") == 0 ? ICAL_DONE : status && strcmp(status, "planned") == 0 ? ICAL_PLANNED : ICAL_CANCELLED;
	if (start && !item.end && record_int(r, "duration_s"))
		item.end = start + 1000 * record_int(r, "duration_s");
	int64_t before = start ? start : due;
	if (remind && before > remind)
		item.remind_minutes = (int)((before - remind) / CLOCK_MINUTE);
	(void)err;
	(start ? ical_event : ical_todo)(w, &item);
	return ST_OK;
}
