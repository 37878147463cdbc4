/* Migrations: numbered, forward only, each in its own transaction, recorded with a checksum.
 *
 * A migration is data: SQL text for both engines with {type} marks ({id} {int} {text} {blob} {real} {serial}) that
 * the runner replaces by the engine's, and lines that start with "--@sqlite " or "--@postgres " for one engine only;
 * "--@search NAME" makes a search index. It refuses a database whose last migration this program does not know
 * (ST_VERSION).
 */
#ifndef DATA_MIGRATE_H
#define DATA_MIGRATE_H

#include "data/db.h"

struct migration {
	int number;
	const char *name;
	const char *sql;
};

/* Bring db up to the last of migrations[count]. Resumable: what was done stays done. Two processes may run it at once.
 */
enum status migrate_run(struct db *db, const struct migration *list, int count, struct error *err);
/* Do the migrations that were applied agree with the first of the list? Writes nothing. */
enum status migrate_compare(struct db *db, const struct migration *list, int count, struct error *err);
/* Number of the last migration applied; 0 on a fresh database. */
enum status migrate_version(struct db *db, int *out, struct error *err);

#endif
