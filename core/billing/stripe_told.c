#include "core/billing/stripe_told.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/crm/rows.h"

const char *stripe_ref(const struct cJSON *object, const char *name)
{
	const struct cJSON *v = json_get(object, name);
	const char *s = json_text(v);
	return s ? s : json_text(json_get(v, "id"));
}

bool stripe_mark(const struct core *c, const struct cJSON *object, const char *name, struct id *out)
{
	struct id org, id;
	const struct cJSON *marks = json_get(object, "metadata");
	const char *whose = json_text(json_get(marks, "simplix_org")), *s = json_text(json_get(marks, name));
	if (!whose || !s || !id_parse(whose, &org) || !id_eq(&org, &c->org) || !id_parse(s, &id))
		return false;
	*out = id;
	return true;
}

int64_t stripe_int(const struct cJSON *object, const char *name)
{
	int64_t v = 0;
	return json_int(json_get(object, name), &v) ? v : 0;
}

enum status stripe_told_load(struct core *c, const char *about, const struct cJSON *answer, bool fresh, struct arena *a, struct stripe_told *out, struct error *err)
{
	struct stripe_told t = {0};
	struct db_stmt *s;
	size_t cap = 0, docs_cap = 0;
	bool row;
	if (answer) {
		mem_grow(&t.list, &cap, 1, sizeof *t.list);
		t.list[t.n++] = (struct stripe_said){"", fresh ? STRIPE_JUST_NOW : 0, answer};
	}
	enum status st = rows_open(c, &s, err, "SELECT type, created, payload FROM stripe_events WHERE org_id = $1 AND about = $2 ORDER BY created, event_id", "dt", &c->org, about);
	int docs = 0;
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		struct cJSON *doc = NULL;
		const char *text = db_text(s, 2);
		if (json_parse(text, strlen(text), &doc, NULL) != ST_OK)
			continue;
		mem_grow(&t.list, &cap, (size_t)t.n + 1, sizeof *t.list);
		mem_grow(&t.docs, &docs_cap, (size_t)docs + 2, sizeof *t.docs);
		t.docs[docs++] = doc;
		t.docs[docs] = NULL;
		t.list[t.n++] = (struct stripe_said){arena_strdup(a, db_text(s, 0)), db_int(s, 1), json_get(json_get(doc, "data"), "object")};
	}
	*out = t;
	if (st != ST_OK)
		stripe_told_free(out);
	return st;
}

void stripe_told_free(struct stripe_told *t)
{
	for (struct cJSON **d = t->docs; d && *d; d++)
		json_free(d);
	free(t->docs);
	free(t->list);
	*t = (struct stripe_told){0};
}
