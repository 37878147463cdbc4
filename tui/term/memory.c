#include "tui/term/memory.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

struct queued {
	struct key key;
	char *text; /* owned: a paste's */
	int rows, cols;
};

struct memory {
	struct term base;
	struct grid shown;
	struct queued *queue;
	size_t head, count, cap;
	char *last_text;
	int flushes, bells;
	char *copied;
	int (*run)(void *arg, char *const argv[]);
	void *run_arg;
};

static struct memory *self(const struct term *t)
{
	return (struct memory *)(uintptr_t)t;
}

static void memory_flush(struct term *t)
{
	struct memory *m = self(t);
	if (m->shown.rows != t->grid.rows || m->shown.cols != t->grid.cols)
		grid_resize(&m->shown, t->grid.rows, t->grid.cols);
	memcpy(m->shown.cells, t->grid.cells, (size_t)t->grid.rows * (size_t)t->grid.cols * sizeof(struct cell));
	m->flushes++;
}

static bool memory_read(struct term *t, struct key *out)
{
	struct memory *m = self(t);
	if (m->head == m->count)
		return false;
	struct queued *q = &m->queue[m->head++];
	free(m->last_text);
	m->last_text = q->text;
	q->text = NULL;
	if (q->key.code == K_RESIZE)
		grid_resize(&t->grid, q->rows, q->cols);
	*out = q->key;
	if (m->head == m->count)
		m->head = m->count = 0;
	return true;
}

static int memory_wait_ms(const struct term *t)
{
	return self(t)->head < self(t)->count ? 0 : -1;
}

static void memory_drop_input(struct term *t)
{
	struct memory *m = self(t);
	for (size_t i = m->head; i < m->count; i++)
		free(m->queue[i].text);
	m->head = m->count = 0;
}

static void ignore(struct term *t)
{
	(void)t;
}

static enum status memory_run(struct term *t, char *const argv[], int *exit_code, struct error *err)
{
	struct memory *m = self(t);
	if (!m->run)
		return error_set(err, ST_NOT_FOUND, "%s", argv[0]);
	*exit_code = m->run(m->run_arg, argv);
	return ST_OK;
}

static void memory_title(struct term *t, const char *constant)
{
	(void)t;
	(void)constant;
}

static void memory_copy(struct term *t, const char *text, size_t n)
{
	free(self(t)->copied);
	self(t)->copied = mem_strndup(text, n);
}

static void memory_bell(struct term *t)
{
	self(t)->bells++;
}

static void memory_mouse(struct term *t, bool on)
{
	(void)t;
	(void)on;
}

static void memory_close(struct term *t)
{
	struct memory *m = self(t);
	memory_drop_input(t);
	free(m->queue);
	free(m->last_text);
	free(m->copied);
	grid_free(&m->shown);
	term_fini(t);
	free(m);
}

static const struct term_ops memory_ops = {
	.flush = memory_flush,
	.read = memory_read,
	.wait_ms = memory_wait_ms,
	.drop_input = memory_drop_input,
	.set_styles = ignore,
	.redraw = ignore,
	.wipe = ignore,
	.suspend = ignore,
	.run = memory_run,
	.set_title = memory_title,
	.copy = memory_copy,
	.bell = memory_bell,
	.set_mouse = memory_mouse,
	.close = memory_close,
};

struct term *memory_open(int rows, int cols)
{
	struct memory *m = mem_zalloc(sizeof *m);
	if (term_init(&m->base, &memory_ops, NULL) != ST_OK) {
		free(m);
		return NULL;
	}
	m->base.colors = 256;
	grid_resize(&m->base.grid, rows, cols);
	grid_resize(&m->shown, rows, cols);
	return &m->base;
}

static void queue(struct term *t, const struct queued *q)
{
	struct memory *m = self(t);
	mem_grow(&m->queue, &m->cap, m->count + 1, sizeof *m->queue);
	m->queue[m->count++] = *q;
}

void memory_key(struct term *t, const struct key *k)
{
	queue(t, &(struct queued){.key = *k});
}

void memory_type(struct term *t, const char *text)
{
	size_t n = strlen(text);
	int32_t cp;
	for (size_t at = 0; at < n;) {
		at += (size_t)text_decode(text + at, n - at, &cp);
		memory_key(t, &(struct key){.code = K_CHAR, .cp = cp});
	}
}

void memory_keys(struct term *t, const char *script)
{
	const char *s = script + strspn(script, " ");
	while (*s) {
		bool quoted = *s == '\'';
		const char *word = quoted ? s + 1 : s;
		size_t n = strcspn(word, quoted ? "'" : " ");
		struct key k;
		if (!quoted && key_parse(word, n, &k)) {
			memory_key(t, &k);
		} else {
			char *typed = mem_strndup(word, n);
			memory_type(t, typed);
			free(typed);
		}
		s = word + n + (quoted && word[n] ? 1 : 0);
		s += strspn(s, " ");
	}
}

void memory_paste(struct term *t, const char *text)
{
	char *copy = mem_strdup(text);
	memory_key(t, &(struct key){.code = K_PASTE_BEGIN});
	queue(t, &(struct queued){
		.key = {.code = K_PASTE_TEXT, .text = copy, .len = strlen(copy)}, .text = copy});
	memory_key(t, &(struct key){.code = K_PASTE_END});
}

void memory_click(struct term *t, int row, int col)
{
	memory_key(t, &(struct key){.code = K_MOUSE, .mouse = MOUSE_PRESS, .button = 1, .row = row, .col = col});
	memory_key(t, &(struct key){.code = K_MOUSE, .mouse = MOUSE_RELEASE, .button = 1, .row = row, .col = col});
}

void memory_resize(struct term *t, int rows, int cols)
{
	queue(t, &(struct queued){.key = {.code = K_RESIZE}, .rows = rows, .cols = cols});
}

char *memory_text(const struct term *t)
{
	struct buf b = {0};
	grid_text(&self(t)->shown, &b);
	return buf_take(&b);
}

char *memory_roles(const struct term *t)
{
	struct buf b = {0};
	grid_roles(&self(t)->shown, &b);
	return buf_take(&b);
}

char *memory_row(const struct term *t, int row)
{
	const struct memory *m = self(t);
	struct buf b = {0};
	if (row >= 0 && row < m->shown.rows) {
		struct grid one = {.rows = 1, .cols = m->shown.cols, .cells = grid_row(&m->shown, row)};
		grid_text(&one, &b);
		b.data[--b.len] = '\0';
	}
	return b.data ? buf_take(&b) : mem_strdup("");
}

const struct grid *memory_frame(const struct term *t)
{
	return &self(t)->shown;
}

int memory_flushes(const struct term *t)
{
	return self(t)->flushes;
}

const char *memory_copied(const struct term *t)
{
	return self(t)->copied ? self(t)->copied : "";
}

int memory_bells(const struct term *t)
{
	return self(t)->bells;
}

void memory_on_run(struct term *t, int (*run)(void *arg, char *const argv[]), void *arg)
{
	self(t)->run = run;
	self(t)->run_arg = arg;
}
