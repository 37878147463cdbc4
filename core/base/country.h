/* Which countries there are. */
#ifndef CORE_BASE_COUNTRY_H
#define CORE_BASE_COUNTRY_H

#include "core/base/mem.h"

#include <stdbool.h>

/* Is this an ISO 3166 code of two letters, or what people call a country in English, French or its own language? Blind to case and
 * accents. `near`: the name that is written most alike when it is not, or ""; may be NULL. */
bool country_known(const char *text, char near[80]);
/* The ISO 3166 code of what people call a country; false when it is none that we know. */
bool country_code(const char *text, char out[3]);
/* The name of a country in English or, for "fr", in French, of its code or any of its names; what is no country as it is. Arena memory. */
const char *country_name(struct arena *a, const char *text, const char *lang);

#endif
