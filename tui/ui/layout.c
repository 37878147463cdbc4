#include "tui/ui/layout.h"

#define PARTS_MAX 64

static int used_cells(const int *out, int n, int gap)
{
	int used = 0, shown = 0;
	for (int i = 0; i < n; i++) {
		used += out[i];
		shown += out[i] > 0;
	}
	return used + (shown > 1 ? (shown - 1) * gap : 0);
}

/* Drop parts until the minimums fit; the last one left is cut instead. */
static void fit_minimums(int total, int gap, const struct extent *parts, int n, int *out)
{
	int left = 0;
	for (int i = 0; i < n; i++) {
		out[i] = parts[i].min > 0 ? parts[i].min : 1;
		left++;
	}
	while (left > 0 && used_cells(out, n, gap) > total) {
		int victim = -1;
		for (int i = 0; i < n; i++)
			if (out[i] > 0 && (victim < 0 || parts[i].drop >= parts[victim].drop))
				victim = i;
		if (left == 1) {
			out[victim] = total > 0 ? total : 0;
			return;
		}
		out[victim] = 0;
		left--;
	}
}

/* Grow shown parts towards a target, sharing what is free in proportion to what each still lacks. */
static int grow(int spare, const int *target, int n, int *out)
{
	long lack = 0;
	for (int i = 0; i < n; i++)
		lack += out[i] > 0 && target[i] > out[i] ? target[i] - out[i] : 0;
	if (lack == 0 || spare <= 0)
		return spare;
	long share = spare < lack ? spare : lack, given = 0, seen = 0;
	for (int i = 0; i < n; i++) {
		if (out[i] == 0 || target[i] <= out[i])
			continue;
		seen += target[i] - out[i];
		long upto = share * seen / lack;
		out[i] += (int)(upto - given);
		given = upto;
	}
	return spare - (int)given;
}

int layout_split(int total, int gap, const struct extent *parts, int n, int *out)
{
	n = n < PARTS_MAX ? n : PARTS_MAX;
	fit_minimums(total, gap, parts, n, out);
	int spare = total - used_cells(out, n, gap);
	int target[PARTS_MAX] = {0};
	for (int i = 0; i < n; i++)
		target[i] = parts[i].pref;
	spare = grow(spare, target, n, out);
	for (int i = 0; i < n; i++)
		target[i] = parts[i].max > 0 ? parts[i].max : 10000;
	grow(spare, target, n, out);
	return used_cells(out, n, gap);
}
