/* Sharing out a length: columns of a list, panes of a screen. */
#ifndef TUI_UI_LAYOUT_H
#define TUI_UI_LAYOUT_H

/* What a part wants. max 0 means no limit. When not even the minimums fit, parts with the highest `drop` go first
 * (equal ones from the right); drop 0 stays to the last. */
struct extent {
	int min, pref, max;
	int drop;
};

/* Fill out[i] with the cells of part i, 0 for a dropped one, with `gap` cells between parts. Parts grow from min to pref
 * together, then to max; what nobody wants is left over. Returns the cells used with gaps; never more than total.
 * At most 64 parts. */
int layout_split(int total, int gap, const struct extent *parts, int n, int *out);

#endif
