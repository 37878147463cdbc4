#include "tui/view/document_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/billing/billing.h"
#include "core/crm/query.h"
#include "tui/view/document_text.h"
#include "tui/view/subject.h"

enum { SHEET_COLS = 86, SHEET_MIN = 50, STORY_COLS = 34, STORY_GAP = 3, MARGIN = 2, STORY_MOST = 40, WHEEL_ROWS = 3 };

struct page {
	struct styled text;
	struct styled_line *lines;
	size_t n;
};

struct document_view {
	struct screen screen;
	struct app *app;
	const struct entity *entity;
	int64_t num;
	char *title;
	struct page sheet, story; /* the story stands at the side, or below when it is narrow */
	bool beside, gone;
	int width, rows;
	size_t top;
	int64_t seen;
	char contexts[40];
};

static struct document_view *self(struct screen *s)
{
	return (struct document_view *)s;
}

/* The story: what happened, oldest first */

struct event {
	int64_t day;
	int order; /* of one day, as they are gathered */
	const char *text, *fact;
	enum role role;
};

struct story {
	struct arena *a;
	struct core *c;
	struct event *events;
	int n;
};

static void tell(struct story *s, int64_t day, enum role role, const char *text, const char *fact)
{
	if (day && text && s->n < STORY_MOST) {
		s->events[s->n] = (struct event){day, s->n, text, fact, role};
		s->n++;
	}
}

static int64_t day_of(const char *iso)
{
	int64_t days;
	return iso && clock_parse_iso_date(iso, &days) ? days : 0;
}

static int64_t day_at(int64_t ms)
{
	struct civil t = clock_local(ms);
	return ms ? clock_days_from_civil(t.year, t.month, t.day) : 0;
}

/* Rows of another kind about it: payments, refunds, credit notes. */
static void tell_rows(struct story *s, const struct record *r, const char *entity, const char *scope, const char *const columns[3], const char *const words[4])
{
	const struct entity *e = model_entity(s->c->model, entity);
	struct rowset *rs;
	struct columns *cols;
	struct query q = {.entity = e, .sort = "num", .limit = 20, .scope = scope, .scope_id = r->id};
	if (rowset_open(s->c, &q, &rs, NULL, NULL) != ST_OK)
		return;
	(void)rowset_pump(rs, 20);
	if (columns_open(s->c, e, columns, 3, &cols, NULL) == ST_OK) {
		for (int64_t i = 0; i < rowset_count(rs); i++) {
			struct row row;
			if (columns_fetch(cols, rowset_at(rs, i), s->a, &row, NULL) != ST_OK)
				continue;
			const char *status = row.v[2].kind == VAL_TEXT ? row.v[2].s : "";
			bool bad = strcmp(status, "failed") == 0 || strcmp(status, "draft") == 0 || strcmp(status, "canceled") == 0, wait = strcmp(status, "pending") == 0 || strcmp(status, "requires_action") == 0;
			int64_t day = row.v[0].kind == VAL_INT ? day_at(row.v[0].i) : row.v[0].kind == VAL_TEXT ? day_of(row.v[0].s) : 0;
			tell(s, day ? day : clock_today(), bad ? ROLE_DIM : wait ? ROLE_WARN : ROLE_OK, _(bad ? words[1] : wait ? words[2] : words[0]), row.text[1]);
		}
		columns_free(&cols);
	}
	rowset_free(&rs);
}

static int by_time(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	return x->day != y->day ? (x->day > y->day) - (x->day < y->day) : x->order - y->order;
}

static void gather_invoice(struct story *s, const struct record *r)
{
	static const char *const payments[] = {"paid_on", "amount", "status"}, *const refunds[] = {"created_at", "amount", "status"}, *const notes[] = {"issue_date", "number", "status"};
	static const char *const paid[] = {N_("Paid"), N_("Payment failed"), N_("Payment under way"), NULL}, *const back[] = {N_("Given back"), N_("Refund failed"), N_("Refund under way"), NULL};
	static const char *const note[] = {N_("Credit note"), N_("Credit note, draft"), N_("Credit note"), NULL};
	tell(s, day_of(record_text(r, "issue_date")), ROLE_TEXT, record_null(r, "number") ? NULL : C_("invoice", "Issued"), NULL);
	tell(s, day_at(record_int(r, "sent_at")), ROLE_TEXT, C_("document", "Sent"), NULL);
	if (record_int(r, "dunning_level"))
		tell(s, day_at(record_int(r, "dunned_at")), ROLE_WARN, _("Reminded"), arena_printf(s->a, _("level %lld"), (long long)record_int(r, "dunning_level")));
	tell_rows(s, r, "payments", "invoice", payments, paid);
	tell_rows(s, r, "refunds", "invoice", refunds, back);
	tell_rows(s, r, "invoices", "corrects", notes, note);
	tell(s, day_at(record_int(r, "paid_at")), ROLE_OK, _("Paid in full"), NULL);
}

static void gather_quote(struct story *s, const struct record *r)
{
	static const char *const invoices[] = {"issue_date", "number", "status"};
	static const char *const words[] = {N_("Invoice"), N_("Invoice, draft"), N_("Invoice"), NULL};
	tell(s, day_at(record_int(r, "sent_at")), ROLE_TEXT, C_("document", "Sent"), NULL);
	tell(s, day_at(record_int(r, "accepted_at")), ROLE_OK, C_("quote", "Accepted"), record_text(r, "accepted_by"));
	if (!record_null(r, "decline_reason"))
		tell(s, day_at(r->updated_at), ROLE_ERROR, C_("quote", "Declined"), record_text(r, "decline_reason"));
	tell_rows(s, r, "invoices", "quote", invoices, words);
}

static enum role tone_of(const char *status)
{
	static const char *const good[] = {"paid", "accepted", "invoiced"}, *const bad[] = {"overdue", "declined"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (strcmp(good[i], status) == 0)
			return ROLE_OK;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (strcmp(bad[i], status) == 0)
			return ROLE_OVERDUE;
	return ROLE_TEXT;
}

static void tell_sum(struct styled *out, const struct record *r, struct arena *a, int width, const char *label, const char *field)
{
	int64_t minor = record_int(r, field);
	struct text_line l = {out, 0};
	if (!minor)
		return;
	line_put(&l, ROLE_LABEL, label);
	line_put_right(&l, strcmp(field, "due") == 0 ? ROLE_TITLE : ROLE_TEXT, width, money_format(a, minor, record_text(r, "currency"), false));
	line_end(&l);
}

static void write_story(struct document_view *v, const struct record *r, struct arena *a, int width)
{
	struct story s = {a, v->app->core, arena_alloc(a, STORY_MOST * sizeof *s.events), 0};
	struct styled *out = &v->story.text;
	bool invoice = strcmp(v->entity->name, "invoices") == 0;
	const char *status = record_text(r, "status");
	invoice ? gather_invoice(&s, r) : gather_quote(&s, r);
	styled_format(out, tone_of(status), "%s\n\n", choice_label(entity_field(v->entity, "status"), status));
	if (invoice) {
		tell_sum(out, r, a, width, _("Total"), "gross");
		tell_sum(out, r, a, width, C_("invoice", "Paid"), "paid");
		tell_sum(out, r, a, width, C_("invoice", "Credited"), "credited");
		tell_sum(out, r, a, width, _("Amount due"), "due");
		tell_sum(out, r, a, width, _("Overpaid"), "overpaid");
		styled_add(out, ROLE_TEXT, "\n");
	}
	qsort(s.events, (size_t)s.n, sizeof *s.events, by_time);
	for (int i = 0; i < s.n; i++) {
		const struct event *e = &s.events[i];
		struct text_line l = {out, 0};
		line_put(&l, ROLE_DIM, clock_human_date(a, e->day));
		line_pad(&l, 13);
		line_put(&l, e->role, e->text);
		if (e->fact && *e->fact)
			line_put_right(&l, ROLE_TEXT, width, arena_printf(a, "  %s", e->fact));
		line_end(&l);
	}
}

/* Laying out */

static void page_free(struct page *p)
{
	styled_free(&p->text);
	free(p->lines);
	*p = (struct page){0};
}

static void load(struct document_view *v)
{
	struct arena *a = arena_new();
	struct record *r;
	struct document d;
	struct error err = {0};
	page_free(&v->sheet);
	page_free(&v->story);
	v->gone = store_load_num(v->app->core, v->entity, v->num, a, &r, &err) != ST_OK || billing_document(v->app->core, v->entity, &r->id, a, &d, &err) != ST_OK;
	if (v->gone) {
		styled_format(&v->sheet.text, ROLE_ERROR, "%s\n", err.message);
		styled_format(&v->sheet.text, ROLE_DIM, "%s\n", err.hint);
		v->beside = false;
	} else {
		free(v->title);
		v->title = mem_strdup(store_title(v->app->core, v->entity, &r->id, a));
		document_text(&d, v->width, &v->sheet.text);
		write_story(v, r, a, v->beside ? STORY_COLS : v->width < 60 ? v->width : 60);
	}
	v->sheet.n = styled_wrap(&v->sheet.text, v->width, &v->sheet.lines);
	v->story.n = styled_wrap(&v->story.text, v->beside ? STORY_COLS : v->width, &v->story.lines);
	arena_free(&a);
}

static size_t all_lines(const struct document_view *v)
{
	return v->beside || !v->story.n ? v->sheet.n : v->sheet.n + 2 + v->story.n;
}

static void scroll(struct document_view *v, long top)
{
	long last = (long)all_lines(v) - v->rows;
	v->top = top < 0 || last < 0 ? 0 : top > last ? (size_t)last : (size_t)top;
}

static void layout(struct screen *s, int rows, int cols)
{
	struct document_view *v = self(s);
	v->beside = cols >= 80 + STORY_COLS;
	v->width = (v->beside ? cols - STORY_COLS - STORY_GAP : cols) - 2 * MARGIN;
	v->width = v->width > SHEET_COLS ? SHEET_COLS : v->width < SHEET_MIN ? SHEET_MIN : v->width;
	v->rows = rows;
	load(v);
	scroll(v, (long)v->top);
}

static void recalc(struct screen *s)
{
	if (app_stale(self(s)->app, false, &self(s)->seen))
		load(self(s));
}

static void paint(struct screen *s, const struct canvas *c)
{
	struct document_view *v = self(s);
	for (int i = 0; i < c->at.rows; i++) {
		size_t at = v->top + (size_t)i;
		if (at < v->sheet.n)
			styled_paint(&v->sheet.text, &v->sheet.lines[at], c, i, MARGIN, v->width);
		else if (!v->beside && at == v->sheet.n + 1)
			paint_rule(c, i, MARGIN, 24);
		else if (!v->beside && at >= v->sheet.n + 2 && at - v->sheet.n - 2 < v->story.n)
			styled_paint(&v->story.text, &v->story.lines[at - v->sheet.n - 2], c, i, MARGIN, v->width);
	}
	if (!v->beside)
		return;
	int col = MARGIN + v->width + STORY_GAP;
	paint_bar(c, 0, col - 2, c->at.rows);
	for (int i = 0; i < c->at.rows && i < (int)v->story.n; i++)
		styled_paint(&v->story.text, &v->story.lines[i], c, i, col, STORY_COLS);
}

/* Moving */

static bool command(struct screen *s, const char *id, const char *args)
{
	struct document_view *v = self(s);
	const int page = v->rows > 1 ? v->rows - 1 : 1;
	const struct {
		const char *id;
		long to;
	} moves[] = {{"pager.down", (long)v->top + 1}, {"pager.up", (long)v->top - 1}, {"pager.page-down", (long)v->top + page}, {"pager.page-up", (long)v->top - page},
		{"pager.half-down", (long)v->top + page / 2}, {"pager.half-up", (long)v->top - page / 2}, {"pager.first", 0}, {"pager.last", (long)all_lines(v)}};
	(void)args;
	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
		if (strcmp(moves[i].id, id) == 0) {
			scroll(v, moves[i].to);
			screen_dirty(s, DIRTY_PAINT);
			return true;
		}
	if (strcmp(id, "pager.copy") == 0) {
		struct error err = {0};
		if (term_copy(v->app->term, buf_str(&v->sheet.text.text), v->sheet.text.text.len, &err) == ST_OK)
			ui_toast(s->ui, TOAST_OK, "%s", _("Copied."));
		else
			ui_error(s->ui, &err);
		return true;
	}
	return false;
}

static bool key(struct screen *s, const struct key *k)
{
	if (k->code != K_MOUSE || k->mouse == MOUSE_PRESS || k->mouse == MOUSE_RELEASE)
		return false;
	scroll(self(s), (long)self(s)->top + (k->mouse == MOUSE_WHEEL_DOWN ? WHEEL_ROWS : -WHEEL_ROWS));
	screen_dirty(s, DIRTY_PAINT);
	return true;
}

static const char *title(struct screen *s)
{
	return self(s)->title ? self(s)->title : "";
}

static void close_view(struct screen *s)
{
	struct document_view *v = self(s);
	page_free(&v->sheet);
	page_free(&v->story);
	free(v->title);
	free(v);
}

static const struct screen_ops ops = {.name = "document", .contexts = "pager", .hides = "undo redo pager.search pager.next pager.previous quote.show invoice.show", .layout = layout, .recalc = recalc, .paint = paint,
	.key = key, .command = command, .title = title, .close = close_view};

void document_show(const struct command_call *call)
{
	struct subject subject;
	if (!subject_get(call->screen, &subject))
		return;
	struct document_view *v = mem_zalloc(sizeof *v);
	v->screen.ops = &ops;
	v->app = app_of(call->ui);
	v->entity = subject.entity;
	v->num = subject.nums[0];
	v->width = SHEET_MIN;
	v->rows = 1;
	(void)app_stale(v->app, false, &v->seen);
	(void)snprintf(v->contexts, sizeof v->contexts, "pager %s", v->entity->name);
	ui_push(v->app->ui, &v->screen);
	v->screen.contexts = v->contexts;
	subject_free(&subject);
}

int64_t document_view_subject(struct screen *s, const struct entity **e)
{
	if (!s || strcmp(s->ops->name, "document") != 0)
		return 0;
	*e = self(s)->entity;
	return self(s)->num;
}
