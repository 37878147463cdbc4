/* Lists in one line of text: "a@b.c, d@e.f (home)". The first is the main one. A value with separators or brackets of its own stands in
 * quotation marks, doubled inside: "Smith, John" (work).
 */
#ifndef CORE_CRM_LIST_TEXT_H
#define CORE_CRM_LIST_TEXT_H

#include <stdbool.h>

#include "core/base/mem.h"

struct list_item {
	char *value;
	const char *label; /* NULL: none */
};

/* Items separated by comma, semicolon or newline; a last word in parentheses is the label. Returns the count. */
int list_parse(struct arena *a, const char *text, struct list_item **out);
/* The same without labels: "C (programming)" is one value. For tags. */
int list_parse_plain(struct arena *a, const char *text, struct list_item **out);
/* Append one item so that it is parsed back as it is. */
void list_append(struct buf *b, const char *value, const char *label);

#endif
