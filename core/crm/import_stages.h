/* Where imported deals stand: pipelines and stages by name, and the days on which a deal moved, as its history.
 *
 * Stages of a file that all fit a pipeline (the default one first) are that pipeline's; "Closed Won", "Gagné", "Gewonnen", "Ganado"
 * and the like are its won stage, whatever it is called. Where they do not fit, the file gets a pipeline of its own, named after it, with
 * the stages in a seller's order. A pipeline named in a column or by the person is made when it is missing.
 */
#ifndef CORE_CRM_IMPORT_STAGES_H
#define CORE_CRM_IMPORT_STAGES_H

#include "core/crm/import_run.h"

/* "won", "lost" or "open" for a word in English, French, German, Spanish or Czech; NULL. */
const char *import_deal_status(const char *word);
/* Read the file's stages and make what is missing. Does nothing for other entities. */
enum status import_stages_begin(struct import_run *run, struct error *err);
/* Set stage, status and its dates on a staged deal that has no stored one yet; or, for one that is there, only what the row tells. */
enum status import_stages_place(struct import_run *run, struct staged *s, bool stored, struct error *err);
/* Rows of history for a deal just made. */
enum status import_stages_history(struct import_run *run, const struct staged *s, struct error *err);

#endif
