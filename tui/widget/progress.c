#include "tui/widget/progress.h"

#include "core/base/i18n.h"

#include <stdlib.h>

#define BAR 10

struct progress {
	struct ui *ui;
	char *title;
	void (*cancel)(void *arg);
	void *arg;
	int64_t done, total;
	bool stopping;
	struct progress *older;
};

/* The status line is set only when its text changes: at most a hundred times for one piece of work. */
static void show(struct ui *ui)
{
	struct progress *p = *ui_progress(ui);
	if (!p) {
		ui_status(ui, NULL);
		return;
	}
	bool unicode = ui_term(ui)->unicode;
	struct buf b = {0};
	buf_printf(&b, "%s ", p->title);
	if (p->total > 0) {
		int64_t percent = p->done >= p->total ? 100 : p->done * 100 / p->total;
		for (int i = 0; i < BAR; i++)
			buf_puts(&b, glyph_text(i * 10 < percent ? GLYPH_FULL : GLYPH_EMPTY, unicode));
		buf_printf(&b, " %d %%", (int)percent);
	} else if (p->done > 0) {
		buf_printf(&b, "%lld", (long long)(p->done / 100 * 100));
	}
	if (p->stopping)
		buf_printf(&b, "  %s", _("stopping…"));
	else if (p->cancel)
		buf_printf(&b, "  C-c %s", _("stops it"));
	ui_status(ui, buf_str(&b));
	buf_free(&b);
}

struct progress *progress_start(struct ui *ui, const char *title, void (*cancel)(void *arg), void *arg)
{
	struct progress *p = mem_zalloc(sizeof *p);
	*p = (struct progress){.ui = ui, .title = mem_strdup(title), .cancel = cancel, .arg = arg, .older = *ui_progress(ui)};
	*ui_progress(ui) = p;
	show(ui);
	return p;
}

void progress_set(struct progress *p, int64_t done, int64_t total)
{
	p->done = done;
	p->total = total;
	if (*ui_progress(p->ui) == p)
		show(p->ui);
}

void progress_end(struct progress **p)
{
	if (!*p)
		return;
	struct ui *ui = (*p)->ui;
	struct progress **at = ui_progress(ui);
	while (*at && *at != *p)
		at = &(*at)->older;
	if (*at)
		*at = (*p)->older;
	free((*p)->title);
	free(*p);
	*p = NULL;
	show(ui);
}

bool progress_cancel(struct ui *ui)
{
	struct progress *p = *ui_progress(ui);
	while (p && (!p->cancel || p->stopping))
		p = p->older;
	if (!p)
		return false;
	p->stopping = true;
	show(ui);
	p->cancel(p->arg);
	return true;
}
