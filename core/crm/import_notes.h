/* The notes of a record: the text that a column of the file gives, and behind it a line for each cell without a place of its own,
 * "Header: value". An import adds each line once and takes none out; the text before them follows the file.
 */
#ifndef CORE_CRM_IMPORT_NOTES_H
#define CORE_CRM_IMPORT_NOTES_H

#include "core/base/mem.h"

/* `text` from the file (NULL: it says nothing, the stored text stays), the notes in `stored` (NULL), and those `lines` that are not there
 * yet. Arena memory; NULL for none at all. */
const char *notes_join(struct arena *a, const char *text, const char *stored, const char *lines);
/* Is `stored` this text, with notes behind it or not? */
bool notes_say(const char *stored, const char *text);

#endif
