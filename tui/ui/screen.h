/* A screen: one level of what a person is doing. A list, a record, a form, a question.
 *
 * A screen is a struct of its own with `struct screen` first, and a table of functions. It is pushed on the stack of the
 * interface (ui.h), and removed by ui_pop(), which calls close(): that frees it. All functions but paint may be NULL.
 *
 *     struct hello { struct screen screen; char *name; };
 *     static void hello_paint(struct screen *s, const struct canvas *c)
 *     {
 *             struct hello *h = (struct hello *)s;
 *             paint_text(c, 0, 1, c->at.cols - 1, ROLE_TITLE, 0, h->name);
 *     }
 *     static const struct screen_ops hello_ops = {.name = "hello", .paint = hello_paint, .close = hello_close};
 *     struct hello *h = mem_zalloc(sizeof *h);
 *     h->screen.ops = &hello_ops;
 *     ui_push(ui, &h->screen);
 *
 * Redrawing has three degrees: DIRTY_LAYOUT (sizes changed) implies DIRTY_DATA (what is shown must be computed again)
 * implies DIRTY_PAINT. A screen says what it needs with screen_dirty(); the loop calls layout, recalc and paint once,
 * after all waiting input. Only paint draws, and paint computes nothing expensive.
 *
 * There is no waiting: a question, a picker, a prompt is a screen with a function to call when it is answered.
 */
#ifndef TUI_UI_SCREEN_H
#define TUI_UI_SCREEN_H

#include "tui/term/key.h"
#include "tui/ui/paint.h"

struct screen;
struct ui;

enum screen_flag {
	SCREEN_MODAL = 1,      /* drawn over the screen below; only its own and `always` commands work */
	SCREEN_FULL = 2,       /* takes the whole terminal, header and footer too */
	SCREEN_TEXT_INPUT = 4, /* printable keys and paste are text first, commands after */
	SCREEN_BARE = 8,       /* no header above */
};

enum dirty { DIRTY_PAINT = 1, DIRTY_DATA = 3, DIRTY_LAYOUT = 7 };

struct screen_ops {
	const char *name;     /* stable word: session restore, tests */
	const char *contexts; /* key-map contexts, the most special first: "contacts list" */
	unsigned flags;
	const char *hides;    /* commands of these contexts that mean nothing here: left out of footer, help and palette; may be NULL */
	void (*open)(struct screen *s);                        /* after the push; s->ui is set */
	void (*layout)(struct screen *s, int rows, int cols);  /* a modal screen may shrink s->rect here */
	void (*recalc)(struct screen *s);
	void (*paint)(struct screen *s, const struct canvas *c);
	/* Where the cursor rests, relative to the screen; true when it is to be seen (text input). */
	bool (*cursor)(struct screen *s, int *row, int *col);
	/* A key no command took (with TEXT_INPUT: any key, before commands). Mouse positions are relative to the
	 * screen. True when used. */
	bool (*key)(struct screen *s, const struct key *k);
	/* A command of the table that has no function of its own. True when done. */
	bool (*command)(struct screen *s, const char *id, const char *args);
	const char *(*title)(struct screen *s);                /* for the breadcrumb and the palette; valid until the next call */
	void (*shown)(struct screen *s);                       /* is on top again, after the one above went */
	void (*save)(struct screen *s, struct buf *out);       /* one line of state for session restore */
	void (*close)(struct screen *s);                       /* free everything, s too */
};

struct screen {
	const struct screen_ops *ops;
	struct ui *ui;
	struct screen *below;
	struct rect rect;
	unsigned dirty;
	unsigned flags;       /* starts as ops->flags; TEXT_INPUT may come and go */
	const char *contexts; /* starts as ops->contexts */
};

void screen_dirty(struct screen *s, enum dirty what);

#endif
