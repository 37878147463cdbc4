/* Writing vCards 3.0 (RFC 2426) and 4.0 (RFC 6350): see vcard.h. */
#include "core/crm/io/contentline.h"
#include "core/crm/io/vcard.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void put_line(struct vcard_writer *w, struct buf *line)
{
	contentline_add(w->out, buf_str(line), line->len);
	buf_free(line);
}

void vcard_begin(struct vcard_writer *w, struct buf *out, int version)
{
	*w = (struct vcard_writer){.out = out, .version = version};
	buf_puts(out, "BEGIN:VCARD\r\n");
	buf_puts(out, version == 40 ? "VERSION:4.0\r\n" : "VERSION:3.0\r\n");
}

void vcard_end(struct vcard_writer *w)
{
	buf_puts(w->out, "END:VCARD\r\n");
}

void vcard_put_text(struct vcard_writer *w, const char *name, const char *text)
{
	struct buf line = {0};
	buf_printf(&line, "%s:", name);
	contentline_escape(&line, text);
	put_line(w, &line);
}

static void put_values(struct buf *line, const char *const *items, size_t n, char separator)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_putc(line, separator);
		contentline_escape(line, items[i] ? items[i] : "");
	}
}

void vcard_put_list(struct vcard_writer *w, const char *name, const char *const *items, size_t n)
{
	struct buf line = {0};
	buf_printf(&line, "%s:", name);
	put_values(&line, items, n, ',');
	put_line(w, &line);
}

/* The TYPE that stands for a label; NULL when the label is the person's own word. */
static const char *type_of(const char *name, const char *label)
{
	if (strcmp(label, "work") == 0 || strcmp(label, "home") == 0)
		return label;
	if (strcmp(name, "TEL") == 0 && strcmp(label, "mobile") == 0)
		return "cell";
	if (strcmp(name, "TEL") == 0 && strcmp(label, "fax") == 0)
		return "fax";
	return NULL;
}

static bool has_own_word(const char *name, const char *label)
{
	return label && *label && strcmp(label, "other") != 0 && !type_of(name, label);
}

static void begin_labelled(
	struct vcard_writer *w, struct buf *line, const char *name, const char *label, bool preferred)
{
	if (has_own_word(name, label))
		buf_printf(line, "own%d.", ++w->items);
	buf_puts(line, name);
	const char *type = label ? type_of(name, label) : NULL;
	if (type)
		contentline_param(line, "TYPE", type);
	if (preferred)
		buf_puts(line, w->version == 40 ? ";PREF=1" : ";TYPE=pref");
	buf_putc(line, ':');
}

static void end_labelled(struct vcard_writer *w, struct buf *line, const char *name, const char *label)
{
	put_line(w, line);
	if (!has_own_word(name, label))
		return;
	struct buf own = {0};
	buf_printf(&own, "own%d.X-ABLabel:", w->items);
	contentline_escape(&own, label);
	put_line(w, &own);
}

void vcard_put_labelled(struct vcard_writer *w, const char *name, const char *label, bool preferred, const char *value)
{
	struct buf line = {0};
	begin_labelled(w, &line, name, label, preferred);
	contentline_escape(&line, value);
	end_labelled(w, &line, name, label);
}

void vcard_put_parts(struct vcard_writer *w, const char *name, const char *label, const char *const *parts, size_t n)
{
	struct buf line = {0};
	begin_labelled(w, &line, name, label, false);
	put_values(&line, parts, n, ';');
	end_labelled(w, &line, name, label);
}

/* A value of version 2.1, where only "\;" is an escape, in the words of 3.0. */
static void put_old_value(struct buf *line, const char *s)
{
	for (; *s; s++) {
		if (*s == '\\' && s[1] && strchr("\\,;:\"", s[1])) {
			s++;
			if (strchr("\\,;", *s))
				buf_putc(line, '\\');
			buf_putc(line, *s);
		} else if (*s == '\\' || *s == ',') {
			buf_putc(line, '\\');
			buf_putc(line, *s);
		} else if (*s == '\r' || *s == '\n') {
			s += *s == '\r' && s[1] == '\n';
			buf_puts(line, "\\n");
		} else {
			buf_putc(line, *s);
		}
	}
}

/* A value as it was read: line ends may have come out of quoted-printable. */
static void put_value(struct buf *line, const char *s)
{
	for (; *s; s++) {
		if (*s == '\r' || *s == '\n') {
			s += *s == '\r' && s[1] == '\n';
			buf_puts(line, "\\n");
		} else {
			buf_putc(line, *s);
		}
	}
}

static void put_binary(struct vcard_writer *w, struct buf *line, const struct vcard_prop *p)
{
	const char *type = NULL;
	for (size_t i = 0; i < p->params && !type; i++)
		if (strcmp(p->param[i].name, "TYPE") == 0)
			type = p->param[i].value;
	if (w->version != 40) {
		if (type)
			contentline_param(line, "TYPE", type);
		buf_printf(line, ";ENCODING=b:%s", p->value);
		return;
	}
	bool picture = strcmp(p->name, "PHOTO") == 0 || strcmp(p->name, "LOGO") == 0;
	bool bare = type && !strchr(type, '/');
	buf_printf(line, ":data:%s", bare ? picture ? "image/" : "application/" : "");
	for (const char *c = type ? type : "application/octet-stream"; *c; c++)
		if (*c > ' ' && *c < 0x7F && !strchr(",;:\"\\", *c))
			buf_putc(line, *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c);
	buf_printf(line, ";base64,%s", p->value);
}

void vcard_put_prop(struct vcard_writer *w, const struct vcard *c, const struct vcard_prop *p)
{
	static const char *const ours[] = {"", "BEGIN", "END", "VERSION"};
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (strcmp(p->name, ours[i]) == 0)
			return;
	struct buf line = {0};
	buf_printf(&line, "%s%s%s", p->group ? p->group : "", p->group ? "." : "", p->name);
	if (p->binary) {
		put_binary(w, &line, p);
		put_line(w, &line);
		return;
	}
	for (size_t i = 0; i < p->params; i++)
		if (strcmp(p->param[i].name, "ENCODING") != 0 && strcmp(p->param[i].name, "CHARSET") != 0)
			contentline_param(&line, p->param[i].name, p->param[i].value);
	buf_putc(&line, ':');
	if (c->version == 21)
		put_old_value(&line, p->value);
	else
		put_value(&line, p->value);
	put_line(w, &line);
}
