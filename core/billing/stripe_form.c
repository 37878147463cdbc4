#include "core/billing/stripe_form.h"

#include <string.h>

void form_escape(struct buf *b, const char *s)
{
	for (; *s; s++) {
		unsigned char ch = (unsigned char)*s;
		if ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || strchr("-._~", ch))
			buf_putc(b, (char)ch);
		else
			buf_printf(b, "%%%02X", ch);
	}
}

void form_text(struct buf *b, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	if (b->len)
		buf_putc(b, '&');
	form_escape(b, name);
	buf_putc(b, '=');
	form_escape(b, value);
}

void form_int(struct buf *b, const char *name, int64_t value)
{
	struct buf text = {0};
	buf_printf(&text, "%lld", (long long)value);
	form_text(b, name, buf_str(&text));
	buf_free(&text);
}
