/* Which countries there are. */
#ifndef CORE_BASE_COUNTRY_H
#define CORE_BASE_COUNTRY_H

#include <stdbool.h>

/* Is this an ISO 3166 code of two letters, or what people call a country in English, French or its own language? Blind to case and
 * accents. `near`: the name that is written most alike when it is not, or ""; may be NULL. */
bool country_known(const char *text, char near[80]);

#endif
