/* The table of import presets: data for presets.c. */
#ifndef CORE_CRM_IO_PRESET_TABLE_H
#define CORE_CRM_IO_PRESET_TABLE_H

#include "core/crm/io/presets.h"

extern const struct import_preset preset_table[]; /* up to the first NULL id */

#endif
