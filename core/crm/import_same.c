#include "core/crm/import_same.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/crm/import_match.h"

enum { KEY_BYTES = 12 };

static bool has(const struct staged *s, const char *field)
{
	int i = entity_index_of(s->e, field);
	return i >= 0 && s->r->v[i].kind != VAL_NULL;
}

static bool is_anonymous(const struct staged *s)
{
	if (strcmp(s->e->name, "activities") == 0)
		return !has(s, "contact") && !has(s, "company") && !has(s, "deal");
	if (strcmp(s->e->name, "contacts") != 0 || has(s, "emails"))
		return false;
	bool name = has(s, "first_name") || has(s, "last_name");
	return name ? !has(s, "phones") && !has(s, "company") : true;
}

static void put_value(struct buf *b, const char *name, const struct value *v)
{
	char id[ID_TEXT_SIZE];
	buf_printf(b, "%s\x1f", name);
	if (v->kind == VAL_INT)
		buf_printf(b, "%lld", (long long)v->i);
	else
		buf_puts(b, v->kind == VAL_ID ? id_format(&v->id, id) : v->s);
	buf_putc(b, '\x1e');
}

/* How many rows of this run said the same before. */
static int turn_of(struct import_run *run, const char *key)
{
	uint64_t hash = idmap_hash(run->names, "row", key);
	struct id at = {{0}};
	size_t i = run->n_turns;
	if (idmap_get(run->names, hash, &at)) {
		memcpy(&i, &at, sizeof i);
		return ++run->turn[i];
	}
	memcpy(&at, &i, sizeof i);
	mem_grow(&run->turn, &run->turn_cap, run->n_turns + 1, sizeof *run->turn);
	run->turn[run->n_turns++] = 0;
	idmap_put(run->names, hash, idmap_add_id(run->names, &at));
	return 0;
}

void import_name_row(struct import_run *run, struct staged *s)
{
	uint8_t hash[SHA256_BYTES];
	struct buf b = {0};
	if (s->id || s != &run->s[IMPORT_MAIN] || !is_anonymous(s))
		return;
	for (int i = 0; i < s->e->n_fields; i++)
		if (s->r->set[i] && s->r->v[i].kind != VAL_NULL)
			put_value(&b, s->e->fields[i].name, &s->r->v[i]);
	buf_puts(&b, buf_str(&s->note));
	crypto_sha256(buf_str(&b), b.len, hash);
	buf_free(&b);
	const char *key = hex_encode(run->row, hash, KEY_BYTES);
	int turn = turn_of(run, key);
	s->same_row = turn ? arena_printf(run->row, "%s.%d", key, turn) : key;
}

const char *import_rows_system(struct import_run *run)
{
	return arena_printf(run->row, "rows:%s", run->p->system);
}

bool import_by_same_row(struct import_run *run, const struct staged *s, struct id *out)
{
	if (import_is_fresh(run, s->e))
		return false;
	const char *sql = arena_printf(run->row,
		"SELECT x.record_id, x.system FROM external_refs x JOIN %s t ON t.id = x.record_id AND t.deleted_at IS NULL "
		"WHERE x.org_id = $1 AND x.external_id = $2 AND x.entity = '%s'",
		s->e->name, s->e->name);
	return import_look(run, sql, s->same_row, NULL, import_rows_system(run), out, NULL);
}
