#include "core/base/error.h"

#include "core/base/i18n.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = {
#define X(id, name) name,
	STATUS_TABLE(X)
#undef X
};

const char *status_name(enum status s)
{
	return names[s];
}

int status_exit_code(enum status s)
{
	switch (s) {
	case ST_OK:
		return 0;
	case ST_USAGE:
		return 2;
	case ST_NOT_FOUND:
		return 3;
	case ST_DENIED:
		return 4;
	default:
		return 1;
	}
}

static void fill(struct error *err, enum status code, const char *field, const char *fmt, va_list ap)
{
	if (!err)
		return;
	err->code = code;
	err->hint[0] = '\0';
	(void)snprintf(err->field, sizeof err->field, "%s", field ? field : "");
	(void)vsnprintf(err->message, sizeof err->message, fmt, ap);
}

enum status error_set(struct error *err, enum status code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fill(err, code, NULL, fmt, ap);
	va_end(ap);
	return code;
}

enum status error_field(struct error *err, enum status code, const char *field, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fill(err, code, field, fmt, ap);
	va_end(ap);
	return code;
}

void error_hint(struct error *err, const char *fmt, ...)
{
	if (!err)
		return;
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(err->hint, sizeof err->hint, fmt, ap);
	va_end(ap);
}

void error_clear(struct error *err)
{
	if (err)
		*err = (struct error){0};
}

/* The C library's own words in English; it knows other languages only where the host has them installed. */
static const char *const system_words[] __attribute__((unused)) = {N_("No such file or directory"), N_("Permission denied"),
	N_("Operation not permitted"), N_("File exists"), N_("Not a directory"), N_("Is a directory"), N_("No space left on device"),
	N_("Read-only file system"), N_("Input/output error"), N_("File name too long"), N_("Too many open files"),
	N_("Disk quota exceeded"), N_("Broken pipe"), N_("Device or resource busy"), N_("Too many levels of symbolic links")};

const char *error_system(int code)
{
	return _(strerror(code));
}
