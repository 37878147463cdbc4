#include "core/crm/capture_words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/base/money.h"
#include "core/base/text.h"

bool word_in(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], word) == 0)
			return true;
	return false;
}

/* Blanks of all widths become plain ones, curly apostrophes straight ones. */
static char *plain(struct arena *a, const char *line)
{
	static const struct {
		const char *from, *to;
	} marks[] = {{"\u00A0", " "}, {"\u202F", " "}, {"\u2009", " "}, {"\u2007", " "}, {"\u2019", "'"}};
	struct buf b = {0};
	while (*line) {
		size_t used = 0;
		for (size_t i = 0; i < sizeof marks / sizeof *marks && !used; i++)
			if (strncmp(line, marks[i].from, strlen(marks[i].from)) == 0) {
				used = strlen(marks[i].from);
				buf_puts(&b, marks[i].to);
			}
		if (!used)
			buf_putc(&b, *line);
		line += used ? used : 1;
	}
	char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static bool is_break(const char *line, const char *p)
{
	bool in_number = p > line && isdigit((unsigned char)p[-1]) && isdigit((unsigned char)p[1]);
	return *p == ' ' || *p == '\t' || *p == '\n' || *p == ';' || (*p == ',' && !in_number);
}

void words_split(struct arena *a, const char *line, struct words *w)
{
	char *s = plain(a, line), *from = NULL;
	for (char *p = s;; p++) {
		bool ends = !*p || is_break(s, p);
		if (!ends && !from)
			from = p;
		if (!ends || !from) {
			if (!*p)
				return;
			continue;
		}
		if (w->n == CAPTURE_WORDS)
			return;
		char *word = arena_strndup(a, from, (size_t)(p - from)), *bare = arena_strdup(a, word);
		size_t n = strlen(bare);
		while (n > 1 && strchr(".:!?", bare[n - 1]))
			bare[--n] = '\0';
		w->raw[w->n] = word;
		w->bare[w->n] = bare;
		w->folded[w->n++] = text_fold(a, bare);
		from = NULL;
		if (!*p)
			return;
	}
}

char *words_join(struct arena *a, const struct words *w, int from, int n, bool folded)
{
	struct buf b = {0};
	for (int i = from; i < from + n; i++)
		buf_printf(&b, "%s%s", i > from ? " " : "", folded ? w->folded[i] : w->bare[i]);
	char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

bool words_free(const struct words *w, int from, int n)
{
	for (int i = from; i < from + n; i++)
		if (i >= w->n || w->used[i])
			return false;
	return true;
}

void words_use(struct words *w, int from, int n)
{
	for (int i = from; i < from + n; i++)
		w->used[i] = true;
}

bool words_begin_upper(const char *s)
{
	unsigned char c = (unsigned char)s[0], d = (unsigned char)s[1];
	return (c >= 'A' && c <= 'Z') || (c == 0xC3 && d >= 0x80 && d <= 0x9E && d != 0x97);
}

/* Money */

static bool all_digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return n > 0;
}

/* An amount being read: digits, then k or M, then a currency, in one word or several. */
struct amount {
	char number[40];
	char scale; /* 'k', 'M' or 0 */
	const char *currency;
	int words;
};

static bool take_scale(const char *s, char *scale)
{
	static const char *const million[] = {"million", "millions", "mio"}, *const thousand[] = {"k", "mille", "thousand"};
	if (WORD_IN(s, thousand))
		*scale = 'k';
	else if (WORD_IN(s, million))
		*scale = 'M';
	else
		return false;
	return true;
}

/* What follows the digits: "", "k", "M€", "€", "keur"… False when it is something else, like "h30". */
static bool read_unit(struct arena *a, const char *unit, struct amount *m)
{
	const char *folded = text_fold(a, unit);
	if (!*unit || take_scale(folded, &m->scale))
		return true;
	if ((m->currency = money_find_currency(unit)) != NULL)
		return true;
	if ((*folded == 'k' || *folded == 'm') && (m->currency = money_find_currency(unit + 1)) != NULL) {
		m->scale = *folded == 'k' ? 'k' : 'M';
		return true;
	}
	return false;
}

/* "12 500", "1,5k", "$10k", "12k€" from word i on. */
static bool read_amount(struct arena *a, const struct words *w, int i, struct amount *m)
{
	const char *s = w->bare[i];
	static const char *const signs[] = {"€", "$", "£"};
	*m = (struct amount){.words = 1};
	for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
		if (strncmp(s, signs[k], strlen(signs[k])) == 0) {
			m->currency = money_find_currency(signs[k]);
			s += strlen(signs[k]);
		}
	if (!*s && m->currency && i + 1 < w->n && !w->used[i + 1]) /* "€ 500" */
		s = w->bare[i + m->words++];
	size_t n = strspn(s, "0123456789.,'");
	if (!n || !isdigit((unsigned char)*s) || n >= sizeof m->number)
		return false;
	(void)snprintf(m->number, sizeof m->number, "%.*s", (int)n, s);
	const char *unit = s + n;
	bool groups = n <= 3 && all_digits(s, n);
	while (groups && !*unit && i + m->words < w->n && !w->used[i + m->words]) { /* three by three */
		const char *next = w->bare[i + m->words];
		size_t d = strspn(next, "0123456789");
		size_t decimals = (next[d] == ',' || next[d] == '.') ? 1 + strspn(next + d + 1, "0123456789") : 0, have = strlen(m->number);
		if (d != 3 || have + d + decimals >= sizeof m->number)
			break;
		(void)snprintf(m->number + have, sizeof m->number - have, "%.*s", (int)(d + decimals), next);
		unit = next + d + decimals;
		m->words++;
	}
	const char *before = m->currency;
	if (!read_unit(a, unit, m))
		return false;
	if (!m->currency)
		m->currency = before;
	for (int more = 0; more < 2 && i + m->words < w->n && !w->used[i + m->words] && !m->currency; more++) { /* "12 k €", "2 millions d'euros" */
		struct amount next = {0};
		const char *word = w->bare[i + m->words];
		if (strncmp(word, "d'", 2) == 0)
			word += 2;
		if (isdigit((unsigned char)*word) || !read_unit(a, word, &next) || (m->scale && next.scale))
			break;
		m->scale = m->scale ? m->scale : next.scale;
		m->currency = next.currency;
		m->words++;
	}
	return true;
}

/* Is the number before or behind words that make it money? "quote 12500", "for 12500", never "for 2 days" or "30m". */
static bool is_told(const struct words *w, int i, const struct amount *m)
{
	static const char *const about[] = {"quote", "devis", "deal", "offer", "offre", "proposal", "proposition", "propale", "budget", "montant",
		"amount", "worth", "value", "valeur", "affaire", "contrat", "contract", "facture", "invoice", "order", "commande"};
	static const char *const loose[] = {"for", "pour"}, *const between[] = {"de", "of", "for", "pour", "a", "at", "is", "est"};
	size_t digits = strspn(m->number, "0123456789");
	int before = i - 1;
	if (i + m->words < w->n && !w->used[i + m->words]) { /* what is counted is no money */
		const char *next = w->folded[i + m->words];
		static const char *const ends[] = {"rappel", "rappeler", "call", "relance", "next", "puis", "with", "avec", "for", "pour", "on", "le", "to",
			"chez", "at", "a", "by", "tomorrow", "demain", "from", "de"};
		if (!WORD_IN(next, ends) && *next != '#' && !words_begin_upper(w->raw[i + m->words]))
			return false;
	}
	while (before > 0 && words_begin_upper(w->raw[before])) /* "quote ACME 12500" */
		before--;
	if (before < 0 || digits < 3 || m->number[digits] == '.')
		return false;
	if (digits == 4 && m->words == 1 && strncmp(m->number, "20", 2) == 0 && m->number[2] < '4') /* a year */
		return false;
	if (WORD_IN(w->folded[before], about))
		return true;
	if (WORD_IN(w->folded[before], loose) && digits >= 4)
		return true;
	return before > 0 && WORD_IN(w->folded[before], between) && WORD_IN(w->folded[before - 1], about);
}

void capture_find_amount(struct core *c, struct arena *a, struct words *w, struct capture *out)
{
	(void)snprintf(out->currency, sizeof out->currency, "%s", c->currency);
	for (int i = 0; i < w->n; i++) {
		struct amount m;
		if (w->used[i] || !read_amount(a, w, i, &m))
			continue;
		if (i && !w->used[i - 1] && !m.currency && strlen(w->bare[i - 1]) == 3 && words_begin_upper(w->bare[i - 1]))
			m.currency = money_find_currency(w->bare[i - 1]); /* "EUR 500" */
		if (!m.currency && !m.scale && !is_told(w, i, &m))
			continue;
		const char *currency = m.currency ? m.currency : c->currency;
		const char *text = arena_printf(a, "%s%.1s", m.number, &m.scale);
		if (money_parse(text, currency, 0, &out->value, NULL, NULL) != ST_OK || !out->value)
			continue;
		(void)snprintf(out->currency, sizeof out->currency, "%s", currency);
		words_use(w, i, m.words);
		if (i && m.currency && money_find_currency(w->bare[i - 1]) == m.currency && strlen(w->bare[i - 1]) == 3)
			w->used[i - 1] = true;
		return;
	}
}

/* Outcomes: told in words that stay, for "interested in the new model" says more than the mark. */
void capture_find_outcome(struct words *w, struct capture *out)
{
	static const struct {
		const char *words, *outcome; /* NULL: only kept together */
	} known[] = {{"no answer", "no_answer"}, {"pas de reponse", "no_answer"}, {"sans reponse", "no_answer"}, {"ne repond pas", "no_answer"},
		{"didn't answer", "no_answer"}, {"n'a pas repondu", "no_answer"}, {"no reply", "no_answer"}, {"voicemail", "left_message"},
		{"messagerie", "left_message"}, {"repondeur", "left_message"}, {"left a message", "left_message"}, {"left message", "left_message"},
		{"laisse un message", "left_message"}, {"message laisse", "left_message"}, {"not interested", "not_interested"},
		{"pas interesse", "not_interested"}, {"pas interessee", "not_interested"}, {"pas interesses", "not_interested"},
		{"interested", "interested"}, {"interesse", "interested"}, {"interessee", "interested"}, {"interesses", "interested"},
		{"wrong number", "wrong_number"}, {"faux numero", "wrong_number"}, {"mauvais numero", "wrong_number"}, {"busy", "busy"},
		{"occupe", "busy"}, {"occupee", "busy"}, {"no budget", NULL}, {"pas de budget", NULL}, {"sans budget", NULL}};
	struct arena *a = arena_new();
	for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
		int n = 1;
		for (const char *p = known[k].words; *p; p++)
			n += *p == ' ';
		for (int i = 0; i + n <= w->n; i++) {
			bool free = words_free(w, i, n);
			for (int j = i; j < i + n; j++)
				free = free && !w->kept[j];
			if (!free || strcmp(words_join(a, w, i, n, true), known[k].words) != 0)
				continue;
			for (int j = i; j < i + n; j++)
				w->kept[j] = true;
			if (known[k].outcome && !*out->outcome)
				out->outcome = known[k].outcome;
		}
	}
	arena_free(&a);
}
