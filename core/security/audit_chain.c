#include "core/security/audit_chain.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/security/audit.h"

void chain_hash(const uint8_t before[SHA256_BYTES], const struct chain_entry *e, uint8_t out[SHA256_BYTES])
{
	char id[ID_TEXT_SIZE];
	struct arena *a = arena_new();
	const char *text = arena_printf(a, "simplix-audit-1\n%s\n%lld\n%lld\n%s\n%lld\n%lld\n%s\n%s\n", id_format(&e->org, id), (long long)e->seq,
		(long long)e->at, e->kind, (long long)e->ref, (long long)e->device, hex_encode(a, e->digest, SHA256_BYTES),
		hex_encode(a, before, SHA256_BYTES));
	crypto_sha256(text, strlen(text), out);
	arena_free(&a);
}

void chain_checkpoint_message(struct buf *out, const struct id *org, int64_t seq, const uint8_t hash[SHA256_BYTES])
{
	char id[ID_TEXT_SIZE];
	struct arena *a = arena_new();
	buf_printf(out, "simplix-checkpoint-1\n%s\n%lld\n%s\n", id_format(org, id), (long long)seq, hex_encode(a, hash, SHA256_BYTES));
	arena_free(&a);
}

/* Writing */

static void put(struct json_out *w, const char *key, const char *text)
{
	json_key(w, key);
	json_str(w, text);
}

static void put_int(struct json_out *w, const char *key, int64_t i)
{
	json_key(w, key);
	json_num(w, i);
}

void chain_write_entry(struct buf *line, const struct chain_entry *e, const uint8_t hash[SHA256_BYTES], const struct buf *content)
{
	struct json_out w;
	char id[ID_TEXT_SIZE];
	struct arena *a = arena_new();
	json_begin(&w, line, false);
	json_object(&w);
	put(&w, "organization_id", id_format(&e->org, id));
	put_int(&w, "seq", e->seq);
	put_int(&w, "at", e->at);
	put(&w, "kind", e->kind);
	put_int(&w, "ref", e->ref);
	put_int(&w, "device", e->device);
	put(&w, "digest", hex_encode(a, e->digest, SHA256_BYTES));
	put(&w, "hash", hex_encode(a, hash, SHA256_BYTES));
	put(&w, "content", content ? base64_encode(a, buf_str(content), content->len) : NULL);
	json_object_end(&w);
	buf_putc(line, '\n');
	arena_free(&a);
}

void chain_write_checkpoint(struct buf *line, const struct chain_checkpoint *p)
{
	struct json_out w;
	char id[ID_TEXT_SIZE];
	struct arena *a = arena_new();
	json_begin(&w, line, false);
	json_object(&w);
	put(&w, "organization_id", id_format(&p->org, id));
	put_int(&w, "checkpoint", p->seq);
	put_int(&w, "at", p->at);
	put_int(&w, "device", p->device);
	put(&w, "hash", hex_encode(a, p->hash, SHA256_BYTES));
	put(&w, "public_key", base64_encode(a, p->key, sizeof p->key));
	put(&w, "signature", base64_encode(a, p->signature, sizeof p->signature));
	json_object_end(&w);
	buf_putc(line, '\n');
	arena_free(&a);
}

/* Verifying a file: entries in order, then checkpoints of any of them. */

struct reading {
	struct arena *a;
	struct audit_verdict *v;
	const char *wanted_key;
	uint8_t (*hashes)[SHA256_BYTES]; /* hashes[seq - 1] */
	size_t cap;
	int64_t seq, last_signed, line;
};

static void blame(struct reading *r, int64_t seq, const char *kind, int64_t ref, const char *why)
{
	if (!r->v->good)
		return;
	r->v->good = false;
	r->v->bad_seq = seq;
	r->v->kind = arena_strdup(r->a, kind);
	r->v->ref = ref;
	r->v->why = why;
}

static const char *text_of(const struct cJSON *o, const char *key)
{
	const struct cJSON *m = json_get(o, key);
	const char *s = m ? json_text(m) : NULL;
	return s ? s : "";
}

static int64_t int_of(const struct cJSON *o, const char *key)
{
	int64_t i = -1;
	const struct cJSON *m = json_get(o, key);
	return m && json_int(m, &i) ? i : -1;
}

static void check_content(struct reading *r, const struct chain_entry *e, const char *content)
{
	size_t n = strlen(content);
	uint8_t *bytes = mem_alloc(n + 1), digest[SHA256_BYTES];
	int got = *content ? base64_decode(content, bytes, n) : -1;
	if (got >= 0)
		crypto_sha256(bytes, (size_t)got, digest);
	if (got < 0)
		blame(r, e->seq, e->kind, e->ref, _("what the entry stands for is gone"));
	else if (memcmp(digest, e->digest, SHA256_BYTES) != 0)
		blame(r, e->seq, e->kind, e->ref, _("what the entry stands for was altered"));
	free(bytes);
}

static void read_entry(struct reading *r, const struct cJSON *o)
{
	static const uint8_t none[SHA256_BYTES];
	uint8_t hash[SHA256_BYTES], stored[SHA256_BYTES];
	struct chain_entry e = {.seq = int_of(o, "seq"), .at = int_of(o, "at"), .ref = int_of(o, "ref"), .device = int_of(o, "device"),
		.kind = text_of(o, "kind")};
	r->v->entries++;
	if (e.seq != r->seq + 1) {
		blame(r, r->seq + 1, e.kind, 0, _("an entry is missing"));
		return;
	}
	bool read = id_parse(text_of(o, "organization_id"), &e.org) && hex_decode(text_of(o, "digest"), e.digest, SHA256_BYTES) == SHA256_BYTES &&
		    hex_decode(text_of(o, "hash"), stored, SHA256_BYTES) == SHA256_BYTES;
	if (read)
		chain_hash(r->seq ? r->hashes[r->seq - 1] : none, &e, hash);
	if (!read || memcmp(hash, stored, SHA256_BYTES) != 0) {
		blame(r, e.seq, e.kind, e.ref, _("the entry was altered, or one before it"));
		return;
	}
	check_content(r, &e, text_of(o, "content"));
	mem_grow(&r->hashes, &r->cap, (size_t)e.seq, sizeof *r->hashes);
	memcpy(r->hashes[e.seq - 1], hash, SHA256_BYTES);
	r->seq = e.seq;
}

static void read_checkpoint(struct reading *r, const struct cJSON *o)
{
	struct chain_checkpoint p = {.seq = int_of(o, "checkpoint")};
	struct buf message = {0};
	const char *key = text_of(o, "public_key");
	bool read = id_parse(text_of(o, "organization_id"), &p.org) && hex_decode(text_of(o, "hash"), p.hash, sizeof p.hash) == sizeof p.hash &&
		    base64_decode(key, p.key, sizeof p.key) == sizeof p.key &&
		    base64_decode(text_of(o, "signature"), p.signature, sizeof p.signature) == sizeof p.signature;
	r->v->checkpoints++;
	chain_checkpoint_message(&message, &p.org, p.seq, p.hash);
	if (!read || !ed25519_verify(p.key, message.data, message.len, p.signature))
		blame(r, p.seq, "checkpoint", p.seq, _("a checkpoint's signature is not right"));
	else if (p.seq < 1 || p.seq > r->seq || memcmp(r->hashes[p.seq - 1], p.hash, SHA256_BYTES) != 0)
		blame(r, p.seq, "checkpoint", p.seq, _("the trail is not what was signed: cut off or written anew"));
	else if (!r->wanted_key || strcmp(r->wanted_key, key) == 0)
		r->last_signed = p.seq > r->last_signed ? p.seq : r->last_signed;
	if (read && !strstr(r->v->public_keys, key))
		r->v->public_keys = arena_printf(r->a, "%s%s%s", r->v->public_keys, *r->v->public_keys ? "\n" : "", key);
	buf_free(&message);
}

enum status audit_verify_file(FILE *f, const char *public_key, struct arena *a, struct audit_verdict *out, struct error *err)
{
	struct audit_verdict v = {.good = true, .public_keys = ""};
	struct reading r = {.a = a, .v = &v, .wanted_key = public_key};
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	enum status st = ST_OK;
	while (st == ST_OK && v.good && (n = getline(&line, &size, f)) > 0) {
		struct cJSON *doc = NULL;
		r.line++;
		if (json_parse(line, (size_t)n, &doc, NULL) != ST_OK)
			st = error_set(err, ST_INVALID, _("Line %lld is not a line of an exported audit trail."), (long long)r.line);
		else if (json_get(doc, "checkpoint"))
			read_checkpoint(&r, doc);
		else
			read_entry(&r, doc);
		json_free(&doc);
	}
	if (st == ST_OK && v.good && r.seq == 0)
		st = error_set(err, ST_INVALID, _("The file holds no audit trail."));
	if (st == ST_OK && v.good && r.last_signed < r.seq)
		blame(&r, r.last_signed + 1, "checkpoint", 0, public_key ? _("from here on nothing is signed by that key") : _("from here on nothing is signed"));
	free(line);
	free(r.hashes);
	if (st == ST_OK)
		*out = v;
	return st;
}
