#include "core/crm/import_reach.h"

#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/crm/children.h"
#include "core/crm/import_value.h"
#include "core/crm/list_text.h"

static const char *const address_parts[ADDRESS_PARTS] = {"street", "street2", "postal_code", "city", "region", "country"};

static const char *label_for(struct import_run *run, const struct staged *s, const struct import_slot *slot, int column)
{
	int from = run->label_of[column];
	const char *label = slot->label;
	if (from >= 0 && (size_t)from < run->csv->count) {
		const char *given;
		given = import_trim(run->csv->field[from]);
		given += strspn(given, "* ");
		if (*given) {
			const struct entity *child = model_entity(run->core->model, slot->field->child);
			const char *known = list_label_of(child, given);
			run->end[from] = IMPORT_CELL_FIELD;
			if (known && strcmp(known, "other") == 0 && strcasecmp(given, "other") != 0) {
				import_note(run, slot->role, from, given);
				run->end[from] = IMPORT_CELL_NOTE;
			}
			label = known;
		}
	}
	(void)s;
	return label;
}

/* "Amélie Durand <amelie@acme.example>" and "<…>", in place. */
static char *inside_brackets(char *s)
{
	char *open = strchr(s, '<'), *close = open ? strchr(open, '>') : NULL;
	if (!close)
		return s;
	*close = '\0';
	return import_trim(open + 1);
}

/* "a@b.c (work), d@e.f": as our own export writes it. */
static void read_own_list(struct import_run *run, struct staged *s, const struct import_slot *slot, int column, const char *text)
{
	bool phones = slot->reader == READ_PHONES;
	struct list_item *item;
	int n = list_parse(run->row, text, &item);
	run->end[column] = IMPORT_CELL_FIELD;
	*(phones ? &s->phones_column : &s->emails_column) = column + 1;
	for (int i = 0; i < n; i++) {
		if (phones ? phone_valid(item[i].value) : email_valid(item[i].value)) {
			list_append(phones ? &s->phones : &s->emails, item[i].value, item[i].label);
			s->any = true;
		} else {
			import_refuse(run, column, item[i].value, arena_printf(run->row,
				phones ? _("“%s” is not a phone number.") : _("“%s” is not an email address."), item[i].value));
		}
	}
}

void import_read_reach(struct import_run *run, struct staged *s, const struct import_slot *slot, int column, char *text)
{
	bool phones = slot->reader == READ_PHONES, bad = false, good = false;
	const char *label = label_for(run, s, slot, column);
	if (phones && text[0] == '\'' && text[1] == '+') /* the guard of another program */
		text++;
	char *rest = text;
	if (run->p->own) {
		read_own_list(run, s, slot, column, text);
		return;
	}
	if (column_is_blank(text)) {
		run->end[column] = IMPORT_CELL_EMPTY;
		return;
	}
	if (phones && phone_valid(text) && !strpbrk(text, ",;|\n")) {
		list_append(&s->phones, text, label);
		rest = NULL;
		good = true;
	}
	for (char *item; rest && (item = import_next_item(&rest, true)) != NULL;) {
		char *value = phones ? item : inside_brackets(item);
		if (!phones && email_valid(value)) {
			list_append(&s->emails, value, label);
		} else if (phones ? phone_valid(value) : column_is_phone(value)) {
			list_append(&s->phones, value, label);
			s->phones_column = column + 1;
		} else if (phones && email_valid(value)) {
			list_append(&s->emails, value, label);
			s->emails_column = column + 1;
		} else {
			import_refuse(run, column, item, arena_printf(run->row,
				phones ? _("“%s” is not a phone number.") : _("“%s” is not an email address."), item));
			bad = true;
			continue;
		}
		good = true;
	}
	int from = run->label_of[column];
	if (!good && from >= 0 && run->end[from] == IMPORT_CELL_FIELD) { /* the label of nothing */
		import_note(run, slot->role, from, import_trim(run->csv->field[from]));
		run->end[from] = IMPORT_CELL_NOTE;
	}
	if (good) {
		*(phones ? &s->phones_column : &s->emails_column) = column + 1;
		s->any = true;
	}
	run->end[column] = bad ? IMPORT_CELL_REFUSED : IMPORT_CELL_FIELD;
}

void import_read_tags(struct import_run *run, struct staged *s, int column, char *text)
{
	struct list_item *items;
	bool own = run->p->own;
	for (char *p = text; !own && (p = strstr(p, ":::")) != NULL;)
		memcpy(p, " , ", 3);
	for (char *p = text; !own && *p; p++)
		if (*p == '|')
			*p = ',';
	int n = list_parse_plain(run->row, text, &items);
	for (int i = 0; i < n; i++) {
		char *tag = items[i].value + (!own && strncmp(items[i].value, "* ", 2) == 0 ? 2 : 0);
		if (*tag)
			list_append(&s->tags, tag, NULL);
	}
	s->tags_column = column + 1;
	s->any = s->any || n > 0;
	run->end[column] = n ? IMPORT_CELL_FIELD : IMPORT_CELL_EMPTY;
}

/* Addresses beyond the main one */

static struct staged_address *address_of(struct import_run *run, struct staged *s, const struct import_slot *slot, int column)
{
	for (int i = 0; i < s->n_addresses; i++) {
		struct staged_address *have = &s->address[i];
		if (slot->group ? have->group == slot->group : !have->group && strcmp(have->type, slot->label) == 0)
			return have;
	}
	if (s->n_addresses == IMPORT_ADDRESSES)
		return NULL;
	struct staged_address *made = &s->address[s->n_addresses++];
	int from = run->label_of[column];
	*made = (struct staged_address){.group = slot->group, .type = slot->label};
	if (from >= 0 && (size_t)from < run->csv->count) {
		char *given = import_trim(run->csv->field[from]);
		made->type = *given ? given + strspn(given, "* ") : NULL;
		run->end[from] = *given ? IMPORT_CELL_FIELD : IMPORT_CELL_EMPTY;
	}
	return made;
}

void import_read_address(struct import_run *run, struct staged *s, const struct import_slot *slot, int column, char *text)
{
	int part = 0;
	while (part < ADDRESS_PARTS && strcmp(address_parts[part], slot->field->child_column) != 0)
		part++;
	struct staged_address *to = part < ADDRESS_PARTS ? address_of(run, s, slot, column) : NULL;
	if (!to || to->part[part]) {
		import_note(run, slot->role, column, text);
		run->end[column] = IMPORT_CELL_NOTE;
		return;
	}
	to->part[part] = text;
	to->column[part] = column + 1;
	s->any = true;
	run->end[column] = IMPORT_CELL_FIELD;
}
