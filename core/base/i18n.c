/* Translation look-up: see i18n.h.
 *
 * A reader of GNU .mo catalogues (gettext manual, "The Format of GNU MO Files") over bytes that live as long as the
 * program. A catalogue is checked once when it is loaded: every table and string inside the file, NUL-terminated, so
 * that look-up can trust it. Look-up is a binary search, msgfmt sorts the ids. Two plural rules are known, the French
 * `n > 1` and the English `n != 1`; a catalogue with another rule is refused rather than misread.
 *
 * The language in use is one pointer, set before threads start and when a person changes it; both languages' strings
 * are static, so a reader that still holds the old text is safe. A catalogue is loaded from the binary once, under a lock, by whoever wants it first.
 */
#include "core/base/i18n.h"

#include "core/base/assets.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct catalogue {
	const unsigned char *data;
	uint32_t count, ids, texts; /* number of strings; offsets of the two tables */
	bool swapped;
	bool plural_from_two; /* n > 1; else n != 1 */
};

struct language {
	const char *code;
	const char *decimal_point;
	const char *group_separator;
	const char *asset;
	struct catalogue *catalogue;
};

/* The table of embedded files is generated; programs that leave it out (fuzzers, small tests) speak English. */
__attribute__((weak)) const struct asset *asset_find(const char *name);

static struct catalogue french;
static const struct language languages[] = {
	{"en", ".", ",", NULL, NULL},
	{"fr", ",", "\u202F", "po/fr.mo", &french},
};
static _Atomic(const struct language *) in_use = languages;

static uint32_t word_at(const struct catalogue *c, uint32_t offset)
{
	uint32_t v;
	memcpy(&v, c->data + offset, sizeof v);
	return c->swapped ? __builtin_bswap32(v) : v;
}

/* String i of a table, with its length (a plural's forms are separated by NULs inside it). */
static const char *string_at(const struct catalogue *c, uint32_t table, uint32_t i, uint32_t *length)
{
	*length = word_at(c, table + 8 * i);
	return (const char *)c->data + word_at(c, table + 8 * i + 4);
}

static bool table_inside(const struct catalogue *c, uint32_t table, size_t size)
{
	if (table > size || (size - table) / 8 < c->count)
		return false;
	for (uint32_t i = 0; i < c->count; i++) {
		uint32_t length = word_at(c, table + 8 * i), offset = word_at(c, table + 8 * i + 4);
		if (offset >= size || length >= size - offset || c->data[offset + length] != '\0')
			return false;
	}
	return true;
}

static const char *find(const struct catalogue *c, const char *id, uint32_t *length)
{
	uint32_t low = 0, high = c->count;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2, unused;
		int order = strcmp(id, string_at(c, c->ids, mid, &unused));
		if (order == 0)
			return string_at(c, c->texts, mid, length);
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

static bool read_plural_rule(struct catalogue *c)
{
	uint32_t length;
	const char *header = find(c, "", &length);
	const char *rule = header ? strstr(header, "plural=") : NULL;
	if (!rule)
		return header != NULL; /* no plurals at all */
	char packed[16];
	size_t n = 0;
	for (rule += strlen("plural="); *rule && *rule != ';' && *rule != '\n' && n < sizeof packed - 1; rule++)
		if (!strchr(" ()\t", *rule))
			packed[n++] = *rule;
	packed[n] = '\0';
	c->plural_from_two = strcmp(packed, "n>1") == 0;
	return c->plural_from_two || strcmp(packed, "n!=1") == 0;
}

bool i18n_load(const char *lang, const unsigned char *data, size_t size)
{
	struct catalogue c = {.data = data};
	uint32_t magic;
	if (size < 28 || size > UINT32_MAX)
		return false;
	memcpy(&magic, data, sizeof magic);
	c.swapped = magic == 0xDE120495;
	if (!c.swapped && magic != 0x950412DE)
		return false;
	c.count = word_at(&c, 8);
	c.ids = word_at(&c, 12);
	c.texts = word_at(&c, 16);
	if (word_at(&c, 4) >> 16 != 0 || !table_inside(&c, c.ids, size) || !table_inside(&c, c.texts, size) ||
		!read_plural_rule(&c))
		return false;
	for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
		if (languages[i].catalogue && strcmp(languages[i].code, lang) == 0) {
			*languages[i].catalogue = c;
			return true;
		}
	return false;
}

static const struct catalogue *catalogue_in_use(void)
{
	const struct catalogue *c = atomic_load_explicit(&in_use, memory_order_acquire)->catalogue;
	return c && c->data ? c : NULL;
}

const char *i18n_english(const char *msgid)
{
	const char *separator = strchr(msgid, '\004');
	return separator ? separator + 1 : msgid;
}

static const char *text_of(const struct catalogue *c, const char *msgid)
{
	uint32_t length;
	const char *text = c && *msgid ? find(c, msgid, &length) : NULL;
	return text && length ? text : i18n_english(msgid);
}

const char *i18n_get(const char *msgid)
{
	return text_of(catalogue_in_use(), msgid);
}

const char *i18n_plural(const char *one, const char *many, long n)
{
	const struct catalogue *c = catalogue_in_use();
	uint32_t length;
	const char *text = c ? find(c, one, &length) : NULL;
	if (!text || !length)
		return n == 1 ? one : many;
	bool plural = c->plural_from_two ? n > 1 || n < -1 : n != 1;
	size_t first = strlen(text);
	return plural && first < length ? text + first + 1 : text;
}

/* The first of the usual variables that is set and not empty. */
static const char *from_environment(void)
{
	static const char *const names[] = {"SIMPLIX_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);
		if (value && *value)
			return value;
	}
	return "en";
}

static const struct language *language_of(const char *lang)
{
	for (size_t i = 0; lang && i < sizeof languages / sizeof *languages; i++) {
		size_t n = strlen(languages[i].code);
		if (strncmp(lang, languages[i].code, n) == 0 && (!lang[n] || strchr("_-.@", lang[n])))
			return &languages[i];
	}
	return languages;
}

/* Its catalogue, read from the binary when nobody has yet; NULL where there is none. */
static const struct catalogue *catalogue_of(const struct language *l)
{
	static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;
	if (!l->catalogue)
		return NULL;
	(void)pthread_mutex_lock(&loading);
	const struct asset *file = !l->catalogue->data && asset_find ? asset_find(l->asset) : NULL;
	if (file)
		(void)i18n_load(l->code, file->data, file->size);
	bool loaded = l->catalogue->data != NULL;
	(void)pthread_mutex_unlock(&loading);
	return loaded ? l->catalogue : NULL;
}

const char *i18n_use(const char *lang)
{
	const struct language *chosen = language_of(lang ? lang : from_environment());
	(void)catalogue_of(chosen);
	atomic_store_explicit(&in_use, chosen, memory_order_release);
	return chosen->code;
}

const char *i18n_get_in(const char *lang, const char *msgid)
{
	return text_of(catalogue_of(language_of(lang)), msgid);
}

const char *i18n_lang(void)
{
	return atomic_load(&in_use)->code;
}

const char *i18n_decimal_point(void)
{
	return atomic_load(&in_use)->decimal_point;
}

const char *i18n_group_separator(void)
{
	return atomic_load(&in_use)->group_separator;
}

const char *i18n_decimal_point_in(const char *lang)
{
	return language_of(lang)->decimal_point;
}

const char *i18n_group_separator_in(const char *lang)
{
	return language_of(lang)->group_separator;
}
