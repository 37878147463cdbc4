/* The database file on a host shared with others: who may read it, who owns it, where links lead.
 *
 * Everything here uses lstat() and never opens an existing database: closing a descriptor of it would drop the POSIX
 * locks that SQLite holds for other connections of this process (sqlite.org/howtocorrupt.html, 2.2).
 */
#ifndef DATA_DBFILE_H
#define DATA_DBFILE_H

#include "core/base/error.h"

#include <stdbool.h>

/* Resolve path (its folder through realpath, its own name not followed) and check the file and its -wal, -shm and
 * -journal: regular, ours, one link, no right for group and others (SEC-10..12). With `create` a missing file is made
 * with 0600, its missing folders with 0700. *real is freed by the caller. Without `create` a missing file gives
 * ST_NOT_FOUND. */
enum status dbfile_ready(const char *path, bool create, char **real, struct error *err);

/* Make a new empty private file beside its final place, for what is written whole and then put there by
 * dbfile_publish(). *temp and *final are freed by the caller. A file that exists at path gives ST_CONFLICT. */
enum status dbfile_temp(const char *path, char **temp, char **final, struct error *err);
/* Make temp durable and give it its final name, never replacing anything. */
enum status dbfile_publish(const char *temp, const char *final, struct error *err);

#endif
