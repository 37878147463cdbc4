/* QR codes (ISO/IEC 18004) as squares of dark and light, through libqrencode. */
#ifndef CORE_BASE_QR_H
#define CORE_BASE_QR_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stdint.h>

struct qr {
	int size; /* modules a side, without the quiet zone around */
	const uint8_t *dark; /* size * size, 1 dark; arena memory */
};

/* Error correction L: the code is read from a screen a hand away, and small matters. ST_LIMIT when the text is too long for one code. */
enum status qr_make(struct arena *a, const char *text, struct qr *out, struct error *err);
/* Error correction M: a code on paper, which is folded and stained; EPC069-12 asks for it. */
enum status qr_make_printed(struct arena *a, const char *text, struct qr *out, struct error *err);
/* Outside the code all is light: the quiet zone. */
bool qr_dark(const struct qr *q, int row, int col);

#endif
