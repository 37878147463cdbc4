/* A line on a draft, quickly: a product or a name, then how much of it. */
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/crm/query.h"
#include "tui/view/billing_parts.h"
#include "tui/view/billing_view.h"
#include "tui/widget/picker.h"

/* "3 x 120,50": quantity and price; one number alone is the quantity of a product, and the price of anything else. */
static void split(struct arena *a, const char *text, bool product, const char **quantity, const char **price)
{
	const char *times = strpbrk(text, "xX*");
	if (!times && strstr(text, "×"))
		times = strstr(text, "×");
	*quantity = product ? text : "1";
	*price = product ? NULL : text;
	if (times) {
		*quantity = text_trim(a, arena_strndup(a, text, (size_t)(times - text)));
		*price = text_trim(a, times + (*times == *"×" ? strlen("×") : 1));
	}
}

static void amount_answered(struct about *k, const char *text)
{
	bool quote = strcmp(k->r->entity->name, "quotes") == 0, product = !id_is_nil(&k->id);
	struct core *c = k->app->core;
	struct error err = {0};
	const char *quantity, *price, *number;
	struct record *r = record_new(k->arena, model_entity(c->model, quote ? "quote_lines" : "invoice_lines"));
	split(k->arena, text_is_blank(text) ? product ? "1" : "0" : text_trim(k->arena, text), product, &quantity, &price);
	record_put_id(r, quote ? "quote" : "invoice", k->r->id);
	if (product)
		record_put_id(r, "product", k->id);
	else
		record_put_text(r, "name", k->note);
	enum status st = decimal_parse(k->arena, quantity, 0, &number, &err);
	if (st == ST_OK)
		record_put_text(r, "quantity", number);
	if (st == ST_OK && price && (st = decimal_parse(k->arena, price, 0, &number, &err)) == ST_OK)
		record_put_text(r, "unit_price", number);
	if (st == ST_OK)
		st = store_save(c, r, &err);
	(void)app_done(k->app, st, &err, "%s", _("Line added. a adds another, u undoes."));
}

static void picked(void *arg, const struct picker_item *item)
{
	struct about *k = arg;
	struct record *r;
	k->asking = false;
	if (!item || k->app->closing || (!item->id && text_is_blank(item->text))) {
		about_free(k);
		return;
	}
	const char *name = arena_strdup(k->arena, item->text);
	if (item->id && store_load_num(k->app->core, model_entity(k->app->core->model, "products"), (int64_t)item->id, k->arena, &r, NULL) == ST_OK)
		k->id = r->id;
	if (id_is_nil(&k->id))
		about_ask(k, arena_printf(k->arena, _("Net price, or quantity x price (%s):"), about_currency(k)), "", NULL, amount_answered);
	else
		about_ask(k, _("Quantity (Enter: 1), or quantity x price:"), "", NULL, amount_answered);
	k->note = name; /* no note is shown: it keeps the name */
}

static void fill(void *arg, struct picker *p, const char *typed)
{
	struct about *k = arg;
	struct core *c = k->app->core;
	static const char *const names[] = {"name", "price"};
	const struct entity *e = model_entity(c->model, "products");
	struct rowset *rs;
	struct columns *cols;
	struct arena *a = arena_new();
	int n = entity_index_of(e, "price") >= 0 ? 2 : 1;
	struct query q = {.entity = e, .filter = *typed ? arena_printf(a, "\"%s\"", typed) : NULL, .limit = 50};
	if (rowset_open(c, &q, &rs, NULL, NULL) == ST_OK) {
		(void)rowset_pump(rs, 30);
		if (columns_open(c, e, names, n, &cols, NULL) == ST_OK) {
			for (int64_t i = 0; i < rowset_count(rs) && i < 50; i++) {
				struct row row;
				if (columns_fetch(cols, rowset_at(rs, i), a, &row, NULL) == ST_OK)
					picker_add(p, &(struct picker_item){.text = row.title, .detail = n > 1 ? row.text[1] : NULL, .words = typed, .id = (uint64_t)row.num});
			}
			columns_free(&cols);
		}
		rowset_free(&rs);
	}
	if (!text_is_blank(typed))
		picker_add(p, &(struct picker_item){.text = arena_strdup(a, typed), .detail = _("as a line of its own"), .words = typed});
	arena_free(&a);
}

bool billing_add_line(struct app *app, const struct record *document)
{
	if (strcmp(document->entity->name, "quotes") != 0 && strcmp(document->entity->name, "invoices") != 0)
		return false;
	if (!record_null(document, "number")) {
		ui_toast(app->ui, TOAST_INFO, _("%s is issued and stays as it is. N makes what corrects it."), record_text(document, "number"));
		return true;
	}
	struct about *k = app_may(app, document->entity, ACT_UPDATE) ? about_record(app, document->entity, document->num) : NULL;
	if (!k)
		return true;
	k->asking = true;
	(void)picker_open(app->ui, &(struct picker_spec){.title = _("A product, or a name for the line"), .fill = fill, .free_text = true,
		.empty = _("Enter takes what you typed as the line's name."), .done = picked, .arg = k});
	return true;
}
