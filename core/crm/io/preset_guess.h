/* One header against the dictionary; between presets.c and preset_guess.c. */
#ifndef CORE_CRM_IO_PRESET_GUESS_H
#define CORE_CRM_IO_PRESET_GUESS_H

#include "core/crm/io/presets.h"

/* A compact header against a compact pattern, whose '#' stands for a number: that number in *index, 0 without. */
bool preset_match(const char *pattern, const char *compact, int *index);
/* The dictionary alone, exactly spelled: no values, no units, no spelling errors. */
bool preset_guess_compact(const char *entity, const char *compact, struct column_guess *out);

#endif
