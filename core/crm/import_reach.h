/* Cells that hold several things or a part of one: mail addresses and numbers with labels, tags, the parts of addresses. */
#ifndef CORE_CRM_IMPORT_REACH_H
#define CORE_CRM_IMPORT_REACH_H

#include "core/crm/import_run.h"

/* `text` is trimmed and may be cut up. Each notes the end of its cell. */
void import_read_reach(struct import_run *run, struct staged *s, const struct import_slot *slot, int column, char *text);
void import_read_tags(struct import_run *run, struct staged *s, int column, char *text);
void import_read_address(struct import_run *run, struct staged *s, const struct import_slot *slot, int column, char *text);

#endif
