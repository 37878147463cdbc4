#include "core/mail/draft.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/store.h"
#include "core/mail/template.h"

enum { FILES_MAX = 20 };

/* Items of a line, between commas (and `also`) that stand neither in quotes nor in <>. */

static const char *next_item(const char **s, char also, struct arena *a)
{
	while (**s == ' ' || **s == ',' || (also && **s == also) || **s == '\t')
		(*s)++;
	const char *begin = *s;
	bool quoted = false, pointed = false;
	for (; **s; (*s)++) {
		if (**s == '"')
			quoted = !quoted;
		else if (!quoted && **s == '<')
			pointed = true;
		else if (!quoted && **s == '>')
			pointed = false;
		else if (!quoted && !pointed && (**s == ',' || (also && **s == also)))
			break;
	}
	return *s > begin ? text_trim(a, arena_strndup(a, begin, (size_t)(*s - begin))) : NULL;
}

static const char *unquoted(const char *s, struct arena *a)
{
	size_t n = strlen(s);
	return n >= 2 && s[0] == '"' && s[n - 1] == '"' ? arena_strndup(a, s + 1, n - 2) : s;
}

/* People */

static enum status of_the_book(struct core *c, const char *word, const char *field, struct arena *a, struct mail_address *out, struct id *contact, struct error *err)
{
	const struct entity *e = model_entity(c->model, "contacts");
	struct record *r;
	struct id id;
	enum status st = store_find(c, e, word, &id, err);
	if (st == ST_OK)
		st = store_load(c, e, &id, a, &r, err);
	if (st != ST_OK) {
		if (err)
			(void)snprintf(err->field, sizeof err->field, "%s", field);
		return st;
	}
	*out = (struct mail_address){store_title(c, e, &id, a), record_text(r, "email")};
	if (!out->email)
		return error_field(err, ST_INVALID, field, _("%s has no mail address."), out->name);
	if (id_is_nil(contact))
		*contact = id;
	return ST_OK;
}

/* An address that somebody of the book has takes that person's name. */
static void name_of(struct core *c, struct arena *a, struct mail_address *out, struct id *contact)
{
	const struct entity *e = model_entity(c->model, "contacts");
	struct id id;
	if (store_find(c, e, out->email, &id, NULL) != ST_OK)
		return;
	if (!out->name)
		out->name = store_title(c, e, &id, a);
	if (id_is_nil(contact))
		*contact = id;
}

static enum status one_person(struct core *c, const char *item, const char *field, struct arena *a, struct mail_address *out, struct id *contact, struct error *err)
{
	const char *open = strrchr(item, '<');
	size_t n = strlen(item);
	if (!strchr(item, '@'))
		return of_the_book(c, item, field, a, out, contact, err);
	*out = (struct mail_address){NULL, item};
	if (open && item[n - 1] == '>') {
		const char *name = unquoted(text_trim(a, arena_strndup(a, item, (size_t)(open - item))), a);
		*out = (struct mail_address){*name ? name : NULL, arena_strndup(a, open + 1, (size_t)(item + n - 1 - open - 1))};
	}
	enum status st = mail_check_address(out->email, field, err);
	if (st == ST_OK)
		name_of(c, a, out, contact);
	return st;
}

enum status draft_people(struct core *c, const char *text, const char *field, struct arena *a, struct mail_addresses *out, struct id *contact,
	struct error *err)
{
	struct mail_address *list = arena_alloc(a, (MAIL_RECIPIENTS_MAX + 1) * sizeof *list);
	size_t n = 0;
	enum status st = ST_OK;
	const char *s = text ? text : "", *item;
	while (st == ST_OK && (item = next_item(&s, ';', a))) {
		if (n == MAIL_RECIPIENTS_MAX)
			return error_field(err, ST_LIMIT, field, _("A mail goes to %d people at most."), MAIL_RECIPIENTS_MAX);
		st = one_person(c, item, field, a, &list[n], contact, err);
		n++;
	}
	if (st == ST_OK)
		*out = (struct mail_addresses){list, n};
	return st;
}

static const char *person_text(struct core *c, const struct id *contact, struct arena *a)
{
	const struct entity *e = model_entity(c->model, "contacts");
	struct record *r;
	if (id_is_nil(contact) || store_load(c, e, contact, a, &r, NULL) != ST_OK || !record_text(r, "email"))
		return "";
	const char *name = store_title(c, e, contact, a), *email = record_text(r, "email");
	return strpbrk(name, ",;<>\"") ? arena_printf(a, "%s", email) : arena_printf(a, "%s <%s>", name, email);
}

enum status draft_about(struct core *c, const struct entity *e, const struct id *id, struct arena *a, struct draft_links *out, struct error *err)
{
	struct record *r;
	struct draft_links l = {.to = ""};
	enum status st = store_load(c, e, id, a, &r, err);
	if (st != ST_OK)
		return st;
	if (strcmp(e->name, "contacts") == 0) {
		l.contact = *id;
	} else if (strcmp(e->name, "companies") == 0) {
		l.company = *id;
	} else if (strcmp(e->name, "deals") == 0 || strcmp(e->name, "activities") == 0) {
		l.contact = record_id(r, "contact");
		l.company = record_id(r, "company");
		l.deal = strcmp(e->name, "deals") == 0 ? *id : record_id(r, "deal");
	} else {
		return error_set(err, ST_INVALID, _("Select a contact, a company or a deal first."));
	}
	l.to = person_text(c, &l.contact, a);
	*out = l;
	return ST_OK;
}

/* Templates */

enum status draft_template(struct core *c, const struct id *tmpl, const struct draft_links *links, const struct identity *who, struct arena *a,
	struct draft_texts *out, struct error *err)
{
	struct record *r;
	struct draft_texts t = {.missing = ""};
	const char *missing[3] = {"", "", ""};
	struct template_about about = {links->contact, links->company, links->deal, who ? who->name : NULL, who ? who->email : NULL};
	enum status st = store_load(c, model_entity(c->model, "templates"), tmpl, a, &r, err);
	if (st == ST_OK)
		st = template_fill(c, record_text(r, "subject"), &about, false, a, &t.subject, &missing[0], err);
	if (st == ST_OK && record_text(r, "body_html"))
		st = template_fill(c, record_text(r, "body_html"), &about, true, a, &t.html, &missing[1], err);
	if (st == ST_OK)
		st = template_fill(c, record_text(r, "body_text"), &about, false, a, &t.text, &missing[2], err);
	if (st != ST_OK)
		return st;
	char *subject = arena_strdup(a, t.subject); /* one line, whatever the values are */
	for (char *p = subject; *p; p++)
		if (*p == '\n' || *p == '\r' || *p == '\t')
			*p = ' ';
	t.subject = subject;
	if (!*t.text && t.html) {
		struct buf plain = {0};
		mail_html_text(t.html, &plain);
		t.text = arena_strdup(a, buf_str(&plain));
		buf_free(&plain);
	}
	struct buf all = {0};
	for (int i = 0; i < 3; i++)
		if (*missing[i] && !strstr(buf_str(&all), missing[i]))
			buf_printf(&all, "%s%s", all.len ? ", " : "", missing[i]);
	t.missing = arena_strdup(a, buf_str(&all));
	buf_free(&all);
	*out = t;
	return ST_OK;
}

/* Files */

static const char *type_of(const char *name)
{
	static const char *const types[][2] = {{"pdf", "application/pdf"}, {"png", "image/png"}, {"jpg", "image/jpeg"}, {"jpeg", "image/jpeg"}, {"gif", "image/gif"},
		{"webp", "image/webp"}, {"svg", "image/svg+xml"}, {"txt", "text/plain; charset=utf-8"}, {"md", "text/markdown; charset=utf-8"}, {"csv", "text/csv; charset=utf-8"},
		{"html", "text/html; charset=utf-8"}, {"json", "application/json"}, {"xml", "application/xml"}, {"zip", "application/zip"}, {"gz", "application/gzip"},
		{"ics", "text/calendar; charset=utf-8"}, {"vcf", "text/vcard; charset=utf-8"}, {"eml", "message/rfc822"}, {"doc", "application/msword"},
		{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}, {"xls", "application/vnd.ms-excel"},
		{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}, {"ppt", "application/vnd.ms-powerpoint"},
		{"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"}, {"odt", "application/vnd.oasis.opendocument.text"},
		{"ods", "application/vnd.oasis.opendocument.spreadsheet"}, {"odp", "application/vnd.oasis.opendocument.presentation"}};
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
		if (strcasecmp(types[i][0], dot + 1) == 0)
			return types[i][1];
	return "application/octet-stream";
}

static enum status read_file(const char *path, struct arena *a, struct mail_part *out, struct error *err)
{
	struct stat info;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe without a writer must not hold us up */
	if (fd < 0 || fstat(fd, &info) != 0) {
		enum status st = error_field(err, ST_NOT_FOUND, "parts", _("%s cannot be read: %s"), path, error_system(errno));
		if (fd >= 0)
			close(fd);
		return st;
	}
	enum status st = !S_ISREG(info.st_mode) ? error_field(err, ST_INVALID, "parts", _("%s is no file."), path)
			 : info.st_size > OUTBOX_FILES_MAX ? error_field(err, ST_LIMIT, "parts", _("%s is too large for a mail: at most %d MB."), path, OUTBOX_FILES_MAX / (1024 * 1024))
							   : ST_OK;
	if (st != ST_OK || !out) {
		close(fd);
		return st;
	}
	size_t size = (size_t)info.st_size, got = 0;
	char *bytes = arena_alloc(a, size + 1);
	while (st == ST_OK && got < size) {
		ssize_t n = read(fd, bytes + got, size - got);
		if (n < 0 && errno != EINTR)
			st = error_field(err, ST_IO, "parts", _("%s cannot be read: %s"), path, error_system(errno));
		if (n == 0)
			break;
		got += n > 0 ? (size_t)n : 0;
	}
	close(fd);
	if (st != ST_OK)
		return st;
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	*out = (struct mail_part){.name = arena_strdup(a, name), .type = type_of(name), .data = bytes, .n = got};
	return ST_OK;
}

enum status draft_files(const char *text, struct arena *a, const struct mail_part **out, size_t *n, struct error *err)
{
	struct mail_part *list = arena_alloc(a, (FILES_MAX + 1) * sizeof *list);
	size_t count = 0;
	enum status st = ST_OK;
	const char *s = text ? text : "", *item;
	while (st == ST_OK && (item = next_item(&s, '\0', a))) {
		const char *path = unquoted(item, a), *home = getenv("HOME");
		if (count == FILES_MAX)
			return error_field(err, ST_LIMIT, "parts", _("A mail takes %d files at most."), FILES_MAX);
		if (strncmp(path, "~/", 2) == 0 && home)
			path = arena_printf(a, "%s/%s", home, path + 2);
		st = read_file(path, a, out ? &list[count] : NULL, err);
		count++;
	}
	if (st == ST_OK && out) {
		*out = list;
		*n = count;
	}
	return st;
}
