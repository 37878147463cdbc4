#include "tui/view/filter_prompt.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/crm/filter.h"
#include "tui/widget/prompt.h"

struct asking {
	struct filter_prompt spec;
	char *before; /* what Esc goes back to */
	struct error problem;
	bool held; /* nothing fits yet, so the last good rows are still shown */
};

/* Is the last word not yet what it will be: a value ("stage:pro"), or a word that may become the name of a field? */
static bool is_unfinished(struct asking *q, const char *text)
{
	size_t n = strlen(text), at = n;
	while (at > 0 && !isspace((unsigned char)text[at - 1]))
		at--;
	if (at == n)
		return false;
	if (strpbrk(text + at, ":=<>"))
		return true;
	struct arena *a = arena_new();
	struct completion one[1];
	int from;
	bool field = filter_complete(q->spec.app->core, q->spec.entity, text, (int)n, a, one, 1, &from) > 0;
	arena_free(&a);
	return field;
}

static void changed(void *arg, const char *text)
{
	struct asking *q = arg;
	error_clear(&q->problem);
	q->held = false;
	if (filter_check(q->spec.app->core, q->spec.entity, text, NULL, &q->problem) == ST_OK)
		q->held = !q->spec.apply(q->spec.arg, text, is_unfinished(q, text));
}

static enum status check(void *arg, const char *text, int *at, struct error *err)
{
	struct asking *q = arg;
	return filter_check(q->spec.app->core, q->spec.entity, text, at, err);
}

static void done(void *arg, const char *text)
{
	struct asking *q = arg;
	(void)q->spec.apply(q->spec.arg, text ? text : q->before, false);
	free(q->before);
	free(q);
}

static const char *hint(void *arg, const char *text, struct arena *a)
{
	struct asking *q = arg;
	(void)text;
	if (q->problem.code)
		return arena_printf(a, "%s %s", q->problem.message, q->problem.hint);
	return q->held ? _("nothing fits yet") : "";
}

static int complete(void *arg, const char *text, size_t cursor, struct arena *a, struct candidate *out, int max, size_t *from)
{
	struct asking *q = arg;
	struct completion found[PROMPT_CANDIDATES];
	int start = 0, n = filter_complete(q->spec.app->core, q->spec.entity, text, (int)cursor, a, found,
		max < PROMPT_CANDIDATES ? max : PROMPT_CANDIDATES, &start);
	*from = (size_t)start;
	for (int i = 0; i < n; i++)
		out[i] = (struct candidate){.text = found[i].text};
	return n;
}

void filter_prompt_open(const struct filter_prompt *spec)
{
	struct asking *q = mem_zalloc(sizeof *q);
	const char *now = spec->initial ? spec->initial : "";
	q->spec = *spec;
	q->before = mem_strdup(now);
	char *start = *now ? mem_printf("%s ", now) : NULL;
	(void)prompt_open(spec->app->ui, &(struct prompt_spec){.label = "/", .initial = start, .history = &spec->app->filters,
		.done = done, .changed = changed, .check = check, .complete = complete, .hint = hint, .arg = q});
	free(start);
}
