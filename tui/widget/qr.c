#include "tui/widget/qr.h"

enum { QUIET = 4 };

int qr_rows(const struct qr *q, int quiet, bool unicode)
{
	int modules = q->size + 2 * quiet;
	return unicode ? (modules + 1) / 2 : modules;
}

int qr_cols(const struct qr *q, int quiet, bool unicode)
{
	return (q->size + 2 * quiet) * (unicode ? 1 : 2);
}

int qr_fit(const struct qr *q, const struct canvas *c)
{
	for (int quiet = QUIET; quiet > 0; quiet--)
		if (qr_rows(q, quiet, c->unicode) <= c->at.rows && qr_cols(q, quiet, c->unicode) <= c->at.cols)
			return quiet;
	return 0;
}

static void paint_half_blocks(const struct qr *q, const struct canvas *c, int quiet)
{
	for (int row = -quiet; row < q->size + quiet; row += 2)
		for (int col = -quiet; col < q->size + quiet; col++) {
			bool top = qr_dark(q, row, col), bottom = qr_dark(q, row + 1, col);
			(void)paint_text(c, (row + quiet) / 2, col + quiet, 1, ROLE_QR, 0, top && bottom ? "█" : top ? "▀" : bottom ? "▄" : " ");
		}
}

/* Two blanks a module: white ones of the role, dark ones reversed. */
static void paint_blanks(const struct qr *q, const struct canvas *c, int quiet)
{
	for (int row = -quiet; row < q->size + quiet; row++)
		for (int col = -quiet; col < q->size + quiet; col++)
			(void)paint_text(c, row + quiet, 2 * (col + quiet), 2, ROLE_QR, qr_dark(q, row, col) ? ATTR_REVERSE : 0, "  ");
}

void qr_paint(const struct qr *q, const struct canvas *c, int quiet)
{
	if (c->unicode)
		paint_half_blocks(q, c, quiet);
	else
		paint_blanks(q, c, quiet);
}
