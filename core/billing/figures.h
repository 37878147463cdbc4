/* Figures of the books, by currency: revenue by month, what is due by age, what recurs. */
#ifndef CORE_BILLING_FIGURES_H
#define CORE_BILLING_FIGURES_H

#include "core/crm/core.h"

enum { AGE_NOT_DUE, AGE_30, AGE_60, AGE_90, AGE_OLDER, AGES }; /* not due yet; 1–30, 31–60, 61–90, more than 90 days late */

struct ageing {
	char currency[4];
	int64_t minor[AGES], count[AGES];
};
struct revenue {
	char currency[4];
	int64_t month, year, before; /* net issued less credit notes: this month, this year, the same months of last year */
	int64_t received;            /* money that came in this month */
};
struct recurring {
	char currency[4];
	int64_t mrr, count;
};

/* Of the rows that the person may read. Arena memory. */
enum status figures_ageing(struct core *c, struct arena *a, struct ageing **out, int *n, struct error *err);
enum status figures_revenue(struct core *c, struct arena *a, struct revenue **out, int *n, struct error *err);
enum status figures_recurring(struct core *c, struct arena *a, struct recurring **out, int *n, struct error *err);
const char *age_label(int age); /* "1–30 days", translated */
/* The filter that lists the invoices behind a figure: "status:overdue,… due_date<-30d". Arena memory. */
const char *age_filter(int age, struct arena *a);

#endif
