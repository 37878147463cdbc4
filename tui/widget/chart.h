/* Small charts made of characters; each has an ASCII form. Fractions are 0..1 and are clamped. */
#ifndef TUI_WIDGET_CHART_H
#define TUI_WIDGET_CHART_H

#include "tui/ui/paint.h"

/* A bar of `width` cells, filled to the fraction; `rest` shows the empty part as dots. */
void chart_bar(const struct canvas *c, int row, int col, int width, double fraction, enum role role, bool rest);
/* A range low..high on a scale of `width` cells with a mark at mid: an interval. */
void chart_range(const struct canvas *c, int row, int col, int width, double low, double mid, double high);
/* One cell per value, the last `width` of them; heights relative to the largest (and 0). */
void chart_spark(const struct canvas *c, int row, int col, int width, const double *values, int n, enum role role);
/* A fan: per step low..high shaded and mid drawn, on rows x cols of the canvas, from `floor` to `ceiling`. Steps are
 * spread over the columns. */
struct fan_step {
	double low, mid, high;
};
void chart_fan(const struct canvas *c, const struct fan_step *steps, int n, double floor, double ceiling);

#endif
