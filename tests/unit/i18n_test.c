/* Translation: choosing a language, reading a catalogue of either byte order, plurals, and catalogues that lie. */
#include "core/base/assets.h"
#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

struct entry {
	const char *id, *text;
	size_t id_length, text_length;
};
#define ENTRY(i, t)                                                                                                    \
	{                                                                                                              \
		i, t, sizeof(i) - 1, sizeof(t) - 1                                                                     \
	}

static void word(struct buf *b, uint32_t v, bool swapped)
{
	if (swapped)
		v = __builtin_bswap32(v);
	buf_add(b, &v, 4);
}

/* A catalogue as msgfmt writes it; entries sorted by id. */
static struct buf catalogue(const struct entry *e, uint32_t n, bool swapped)
{
	struct buf b = {0};
	const uint32_t header[] = {0x950412DE, 0, n, 28, 28 + 8 * n, 0, 0};
	for (int i = 0; i < 7; i++)
		word(&b, header[i], swapped);
	uint32_t at = 28 + 16 * n;
	for (int table = 0; table < 2; table++)
		for (uint32_t i = 0; i < n; i++) {
			uint32_t length = (uint32_t)(table ? e[i].text_length : e[i].id_length);
			word(&b, length, swapped);
			word(&b, at, swapped);
			at += length + 1;
		}
	for (int table = 0; table < 2; table++)
		for (uint32_t i = 0; i < n; i++)
			buf_add(&b, table ? e[i].text : e[i].id, (table ? e[i].text_length : e[i].id_length) + 1);
	return b;
}

#define HEADER "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural="
static const struct entry french[] = {
	ENTRY("", HEADER "(n > 1);\n"),
	ENTRY("%d contact\0%d contacts", "%d fiche\0%d fiches"),
	ENTRY("Save", "Enregistrer"),
	ENTRY("Zebra", ""),
};

/* The catalogue that a build embeds, put back when a test has tried another. */
static void leave_french(struct buf *b)
{
	const struct asset *file = asset_find("po/fr.mo");
	CHECK(file && i18n_load("fr", file->data, file->size));
	i18n_use("en");
	buf_free(b);
}

static void check_french(bool swapped)
{
	struct buf b = catalogue(french, 4, swapped);
	CHECK(i18n_load("fr", (const unsigned char *)b.data, b.len));
	CHECK_STR(i18n_use("fr_FR.UTF-8"), "fr");
	CHECK_STR(_("Save"), "Enregistrer");
	CHECK_STR(_("Zebra"), "Zebra");
	CHECK_STR(_("Unknown"), "Unknown");
	CHECK_STR(_(""), "");
	CHECK_STR(i18n_plural("%d contact", "%d contacts", 0), "%d fiche");
	CHECK_STR(i18n_plural("%d contact", "%d contacts", 1), "%d fiche");
	CHECK_STR(i18n_plural("%d contact", "%d contacts", 2), "%d fiches");
	CHECK_STR(i18n_plural("%d deal", "%d deals", 0), "%d deals");
	CHECK_STR(i18n_use("en"), "en");
	CHECK_STR(_("Save"), "Save");
	CHECK_STR(i18n_plural("%d contact", "%d contacts", 1), "%d contact");
	CHECK_STR(i18n_plural("%d contact", "%d contacts", 0), "%d contacts");
	leave_french(&b);
}

TEST(i18n_reads_catalogues_of_both_byte_orders)
{
	check_french(false);
	check_french(true);
}

TEST(i18n_knows_two_plural_rules)
{
	static const struct entry english[] = {ENTRY("", HEADER "n != 1;\n"), ENTRY("a\0b", "x\0y")};
	struct buf b = catalogue(english, 2, false);
	CHECK(i18n_load("fr", (const unsigned char *)b.data, b.len));
	i18n_use("fr");
	CHECK_STR(i18n_plural("a", "b", 0), "y");
	CHECK_STR(i18n_plural("a", "b", 1), "x");
	leave_french(&b);
	static const struct entry polish[] = {ENTRY("", HEADER "(n==1 ? 0 : n%10>=2 ? 1 : 2);\n")};
	b = catalogue(polish, 1, false);
	CHECK(!i18n_load("fr", (const unsigned char *)b.data, b.len));
	buf_free(&b);
}

TEST(i18n_refuses_a_catalogue_that_lies)
{
	struct buf good = catalogue(french, 4, false);
	for (size_t n = 0; n < good.len; n++) { /* cut anywhere */
		unsigned char *cut = malloc(n ? n : 1);
		memcpy(cut, good.data, n);
		CHECK(!i18n_load("fr", cut, n));
		free(cut);
	}
	unsigned seed = 5;
	for (int i = 0; i < 20000; i++) { /* broken anywhere: refused, or harmless to look into */
		unsigned char *bad = malloc(good.len);
		memcpy(bad, good.data, good.len);
		for (int k = 0; k < 3; k++)
			bad[(unsigned)rand_r(&seed) % good.len] = (unsigned char)rand_r(&seed);
		if (i18n_load("fr", bad, good.len)) {
			i18n_use("fr");
			CHECK(strlen(_("Save")) < good.len);
			CHECK(strlen(i18n_plural("%d contact", "%d contacts", 2)) < good.len);
			struct buf none = {0};
			leave_french(&none);
		}
		free(bad);
	}
	CHECK(!i18n_load("xx", (const unsigned char *)good.data, good.len));
	leave_french(&good);
}

TEST(i18n_tells_homonyms_apart_by_context)
{
	static const struct entry e[] = {ENTRY("", HEADER "(n > 1);\n"), ENTRY("command\004Open", "Ouvrir"), ENTRY("deal\004Open", "En cours")};
	static const char *const table[] = {NC_("deal", "Open"), NC_("door", "Open")};
	struct buf b = catalogue(e, 3, false);
	CHECK(i18n_load("fr", (const unsigned char *)b.data, b.len));
	i18n_use("fr");
	CHECK_STR(C_("command", "Open"), "Ouvrir");
	CHECK_STR(_(table[0]), "En cours");
	CHECK_STR(_(table[1]), "Open"); /* not translated: the English word alone */
	CHECK_STR(_("Open"), "Open");
	CHECK_STR(i18n_english(table[0]), "Open");
	i18n_use("en");
	CHECK_STR(C_("command", "Open"), "Open");
	CHECK_STR(_(table[0]), "Open");
	leave_french(&b);
}

TEST(i18n_embedded_french_is_spoken)
{
	i18n_use("fr");
	CHECK_STR(_("Company"), "Société");
	CHECK_STR(C_("command", "Open"), "Ouvrir");
	CHECK_STR(C_("deal", "Open"), "En cours");
	CHECK_STR(i18n_plural("%zu deleted. u undoes.", "%zu deleted. u undoes.", 1), "%zu fiche supprimée. u annule.");
	CHECK_STR(i18n_plural("%zu deleted. u undoes.", "%zu deleted. u undoes.", 3), "%zu fiches supprimées. u annule.");
	i18n_use("en");
}

TEST(i18n_chooses_by_the_environment)
{
	static const char *const names[] = {"SIMPLIX_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
	char *saved[4];
	for (int i = 0; i < 4; i++) {
		const char *v = getenv(names[i]);
		saved[i] = v ? strdup(v) : NULL;
		unsetenv(names[i]);
	}
	CHECK_STR(i18n_use(NULL), "en");
	setenv("LANG", "fr_CA.UTF-8", 1);
	CHECK_STR(i18n_use(NULL), "fr");
	setenv("LC_ALL", "C.UTF-8", 1);
	CHECK_STR(i18n_use(NULL), "en");
	setenv("SIMPLIX_LANG", "fr", 1);
	CHECK_STR(i18n_use(NULL), "fr");
	CHECK_STR(i18n_decimal_point(), ",");
	CHECK_STR(i18n_group_separator(), "\u202F");
	setenv("SIMPLIX_LANG", "", 1);
	CHECK_STR(i18n_use(NULL), "en");
	CHECK_STR(i18n_use("french"), "en");
	CHECK_STR(i18n_use("../../x"), "en");
	CHECK_STR(i18n_decimal_point(), ".");
	for (int i = 0; i < 4; i++) {
		if (saved[i])
			setenv(names[i], saved[i], 1);
		else
			unsetenv(names[i]);
		free(saved[i]);
	}
	i18n_use("en");
}
