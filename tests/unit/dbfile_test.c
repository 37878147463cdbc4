/* Files of the embedded engine: modes, links, strangers, backups (SEC-10..13, 20). */
#include "tests/unit/test.h"

#include "core/base/mem.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *in_dir(const char *name)
{
	return mem_printf("%s/%s", test_dir(), name);
}

static mode_t mode_of(const char *path)
{
	struct stat sb;
	return stat(path, &sb) == 0 ? sb.st_mode & 07777 : 0;
}

static void write_file(const char *path, const char *bytes, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
	CHECK(fd >= 0);
	CHECK_INT(write(fd, bytes, strlen(bytes)), strlen(bytes));
	CHECK_INT(fchmod(fd, mode), 0);
	(void)close(fd);
}

static void make_database(const char *path)
{
	struct error err = {0};
	struct db *db = NULL;
	MUST(db_open(path, DB_CREATE, &db, &err));
	enum status st = db_exec(db, "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (42)", &err);
	db_close(&db);
	MUST(st);
}

static enum status try_open(const char *path, int flags, struct error *err)
{
	struct db *db = NULL;
	enum status st = db_open(path, flags, &db, err);
	db_close(&db);
	return st;
}

TEST(dbfile_sec10_private_from_creation)
{
	struct error err = {0};
	struct db *db = NULL;
	mode_t old = umask(0);
	char *path = in_dir("a/b/simplix.db"), *folder = in_dir("a"), *wal = in_dir("a/b/simplix.db-wal"),
	     *shm = in_dir("a/b/simplix.db-shm");
	enum status st = db_open(path, DB_CREATE, &db, &err);
	(void)umask(old);
	CHECK_INT(st, ST_OK);
	if (st == ST_OK)
		MUST(db_exec(db, "CREATE TABLE t (a INTEGER)", &err));
	CHECK_INT(mode_of(folder), 0700);
	CHECK_INT(mode_of(path), 0600);
	CHECK_INT(mode_of(wal), 0600);
	CHECK_INT(mode_of(shm), 0600);
	CHECK_STR(db ? db_target(db) : NULL, path);
	db_close(&db);
	free(path), free(folder), free(wal), free(shm);
}

TEST(dbfile_missing_without_create)
{
	struct error err = {0};
	char *path = in_dir("none.db");
	CHECK_INT(try_open(path, 0, &err), ST_NOT_FOUND);
	CHECK_INT(try_open(path, DB_READONLY, &err), ST_NOT_FOUND);
	CHECK(access(path, F_OK) != 0);
	CHECK_INT(try_open(test_dir(), DB_CREATE, &err), ST_INVALID);
	free(path);
}

TEST(dbfile_sec11_refuses_what_others_can_read)
{
	static const mode_t loose[] = {0644, 0640, 0602, 0660};
	struct error err = {0};
	char *path = in_dir("x.db");
	make_database(path);
	for (size_t i = 0; i < sizeof loose / sizeof *loose; i++) {
		CHECK_INT(chmod(path, loose[i]), 0);
		CHECK_INT(try_open(path, 0, &err), ST_DENIED);
		CHECK(strstr(err.hint, "chmod 600") && strstr(err.hint, path));
	}
	CHECK_INT(chmod(path, 0600), 0);
	CHECK_INT(try_open(path, 0, &err), ST_OK);
	free(path);
}

TEST(dbfile_sec11_refuses_foreign_owner)
{
	struct error err = {0};
	if (geteuid() != 0)
		test_skip("only root can give a file away");
	char *path = in_dir("x.db");
	make_database(path);
	CHECK_INT(chown(path, 65534, 65534), 0);
	CHECK_INT(try_open(path, 0, &err), ST_DENIED);
	free(path);
}

TEST(dbfile_sec12_follows_no_links)
{
	struct error err = {0};
	char *real = in_dir("real.db"), *link_path = in_dir("link.db"), *hard = in_dir("hard.db");
	char *wal = in_dir("real.db-wal"), *victim = in_dir("victim");
	make_database(real);
	CHECK_INT(symlink(real, link_path), 0);
	CHECK_INT(try_open(link_path, 0, &err), ST_DENIED);
	CHECK_INT(try_open(link_path, DB_CREATE, &err), ST_DENIED);
	CHECK_INT(unlink(link_path), 0);
	CHECK_INT(symlink(victim, link_path), 0); /* dangling: must not be created through */
	CHECK_INT(try_open(link_path, DB_CREATE, &err), ST_DENIED);
	CHECK(access(victim, F_OK) != 0);
	CHECK_INT(link(real, hard), 0);
	CHECK_INT(try_open(real, 0, &err), ST_DENIED);
	CHECK_INT(unlink(hard), 0);
	CHECK_INT(symlink(victim, wal), 0);
	CHECK_INT(try_open(real, 0, &err), ST_DENIED);
	CHECK_INT(unlink(wal), 0);
	CHECK_INT(try_open(real, 0, &err), ST_OK);
	free(real), free(link_path), free(hard), free(wal), free(victim);
}

TEST(dbfile_linked_folder_is_resolved)
{
	struct error err = {0};
	char *folder = in_dir("real"), *link_path = in_dir("alias"), *via = in_dir("alias/s.db"),
	     *real = in_dir("real/s.db");
	CHECK_INT(mkdir(folder, 0700), 0);
	CHECK_INT(symlink(folder, link_path), 0);
	struct db *db = NULL;
	CHECK_INT(db_open(via, DB_CREATE, &db, &err), ST_OK);
	if (db)
		CHECK_STR(db_target(db), real);
	db_close(&db);
	free(folder), free(link_path), free(via), free(real);
}

TEST(dbfile_sec12_refuses_folder_open_to_all)
{
	struct error err = {0};
	char *folder = in_dir("open"), *path = in_dir("open/s.db");
	CHECK_INT(mkdir(folder, 0700), 0);
	CHECK_INT(chmod(folder, 0777), 0);
	CHECK_INT(try_open(path, DB_CREATE, &err), ST_DENIED);
	CHECK(access(path, F_OK) != 0);
	CHECK_INT(chmod(folder, 01777), 0);
	CHECK_INT(try_open(path, DB_CREATE, &err), ST_OK);
	free(folder), free(path);
}

TEST(dbfile_sec20_refuses_what_is_not_ours)
{
	struct error err = {0};
	char *path = in_dir("stranger.db");
	write_file(path,
		"This is not a database, it is a letter that is longer than a hundred bytes, so that no header fits it "
		"at all.",
		0600);
	CHECK_INT(try_open(path, 0, &err), ST_CORRUPT);
	CHECK_INT(unlink(path), 0);
	/* an SQLite file of another program: ours with another application id */
	make_database(path);
	int fd = open(path, O_WRONLY);
	CHECK_INT(pwrite(fd, "\0\0\0\0", 4, 68), 4);
	(void)close(fd);
	CHECK_INT(try_open(path, 0, &err), ST_CORRUPT);
	free(path);
}

TEST(dbfile_sec20_damaged_pages_are_reported)
{
	struct error err = {0};
	char *path = in_dir("damaged.db");
	make_database(path);
	int fd = open(path, O_WRONLY);
	char junk[2048];
	memset(junk, 0xa5, sizeof junk);
	CHECK_INT(pwrite(fd, junk, sizeof junk, 4096), sizeof junk);
	(void)close(fd);
	struct db *db = NULL;
	enum status st = db_open(path, 0, &db, &err);
	if (st == ST_OK) {
		char *verdict = db_integrity(db);
		CHECK(strcmp(verdict, "ok") != 0);
		free(verdict);
		CHECK_INT(db_exec(db, "SELECT * FROM t", &err), ST_CORRUPT);
	} else {
		CHECK_INT(st, ST_CORRUPT);
	}
	db_close(&db);
	free(path);
}

TEST(dbfile_schema_is_not_trusted)
{
	struct error err = {0};
	struct db *db = test_db(DB_SQLITE);
	struct db_stmt *s;
	MUST(db_exec(db, "CREATE TABLE t (a TEXT)", &err));
	CHECK(db_exec(db, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'x'", &err) != ST_OK);
	CHECK(db_prepare(db, "SELECT load_extension('x')", &s, &err) != ST_OK || db_run(s, &err) != ST_OK);
	CHECK(db_prepare(db, "SELECT \"no such column\" FROM t", &s, &err) != ST_OK);
}

TEST(dbfile_backup_is_whole_private_and_never_overwrites)
{
	struct error err = {0};
	char *path = in_dir("live.db"), *copy = in_dir("copy.db"), *target = in_dir("other");
	make_database(path);
	struct db *db = NULL, *writer = NULL;
	MUST(db_open(path, 0, &db, &err));
	MUST(db_open(path, 0, &writer, &err));
	MUST(db_begin(writer, &err));
	MUST(db_exec(writer, "INSERT INTO t VALUES (43)", &err)); /* not committed: not in the copy */
	mode_t old = umask(0);
	CHECK_INT(db_backup(db, copy, &err), ST_OK);
	(void)umask(old);
	CHECK_STR(err.message, "");
	db_rollback(writer);
	CHECK_INT(mode_of(copy), 0600);
	CHECK_INT(db_backup(db, copy, &err), ST_CONFLICT);
	CHECK_INT(symlink(target, copy) == 0 ? 0 : -1, -1);
	CHECK_INT(unlink(copy), 0);
	CHECK_INT(symlink(target, copy), 0);
	CHECK_INT(db_backup(db, copy, &err), ST_CONFLICT);
	CHECK(access(target, F_OK) != 0);
	CHECK_INT(unlink(copy), 0);
	CHECK_INT(db_backup(db, copy, &err), ST_OK);
	db_close(&writer);
	db_close(&db);

	struct db_stmt *s;
	bool row = false;
	MUST(db_open(copy, DB_READONLY, &db, &err));
	MUST(db_prepare(db, "SELECT count(*), max(a) FROM t", &s, &err));
	MUST(db_step(s, &row, &err));
	CHECK_INT(db_int(s, 0), 1);
	CHECK_INT(db_int(s, 1), 42);
	db_done(s);
	char *verdict = db_integrity(db);
	CHECK_STR(verdict, "ok");
	free(verdict);
	db_close(&db);
	/* nothing temporary stays behind */
	int files = 0;
	DIR *d = opendir(test_dir());
	for (struct dirent *e; d && (e = readdir(d));)
		files += strncmp(e->d_name, "copy.db.", 8) == 0;
	(void)closedir(d);
	CHECK_INT(files, 0);
	free(path), free(copy), free(target);
}

static bool file_holds(const char *path, const char *needle)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return false;
	struct buf all = {0};
	char block[4096];
	for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
		buf_add(&all, block, n);
	(void)fclose(f);
	bool found = memmem(buf_str(&all), all.len, needle, strlen(needle)) != NULL;
	buf_free(&all);
	return found;
}

TEST(dbfile_sec23_scrub_leaves_no_bytes)
{
	struct error err = {0};
	char *path = in_dir("erase.db"), *wal = in_dir("erase.db-wal");
	struct db *db = NULL;
	MUST(db_open(path, DB_CREATE, &db, &err));
	MUST(db_exec(db, "CREATE TABLE t (num INTEGER PRIMARY KEY, a TEXT)", &err));
	MUST(db_search_create(db, "t", &err));
	for (int i = 1; i <= 300; i++) {
		struct db_stmt *s;
		MUST(db_prepare(db, "INSERT INTO t VALUES ($1, $2)", &s, &err));
		db_bind_int(s, 1, i);
		db_bind_text(s, 2, i == 150 ? "zanzibarlecelebre" : "ordinaire");
		MUST(db_run(s, &err));
		MUST(db_search_put(db, "t", i, i == 150 ? "zanzibarlecelebre" : "ordinaire", &err));
	}
	CHECK(file_holds(path, "zanzibar") || file_holds(wal, "zanzibar"));
	MUST(db_exec(db, "DELETE FROM t WHERE num = 150", &err));
	MUST(db_search_delete(db, "t", 150, &err));
	MUST(db_scrub(db, &err));
	CHECK(!file_holds(path, "zanzibar"));
	CHECK(!file_holds(wal, "zanzibar"));
	db_close(&db);
	free(path), free(wal);
}
