/* What a single value looks like; used to tell what its column holds. */
#ifndef CORE_CRM_IO_COLUMN_SHAPE_H
#define CORE_CRM_IO_COLUMN_SHAPE_H

#include <stdbool.h>

struct number_shape {
	bool fraction, percent, leading_zero;
	bool open; /* "1,234": decimals or a group */
	char decimal; /* what this value shows, or NUL */
	const char *currency; /* a code, or NULL */
	int digits;
};

/* A number, with a currency or a percent sign or neither. Fills *out, which must be zeroed. */
bool number_shape_scan(const char *s, struct number_shape *out);
/* One e-mail address or several, "Name <address>" too. */
bool emails_shape(const char *s);
/* Digits with the marks that telephone numbers have; an extension may follow. *strong: it cannot be a plain number. */
bool phone_shape(const char *s, bool *strong);

#endif
