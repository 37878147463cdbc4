#include "tui/widget/chart.h"

#include <math.h>

static double clamp01(double x)
{
	return !(x > 0) ? 0 : x > 1 ? 1 : x; /* NaN counts as 0 */
}

void chart_bar(const struct canvas *c, int row, int col, int width, double fraction, enum role role, bool rest)
{
	int full = (int)lround(clamp01(fraction) * width);
	if (full == 0 && fraction > 0)
		full = 1;
	for (int i = 0; i < width; i++) {
		if (i < full)
			paint_glyph(c, row, col + i, role, GLYPH_FULL);
		else if (rest)
			paint_glyph(c, row, col + i, ROLE_CHART_DIM, GLYPH_EMPTY);
	}
}

static int cell_of(double fraction, int width)
{
	int i = (int)(clamp01(fraction) * width);
	return i < width ? i : width - 1;
}

void chart_range(const struct canvas *c, int row, int col, int width, double low, double mid, double high)
{
	if (width < 1)
		return;
	int from = cell_of(low, width), at = cell_of(mid, width), to = cell_of(high, width);
	for (int i = 0; i < width; i++) {
		bool inside = i >= from && i <= to;
		paint_glyph(c, row, col + i, inside ? ROLE_CHART : ROLE_CHART_DIM, inside ? GLYPH_RULE : GLYPH_EMPTY);
	}
	paint_glyph(c, row, col + at, ROLE_CHART, GLYPH_FULL);
}

void chart_spark(const struct canvas *c, int row, int col, int width, const double *values, int n, enum role role)
{
	static const char *const utf8[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const ascii[] = {"_", ".", ".", "-", "-", "=", "=", "#"};
	double top = 0;
	int first = n > width ? n - width : 0;
	for (int i = first; i < n; i++)
		top = values[i] > top ? values[i] : top;
	for (int i = first; i < n; i++) {
		int level = top > 0 ? (int)lround(clamp01(values[i] / top) * 7) : 0;
		paint_text(c, row, col + i - first, 1, role, 0, (c->unicode ? utf8 : ascii)[level]);
	}
}

static int row_of(double value, double floor, double ceiling, int rows)
{
	double f = ceiling > floor ? (value - floor) / (ceiling - floor) : 0;
	return rows - 1 - cell_of(f, rows);
}

void chart_fan(const struct canvas *c, const struct fan_step *steps, int n, double floor, double ceiling)
{
	int rows = c->at.rows, cols = c->at.cols;
	for (int x = 0; x < cols && n > 0 && rows > 0; x++) {
		const struct fan_step *s = &steps[(long)x * n / cols];
		int low = row_of(s->low, floor, ceiling, rows), high = row_of(s->high, floor, ceiling, rows);
		for (int r = high; r <= low; r++)
			paint_glyph(c, r, x, ROLE_CHART_DIM, GLYPH_EMPTY);
		paint_glyph(c, row_of(s->mid, floor, ceiling, rows), x, ROLE_CHART, GLYPH_FULL);
	}
}
