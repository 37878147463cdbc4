/* What a revert must leave: rows that others, which stay, point at. For undo.c only. */
#ifndef CORE_CRM_UNDO_LEAN_H
#define CORE_CRM_UNDO_LEAN_H

#include "core/crm/store.h"

/* Does a live row refer to r? Rows that are taken back with it must be gone already. */
bool undo_leaned_on(struct txn *t, const struct record *r);

#endif
