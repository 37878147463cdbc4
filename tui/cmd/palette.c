#include "tui/cmd/palette.h"

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "tui/cmd/registry.h"
#include "tui/widget/fuzzy.h"
#include "tui/widget/picker.h"
#include "tui/widget/prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECENT_BONUS 40
#define SHOWN_WITH_SEARCH 10
#define STRONG_PER_LETTER 80

/* What can be chosen, looked up while the asking screen was on top: reasons are its. */
struct choice {
	const struct command *command;
	char *keys, *reason, *folded;
	int match, score; /* how well it matches; with a bonus for recent use */
};

struct palette {
	struct commands *commands;
	struct choice *choices;
	size_t count;
};

static struct palette *palette_new(struct commands *c, bool hidden)
{
	struct palette *p = mem_zalloc(sizeof *p);
	struct arena *a = arena_new();
	size_t n;
	const struct command **here = commands_here(c, ui_top(c->ui), &n);
	p->commands = c;
	p->choices = mem_array(n, sizeof *p->choices);
	for (size_t i = 0; i < n; i++) {
		if ((here[i]->flags & COMMAND_HIDDEN) && !hidden)
			continue;
		const char *reason = commands_reason(c, here[i]);
		p->choices[p->count++] = (struct choice){.command = here[i],
			.keys = commands_keys(c, here[i]),
			.reason = reason ? mem_strdup(reason) : NULL,
			.folded = mem_strdup(text_fold(a, arena_printf(a, "%s %s", _(here[i]->title), here[i]->id)))};
	}
	free(here);
	arena_free(&a);
	return p;
}

static void palette_free(struct palette *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->choices[i].keys);
		free(p->choices[i].reason);
		free(p->choices[i].folded);
	}
	free(p->choices);
	free(p);
}

static void add(struct picker *to, const struct choice *ch)
{
	const struct command *cmd = ch->command;
	picker_add(to, &(struct picker_item){.text = _(cmd->title),
			       .detail = ch->keys,
			       .reason = ch->reason,
			       .help = cmd->help ? _(cmd->help) : NULL,
			       .words = cmd->group ? _(cmd->group) : NULL,
			       .id = (uint64_t)(uintptr_t)cmd});
}

static uint32_t last_use(const struct commands *c, const struct command *cmd)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->items[i] == cmd)
			return c->used[i];
	return 0;
}

static int by_score(const void *a, const void *b)
{
	const struct choice *x = a, *y = b;
	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	return strcmp(x->folded, y->folded);
}

static void rank(struct palette *p, const char *typed)
{
	const struct commands *c = p->commands;
	for (size_t i = 0; i < p->count; i++) {
		struct choice *ch = &p->choices[i];
		uint32_t used = last_use(c, ch->command);
		ch->score = ch->match = fuzzy_score(typed, ch->folded);
		if (ch->score > 0 && used > 0 && c->clock - used < RECENT_BONUS)
			ch->score += (int)(RECENT_BONUS - (c->clock - used));
	}
	if (p->count > 0)
		qsort(p->choices, p->count, sizeof *p->choices, by_score);
}

/* Letters in a row or at the beginnings of words, as opposed to letters found here and there. */
static bool is_strong(const struct choice *ch, const char *typed)
{
	return ch->match >= (int)strlen(typed) * STRONG_PER_LETTER;
}

static void add_ranked(struct palette *p, struct picker *to, const char *typed, bool strong)
{
	size_t shown = 0, most = *typed ? SHOWN_WITH_SEARCH : p->count;
	for (size_t i = 0; i < p->count && shown < most; i++) {
		if (p->choices[i].score > 0 && is_strong(&p->choices[i], typed) == strong) {
			add(to, &p->choices[i]);
			shown++;
		}
	}
}

/* The palette: what is meant first, then records, then what merely has the letters. */
static void fill_ranked(void *arg, struct picker *to, const char *typed)
{
	struct palette *p = arg;
	const struct command_search *search = &p->commands->search;
	struct arena *a = arena_new();
	const char *folded = text_fold(a, typed);
	rank(p, folded);
	add_ranked(p, to, folded, true);
	if (search->fill && *typed)
		search->fill(search->arg, to, typed);
	add_ranked(p, to, folded, false);
	arena_free(&a);
}

/* Help: what the screen itself can do comes first. */
enum part { PART_SCREEN, PART_SUBJECT, PART_MOVING, PART_EVERYWHERE, PARTS };

static enum part part_of(const struct command *cmd)
{
	if (strcmp(cmd->context, "global") == 0)
		return PART_EVERYWHERE;
	if ((cmd->flags & COMMAND_HIDDEN) || (cmd->group && strcmp(cmd->group, "Marking") == 0))
		return PART_MOVING;
	return strcmp(cmd->context, "subject") == 0 ? PART_SUBJECT : PART_SCREEN;
}

static void fill(void *arg, struct picker *to, const char *typed)
{
	static const char *const headings[PARTS] = {N_("This screen"), N_("The selected record"), N_("Moving and marking"), N_("Everywhere")};
	struct palette *p = arg;
	(void)typed;
	for (int part = 0; part < PARTS; part++) {
		bool any = false;
		for (size_t i = 0; i < p->count; i++) {
			if ((int)part_of(p->choices[i].command) != part)
				continue;
			if (!any)
				picker_add(to, &(struct picker_item){.text = _(headings[part]), .heading = true});
			any = true;
			add(to, &p->choices[i]);
		}
	}
}

static void done(void *arg, const struct picker_item *item)
{
	struct palette *p = arg;
	struct commands *c = p->commands;
	palette_free(p);
	if (!item)
		return;
	if (item->data) {
		c->search.done(c->search.arg, item);
		return;
	}
	const struct command *cmd = (const struct command *)(uintptr_t)item->id;
	if (cmd->flags & COMMAND_TAKES_ARGS) {
		char *line = mem_printf("%s ", cmd->id);
		command_line_open(c, line);
		free(line);
	} else {
		(void)commands_run(c, cmd->id);
	}
}

void palette_open(struct commands *c)
{
	picker_open(c->ui, &(struct picker_spec){
		.title = _("Go to or do"), .fill = fill_ranked, .done = done, .arg = palette_new(c, false)});
}

void help_open(struct commands *c)
{
	struct screen *top = ui_top(c->ui);
	const char *name = top && top->ops->title ? top->ops->title(top) : NULL;
	char title[160];
	(void)snprintf(title, sizeof title, name ? _("Keys of this screen: %s") : _("Keys of this screen"), name);
	picker_open(c->ui, &(struct picker_spec){.title = title,
				   .fill = fill,
				   .fill_filtered = true,
				   .keep_order = true,
				   .done = done,
				   .arg = palette_new(c, true)});
}

/* The `:` line */

static bool begins(const struct command *cmd, const char *typed, size_t n)
{
	return strncmp(cmd->id, typed, n) == 0 || (n > 0 && strncmp(command_short_name(cmd), typed, n) == 0);
}

/* What begins as typed, of the screen that the line was opened on; when nothing of it does, of all. */
static int matching(struct commands *c, const char *typed, size_t n, const struct command **out, int max)
{
	const struct screen *line = ui_top(c->ui), *screen = line ? line->below : NULL;
	int count = 0;
	for (int here = 1; here >= 0 && !count; here--) {
		for (size_t i = 0; i < c->count && count < max; i++) {
			const struct command *cmd = c->items[i];
			if (!(cmd->flags & COMMAND_HIDDEN) && begins(cmd, typed, n) && commands_find(c, cmd->id) == cmd &&
				(!here || (screen && command_is_of(screen, cmd))))
				out[count++] = cmd;
		}
	}
	return count;
}

static int complete(void *arg, const char *text, size_t cursor, struct arena *a, struct candidate *out, int max, size_t *from)
{
	struct commands *c = arg;
	const struct command *found[PROMPT_CANDIDATES];
	*from = 0;
	if (strcspn(text, " ") < cursor)
		return 0;
	int n = matching(c, text, cursor, found, max < PROMPT_CANDIDATES ? max : PROMPT_CANDIDATES);
	for (int i = 0; i < n; i++)
		out[i] = (struct candidate){.text = arena_printf(a, "%s ", found[i]->id), .shown = found[i]->id};
	return n;
}

enum { HINTS = 6 };

static const char *hint(void *arg, const char *text, struct arena *a)
{
	struct commands *c = arg;
	const struct command *found[HINTS];
	size_t typed = strcspn(text, " ");
	char *id = arena_strndup(a, text, typed);
	const struct command *whole = commands_find(c, id);
	const char *out = "";
	if (whole)
		return _(whole->title);
	int n = typed && !text[typed] ? matching(c, id, typed, found, HINTS) : 0;
	for (int i = 0; i < n; i++)
		out = arena_printf(a, "%s  %s", out, found[i]->id);
	return out;
}

static void run_line(void *arg, const char *text)
{
	struct commands *c = arg;
	if (text)
		(void)commands_run(c, text);
}

void command_line_open(struct commands *c, const char *initial)
{
	prompt_open(c->ui, &(struct prompt_spec){.label = ":",
				   .initial = initial,
				   .history = &c->history,
				   .done = run_line,
				   .complete = complete,
				   .hint = hint,
				   .arg = c});
}
