/* The interface: a stack of screens on a terminal, driven by the loop.
 *
 * The bottom row belongs to the interface: a toast while there is one, else what the footer hook paints (the command
 * layer: key hints). An application may add header rows. Below UI_MIN_ROWS x UI_MIN_COLS a card asks for more room
 * and all keys but the quit keys are ignored, because acting unseen is worse than not acting.
 *
 * Keys: a paste goes to text input or nowhere. A TEXT_INPUT screen sees keys first; otherwise the key hook (the command
 * layer) does, then the screen. What nobody wants is dropped.
 *
 * Leaving: ui_quit(), or a signal or hang-up; then the leave hook runs once, and may save (nothing is drawn any more
 * when `gone`). A pop inside a screen's own function is safe: it is closed after the dispatch.
 */
#ifndef TUI_UI_UI_H
#define TUI_UI_UI_H

#include "tui/term/term.h"
#include "tui/ui/loop.h"
#include "tui/ui/screen.h"

#define UI_MIN_ROWS 8
#define UI_MIN_COLS 40

struct ui_hooks {
	bool (*key)(void *arg, struct screen *top, const struct key *k);
	void (*footer)(void *arg, struct screen *top, const struct canvas *c);
	void (*footer_click)(void *arg, struct screen *top, int col);
	/* Commands typed ahead must be forgotten (half a key sequence, a repeat count). */
	void (*reset)(void *arg);
	void *arg;
};

struct ui_header {
	int rows;
	void (*paint)(void *arg, const struct canvas *c);
	void (*click)(void *arg, int row, int col);
	void *arg;
};

/* The terminal stays the caller's. */
struct ui *ui_new(struct term *t);
void ui_free(struct ui **ui); /* closes all screens, top first */
int ui_run(struct ui *ui);    /* until ui_quit(); its code. 128 + signal when a signal or hang-up ended it */
void ui_quit(struct ui *ui, int code);

struct term *ui_term(struct ui *ui);
struct loop *ui_loop(struct ui *ui);
void ui_set_hooks(struct ui *ui, const struct ui_hooks *hooks);
void ui_set_header(struct ui *ui, const struct ui_header *header);
void ui_on_leave(struct ui *ui, void (*leave)(void *arg, bool gone), void *arg);
void ui_set_styles(struct ui *ui, const struct style styles[ROLE_COUNT]);
/* One pointer of the application, for screens. */
void ui_set_app(struct ui *ui, void *app);
void *ui_app(struct ui *ui);
/* Where the progress widget (tui/widget/progress.h) keeps what runs on this interface. */
struct progress;
struct progress **ui_progress(struct ui *ui);

void ui_push(struct ui *ui, struct screen *s);
void ui_pop(struct ui *ui, struct screen *s); /* s and all above it */
struct screen *ui_top(struct ui *ui);
struct screen *ui_find(struct ui *ui, const char *name); /* the topmost of that name, or NULL */
int ui_depth(struct ui *ui);
int64_t ui_idle(struct ui *ui);                /* ms since the last key or click */
void ui_dirty(struct ui *ui, enum dirty what); /* all screens, header and footer */
void ui_redraw(struct ui *ui);                 /* Ctrl-L: send everything again */
/* Nothing that was shown stays, on the screen or in what the terminal keeps of it; then everything is sent again. */
void ui_wipe(struct ui *ui);
/* Before a question whose answer destroys something: drop typed-ahead keys and half sequences. */
void ui_drop_input(struct ui *ui);

/* A passing message in the bottom row. */
enum toast { TOAST_INFO, TOAST_OK, TOAST_WARN, TOAST_ERROR };
void ui_toast(struct ui *ui, enum toast kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void ui_error(struct ui *ui, const struct error *err); /* message and hint */
const char *ui_toast_text(struct ui *ui);              /* "" when none */
/* A message that stays until replaced or cleared by NULL (progress); a toast covers it. */
void ui_status(struct ui *ui, const char *text);

/* Session: one line per screen from the bottom ("name state"), for those that have save(). Bringing them back is the
 * application's work: it knows how to open a name. */
void ui_save(struct ui *ui, struct buf *out);

/* Paint now if something is dirty (the loop does it by itself). */
void ui_frame(struct ui *ui);

#endif
