/* A QR code on a canvas: half blocks, black on white whatever the theme. */
#ifndef TUI_WIDGET_QR_H
#define TUI_WIDGET_QR_H

#include "core/base/qr.h"
#include "tui/ui/paint.h"

/* Cells that a code takes with a quiet zone of `quiet` modules. */
int qr_rows(const struct qr *q, int quiet, bool unicode);
int qr_cols(const struct qr *q, int quiet, bool unicode);
/* The widest quiet zone (4 down to 1) with which it fits into the canvas; 0 when it does not fit at all. */
int qr_fit(const struct qr *q, const struct canvas *c);
void qr_paint(const struct qr *q, const struct canvas *c, int quiet);

#endif
