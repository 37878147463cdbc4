#include "tui/term/key.h"

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

static const struct {
	enum key_code code;
	const char *name;
} names[] = {
#define X(id, name) {K_##id, name},
	KEY_NAME_TABLE(X)
#undef X
};

bool key_eq(const struct key *a, const struct key *b)
{
	return a->code == b->code && a->mods == b->mods && (a->code != K_CHAR || a->cp == b->cp);
}

char *key_format(const struct key *k, char out[KEY_TEXT_SIZE])
{
	const char *name = "?";
	char letter[8] = "";
	if (k->code == K_CHAR) {
		if (k->cp == ' ')
			name = "Space";
		else if (text_encode(k->cp, letter) > 0)
			name = letter;
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].code == k->code)
			name = names[i].name;
	(void)snprintf(out, KEY_TEXT_SIZE, "%s%s%s%s", k->mods & MOD_CTRL ? "C-" : "", k->mods & MOD_ALT ? "M-" : "",
		k->mods & MOD_SHIFT ? "S-" : "", name);
	return out;
}

char *key_label(const struct key *k)
{
	static const struct {
		enum key_code code;
		const char *name;
	} spoken[] = {{K_ENTER, NC_("key", "Enter")}, {K_TAB, NC_("key", "Tab")}, {K_ESC, NC_("key", "Esc")}, {K_BACKSPACE, NC_("key", "BS")},
		{K_DELETE, NC_("key", "Del")}, {K_INSERT, NC_("key", "Ins")}, {K_UP, NC_("key", "Up")}, {K_DOWN, NC_("key", "Down")},
		{K_LEFT, NC_("key", "Left")}, {K_RIGHT, NC_("key", "Right")}, {K_HOME, NC_("key", "Home")}, {K_END, NC_("key", "End")},
		{K_PAGE_UP, NC_("key", "PgUp")}, {K_PAGE_DOWN, NC_("key", "PgDn")}};
	char plain[KEY_TEXT_SIZE];
	struct key bare = {.code = k->code, .cp = k->cp};
	const char *name = key_format(&bare, plain);
	if (k->code == K_CHAR && k->cp == ' ')
		name = C_("key", "Space");
	for (size_t i = 0; i < sizeof spoken / sizeof *spoken; i++)
		if (spoken[i].code == k->code)
			name = _(spoken[i].name);
	return mem_printf("%s%s%s%s", k->mods & MOD_CTRL ? "C-" : "", k->mods & MOD_ALT ? "M-" : "", k->mods & MOD_SHIFT ? "S-" : "", name);
}

bool key_parse(const char *s, size_t n, struct key *out)
{
	struct key k = {0};
	while (n > 2 && s[1] == '-' && strchr("CMS", s[0])) {
		k.mods |= s[0] == 'C' ? MOD_CTRL : s[0] == 'M' ? MOD_ALT : MOD_SHIFT;
		s += 2;
		n -= 2;
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i].name) == n && memcmp(names[i].name, s, n) == 0)
			k.code = names[i].code;
	if (n == 5 && memcmp(s, "Space", 5) == 0) {
		k.code = K_CHAR;
		k.cp = ' ';
	}
	if (k.code == K_NONE) {
		int32_t cp = 0;
		if (n == 0 || (size_t)text_decode(s, n, &cp) != n || cp <= ' ' || cp == 0x7f)
			return false;
		k.code = K_CHAR;
		k.cp = cp;
	}
	*out = k;
	return true;
}
