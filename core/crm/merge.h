/* Merge: two records of one person or company become one.
 *
 * The survivor keeps its values and takes the loser's where it has none; everything that pointed at the loser (deals, activities, children, tags,
 * roles) points at the survivor; the loser is deleted and says what it was merged into. All in one change set, so unmerge is that
 * set taken back, whenever.
 */
#ifndef CORE_CRM_MERGE_H
#define CORE_CRM_MERGE_H

#include "core/crm/undo.h"

enum status merge_records(struct core *c, const struct entity *e, const struct id *survivor, const struct id *loser, struct error *err);
/* Take a merge back by either of its records. */
enum status unmerge_record(struct core *c, const struct entity *e, const struct id *any, struct undo_report *out, struct error *err);

#endif
