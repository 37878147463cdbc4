#include "tui/widget/panel.h"

/* The sides are a blank cell outside, so that the text below does not touch, and a margin. */
#define SIDE PANEL_SIDE

void panel_place(struct screen *s, int rows, int cols)
{
	int all_rows = term_rows(ui_term(s->ui)) - 1, all_cols = term_cols(ui_term(s->ui));
	rows = rows + 2 > all_rows ? all_rows : rows + 2;
	cols = cols + 2 * SIDE > all_cols ? all_cols : cols + 2 * SIDE;
	int free_rows = all_rows - rows;
	s->rect = (struct rect){free_rows / 3, (all_cols - cols) / 2, rows, cols};
}

struct canvas panel_paint(const struct canvas *c, const char *title)
{
	int cols = c->at.cols;
	paint_rule(c, 0, 1, cols - 2);
	paint_rule(c, c->at.rows - 1, 1, cols - 2);
	if (title && *title) {
		int used = paint_text(c, 0, SIDE, cols - 2 * SIDE, ROLE_TITLE, 0, title);
		paint_text(c, 0, SIDE - 1, 1, ROLE_TEXT, 0, " ");
		paint_text(c, 0, SIDE + used, 1, ROLE_TEXT, 0, " ");
	}
	return canvas_sub(c, 1, SIDE, c->at.rows - 2, cols - 2 * SIDE);
}
