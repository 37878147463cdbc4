#include "tui/term/term.h"

#include "core/base/i18n.h"
#include "tui/term/clip.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum status term_init(struct term *t, const struct term_ops *ops, struct error *err)
{
	*t = (struct term){.ops = ops, .fd = -1, .unicode = true};
	if (pipe2(t->wake, O_CLOEXEC | O_NONBLOCK) < 0)
		return error_set(err, ST_IO, _("No file descriptors left: close some programs and try again."));
	return ST_OK;
}

void term_fini(struct term *t)
{
	close(t->wake[0]);
	close(t->wake[1]);
	grid_free(&t->grid);
}

void term_begin(struct term *t)
{
	grid_clear(&t->grid);
	t->cursor_row = t->cursor_col = 0;
	t->cursor_shown = false;
}

void term_cursor(struct term *t, int row, int col, bool shown)
{
	int last_row = t->grid.rows - 1, last_col = t->grid.cols - 1;
	t->cursor_row = row < 0 ? 0 : row > last_row ? last_row : row;
	t->cursor_col = col < 0 ? 0 : col > last_col ? last_col : col;
	t->cursor_shown = shown;
}

void term_flush(struct term *t)
{
	if (!t->gone)
		t->ops->flush(t);
}

bool term_read(struct term *t, struct key *out)
{
	return t->ops->read(t, out);
}

int term_wait_ms(const struct term *t)
{
	return t->ops->wait_ms(t);
}

void term_drop_input(struct term *t)
{
	t->ops->drop_input(t);
}

void term_set_styles(struct term *t, const struct style styles[ROLE_COUNT])
{
	memcpy(t->styles, styles, sizeof t->styles);
	t->ops->set_styles(t);
}

void term_redraw(struct term *t)
{
	if (!t->gone)
		t->ops->redraw(t);
}

void term_wipe(struct term *t)
{
	if (!t->gone)
		t->ops->wipe(t);
}

void term_suspend(struct term *t)
{
	if (!t->gone)
		t->ops->suspend(t);
}

enum status term_run(struct term *t, char *const argv[], int *exit_code, struct error *err)
{
	return t->ops->run(t, argv, exit_code, err);
}

void term_set_title(struct term *t, const char *constant)
{
	if (!t->gone)
		t->ops->set_title(t, constant);
}

enum status term_copy(struct term *t, const char *text, size_t n, struct error *err)
{
	if (n > TERM_COPY_MAX)
		return error_set(err, ST_LIMIT, _("That is too much for the clipboard (%zu bytes)."), n);
	if (!t->gone)
		t->ops->copy(t, text, n);
	return clip_save(text, n, err);
}

void term_bell(struct term *t)
{
	if (!t->gone)
		t->ops->bell(t);
}

void term_set_mouse(struct term *t, bool on)
{
	t->mouse = on;
	if (!t->gone)
		t->ops->set_mouse(t, on);
}

int term_wake_fd(const struct term *t)
{
	return t->wake[0];
}

void term_wake(struct term *t)
{
	/* A full pipe already wakes. */
	(void)!write(t->wake[1], "", 1);
}

void term_wake_drain(struct term *t)
{
	char junk[256];
	while (read(t->wake[0], junk, sizeof junk) == (ssize_t)sizeof junk)
		continue;
}

void term_close(struct term **t)
{
	if (!*t)
		return;
	(*t)->ops->close(*t);
	*t = NULL;
}
