/* What a byte means in an 8-bit character set. */
#ifndef CORE_CRM_IO_CHARSET_TABLE_H
#define CORE_CRM_IO_CHARSET_TABLE_H

#include "core/crm/io/charset.h"

/* The code point of a byte in an 8-bit set; -1 where the set has none. */
int32_t charset_byte(enum charset c, unsigned char b);

#endif
