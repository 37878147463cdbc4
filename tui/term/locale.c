#include "tui/term/locale.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static bool named_utf8(const char *name)
{
	return strcasestr(name, "utf-8") || strcasestr(name, "utf8");
}

bool locale_use_utf8(void)
{
	if (setlocale(LC_CTYPE, "") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
		return true;
	static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	const char *name = "";
	for (size_t i = 0; i < sizeof variables / sizeof *variables && !*name; i++) {
		const char *value = getenv(variables[i]);
		name = value ? value : "";
	}
	/* Text is UTF-8 inside whatever the terminal shows: widths need a locale that can decode it. */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	return named_utf8(name);
}
