/* Formats that real data comes in: addresses, numbers, registers. All pure. */
#ifndef CORE_MODEL_FORMAT_CHECK_H
#define CORE_MODEL_FORMAT_CHECK_H

#include <stdbool.h>
#include <stddef.h>

bool url_valid(const char *s);    /* http, https or a bare host name; no spaces or control bytes */
bool vat_valid(const char *s);    /* two letters and 2..13 letters or digits; FR: key checked when it is numeric */
char *url_domain(char *out, size_t size, const char *s); /* "https://www.acme.fr/x" gives "acme.fr"; returns out, "" when none */

#endif
