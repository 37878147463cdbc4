/* Accent- and case-blind comparison inside SQL. */
#ifndef DATA_FOLD_H
#define DATA_FOLD_H

#include "data/db.h"

struct sqlite3;

/* SQL expression that folds a text expression as text_fold() does (SQLite: the very function; PostgreSQL: translate() and
 * lower() over the accented Latin letters, which agrees for these). */
void db_fold(const struct db *db, const char *expression, char *out, size_t size);
/* SQL expression: the id that a text expression writes. */
void db_text_id(const struct db *db, const char *expression, char *out, size_t size);
/* For the SQLite engine: register fold(text) and text_id(text). */
void fold_register(struct sqlite3 *h);

#endif
