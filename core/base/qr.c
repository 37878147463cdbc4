#include "core/base/qr.h"

#include "core/base/i18n.h"

#include <qrencode.h>

static enum status make(struct arena *a, const char *text, QRecLevel level, struct qr *out, struct error *err)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, level);
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

enum status qr_make(struct arena *a, const char *text, struct qr *out, struct error *err)
{
	return make(a, text, QR_ECLEVEL_L, out, err);
}

enum status qr_make_printed(struct arena *a, const char *text, struct qr *out, struct error *err)
{
	return make(a, text, QR_ECLEVEL_M, out, err);
}

bool qr_dark(const struct qr *q, int row, int col)
{
	return row >= 0 && col >= 0 && row < q->size && col < q->size && q->dark[row * q->size + col];
}
