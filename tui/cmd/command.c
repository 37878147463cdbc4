#include "tui/cmd/command.h"

#include "core/base/i18n.h"
#include "tui/cmd/footer.h"
#include "tui/cmd/keymap.h"
#include "tui/cmd/registry.h"

#include <stdlib.h>
#include <string.h>

#define WHICH_KEY_MS 400
#define GLOBAL "global"

static bool on_key(void *arg, struct screen *top, const struct key *k);

static void on_reset(void *arg)
{
	struct commands *c = arg;
	c->pending = 0;
	c->show_which = false;
	loop_cancel(ui_loop(c->ui), &c->which_timer);
}

struct commands *commands_new(struct ui *ui)
{
	struct commands *c = mem_zalloc(sizeof *c);
	c->ui = ui;
	ui_set_hooks(ui, &(struct ui_hooks){
		.key = on_key, .footer = footer_paint, .footer_click = footer_click, .reset = on_reset, .arg = c});
	return c;
}

void commands_free(struct commands **c)
{
	if (!*c)
		return;
	on_reset(*c);
	ui_set_hooks((*c)->ui, &(struct ui_hooks){0});
	keymap_free(&(*c)->keymap);
	free((*c)->items);
	free((*c)->hints);
	free((*c)->used);
	history_free(&(*c)->history);
	free(*c);
	*c = NULL;
}

struct ui *commands_ui(struct commands *c)
{
	return c->ui;
}

size_t commands_count(const struct commands *c)
{
	return c->count;
}

const struct command *commands_at(const struct commands *c, size_t i)
{
	return c->items[i];
}

static void bind_defaults(struct commands *c, const struct command *cmd)
{
	for (const char *s = cmd->keys; s && *s;) {
		size_t n = strcspn(s, " ");
		struct key keys[KEYMAP_SEQUENCE];
		int count = keymap_parse(s, n, keys);
		if (count > 0)
			keymap_add(&c->keymap, cmd->context, keys, count, cmd->id, false);
		s += n + strspn(s + n, " ");
	}
}

void commands_add(struct commands *c, const struct command *table, size_t n)
{
	mem_grow(&c->items, &c->cap, c->count + n, sizeof *c->items);
	c->used = mem_realloc(c->used, (c->count + n) * sizeof *c->used);
	memset(c->used + c->count, 0, n * sizeof *c->used);
	for (size_t i = 0; i < n; i++) {
		c->items[c->count++] = &table[i];
		bind_defaults(c, &table[i]);
	}
}

static const struct command *find(const struct commands *c, const char *id, size_t n)
{
	for (size_t i = 0; i < c->count; i++)
		if (strncmp(c->items[i]->id, id, n) == 0 && c->items[i]->id[n] == '\0')
			return c->items[i];
	return NULL;
}

const struct command *commands_find(const struct commands *c, const char *id)
{
	return find(c, id, strlen(id));
}

void commands_set_search(struct commands *c, const struct command_search *search)
{
	c->search = *search;
}

void commands_set_readonly(struct commands *c, const char *reason)
{
	c->readonly = reason;
}

/* Contexts */

const char *context_next(const struct screen *s, const char *at, char out[CONTEXT_SIZE])
{
	const char *from = at ? at : s->contexts;
	from += strspn(from, " ");
	size_t n = strcspn(from, " ");
	if (n == 0) {
		bool more = from != context_end && !(s->flags & SCREEN_MODAL);
		memcpy(out, GLOBAL, sizeof GLOBAL);
		return more ? context_end : NULL;
	}
	n = n < CONTEXT_SIZE - 1 ? n : CONTEXT_SIZE - 1;
	memcpy(out, from, n);
	out[n] = '\0';
	return from + n;
}

const char context_end[] = "";

static bool has_context(const struct screen *s, const struct command *cmd)
{
	char context[CONTEXT_SIZE];
	if (cmd->flags & COMMAND_ALWAYS)
		return true;
	for (const char *at = NULL; (at = context_next(s, at, context));)
		if (strcmp(context, cmd->context) == 0)
			return true;
	return false;
}

const char *command_short_name(const struct command *cmd)
{
	const char *dot = strrchr(cmd->id, '.');
	return dot ? dot + 1 : cmd->id;
}

/* Does the screen say that the command means nothing on it? A list of ids; "records.*" stands for all of that beginning. */
static bool is_hidden_by(const struct screen *s, const char *id)
{
	for (const char *at = s->ops->hides; at && *at; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");
		bool all = n > 1 && at[n - 1] == '*';
		if (strncmp(at, id, all ? n - 1 : n) == 0 && (all || id[n] == '\0'))
			return true;
		at += n;
	}
	return false;
}

bool command_is_of(const struct screen *s, const struct command *cmd)
{
	return has_context(s, cmd) && !is_hidden_by(s, cmd->id);
}

const struct command **commands_here(struct commands *c, const struct screen *screen, size_t *n)
{
	const struct command **out = mem_array(c->count, sizeof *out);
	char context[CONTEXT_SIZE];
	size_t count = 0;
	for (const char *at = NULL; screen && (at = context_next(screen, at, context));)
		for (size_t i = 0; i < c->count; i++)
			if (strcmp(c->items[i]->context, context) == 0 && commands_find(c, c->items[i]->id) == c->items[i] &&
				!is_hidden_by(screen, c->items[i]->id))
				out[count++] = c->items[i];
	*n = count;
	return out;
}

/* Running */

static struct command_call call_of(struct commands *c, const struct command *cmd, const char *args)
{
	return (struct command_call){.commands = c, .ui = c->ui, .screen = ui_top(c->ui), .command = cmd, .args = args};
}

const char *commands_reason(struct commands *c, const struct command *cmd)
{
	struct command_call call = call_of(c, cmd, "");
	if ((cmd->flags & COMMAND_WRITES) && c->readonly)
		return c->readonly;
	if (call.screen && !has_context(call.screen, cmd))
		return _("not on this screen");
	return cmd->enabled ? cmd->enabled(&call) : NULL;
}

/* NOT_TAKEN: the screen does not know the command, so a key may mean something else to it. */
enum outcome { NOT_TAKEN, REFUSED, DONE };

/* What was typed may be the whole id, its last word, or the beginning of either: the closest kind of fit decides. */
enum fit { FIT_ID, FIT_SHORT, FIT_ID_BEGINS, FIT_SHORT_BEGINS, FITS };

static bool fits(const struct command *cmd, const char *typed, size_t n, enum fit how)
{
	const char *name = how == FIT_ID || how == FIT_ID_BEGINS ? cmd->id : command_short_name(cmd);
	return strncmp(name, typed, n) == 0 && (how == FIT_ID_BEGINS || how == FIT_SHORT_BEGINS || name[n] == '\0');
}

/* NULL, with a toast, when none fits or several do; those of the screen go before the others. */
static const struct command *resolve(struct commands *c, const char *typed, size_t n)
{
	const struct command *found = NULL;
	int shown = n > 60 ? 60 : (int)n, count = 0;
	struct buf names = {0};
	for (enum fit how = FIT_ID; how < FITS && !count; how++) {
		for (int here = 1; here >= 0 && !count; here--) {
			for (size_t i = 0; i < c->count; i++) {
				const struct command *cmd = c->items[i];
				if (!fits(cmd, typed, n, how) || commands_find(c, cmd->id) != cmd ||
					(how != FIT_ID && (cmd->flags & COMMAND_HIDDEN)) ||
					(here && !(ui_top(c->ui) && command_is_of(ui_top(c->ui), cmd))))
					continue;
				found = cmd;
				if (count++ < 8)
					buf_printf(&names, "%s%s", names.len ? ", " : "", cmd->id);
			}
		}
	}
	if (!count)
		ui_toast(c->ui, TOAST_ERROR, _("There is no command \"%.*s\"."), shown, typed);
	else if (count > 1)
		ui_toast(c->ui, TOAST_WARN, _("“%.*s” is the beginning of several: %s"), shown, typed, buf_str(&names));
	buf_free(&names);
	return count == 1 ? found : NULL;
}

static enum outcome run_line(struct commands *c, const char *line)
{
	line += strspn(line, " :");
	size_t n = strcspn(line, " ");
	if (n == 0)
		return REFUSED;
	const struct command *cmd = resolve(c, line, n);
	if (!cmd)
		return REFUSED;
	const char *reason = commands_reason(c, cmd);
	if (reason) {
		ui_toast(c->ui, TOAST_WARN, _("%s: %s"), _(cmd->title), reason);
		return REFUSED;
	}
	struct command_call call = call_of(c, cmd, line + n + strspn(line + n, " "));
	for (size_t i = 0; i < c->count; i++)
		if (c->items[i] == cmd)
			c->used[i] = ++c->clock;
	if (cmd->run)
		cmd->run(&call);
	else if (!call.screen || !call.screen->ops->command || !call.screen->ops->command(call.screen, cmd->id, call.args))
		return NOT_TAKEN;
	return DONE;
}

bool commands_run(struct commands *c, const char *line)
{
	return run_line(c, line) == DONE;
}

/* Keys */

static void show_which(void *arg)
{
	struct commands *c = arg;
	c->which_timer = 0;
	c->show_which = true;
	ui_dirty(c->ui, DIRTY_PAINT);
}

static enum keymap_answer look_up(struct commands *c, const struct screen *top, const struct binding **out)
{
	char context[CONTEXT_SIZE];
	enum keymap_answer best = KEYMAP_NONE;
	for (const char *at = NULL; (at = context_next(top, at, context));) {
		enum keymap_answer a = keymap_find(&c->keymap, context, c->sequence, c->pending, out);
		if (a == KEYMAP_FOUND && best == KEYMAP_NONE)
			return a;
		if (a == KEYMAP_MORE)
			best = a;
	}
	if (best == KEYMAP_NONE && (top->flags & SCREEN_MODAL) &&
		keymap_find(&c->keymap, GLOBAL, c->sequence, c->pending, out) == KEYMAP_FOUND && (*out)->line) {
		const struct command *cmd = find(c, (*out)->line, strcspn((*out)->line, " "));
		if (cmd && (cmd->flags & COMMAND_ALWAYS))
			return KEYMAP_FOUND;
	}
	return best;
}

static bool on_key(void *arg, struct screen *top, const struct key *k)
{
	struct commands *c = arg;
	const struct binding *b = NULL;
	bool continued = c->pending > 0;
	if (continued && (key_is(k, K_ESC) || key_is_ctrl(k, 'g'))) {
		on_reset(c);
		return true;
	}
	if (c->pending == KEYMAP_SEQUENCE)
		on_reset(c);
	c->sequence[c->pending++] = *k;
	enum keymap_answer a = look_up(c, top, &b);
	if (a == KEYMAP_MORE) {
		if (c->which_timer == 0 && !c->show_which)
			c->which_timer = loop_after(ui_loop(c->ui), WHICH_KEY_MS, show_which, c);
		return true;
	}
	on_reset(c);
	if (a == KEYMAP_NONE)
		return continued; /* a sequence that leads nowhere is used up */
	if (b->line) {
		char *line = mem_strdup(b->line);
		enum outcome outcome = run_line(c, line);
		free(line);
		return outcome != NOT_TAKEN;
	}
	return true;
}

char *commands_keys(const struct commands *c, const struct command *cmd)
{
	struct buf b = {0};
	for (size_t i = 0; i < c->keymap.count; i++) {
		const struct binding *k = &c->keymap.items[i], *first = NULL;
		size_t n = strlen(cmd->id); /* with an argument it is the command's key too: 1 to 9 for views */
		if (!k->line || strncmp(k->line, cmd->id, n) != 0 || (k->line[n] != '\0' && k->line[n] != ' '))
			continue;
		/* Not when a user's binding took the key away. */
		if (keymap_find(&c->keymap, k->context, k->keys, k->n, &first) != KEYMAP_FOUND || first != k)
			continue;
		char *text = keymap_format(k->keys, k->n);
		buf_printf(&b, "%s%s", b.len ? "  " : "", text);
		free(text);
	}
	return b.data ? buf_take(&b) : mem_strdup("");
}

char *commands_key(const struct commands *c, const struct command *cmd, bool unicode)
{
	char *all = commands_keys(c, cmd);
	char *two = strstr(all, "  ");
	if (two)
		*two = '\0';
	if (unicode && strcmp(all, C_("key", "Enter")) == 0) {
		free(all);
		all = mem_strdup("⏎");
	}
	return all;
}

/* User bindings */

static enum status bind_line(struct commands *c, struct keymap *added, char *line, int number, struct error *err)
{
	char *save = NULL;
	if (line[strspn(line, " \t")] == '#')
		return ST_OK;
	char *verb = strtok_r(line, " \t\r", &save);
	if (!verb)
		return ST_OK;
	bool bind = strcmp(verb, "bind") == 0;
	if (!bind && strcmp(verb, "unbind") != 0)
		return error_set(err, ST_INVALID, _("Line %d: write \"bind CONTEXT KEY COMMAND\" or \"unbind CONTEXT KEY\"."), number);
	char *context = strtok_r(NULL, " \t\r", &save), *key = strtok_r(NULL, " \t\r", &save);
	char *command = strtok_r(NULL, "\r", &save);
	command = command ? command + strspn(command, " \t") : NULL;
	if (!context || !key || (bind && (!command || !*command)))
		return error_set(err, ST_INVALID, _("Line %d: a context, a key and a command are needed."), number);
	struct key keys[KEYMAP_SEQUENCE];
	int n = keymap_parse(key, strlen(key), keys);
	if (n == 0)
		return error_set(err, ST_INVALID, _("Line %d: \"%s\" is not a key."), number, key);
	if (bind && !find(c, command, strcspn(command, " ")))
		return error_set(err, ST_INVALID, _("Line %d: there is no command \"%s\"."), number, command);
	keymap_add(added, context, keys, n, bind ? command : NULL, false);
	return ST_OK;
}

enum status commands_bind(struct commands *c, const char *text, struct error *err)
{
	struct keymap added = {0};
	enum status st = ST_OK;
	int number = 1;
	for (const char *at = text; *at && st == ST_OK; number++) {
		size_t n = strcspn(at, "\n");
		char *line = mem_strndup(at, n);
		st = bind_line(c, &added, line, number, err);
		free(line);
		at += n + (at[n] == '\n');
	}
	for (size_t i = 0; st == ST_OK && i < added.count; i++) {
		struct binding *b = &added.items[i];
		keymap_add(&c->keymap, b->context, b->keys, b->n, b->line, true);
	}
	keymap_free(&added);
	return st;
}
