/* Which preset, and which entity, fits a file, and what its columns mean: see presets.h. A single column against the
 * dictionary is preset_guess.c. */
#include "core/crm/io/presets.h"

#include "core/base/text.h"
#include "core/crm/io/preset_guess.h"
#include "core/crm/io/preset_table.h"

#include <stdlib.h>
#include <string.h>

void preset_compact(struct buf *out, const char *header)
{
	size_t n = strlen(header);
	if (n > 3 && strcmp(header + n - 3, "__c") == 0) /* a custom field of Salesforce */
		n -= 3;
	char *name = mem_strndup(header, n);
	struct buf words = {0};
	text_tokens_to(&words, name);
	for (const char *p = buf_str(&words); *p; p++)
		if (*p != ' ')
			buf_putc(out, *p);
	buf_add(out, "", 0);
	buf_free(&words);
	free(name);
}

/* A pattern of a table: compact around its "#". */
static void compact_pattern(struct buf *out, const char *pattern, size_t n)
{
	size_t start = 0;
	for (size_t i = 0; i <= n; i++) {
		if (i < n && pattern[i] != '#')
			continue;
		char *piece = mem_strndup(pattern + start, i - start);
		preset_compact(out, piece);
		free(piece);
		if (i < n)
			buf_putc(out, '#');
		start = i + 1;
	}
}

bool preset_match(const char *pattern, const char *compact, int *index)
{
	int number = 0;
	for (; *pattern; pattern++) {
		if (*pattern != '#') {
			if (*pattern != *compact++)
				return false;
			continue;
		}
		if (*compact < '0' || *compact > '9')
			return false;
		for (number = 0; *compact >= '0' && *compact <= '9'; compact++)
			number = number < 100000 ? number * 10 + *compact - '0' : number;
	}
	if (*compact)
		return false;
	*index = number;
	return true;
}

/* Presets */

const struct import_preset *preset_find(const char *id)
{
	for (const struct import_preset *p = preset_table; p->id; p++)
		if (strcmp(p->id, id) == 0)
			return p;
	return NULL;
}

const struct import_preset *preset_at(size_t i)
{
	for (const struct import_preset *p = preset_table; p->id; p++) {
		if (p > preset_table && strcmp(p->id, p[-1].id) == 0)
			continue; /* another signature of the same */
		if (i-- == 0)
			return p;
	}
	return NULL;
}

struct header_set {
	char **compact;
	size_t n;
};

static struct header_set compact_all(const char *const *headers, size_t n)
{
	struct header_set set = {mem_array(n, sizeof *set.compact), n};
	for (size_t i = 0; i < n; i++) {
		struct buf b = {0};
		preset_compact(&b, headers[i]);
		set.compact[i] = buf_take(&b);
	}
	return set;
}

static void free_all(struct header_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		free(set->compact[i]);
	free(set->compact);
}

/* One of the alternatives "A|B" is a header. */
static bool has_one_of(const struct header_set *set, const char *alternatives)
{
	bool found = false;
	for (const char *p = alternatives; *p && !found;) {
		size_t n = strcspn(p, "|");
		struct buf b = {0};
		compact_pattern(&b, p, n);
		int index;
		for (size_t i = 0; i < set->n && !found; i++)
			found = preset_match(buf_str(&b), set->compact[i], &index);
		buf_free(&b);
		p += n + (p[n] == '|');
	}
	return found;
}

/* The number of signature columns, 0 when one of them is missing. */
static int signature_fits(const struct import_preset *p, const struct header_set *set)
{
	int n = 0;
	for (; n < 8 && p->signature[n]; n++)
		if (!has_one_of(set, p->signature[n]))
			return 0;
	return n;
}

const struct import_preset *preset_detect(const char *const *headers, size_t n)
{
	struct header_set set = compact_all(headers, n);
	const struct import_preset *best = NULL;
	int most = 0;
	for (const struct import_preset *p = preset_table; p->id; p++) {
		int fits = signature_fits(p, &set);
		if (fits > most) {
			most = fits;
			best = p;
		}
	}
	free_all(&set);
	return best;
}

/* The entity */

struct evidence {
	const char *entity;
	const char *nouns; /* that begin a header */
	const char *fields; /* "field:weight" */
};
static const struct evidence evidence[] = {
	{"contacts", "contact lead person prospect",
		"first_name:4 last_name:4 full_name:2 emails:4 phones:2 job_title:2 birthday:3 linkedin_url:1 "
		"lifecycle_stage:2 contact_points:4 "
		"lead_status:1 do_not_call:2 do_not_email:2"},
	{"companies", "company account organization",
		"name:1 domain:3 industry:3 employees:3 annual_revenue:2 siren:4 siret:4 vat_number:4 parent:3 "
		"legal_name:3 phone:1"},
	{"deals", "deal opportunity",
		"stage:4 value:2 probability:3 expected_close_date:3 pipeline:3 lost_reason:4 title:1 won_at:4 "
		"next_step:2 product:1 status:1"},
	{"activities", "activity task event", "due_at:4 duration_s:4 subject:3 body:1 type:1 start_at:2 deal:1"},
	{"products", "product item", "sku:3 price:3 unit:3 category:1 name:1 active:3"},
	{"users", "user agent", "manager:5 team:1 role:2 name:2 email:1"},
};

static int weight_of(const char *fields, const char *field)
{
	size_t n = strlen(field);
	for (const char *p = fields; *p; p += strspn(p, " ")) {
		size_t word = strcspn(p, ":");
		if (word == n && strncmp(p, field, n) == 0)
			return atoi(p + word + 1);
		p += strcspn(p, " ");
	}
	return 0;
}

static bool begins_with_noun(const char *compact, const char *nouns)
{
	for (const char *p = nouns; *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");
		if (strncmp(compact, p, n) == 0)
			return true;
		p += n;
	}
	return false;
}

/* Twice the weights of the fields that the headers name, each once, and a little for headers that name the entity. */
static int score(const struct evidence *e, const struct header_set *set, const char *const *headers)
{
	int total = 0, nouns = 0;
	const char *seen[64];
	size_t fields = 0;
	for (size_t i = 0; i < set->n; i++) {
		struct column_guess g;
		if (begins_with_noun(set->compact[i], e->nouns))
			nouns++;
		if (!preset_guess_field(e->entity, headers[i], NULL, &g) || g.confidence < 80)
			continue;
		bool again = false;
		for (size_t k = 0; k < fields; k++)
			again = again || strcmp(seen[k], g.field) == 0;
		if (again || fields == 64)
			continue;
		seen[fields++] = g.field;
		total += 2 * weight_of(e->fields, g.field);
	}
	return total + (nouns > 2 ? 2 : nouns) * 2;
}

const char *preset_guess_entity(const char *const *headers, size_t n)
{
	struct header_set set = compact_all(headers, n);
	const char *best = "contacts";
	int most = 0;
	for (size_t i = 0; i < sizeof evidence / sizeof *evidence; i++) {
		int s = score(&evidence[i], &set, headers);
		if (s > most) {
			most = s;
			best = evidence[i].entity;
		}
	}
	free_all(&set);
	return best;
}

/* All columns */

static const struct column_guess unknown = {.label_column = -1};

/* The column whose header is the pattern with this number; -1 when there is none. */
static int column_named(const struct header_set *set, const char *pattern, int number)
{
	struct buf b = {0};
	int found = -1;
	compact_pattern(&b, pattern, strlen(pattern));
	for (size_t i = 0; i < set->n && found < 0; i++) {
		int index;
		if (preset_match(buf_str(&b), set->compact[i], &index) && index == number)
			found = (int)i;
	}
	buf_free(&b);
	return found;
}

/* True when the preset knows the header, if only to leave it alone. */
static bool guess_by_preset(
	const struct import_preset *p, const struct header_set *set, size_t column, struct column_guess *out)
{
	for (const struct preset_map *m = p->map; m->header; m++) {
		struct buf b = {0};
		int index;
		compact_pattern(&b, m->header, strlen(m->header));
		bool same = preset_match(buf_str(&b), set->compact[column], &index);
		buf_free(&b);
		if (!same)
			continue;
		*out = unknown;
		if (!m->field)
			return true;
		*out = (struct column_guess){m->field, m->label, index, -1, false, 100};
		if (m->label && m->label[0] == '@') {
			out->label = NULL;
			out->label_column = column_named(set, m->label + 1, index);
		}
		return true;
	}
	return false;
}

/* "email1value" has its label in "email1label" or "email1type". */
static void find_label_column(const struct header_set *set, size_t column, struct column_guess *g)
{
	static const char *const endings[] = {"label", "type"};
	const char *compact = set->compact[column];
	size_t n = strlen(compact);
	if (!g->field || g->label_column >= 0 || n < 6 || strcmp(compact + n - 5, "value") != 0)
		return;
	for (size_t e = 0; e < 2; e++)
		for (size_t i = 0; i < set->n; i++)
			if (strncmp(set->compact[i], compact, n - 5) == 0 &&
				strcmp(set->compact[i] + n - 5, endings[e]) == 0 && i != column) {
				g->label_column = (int)i;
				return;
			}
}

static bool holds_many(const char *field)
{
	return strcmp(field, "emails") == 0 || strcmp(field, "phones") == 0 || strcmp(field, "tags") == 0 ||
	       strcmp(field, "contact_points") == 0;
}

static bool same_slot(const struct column_guess *a, const struct column_guess *b)
{
	if (!a->field || !b->field || strcmp(a->field, b->field) != 0 || holds_many(a->field))
		return false;
	if (!a->label != !b->label || (a->label && strcmp(a->label, b->label) != 0))
		return false;
	return a->label_column < 0 || b->label_column < 0 || a->index == b->index;
}

/* Where two columns want a field that holds one value, the surer one keeps it, of equals the left one. */
static void settle_conflicts(struct column_guess *g, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n && g[i].field; k++) {
			if (!same_slot(&g[i], &g[k]))
				continue;
			if (g[k].confidence > g[i].confidence)
				g[i] = unknown;
			else
				g[k] = unknown;
		}
}

static struct column_guess *with_field(struct column_guess *g, size_t n, const char *field)
{
	for (size_t i = 0; i < n; i++)
		if (g[i].field && strcmp(g[i].field, field) == 0)
			return &g[i];
	return NULL;
}

static bool listed(const char *words, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = words; (p = strstr(p, word)); p += n)
		if ((p == words || p[-1] == ' ') && (p[n] == ' ' || !p[n]))
			return true;
	return false;
}

/* Words that mean a whole name alone, and half of it beside the other half. */
static void settle_names(const struct header_set *set, struct column_guess *g)
{
	bool first = with_field(g, set->n, "first_name"), last = with_field(g, set->n, "last_name");
	if (first == last)
		return;
	for (size_t i = 0; i < set->n; i++) {
		if (!g[i].field || strcmp(g[i].field, "full_name") != 0)
			continue;
		if (first && listed("nom name naam nachname nomducontact", set->compact[i])) {
			g[i].field = "last_name";
			return;
		}
		if (last && listed("nombre jmeno nome name nom", set->compact[i])) {
			g[i].field = "first_name";
			return;
		}
	}
}

void preset_map_columns(const struct import_preset *preset, const char *entity, const char *const *headers, size_t n,
	const struct column_profile *values, struct column_guess *out)
{
	struct header_set set = compact_all(headers, n);
	if (preset)
		entity = preset->entity;
	for (size_t i = 0; i < n; i++) {
		if (preset && guess_by_preset(preset, &set, i, &out[i]))
			continue;
		/* a program does not misspell its own columns */
		if (!preset_guess_field(entity, headers[i], values ? &values[i] : NULL, &out[i]) ||
			(preset && out[i].confidence == 60))
			out[i] = unknown;
		find_label_column(&set, i, &out[i]);
	}
	if (strcmp(entity, "contacts") == 0)
		settle_names(&set, out);
	settle_conflicts(out, n);
	for (size_t i = 0; i < n; i++)
		if (out[i].label_column >= 0) {
			struct column_guess *label = &out[out[i].label_column];
			*label = unknown;
			label->consumed = true;
		}
	free_all(&set);
}

/* Values */

size_t preset_split_values(struct arena *a, const char *cell, char ***out)
{
	size_t count = 1;
	for (const char *p = cell; (p = strstr(p, " ::: ")); p += 5)
		count++;
	char **items = arena_alloc(a, count * sizeof *items);
	size_t kept = 0;
	for (const char *p = cell; p;) {
		const char *end = strstr(p, " ::: ");
		char *item = text_trim(a, arena_strndup(a, p, end ? (size_t)(end - p) : strlen(p)));
		if (strncmp(item, "* ", 2) == 0)
			item = text_trim(a, item + 2);
		if (*item)
			items[kept++] = item;
		p = end ? end + 5 : NULL;
	}
	*out = items;
	return kept;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Each of the three check characters says which of five characters are capitals. */
bool preset_salesforce_id(const char *id, char out[19])
{
	static const char code[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
	char copy[19];
	size_t n = strlen(id);
	if (n != 15 && n != 18)
		return false;
	memcpy(copy, id, n + 1);
	for (size_t i = 0; i < n; i++)
		if (!is_letter(id[i]) && !(id[i] >= '0' && id[i] <= '9'))
			return false;
	for (size_t group = 0; group < 3; group++) {
		unsigned capitals = 0;
		for (size_t i = 0; i < 5; i++)
			capitals |= (unsigned)(copy[group * 5 + i] >= 'A' && copy[group * 5 + i] <= 'Z') << i;
		if (n == 18) { /* the check is right whatever happened to the case of the rest */
			char check = id[15 + group];
			if (check >= 'a')
				check = (char)(check - 'a' + 'A');
			const char *at = strchr(code, check);
			if (!at)
				return false;
			capitals = (unsigned)(at - code);
			for (size_t i = 0; i < 5; i++) {
				char *c = &copy[group * 5 + i];
				bool capital = capitals >> i & 1;
				if (capital && !is_letter(*c))
					return false;
				if (is_letter(*c))
					*c = (char)(capital ? *c & ~0x20 : *c | 0x20);
			}
		}
		copy[15 + group] = code[capitals];
	}
	copy[18] = '\0';
	memcpy(out, copy, sizeof copy);
	return true;
}
