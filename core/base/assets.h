/* Files that the binary carries inside: translations, themes, templates. The table is generated at build time. */
#ifndef CORE_BASE_ASSETS_H
#define CORE_BASE_ASSETS_H

#include <stddef.h>

struct asset {
	const char *name; /* path below assets/, compiled files under their own name: "po/fr.mo" */
	const unsigned char *data;
	size_t size;
};

/* NULL when the binary carries no such file. */
const struct asset *asset_find(const char *name);

#endif
