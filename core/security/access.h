/* Who may do what, asked at the one door and at every read.
 *
 * A role grants actions on kinds of records within a scope: own, the team's, those of everybody who reports to one, all. The most
 * exact line wins: (kind, action), (kind, *), (*, action), (*, *); without one the answer is none. Rows without an owner of their
 * own (products, tags, stages) know only none and all; what hangs on a record (addresses, lines, tags) is its owner's.
 * An API key narrows what its user may do, never widens it.
 *
 * The check is the core's, so every front end has it. core->access is NULL only before somebody works with the database: while it is
 * opened and set up. What follows from a permitted change in other rows (a contact's last touch) is not asked again.
 */
#ifndef CORE_SECURITY_ACCESS_H
#define CORE_SECURITY_ACCESS_H

#include "core/crm/core.h"
#include "core/crm/sql.h"

enum action {
	ACT_READ,
	ACT_CREATE,
	ACT_UPDATE,
	ACT_DELETE,
	ACT_EXPORT,
	ACT_IMPORT,
	ACT_BULK,
	ACT_MERGE,
	ACTIONS
};

enum scope { SCOPE_NONE, SCOPE_OWN, SCOPE_TEAM, SCOPE_SUBTREE, SCOPE_ALL };

enum field_access { FIELD_NONE, FIELD_READ, FIELD_WRITE };

struct access;

/* What c->user may do, into c->access; anew after rights changed. `key_scopes`: an API key's ("contacts:read,deals:write"), NULL for a
 * person. */
enum status access_load(struct core *c, const char *key_scopes, struct error *err);
enum status access_reload(struct core *c, struct error *err); /* rights changed: the same user, the same key */
const char *access_key_scopes(const struct core *c); /* of the API key in use; NULL for a person */
void access_free(struct access **a);
/* Nobody is signed in: everything is refused. */
void access_none(struct core *c);

enum scope access_scope(const struct core *c, const struct entity *e, enum action action);
enum field_access access_field(const struct core *c, const struct entity *e, const struct field *f);
const char *access_role_name(const struct core *c); /* "" before sign-in */
bool access_is_admin(const struct core *c); /* may change everything of everybody, rights included */
/* Words of `simplix sql`, backups and audit: those who may read everything. */
bool access_reads_everything(const struct core *c);

/* ST_DENIED, saying which role lacks what. */
enum status access_check(const struct core *c, const struct entity *e, enum action action, struct error *err);
/* The same for one row that is there: its owner must be in scope. A row that may not be read is ST_NOT_FOUND. */
enum status access_check_row(struct core *c, const struct entity *e, const struct id *id, enum action action, struct error *err);
/* A row that hangs on a record and names it anew: the new one must be one to change. */
enum status access_check_parent(struct core *c, const struct record *r, struct error *err);
/* A row about to be: the owner it names must be in scope. */
enum status access_check_new(struct core *c, const struct record *r, struct error *err);
/* ST_DENIED unless a person is signed in: what belongs to sign-in itself (passwords, second factors, sessions, keys, invitations) is no
 * API key's, whatever its scopes. */
enum status access_check_person(const struct core *c, struct error *err);
/* The organization or role asks for a second factor that the user has not set up: nothing else is allowed before. */
bool access_needs_second_factor(const struct core *c);
/* ST_DENIED for everybody but administrators. */
enum status access_check_admin(const struct core *c, struct error *err);

/* Append " AND …" that keeps the rows `t` in scope; nothing when that is all of them. */
void access_where(struct core *c, const struct entity *e, enum action action, struct sql *q);

/* Check the text of an API key's scopes: OBJECT:read|write|export|import|*, comma separated, OBJECT a kind of record or *. */
enum status access_scopes_check(const struct core *c, const char *scopes, struct error *err);

/* Roles that a fresh organization has, and one that came from before there were roles: the first user becomes the owner. */
struct txn;
enum status access_add_roles(struct txn *t, struct error *err);
enum status access_ensure_roles(struct core *c, struct error *err);
enum status access_ensure_billing(struct core *c, struct error *err); /* roles of before there were invoices */
/* The id of a built-in role: owner, admin, manager, rep, read_only. Nil when it is gone. */
struct id access_role(struct core *c, const char *key);

#endif
