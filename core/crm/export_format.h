/* One record in a format of other programs; between export.c and its parts. */
#ifndef CORE_CRM_EXPORT_FORMAT_H
#define CORE_CRM_EXPORT_FORMAT_H

#include "core/crm/io/csv.h"
#include "core/crm/io/ical.h"
#include "core/crm/record.h"

void export_csv_header(const struct entity *e, struct csv_writer *w);
void export_csv_row(struct core *c, const struct record *r, struct csv_writer *w);
enum status export_vcard(struct core *c, const struct record *r, struct buf *out, struct error *err);
enum status export_ical(struct core *c, const struct record *r, struct ical_writer *w, struct error *err);

#endif
