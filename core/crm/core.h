/* The core: one open database and whom we work for.
 *
 * Every front end (full screen, command line, API) holds a struct core and calls the core's functions; none of them
 * sees the database. One core belongs to one thread.
 */
#ifndef CORE_CRM_CORE_H
#define CORE_CRM_CORE_H

#include "core/base/error.h"
#include "core/base/id.h"
#include "core/base/mem.h"
#include "core/model/field_type.h"
#include "core/model/model.h"

struct access;
struct keyring;
struct db;

struct core {
	struct db *db;
	char *target;          /* what core_open() was given, for a second core on the same database */
	struct model *model;
	struct id org;
	struct id user;        /* who acts; nil before set-up and before sign-in */
	bool audited;          /* the audit trail grew: its end wants signing */
	int64_t session;       /* number of the session, 0 in a database without sign-in */
	int64_t key;           /* number of the API key in use instead; 0 */
	char client[16], machine[80], address[64]; /* where the person sits, for the history of sign-ins: "tui", "laptop", "10.0.0.7" or "local" */
	/* Where a passphrase comes from when the key file needs one: fills out and says true; may be NULL. */
	bool (*ask_passphrase)(void *arg, char *out, size_t size);
	void *ask_arg;
	struct keyring *keys;  /* opened on first need: core/security/keyring.h */
	struct access *access; /* what the user may do; NULL while the database is opened and set up */
	uint32_t device;       /* number of this device in stamps; random, made once per database file */
	int64_t stamp;         /* last hybrid clock value given out */
	char currency[4];      /* the organization's */
	bool day_first;
	bool read_only;
	bool enqueued;         /* work was put in the queue: whoever runs the helper wakes it and takes this back; else the helpers of
	                        * other programs are told at core_close() */
	int64_t generation;    /* moves at every commit of this core; screens compare it */
	int64_t seen_version;  /* data version when core_changed_elsewhere() last looked */
	int64_t seen_entry;    /* and the last entry of the audit trail */
	struct sql_cache *sql; /* statement texts per entity */
};

/* Open (DB_* flags of data/db.h), migrate, load the organization, the acting user (the owner; SIMPLIX_USER names another
 * by mail address) and custom fields. A database without an organization opens too: core_ready() is false then. Where somebody has a
 * password nobody acts at first: core/security/signin.h. */
enum status core_open(const char *target, int flags, struct core **out, struct error *err);
void core_close(struct core **c);
bool core_ready(const struct core *c);     /* set up: there is an organization */
bool core_signed_in(const struct core *c); /* and somebody works with it */

struct core_setup {
	const char *organization, *first_name, *last_name, *email, *currency, *country;
};
/* First run: the organization, its owner, a sales pipeline, lost reasons and views to start from. */
enum status core_set_up(struct core *c, const struct core_setup *s, struct error *err);

/* From now on the core acts for the program itself: its changes are nobody's, and nothing is refused. For the helper thread only. */
enum status core_work_alone(struct core *c, struct error *err);

/* Tell the database whose rows this connection works with: PostgreSQL's row security asks. Undone when an open transaction rolls back. */
enum status core_use_organization(struct core *c, struct error *err);

/* Re-read custom fields after they changed (store does it by itself). */
enum status core_reload_model(struct core *c, struct error *err);
struct conventions core_conventions(const struct core *c);

/* Settings: small texts that belong to this database file and user, outside the change log (theme, columns, last screen).
 * setting_get: NULL when unset. scope "" is the file's. */
char *setting_get(struct core *c, struct arena *a, const char *key);
enum status setting_set(struct core *c, const char *key, const char *value, struct error *err); /* NULL removes */

/* What other connections changed since the last call; cheap, every second or so. Records and rights never change without an entry in the
 * audit trail, whose numbers go up in the order of commits; the queue, sessions and settings do. */
enum core_change {
	CHANGED_NOTHING,
	CHANGED_BESIDE, /* something, but no records */
	CHANGED_RECORDS,
};
enum core_change core_changed_elsewhere(struct core *c);
/* Everything up to now is about to be read (after a change of our own): only what comes later is a change of records. */
void core_seen(struct core *c);

#endif
