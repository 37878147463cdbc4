/* The shape of a written date, before an order of day and month is known. */
#ifndef CORE_CRM_IO_COLUMN_DATE_H
#define CORE_CRM_IO_COLUMN_DATE_H

#include <stdbool.h>
#include <stdint.h>

struct date_shape {
	int year;
	int first, second;          /* month and day when clear, else as written */
	bool clear;                 /* needs no order */
	bool day_first, month_first; /* which orders give a date */
	bool timed, zoned;
	int64_t time_ms, offset_ms; /* of the day; east of UTC */
};

/* False when the text is no date. */
bool date_shape_scan(const char *text, struct date_shape *out);

#endif
