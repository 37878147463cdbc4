#include "core/base/qr.h"

#include "core/base/i18n.h"

#include <qrencode.h>

enum status qr_make(struct arena *a, const char *text, struct qr *out, struct error *err)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
	if (!code)
		return error_set(err, ST_LIMIT, _("The text is too long for a QR code."));
	int n = code->width * code->width;
	uint8_t *dark = arena_alloc(a, (size_t)n);
	for (int i = 0; i < n; i++)
		dark[i] = code->data[i] & 1;
	*out = (struct qr){code->width, dark};
	QRcode_free(code);
	return ST_OK;
}

bool qr_dark(const struct qr *q, int row, int col)
{
	return row >= 0 && col >= 0 && row < q->size && col < q->size && q->dark[row * q->size + col];
}
