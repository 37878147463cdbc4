#include "tui/view/card.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/query.h"
#include "core/crm/store.h"
#include "tui/view/cells.h"

enum { MAX_RELATED = 5 };

struct line {
	const char *left, *right;
	enum role role;
};

struct card {
	struct arena *arena;
	const char *title, *subtitle;
	const char *label[32], *value[32];
	enum role role[32];
	int n;
	struct line deals[MAX_RELATED], story[MAX_RELATED];
	int n_deals, n_story;
};

/* Subtitle: what stands under the name. */
static const char *subtitle(struct core *c, const struct record *r, struct arena *a)
{
	static const char *const parts[] = {"job_title", "company", "industry", "stage", "type"};
	struct buf b = {0};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const struct field *f = entity_field(r->entity, parts[i]);
		if (!f || strcmp(f->name, parts[i]) != 0)
			continue;
		const char *text = record_format(c, r, f, a);
		if (*text)
			buf_printf(&b, "%s%s", b.len ? ", " : "", text);
	}
	const char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static bool in_subtitle(const char *name)
{
	static const char *const skip[] = {"full_name", "name", "title", "first_name", "last_name", "job_title", "company", "industry",
		"stage", "type", "email", "phone", "salutation", "middle_name", "currency", "pipeline"};
	for (size_t i = 0; i < sizeof skip / sizeof *skip; i++)
		if (strcmp(skip[i], name) == 0)
			return true;
	return false;
}

static void add_facts(struct card *k, struct core *c, const struct record *r)
{
	for (int i = 0; i < r->entity->n_fields && k->n < 32; i++) {
		const struct field *f = &r->entity->fields[i];
		if ((f->flags & FF_HIDDEN) || r->v[i].kind == VAL_NULL || f->type == FT_LONG_TEXT || in_subtitle(f->name) ||
			(f->type == FT_BOOL && !r->v[i].i))
			continue;
		struct list_cell cell;
		cell_of(f, &r->v[i], record_format(c, r, f, k->arena), k->arena, &cell);
		k->label[k->n] = _(f->label);
		k->value[k->n] = cell.text;
		k->role[k->n++] = cell.role;
	}
}

static int related(struct card *k, struct core *c, const char *entity, const char *scope, const struct id *id, const char *filter,
	const char *sort, const char *left, const char *right, struct line *out)
{
	const struct entity *e = model_entity(c->model, entity);
	const char *fields[] = {left, right};
	struct rowset *rs;
	struct columns *cols;
	struct row row;
	int n = 0;
	struct query q = {.entity = e, .filter = filter, .sort = sort, .scope = scope, .scope_id = *id,
		.limit = MAX_RELATED};
	if (rowset_open(c, &q, &rs, NULL, NULL) != ST_OK)
		return 0;
	if (columns_open(c, e, fields, 2, &cols, NULL) == ST_OK) {
		(void)rowset_pump(rs, 5);
		for (; n < MAX_RELATED && n < rowset_count(rs); n++) {
			if (columns_fetch(cols, rowset_at(rs, n), k->arena, &row, NULL) != ST_OK)
				break;
			struct list_cell cell;
			cell_of(columns_field(cols, 1), &row.v[1], row.text[1], k->arena, &cell);
			out[n] = (struct line){*row.text[0] ? row.text[0] : row.title, cell.text, cell.role};
		}
		columns_free(&cols);
	}
	rowset_free(&rs);
	return n;
}

struct card *card_load(struct core *c, const struct entity *e, int64_t num)
{
	struct arena *a = arena_new();
	struct record *r;
	if (store_load_num(c, e, num, a, &r, NULL) != ST_OK) {
		arena_free(&a);
		return NULL;
	}
	struct card *k = arena_alloc(a, sizeof *k);
	k->arena = a;
	k->title = store_title(c, e, &r->id, a);
	k->subtitle = subtitle(c, r, a);
	add_facts(k, c, r);
	bool contact = strcmp(e->name, "contacts") == 0, company = strcmp(e->name, "companies") == 0, deal = strcmp(e->name, "deals") == 0;
	if (contact || company)
		k->n_deals = related(k, c, "deals", contact ? "contact" : "company", &r->id, "", "-value", "title", "value", k->deals);
	if (contact || company || deal)
		k->n_story = related(k, c, "activities", e->singular, &r->id, "-status:planned", "-completed_at,-num", "subject", "completed_at", k->story);
	return k;
}

void card_free(struct card **card)
{
	if (!*card)
		return;
	struct arena *a = (*card)->arena;
	*card = NULL;
	arena_free(&a);
}

static int paint_lines(const struct canvas *c, int row, const char *heading, const struct line *lines, int n)
{
	if (!n || row >= c->at.rows - 1)
		return row;
	row++;
	(void)paint_text(c, row++, 0, c->at.cols, ROLE_HEADER, 0, heading);
	for (int i = 0; i < n && row < c->at.rows; i++, row++) {
		int used = paint_right(c, row, 0, c->at.cols, lines[i].role, 0, lines[i].right);
		(void)paint_text(c, row, 0, c->at.cols - used - 1, ROLE_TEXT, 0, lines[i].left);
	}
	return row;
}

void card_paint(const struct card *k, struct core *c, const struct canvas *canvas)
{
	int row = 0, label = 0;
	(void)c;
	for (int i = 0; i < k->n; i++)
		if (text_width(k->label[i]) > label)
			label = text_width(k->label[i]);
	if (label > 16)
		label = 16;
	(void)paint_text(canvas, row++, 0, canvas->at.cols, ROLE_TITLE, ATTR_BOLD, k->title);
	if (*k->subtitle)
		(void)paint_text(canvas, row++, 0, canvas->at.cols, ROLE_DIM, 0, k->subtitle);
	row++;
	int facts = k->n, room = canvas->at.rows - row - (k->n_deals ? k->n_deals + 2 : 0) - (k->n_story ? k->n_story + 2 : 0);
	if (facts > room)
		facts = room < 4 ? 4 : room;
	for (int i = 0; i < k->n && i < facts && row < canvas->at.rows; i++, row++) {
		(void)paint_text(canvas, row, 0, label, ROLE_LABEL, 0, k->label[i]);
		(void)paint_text(canvas, row, label + 1, canvas->at.cols - label - 1, k->role[i], 0, k->value[i]);
	}
	row = paint_lines(canvas, row, _("DEALS"), k->deals, k->n_deals);
	(void)paint_lines(canvas, row, _("TIMELINE"), k->story, k->n_story);
}
