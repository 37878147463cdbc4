/* The dictionary of headers: data for presets.c. */
#ifndef CORE_CRM_IO_PRESET_ALIAS_H
#define CORE_CRM_IO_PRESET_ALIAS_H

struct preset_alias {
	const char *entities; /* letters: c contacts, o companies, d deals, a activities, p products, u users */
	const char *field;
	const char *label;
	const char *words;    /* compact headers, separated by spaces; '#' is a number */
};

/* Up to the first entry without a field. An earlier entry wins. */
extern const struct preset_alias preset_aliases[];

/* Words before or behind a telephone, e-mail or address header that give its label. */
struct preset_qualifier {
	const char *word;
	const char *label;
};
extern const struct preset_qualifier preset_qualifiers[];

#endif
