/* Telling other connections of a database that something is there for them, and being told: PostgreSQL's LISTEN and NOTIFY. A file has no
 * such thing: whoever works on one looks now and then.
 *
 * Only ever a hint. Nothing of meaning travels (whoever may connect may also notify), a pooler in between may swallow it, and what is
 * not heard is found by looking. NOTIFY takes a lock of the whole server at its commit, so it never stands in a transaction with
 * something else, and callers send few. */
#ifndef DATA_LISTEN_H
#define DATA_LISTEN_H

#include "core/base/error.h"
#include "core/base/id.h"
#include "data/db.h"

#include <stdbool.h>

/* A connection of its own that listens. One thread. */
struct db_listener;
/* For what concerns `whom` (an organization), at the target as given to db_open(). Waits up to five seconds. ST_INVALID: this database
 * has no such thing. */
enum status db_listener_open(const char *target, const struct id *whom, struct db_listener **out, struct error *err);
void db_listener_close(struct db_listener **l);
int db_listener_fd(const struct db_listener *l); /* to wait on for something to read; the listener's own */
/* Read what has come, without waiting: has another connection notified? ST_CONNECTION: ours is gone. */
enum status db_listener_drain(struct db_listener *l, bool *heard);
/* Notify the others, without waiting. ST_BUSY: the last time is still under way; ST_CONNECTION: it is gone. */
enum status db_listener_notify(struct db_listener *l);

/* Notify over an ordinary connection, outside transactions; a file: nothing happens. */
enum status db_notify(struct db *db, const struct id *whom, struct error *err);

#endif
