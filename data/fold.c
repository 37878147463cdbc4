#include "data/fold.h"

#include <sqlite3.h>
#include <stdio.h>

#include "core/base/text.h"

static const char accented[] = "àÀáÁâÂãÃäÄåÅāĀăĂąĄçÇćĆĉĈċĊčČďĎđĐèÈéÉêÊëËēĒĕĔėĖęĘěĚĝĜğĞġĠģĢĥĤħĦìÌíÍîÎïÏĩĨīĪĭĬįĮıĵĴķĶĺĹļĻľĽłŁñÑńŃņŅňŇòÒóÓôÔõÕöÖøØōŌŏŎőŐŕŔŗŖřŘśŚŝŜşŞšŠţŢťŤŧŦùÙúÚûÛüÜũŨūŪŭŬůŮűŰųŲŵŴýÝÿŸŷŶźŹżŻžŽ";
static const char plain[] = "aaaaaaaaaaaaaaaaaaccccccccccddddeeeeeeeeeeeeeeeeeegggggggghhhhiiiiiiiiiiiiiiiiijjkkllllllllnnnnnnnnoooooooooooooooooorrrrrrssssssssttttttuuuuuuuuuuuuuuuuuuuuwwyyyyyyzzzzzz";

static void fold_text(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	(void)argc;
	const char *s = (const char *)sqlite3_value_text(argv[0]);
	if (!s)
		return;
	struct buf b = {0};
	text_fold_to(&b, s);
	sqlite3_result_text(ctx, buf_str(&b), (int)b.len, SQLITE_TRANSIENT);
	buf_free(&b);
}

/* The 16 bytes of an id written as text, as ids stand in their columns. */
static void id_of_text(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	(void)argc;
	const char *s = (const char *)sqlite3_value_text(argv[0]);
	struct id id;
	if (s && id_parse(s, &id))
		sqlite3_result_blob(ctx, id.b, sizeof id.b, SQLITE_TRANSIENT);
}

void db_text_id(const struct db *db, const char *expression, char *out, size_t size)
{
	(void)snprintf(out, size, db_kind(db) == DB_SQLITE ? "text_id(%s)" : "CAST(%s AS uuid)", expression);
}

void fold_register(struct sqlite3 *h)
{
	(void)sqlite3_create_function(h, "text_id", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, id_of_text, NULL, NULL);
	(void)sqlite3_create_function(h, "fold", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, fold_text, NULL, NULL);
}

void db_fold(const struct db *db, const char *expression, char *out, size_t size)
{
	if (db_kind(db) == DB_SQLITE)
		(void)snprintf(out, size, "fold(%s)", expression);
	else
		(void)snprintf(out, size, "lower(translate(%s, '%s', '%s'))", expression, accented, plain);
}
