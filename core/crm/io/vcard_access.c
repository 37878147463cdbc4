/* What a CRM asks of a card: see vcard.h.
 *
 * Escapes differ by version. In 3.0 and 4.0 a backslash protects comma, semicolon, colon, quotation mark and itself
 * and makes \n a line end; in 2.1 only the semicolon is protected by its definition, though many writers protect
 * the others too, so those are understood as well, but \n is not: it would break file names.
 */
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/crm/io/vcard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct vcard_prop *vcard_find(const struct vcard *c, const char *name, const struct vcard_prop *after)
{
	size_t i = after ? (size_t)(after - c->prop) + 1 : 0;
	for (; i < c->count; i++)
		if (strcmp(c->prop[i].name, name) == 0)
			return &c->prop[i];
	return NULL;
}

const char *vcard_param(const struct vcard_prop *p, const char *name)
{
	for (size_t i = 0; i < p->params; i++)
		if (p->param && strcasecmp(p->param[i].name, name) == 0)
			return p->param[i].value;
	return NULL;
}

bool vcard_has_type(const struct vcard_prop *p, const char *type)
{
	for (size_t i = 0; i < p->params; i++)
		if (strcmp(p->param[i].name, "TYPE") == 0 && strcasecmp(p->param[i].value, type) == 0)
			return true;
	return false;
}

/* Values */

/* Copy n bytes without their escapes. */
static char *unescape(struct arena *a, const struct vcard *c, const char *s, size_t n)
{
	char *out = arena_alloc(a, n + 1), *p = out;
	for (size_t i = 0; i < n; i++) {
		char next = i + 1 < n ? s[i + 1] : '\0';
		if (s[i] == '\\' && next && strchr("\\,;:\"", next)) {
			*p++ = next;
			i++;
		} else if (s[i] == '\\' && (next == 'n' || next == 'N') && c->version != 21) {
			*p++ = '\n';
			i++;
		} else if (s[i] == '\r') {
			*p++ = '\n'; /* from quoted-printable: CR LF is one line end */
			i += next == '\n';
		} else {
			*p++ = s[i];
		}
	}
	return out;
}

/* Bytes up to the next separator that is not escaped. */
static size_t until(const char *s, char separator)
{
	size_t i = 0;
	while (s[i] && s[i] != separator)
		i += s[i] == '\\' && s[i + 1] ? 2 : 1;
	return i;
}

char *vcard_value(struct arena *a, const struct vcard *c, const struct vcard_prop *p)
{
	return unescape(a, c, p->value, strlen(p->value));
}

char *vcard_part(struct arena *a, const struct vcard *c, const struct vcard_prop *p, int part)
{
	const char *s = p->value;
	for (int i = 0; i < part; i++) {
		s += until(s, ';');
		if (!*s)
			return arena_strdup(a, "");
		s++;
	}
	return text_trim(a, unescape(a, c, s, until(s, ';')));
}

size_t vcard_list(struct arena *a, const struct vcard *c, const struct vcard_prop *p, char ***out)
{
	size_t count = 1;
	for (const char *s = p->value; *(s += until(s, ',')); s++)
		count++;
	char **items = arena_alloc(a, count * sizeof *items);
	const char *s = p->value;
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		size_t n = until(s, ',');
		items[kept] = text_trim(a, unescape(a, c, s, n));
		kept += *items[kept] != '\0';
		s += n + (s[n] != '\0');
	}
	*out = items;
	return kept;
}

const char *vcard_text(struct arena *a, const struct vcard *c, const char *name)
{
	for (const struct vcard_prop *p = NULL; (p = vcard_find(c, name, p));) {
		const char *text = text_trim(a, vcard_value(a, c, p));
		if (*text)
			return text;
	}
	return NULL;
}

bool vcard_name(struct arena *a, const struct vcard *c, struct vcard_name *out)
{
	for (const struct vcard_prop *p = NULL; (p = vcard_find(c, "N", p));) {
		struct vcard_name n = {vcard_part(a, c, p, 0), vcard_part(a, c, p, 1), vcard_part(a, c, p, 2),
			vcard_part(a, c, p, 3), vcard_part(a, c, p, 4)};
		if (*n.family || *n.given || *n.middle || *n.prefix || *n.suffix) {
			*out = n;
			return true;
		}
	}
	return false;
}

/* Labels */

/* X-ABLabel of the property's group, without Apple's _$!<…>!$_; NULL when there is none. */
static const char *own_label(struct arena *a, const struct vcard *c, const struct vcard_prop *of)
{
	if (!of->group)
		return NULL;
	for (const struct vcard_prop *p = NULL; (p = vcard_find(c, "X-ABLABEL", p));) {
		if (!p->group || strcasecmp(p->group, of->group) != 0)
			continue;
		char *text = text_trim(a, vcard_value(a, c, p));
		size_t n = strlen(text);
		if (n > 8 && strncmp(text, "_$!<", 4) == 0 && strcmp(text + n - 4, ">!$_") == 0)
			text = arena_strndup(a, text + 4, n - 8);
		return *text ? text : NULL;
	}
	return NULL;
}

static const char *known_label(const char *word)
{
	static const struct {
		const char *word, *label;
	} words[] = {{"fax", "fax"}, {"homefax", "fax"}, {"workfax", "fax"}, {"facsimile", "fax"}, {"cell", "mobile"},
		{"mobile", "mobile"}, {"iphone", "mobile"}, {"home", "home"}, {"home2", "home"}, {"homepage", "home"},
		{"private", "home"}, {"work", "work"}, {"work2", "work"}, {"business", "work"}, {"office", "work"},
		{"other", "other"}, {"main", "other"}, {"pager", "other"}, {"car", "other"}, {"assistant", "other"}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(word, words[i].word) == 0)
			return words[i].label;
	return NULL;
}

/* Which of a property's types says most: a fax at work is a fax, a mobile telephone at work is mobile. */
static int weight(const char *label)
{
	static const char *const order[] = {"other", "home", "work", "mobile", "fax"};
	for (int i = 0; i < 5; i++)
		if (strcmp(label, order[i]) == 0)
			return i + 1;
	return 0;
}

static const char *label_of(struct arena *a, const struct vcard *c, const struct vcard_prop *p)
{
	const char *best = NULL, *own = own_label(a, c, p);
	if (own)
		return known_label(own) ? known_label(own) : own;
	for (size_t i = 0; i < p->params; i++) {
		if (strcmp(p->param[i].name, "TYPE") != 0)
			continue;
		const char *label = known_label(p->param[i].value);
		if (label && (!best || weight(label) > weight(best)))
			best = label;
	}
	return best ? best : "other";
}

/* 4.0 says PREF=1, the older ones TYPE=PREF. Lower is better; 0 is not preferred. */
static int preference(const struct vcard_prop *p)
{
	const char *pref = vcard_param(p, "PREF");
	int n = pref ? atoi(pref) : 0;
	if (n >= 1 && n <= 100)
		return n;
	return vcard_has_type(p, "PREF") ? 1 : 0;
}

/* "tel:+1-418-656-9254;ext=102" to "+1-418-656-9254 x102"; other schemes' names just go. */
static const char *without_scheme(struct arena *a, const char *s)
{
	if (strncasecmp(s, "mailto:", 7) == 0)
		return arena_strdup(a, s + 7);
	if (strncasecmp(s, "tel:", 4) != 0)
		return s;
	char *copy = arena_strdup(a, s + 4), *semicolon = strchr(copy, ';');
	if (!semicolon)
		return copy;
	*semicolon = '\0';
	const char *ext = semicolon + 1;
	return strncasecmp(ext, "ext=", 4) == 0 ? arena_printf(a, "%s x%.*s", copy, (int)strcspn(ext + 4, ";"), ext + 4)
						: copy;
}

static size_t labelled(struct arena *a, const struct vcard *c, const char *name, struct vcard_labelled **out)
{
	struct vcard_labelled *list = arena_alloc(a, (c->count + 1) * sizeof *list);
	size_t n = 0;
	int best = 0;
	size_t best_at = 0;
	for (const struct vcard_prop *p = NULL; (p = vcard_find(c, name, p));) {
		const char *value = without_scheme(a, text_trim(a, vcard_value(a, c, p)));
		if (!*value)
			continue;
		int pref = preference(p);
		if (pref && (!best || pref < best)) {
			best = pref;
			best_at = n;
		}
		list[n++] = (struct vcard_labelled){value, label_of(a, c, p), false, p};
	}
	if (best) {
		struct vcard_labelled first = list[best_at];
		first.preferred = true;
		memmove(list + 1, list, best_at * sizeof *list);
		list[0] = first;
	}
	*out = list;
	return n;
}

size_t vcard_emails(struct arena *a, const struct vcard *c, struct vcard_labelled **out)
{
	return labelled(a, c, "EMAIL", out);
}

size_t vcard_phones(struct arena *a, const struct vcard *c, struct vcard_labelled **out)
{
	return labelled(a, c, "TEL", out);
}

size_t vcard_urls(struct arena *a, const struct vcard *c, struct vcard_labelled **out)
{
	return labelled(a, c, "URL", out);
}

/* Addresses */

static const char *on_one_line(struct arena *a, const char *s)
{
	struct buf b = {0};
	for (const char *p = s; *p; p++) {
		if (*p != '\n') {
			buf_putc(&b, *p);
			continue;
		}
		while (b.len > 0 && (b.data[b.len - 1] == ' ' || b.data[b.len - 1] == ','))
			b.len--;
		if (b.len > 0 && p[1])
			buf_puts(&b, ", ");
	}
	char *copy = arena_strndup(a, buf_str(&b), b.len);
	buf_free(&b);
	return copy;
}

static const char *joined(struct arena *a, const char *first, const char *second)
{
	return *first && *second ? arena_printf(a, "%s, %s", first, second) : *first ? first : second;
}

bool vcard_is_own(const struct vcard *c)
{
	const struct vcard_prop *p = vcard_find(c, "PRODID", NULL);
	return p && strcmp(p->value, VCARD_PRODID) == 0;
}

/* Line breaks in a part of an address: ours are meant, others only lay it out. */
static const char *address_part(struct arena *a, const struct vcard *c, const struct vcard_prop *p, int i)
{
	return vcard_is_own(c) ? vcard_part(a, c, p, i) : on_one_line(a, vcard_part(a, c, p, i));
}

size_t vcard_addresses(struct arena *a, const struct vcard *c, struct vcard_address **out)
{
	struct vcard_address *list = arena_alloc(a, (c->count + 1) * sizeof *list);
	size_t n = 0;
	for (const struct vcard_prop *p = NULL; (p = vcard_find(c, "ADR", p));) {
		const char *part[7];
		bool any = false;
		for (int i = 0; i < 7; i++) {
			part[i] = address_part(a, c, p, i);
			any = any || *part[i];
		}
		if (!any)
			continue;
		struct vcard_address adr = {part[2], joined(a, part[0], part[1]), part[3], part[4], part[5], part[6],
			label_of(a, c, p), preference(p) > 0};
		if (!*adr.street) { /* Google puts a whole unstructured address into the second part */
			adr.street = adr.street2;
			adr.street2 = "";
		}
		list[n++] = adr;
	}
	*out = list;
	return n;
}

/* The rest */

static const char *organisation(struct arena *a, const struct vcard *c, int part)
{
	for (const struct vcard_prop *p = NULL; (p = vcard_find(c, "ORG", p));) {
		const char *text = vcard_part(a, c, p, part);
		if (*text)
			return text;
		if (part > 0 && *vcard_part(a, c, p, 0))
			return NULL; /* the first company has no department; another one's would be wrong */
	}
	return NULL;
}

const char *vcard_company(struct arena *a, const struct vcard *c)
{
	return organisation(a, c, 0);
}

const char *vcard_department(struct arena *a, const struct vcard *c)
{
	const char *department = organisation(a, c, 1);
	return department ? department : vcard_text(a, c, "X-DEPARTMENT");
}

/* Exactly n digits as a number; -1 otherwise. */
static int digits(const char *s, int n)
{
	int v = 0;
	for (int i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		v = v * 10 + s[i] - '0';
	}
	return v;
}

/* "1980-03-22", "19800322", either with a time behind it, "--0322", "--03-22". */
static const char *iso_date(struct arena *a, const struct vcard_prop *p, const char *s)
{
	int year = 0, month, day;
	bool whole = strncmp(s, "--", 2) != 0;
	if (whole)
		year = digits(s, 4);
	if (year < 0)
		return NULL;
	s += whole ? 4 : 2;
	s += whole && *s == '-';
	month = digits(s, 2);
	if (month < 0)
		return NULL;
	s += 2;
	s += *s == '-';
	day = digits(s, 2);
	if (day < 0 || (s[2] && !strchr("T \t", s[2])))
		return NULL;
	const char *omitted = vcard_param(p, "X-APPLE-OMIT-YEAR");
	if (omitted && atoi(omitted) == year)
		whole = false;
	if (!clock_valid_date(whole ? year : 2000, month, day))
		return NULL;
	return whole ? arena_printf(a, "%04d-%02d-%02d", year, month, day) : arena_printf(a, "--%02d-%02d", month, day);
}

const char *vcard_date(struct arena *a, const struct vcard *c, const char *name)
{
	for (const struct vcard_prop *p = NULL; (p = vcard_find(c, name, p));) {
		const char *date = iso_date(a, p, text_trim(a, vcard_value(a, c, p)));
		if (date)
			return date;
	}
	return NULL;
}

const char *vcard_note(struct arena *a, const struct vcard *c)
{
	const char *all = NULL;
	const struct vcard_prop *first = vcard_find(c, "NOTE", NULL);
	if (vcard_is_own(c)) /* what is in a group is a custom field */
		return first && !first->group ? vcard_value(a, c, first) : NULL;
	for (const struct vcard_prop *p = NULL; (p = vcard_find(c, "NOTE", p));) {
		const char *text = text_trim(a, vcard_value(a, c, p));
		if (*text)
			all = all ? arena_printf(a, "%s\n\n%s", all, text) : text;
	}
	return all;
}

/* Some writers escape the commas between categories as if they were one; a category has no comma, so all of them cut.
 */
static size_t cut_at_commas(struct arena *a, char *s, char **out)
{
	size_t n = 0;
	for (char *rest = s, *word; (word = strsep(&rest, ","));) {
		word = text_trim(a, word);
		if (!*word)
			continue;
		if (out)
			out[n] = word;
		n++;
	}
	return n;
}

size_t vcard_categories(struct arena *a, const struct vcard *c, char ***out)
{
	size_t total = 0, n = 0;
	for (const struct vcard_prop *p = NULL; (p = vcard_find(c, "CATEGORIES", p));)
		total += cut_at_commas(a, vcard_value(a, c, p), NULL);
	char **items = arena_alloc(a, (total + 1) * sizeof *items);
	for (const struct vcard_prop *p = NULL; (p = vcard_find(c, "CATEGORIES", p));)
		n += cut_at_commas(a, vcard_value(a, c, p), items + n);
	*out = items;
	return n;
}
