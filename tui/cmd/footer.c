#include "tui/cmd/footer.h"

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "tui/cmd/registry.h"

#include <stdlib.h>
#include <string.h>

static int by_rank(const void *a, const void *b)
{
	const struct command *x = *(const struct command *const *)a, *y = *(const struct command *const *)b;
	return x->rank != y->rank ? (x->rank > y->rank) - (x->rank < y->rank) : strcmp(x->id, y->id);
}

static int paint_hint(struct commands *c, const struct canvas *cv, int col, const char *key, const char *word,
	const struct command *cmd)
{
	int width = text_width(key) + 1 + text_width(word);
	if (col + width > cv->at.cols - 1)
		return 0;
	int used = paint_text(cv, 0, col, width, ROLE_KEY, 0, key);
	paint_text(cv, 0, col + used + 1, width, ROLE_DIM, 0, word);
	mem_grow(&c->hints, &c->hint_cap, c->hint_count + 1, sizeof *c->hints);
	c->hints[c->hint_count++] = (struct hint){.from = col, .to = col + width, .command = cmd};
	return width + 2;
}

/* What may follow the keys typed so far. */
static void paint_which(struct commands *c, struct screen *top, const struct canvas *cv)
{
	char context[CONTEXT_SIZE];
	char *typed = keymap_format(c->sequence, c->pending);
	int col = 1 + paint_text(cv, 0, 1, 20, ROLE_ACCENT, 0, typed) + 2;
	free(typed);
	for (const char *at = NULL; (at = context_next(top, at, context));) {
		for (size_t i = 0; i < c->keymap.count; i++) {
			const struct binding *b = &c->keymap.items[i];
			bool follows = b->n > c->pending && b->line && strcmp(b->context, context) == 0;
			for (int k = 0; k < c->pending && follows; k++)
				follows = key_eq(&b->keys[k], &c->sequence[k]);
			const struct command *cmd = follows ? commands_find(c, b->line) : NULL;
			if (!cmd)
				continue;
			char *rest = keymap_format(b->keys + c->pending, b->n - c->pending);
			int used = paint_hint(c, cv, col, rest, _(cmd->hint ? cmd->hint : cmd->title), cmd);
			free(rest);
			if (used == 0)
				return;
			col += used;
		}
	}
}

struct shown {
	const struct command *command;
	char *key;
};

static int shown_by_rank(const void *a, const void *b)
{
	return by_rank(&((const struct shown *)a)->command, &((const struct shown *)b)->command);
}

/* What has a key and a hint, by rank. A key means what the most special context says, so others that have it too are left out. */
static struct shown *hints_here(struct commands *c, struct screen *top, bool unicode, size_t *n)
{
	size_t all, kept = 0;
	const struct command **here = commands_here(c, top, &all);
	struct shown *list = mem_array(all + 1, sizeof *list);
	for (size_t i = 0; i < all; i++) {
		/* Where keys are text first, the global ones would mislead. */
		bool typed_over = (top->flags & SCREEN_TEXT_INPUT) && strcmp(here[i]->context, "global") == 0;
		char *key = here[i]->hint && !typed_over ? commands_key(c, here[i], unicode) : NULL;
		bool taken = !key || !*key || (here[i]->enabled && commands_reason(c, here[i])); /* what cannot be done now is no hint */
		for (size_t k = 0; k < kept && !taken; k++)
			taken = strcmp(list[k].key, key) == 0;
		if (taken)
			free(key);
		else
			list[kept++] = (struct shown){here[i], key};
	}
	free(here);
	qsort(list, kept, sizeof *list, shown_by_rank);
	*n = kept;
	return list;
}

void footer_paint(void *arg, struct screen *top, const struct canvas *cv)
{
	struct commands *c = arg;
	c->hint_count = 0;
	if (!top)
		return;
	if (c->show_which) {
		paint_which(c, top, cv);
		return;
	}
	size_t n;
	struct shown *list = hints_here(c, top, cv->unicode, &n);
	int col = 1;
	for (size_t i = 0; i < n; i++) {
		col += paint_hint(c, cv, col, list[i].key, _(list[i].command->hint), list[i].command);
		free(list[i].key);
	}
	free(list);
}

void footer_click(void *arg, struct screen *top, int col)
{
	struct commands *c = arg;
	(void)top;
	for (size_t i = 0; i < c->hint_count; i++)
		if (col >= c->hints[i].from && col < c->hints[i].to) {
			(void)commands_run(c, c->hints[i].command->id);
			return;
		}
}
