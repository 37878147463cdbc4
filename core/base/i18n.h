/* Translation: GNU gettext's tools and catalogue format, carried inside the binary.
 *
 * Message ids are English. `assets/po/fr.po` is compiled by msgfmt at build time and embedded; libintl is not
 * used for look-up since it reads only files and honours only locales that the host has generated, and Simplix
 * must speak French on a machine with nothing but C.UTF-8.
 */
#ifndef CORE_BASE_I18N_H
#define CORE_BASE_I18N_H

#include <stdbool.h>
#include <stddef.h>

/* Mark and translate; mark only (in tables). */
#define _(s) i18n_get(s)
#define N_(s) s
/* The same with a context, for English words that other languages tell apart: C_("command", "Open"). What NC_() marks is
 * shown through _() as any other text is. The separator is gettext's own. */
#define C_(context, s) i18n_get(context "\004" s)
#define NC_(context, s) context "\004" s

/* Translated text, or the msgid itself without its context. Never NULL; valid for the life of the program. */
const char *i18n_get(const char *msgid) __attribute__((format_arg(1)));
/* The English text of a marked message, without its context. */
const char *i18n_english(const char *msgid);
const char *i18n_plural(const char *one, const char *many, long n)
	__attribute__((format_arg(1), format_arg(2)));

/* i18n_get() in a language that need not be the one in use, for a document that is written in it; NULL and unknown ones are English. Any thread. */
const char *i18n_get_in(const char *lang, const char *msgid) __attribute__((format_arg(2)));

/* Choose a language by its code ("fr", "en", "fr_FR.UTF-8"); NULL takes SIMPLIX_LANG, LC_ALL, LC_MESSAGES, LANG
 * in this order. Unknown languages fall back to English. Returns the code in use ("en", "fr"). */
const char *i18n_use(const char *lang);
const char *i18n_lang(void);

/* Give a language its catalogue: a .mo file's bytes, which must outlive the program's use of it. i18n_use() does this
 * by itself from the embedded "po/CODE.mo". False, and nothing changed, when the bytes are not a catalogue we can read. */
bool i18n_load(const char *lang, const unsigned char *data, size_t size);

/* How numbers are written in the language in use. */
const char *i18n_decimal_point(void);   /* "." or "," */
const char *i18n_group_separator(void); /* "," or a narrow no-break space */
/* And in a language that need not be. */
const char *i18n_decimal_point_in(const char *lang);
const char *i18n_group_separator_in(const char *lang);

#endif
