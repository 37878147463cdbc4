/* An interface on the memory grid, and a list source whose rows can be counted, removed and asked about. */
#ifndef TESTS_UNIT_TUI_FIXTURE_H
#define TESTS_UNIT_TUI_FIXTURE_H

#include "tui/cmd/builtin.h"
#include "tui/term/memory.h"
#include "tui/ui/ui.h"
#include "tui/widget/list.h"

struct stage {
	struct term *term;
	struct ui *ui;
	struct commands *commands;
};
struct stage stage_open(int rows, int cols);
void stage_close(struct stage *s);
/* Send keys (a memory_keys() script) and settle. */
void stage_keys(struct stage *s, const char *script);
void stage_settle(struct stage *s);
/* A row of the screen holds this text. */
bool stage_shows(struct stage *s, const char *text);
/* The row that holds it, -1 for none. */
int stage_row_of(struct stage *s, const char *text);
/* The widths of every row add up to the columns, wide characters are whole, no control byte is in a cell. */
bool stage_is_sound(struct stage *s);

/* Rows 1..n by handle, but for removed ones; the name of row 7 is "row 7". */
struct numbers {
	uint64_t n;
	struct handles removed;
	int fetches, largest, cells;
	bool reverse;
	const char *text; /* what all cells say instead */
};
extern const struct list_source numbers_source;

struct number_screen {
	struct screen screen;
	struct list list;
	struct numbers numbers;
	uint64_t opened, selected;
	int sorted;
};
/* Pushes a screen "numbers" with a list of n rows in the contexts "numbers list". */
struct number_screen *numbers_open(struct stage *s, uint64_t n);
uint64_t numbers_selected(const struct number_screen *ns);

#endif
