/* One column's field: see presets.h. From the surest to the weakest: the dictionary as it stands; a header with a unit
 * ("Amount (EUR)"), a qualifier ("Phone - work") or the entity's noun ("Lead city") around a known word; a known word
 * misspelled; and what the values are.
 */
#include "core/crm/io/preset_guess.h"

#include "core/base/money.h"
#include "core/base/text.h"
#include "core/crm/io/preset_alias.h"

#include <stdlib.h>
#include <string.h>

/* The first words of an entry are the field's own names, later ones more distant; of two columns the nearer wins. */
enum { SURE = 90, KNOWN = 88, OWN_NAMES = 8, QUALIFIED = 85, MISSPELLED = 60, BY_VALUES = 50, LONGEST = 64 };

static char letter_of(const char *entity)
{
	static const struct {
		const char *entity;
		char letter;
	} letters[] = {{"contacts", 'c'}, {"companies", 'o'}, {"deals", 'd'}, {"activities", 'a'}, {"products", 'p'},
		{"users", 'u'}};
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		if (strcmp(entity, letters[i].entity) == 0)
			return letters[i].letter;
	return '\0';
}

/* The next word of a list into out; false at its end. Words that do not fit into out are passed over. */
static bool next_word(const char **list, char out[LONGEST])
{
	for (;;) {
		*list += strspn(*list, " ");
		size_t n = strcspn(*list, " ");
		if (n == 0)
			return false;
		const char *word = *list;
		*list += n;
		if (n < LONGEST) {
			memcpy(out, word, n);
			out[n] = '\0';
			return true;
		}
	}
}

static bool look_up(char entity, const char *compact, struct column_guess *out)
{
	if (!*compact || strlen(compact) >= LONGEST)
		return false;
	for (const struct preset_alias *a = preset_aliases; a->field; a++) {
		if (!strchr(a->entities, entity))
			continue;
		char word[LONGEST];
		int index, rank = 0;
		for (const char *list = a->words; next_word(&list, word); rank++)
			if (preset_match(word, compact, &index)) {
				*out = (struct column_guess){
					a->field, a->label, index, -1, false, rank < OWN_NAMES ? SURE : KNOWN};
				return true;
			}
	}
	return false;
}

static bool one_of(const char *field, const char *const *fields)
{
	for (; *fields; fields++)
		if (strcmp(field, *fields) == 0)
			return true;
	return false;
}

static bool takes_label(const char *field)
{
	static const char *const fields[] = {"emails", "phones", "street", "street2", "city", "region", "postal_code",
		"country", "phone", "website", NULL};
	return one_of(field, fields);
}

static bool is_amount(const char *field)
{
	static const char *const fields[] = {"value", "price", "annual_revenue", NULL};
	return one_of(field, fields);
}

/* "homephone2", "telephonebureau": a qualifier at either end of a word that takes one. */
static bool look_up_qualified(char entity, const char *compact, struct column_guess *out)
{
	size_t n = strlen(compact);
	for (const struct preset_qualifier *q = preset_qualifiers; q->word; q++) {
		size_t length = strlen(q->word);
		if (length >= n)
			continue;
		struct column_guess g = {0};
		char rest[LONGEST];
		bool front = strncmp(compact, q->word, length) == 0, back = strcmp(compact + n - length, q->word) == 0;
		if ((!front && !back) || n - length >= LONGEST)
			continue;
		memcpy(rest, front ? compact + length : compact, n - length);
		rest[n - length] = '\0';
		if (!look_up(entity, rest, &g) || !takes_label(g.field))
			continue;
		if (!g.label || strcmp(g.label, "fax") != 0)
			g.label = q->label;
		if (strcmp(g.field, "phone") == 0 || strcmp(g.field, "website") == 0)
			g.label = NULL;
		g.confidence = QUALIFIED;
		*out = g;
		return true;
	}
	return false;
}

/* "leadcity", "dealowneremail": the entity's own noun in front. */
static bool look_up_behind_noun(char entity, const char *compact, struct column_guess *out)
{
	static const struct {
		char entity;
		const char *nouns;
	} nouns[] = {{'c', "contact lead person prospect client customer user your hs properties"},
		{'o', "company account organization organisation business client customer hs entreprise societe firma"},
		{'d', "deal opportunity opp hs"}, {'a', "activity task event note call meeting email"},
		{'p', "product item article produit"}, {'u', "user agent employee sales"}};
	for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++) {
		char word[LONGEST];
		if (nouns[i].entity != entity)
			continue;
		for (const char *list = nouns[i].nouns; next_word(&list, word);) {
			size_t n = strlen(word);
			if (strncmp(compact, word, n) != 0 || !compact[n])
				continue;
			if (look_up(entity, compact + n, out) || look_up_qualified(entity, compact + n, out)) {
				out->confidence = QUALIFIED;
				return true;
			}
		}
	}
	return false;
}

bool preset_guess_compact(const char *entity, const char *compact, struct column_guess *out)
{
	char e = letter_of(entity);
	return e &&
	       (look_up(e, compact, out) || look_up_qualified(e, compact, out) || look_up_behind_noun(e, compact, out));
}

/* Units and remarks */

/* "Amount (EUR)", "Phone (work)", "Revenue [k€]": what stands in front, and the text inside. */
static bool cut_bracket(const char *header, struct buf *front, struct buf *inside)
{
	size_t n = strcspn(header, "([");
	const char *end = header[n] ? strpbrk(header + n, ")]") : NULL;
	if (n == 0 || !end)
		return false;
	char *head = mem_strndup(header, n);
	preset_compact(front, head);
	free(head);
	buf_add(inside, header + n + 1, (size_t)(end - header - (long)n - 1));
	return front->len > 0;
}

static const char *qualifier_label(const char *compact)
{
	for (const struct preset_qualifier *q = preset_qualifiers; q->word; q++)
		if (strcmp(q->word, compact) == 0)
			return q->label;
	return NULL;
}

static bool look_up_bracketed(const char *entity, const char *header, struct column_guess *out)
{
	struct buf front = {0}, inside = {0}, compact = {0};
	bool found = cut_bracket(header, &front, &inside) && preset_guess_compact(entity, buf_str(&front), out);
	if (found) {
		const char *currency = money_find_currency(buf_str(&inside));
		preset_compact(&compact, buf_str(&inside));
		const char *label = qualifier_label(buf_str(&compact));
		if (currency && is_amount(out->field))
			out->label = currency;
		else if (label && takes_label(out->field))
			out->label = label;
		out->confidence = QUALIFIED;
	}
	buf_free(&front);
	buf_free(&inside);
	buf_free(&compact);
	return found;
}

/* "Opportunity Amount USD" */
static bool look_up_with_currency(const char *entity, const char *header, struct column_guess *out)
{
	const char *space = strrchr(header, ' ');
	const char *currency = space ? money_find_currency(space + 1) : NULL;
	if (!currency)
		return false;
	struct buf compact = {0};
	char *front = mem_strndup(header, (size_t)(space - header));
	preset_compact(&compact, front);
	struct column_guess g;
	bool found = preset_guess_compact(entity, buf_str(&compact), &g) && is_amount(g.field);
	if (found) {
		g.label = currency;
		g.confidence = QUALIFIED;
		*out = g;
	}
	free(front);
	buf_free(&compact);
	return found;
}

/* "Comment 2", "website3" */
static bool look_up_numbered(const char *entity, const char *compact, struct column_guess *out)
{
	char rest[LONGEST];
	size_t n = strlen(compact), end = n;
	while (end > 0 && compact[end - 1] >= '0' && compact[end - 1] <= '9')
		end--;
	if (end == n || end == 0 || end >= LONGEST || n - end > 3)
		return false;
	memcpy(rest, compact, end);
	rest[end] = '\0';
	if (!preset_guess_compact(entity, rest, out))
		return false;
	out->index = atoi(compact + end);
	out->confidence = QUALIFIED;
	return true;
}

/* Spelling */

static bool same_letters(const char *a, const char *b)
{
	int count[256] = {0};
	for (; *a; a++)
		count[(unsigned char)*a]++;
	for (; *b; b++)
		count[(unsigned char)*b]--;
	for (int i = 0; i < 256; i++)
		if (count[i])
			return false;
	return true;
}

/* How far a header is from a word that it may be meant to be; 0 when too far. Letters left out, doubled or swapped make
 * a misspelling; another letter makes another word ("form name" is no "forename"), except in long words. */
static int misspelling(const char *header, const char *word)
{
	size_t n = strlen(word), m = strlen(header);
	if (n < 4 || strchr(word, '#'))
		return 0;
	int limit = n >= 12 ? 2 : 1, d = text_distance(header, word, limit);
	bool swapped = n == m && same_letters(header, word);
	if (d == 0 || d > limit || (n == 4 && !swapped) || (n == m && n < 9 && !swapped))
		return 0;
	return header[0] == word[0] || swapped ? d : 0;
}

static bool look_up_misspelled(char entity, const char *compact, struct column_guess *out)
{
	int best = 3;
	bool unique = false;
	size_t n = strlen(compact);
	if (n < 4 || n >= LONGEST)
		return false;
	for (const struct preset_alias *a = preset_aliases; a->field; a++) {
		if (!strchr(a->entities, entity))
			continue;
		char word[LONGEST];
		for (const char *list = a->words; next_word(&list, word);) {
			int d = misspelling(compact, word);
			if (!d || d > best)
				continue;
			if (d < best || !out->field)
				unique = true;
			else if (strcmp(out->field, a->field) != 0)
				unique = false;
			if (d < best)
				*out = (struct column_guess){a->field, a->label, 0, -1, false, MISSPELLED};
			best = d;
		}
	}
	return unique && best < 3;
}

/* Values */

static bool is_telephone(const struct column_profile *v)
{
	return v->kind == COLUMN_PHONE || v->may_be_phone;
}

static bool values_agree(const char *field, const struct column_profile *v)
{
	if (!v || v->kind == COLUMN_EMPTY)
		return true;
	if (strcmp(field, "emails") == 0 || strcmp(field, "email") == 0)
		return v->kind == COLUMN_EMAIL;
	if (strcmp(field, "phones") == 0 || strcmp(field, "phone") == 0)
		return is_telephone(v);
	size_t n = strlen(field);
	if (n > 3 && strcmp(field + n - 3, "_at") == 0)
		return v->kind == COLUMN_DATE || v->kind == COLUMN_DATETIME || v->may_be_serial || v->may_be_compact;
	return true;
}

static bool by_values(char entity, const struct column_profile *v, struct column_guess *out)
{
	const char *field = NULL;
	if (!v || (entity != 'c' && entity != 'o' && entity != 'u'))
		return false;
	if (v->kind == COLUMN_EMAIL)
		field = entity == 'c' ? "emails" : entity == 'u' ? "email" : NULL;
	else if (v->kind == COLUMN_PHONE)
		field = entity == 'c' ? "phones" : entity == 'o' ? "phone" : NULL;
	else if (v->kind == COLUMN_URL && entity != 'u')
		field = v->samples && strstr(v->sample[0], "linkedin.com/") ? "linkedin_url" : "website";
	if (!field)
		return false;
	*out = (struct column_guess){field, NULL, 0, -1, false, BY_VALUES};
	return true;
}

/* A "Contact" column of telephone numbers is no name. */
static void correct_by_values(char entity, const struct column_profile *v, struct column_guess *g)
{
	static const char *const names[] = {"full_name", "first_name", "last_name", "name", NULL};
	struct column_guess better;
	if (v && one_of(g->field, names) && (v->kind == COLUMN_EMAIL || v->kind == COLUMN_PHONE) &&
		by_values(entity, v, &better))
		*g = better;
}

bool preset_guess_field(
	const char *entity, const char *header, const struct column_profile *values, struct column_guess *out)
{
	char e = letter_of(entity);
	struct buf compact = {0};
	struct column_guess g = {.label_column = -1}, spelled = g;
	preset_compact(&compact, header);
	const char *c = buf_str(&compact);
	bool found = e && (preset_guess_compact(entity, c, &g) || look_up_bracketed(entity, header, &g) ||
				  look_up_with_currency(entity, header, &g) || look_up_numbered(entity, c, &g));
	if (e && !found && look_up_misspelled(e, c, &spelled) && values_agree(spelled.field, values)) {
		g = spelled;
		found = true;
	}
	if (found)
		correct_by_values(e, values, &g);
	else
		found = e && by_values(e, values, &g);
	buf_free(&compact);
	if (found)
		*out = g;
	return found;
}
