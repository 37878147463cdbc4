#include "data/dbfile.h"

#include "core/base/i18n.h"
#include "core/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status system_error(struct error *err, const char *path)
{
	int e = errno;
	enum status st = e == EACCES || e == EPERM ? ST_DENIED : e == ENOENT ? ST_NOT_FOUND : ST_IO;
	return error_set(err, st, "%s: %s", path, error_system(e));
}

/* Make the missing folders of path's parents, each 0700 from its first moment. */
static enum status make_folders(const char *path, struct error *err)
{
	char *copy = mem_strdup(path);
	enum status st = ST_OK;
	for (char *slash = strchr(copy + 1, '/'); slash && st == ST_OK; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST && errno != EACCES && errno != EROFS)
			st = system_error(err, copy);
		*slash = '/';
	}
	free(copy);
	return st;
}

/* A folder where anybody may rename files makes every other check void. */
static enum status check_folder(const char *folder, struct error *err)
{
	struct stat sb;
	if (stat(folder, &sb) != 0)
		return system_error(err, folder);
	if ((sb.st_mode & S_IWOTH) && !(sb.st_mode & S_ISVTX)) {
		error_set(err, ST_DENIED, _("Anybody may replace files in the folder %s."), folder);
		error_hint(err, "chmod o-w '%s'", folder);
		return ST_DENIED;
	}
	return ST_OK;
}

static enum status resolve(const char *path, char **real, struct error *err)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return error_set(err, ST_INVALID, _("%s is not the name of a file."), path);
	char *folder = !slash ? mem_strdup(".") : mem_strndup(path, slash == path ? 1 : (size_t)(slash - path));
	char *full = realpath(folder, NULL);
	enum status st = full ? check_folder(full, err) : system_error(err, folder);
	if (st == ST_OK)
		*real = mem_printf("%s/%s", strcmp(full, "/") == 0 ? "" : full, name);
	free(full);
	free(folder);
	return st;
}

static enum status check_private(const char *path, bool *there, struct error *err)
{
	struct stat sb;
	*there = false;
	if (lstat(path, &sb) != 0)
		return errno == ENOENT ? ST_OK : system_error(err, path);
	*there = true;
	if (S_ISLNK(sb.st_mode)) {
		error_set(err, ST_DENIED, _("%s is a symbolic link; Simplix does not follow links to its data."), path);
		error_hint(err, _("Give the real path of the file."));
		return ST_DENIED;
	}
	if (!S_ISREG(sb.st_mode))
		return error_set(err, ST_INVALID, _("%s is not a regular file."), path);
	if (sb.st_nlink > 1)
		return error_set(err, ST_DENIED, _("%s has a second name (a hard link) elsewhere."), path);
	if (sb.st_uid != geteuid()) {
		error_set(err, ST_DENIED, _("%s belongs to another user."), path);
		error_hint(err, "chown %u '%s'", (unsigned)geteuid(), path);
		return ST_DENIED;
	}
	if (sb.st_mode & 077) {
		error_set(err, ST_DENIED, _("Other users of this machine may read or write %s."), path);
		error_hint(err, "chmod 600 '%s'", path);
		return ST_DENIED;
	}
	return ST_OK;
}

static enum status create_private(const char *path, struct error *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? ST_OK : system_error(err, path);
	(void)close(fd);
	return ST_OK;
}

enum status dbfile_ready(const char *path, bool create, char **real, struct error *err)
{
	static const char *const companions[] = {"-wal", "-shm", "-journal"};
	enum status st = create ? make_folders(path, err) : ST_OK;
	char *full = NULL;
	if (st == ST_OK)
		st = resolve(path, &full, err);
	bool there = false;
	if (st == ST_OK)
		st = check_private(full, &there, err);
	for (size_t i = 0; i < sizeof companions / sizeof *companions && st == ST_OK; i++) {
		bool ignored;
		char *beside = mem_printf("%s%s", full, companions[i]);
		st = check_private(beside, &ignored, err);
		free(beside);
	}
	if (st == ST_OK && !there)
		st = create ? create_private(full, err) : error_set(err, ST_NOT_FOUND, _("There is no file %s."), full);
	if (st != ST_OK) {
		free(full);
		return st;
	}
	*real = full;
	return ST_OK;
}

enum status dbfile_temp(const char *path, char **temp, char **final, struct error *err)
{
	char *full = NULL;
	enum status st = resolve(path, &full, err);
	if (st != ST_OK)
		return st;
	struct stat sb;
	if (lstat(full, &sb) == 0) {
		error_set(err, ST_CONFLICT, _("%s exists already; it is not overwritten."), full);
		free(full);
		return ST_CONFLICT;
	}
	char *name = mem_printf("%s.XXXXXX", full);
	int fd = mkostemp(name, O_CLOEXEC); /* 0600, O_EXCL */
	if (fd < 0) {
		st = system_error(err, full);
		free(name);
		free(full);
		return st;
	}
	(void)close(fd);
	*temp = name;
	*final = full;
	return ST_OK;
}

static enum status sync_path(const char *path, int flags, struct error *err)
{
	int fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		return system_error(err, path);
	enum status st = fsync(fd) == 0 ? ST_OK : system_error(err, path);
	(void)close(fd);
	return st;
}

enum status dbfile_publish(const char *temp, const char *final, struct error *err)
{
	enum status st = sync_path(temp, O_RDONLY | O_NOFOLLOW, err);
	if (st != ST_OK)
		return st;
	if (renameat2(AT_FDCWD, temp, AT_FDCWD, final, RENAME_NOREPLACE) != 0) {
		if (errno == EEXIST)
			return error_set(err, ST_CONFLICT, _("%s exists already; it is not overwritten."), final);
		if (errno != EINVAL && errno != ENOSYS)
			return system_error(err, final);
		if (link(temp, final) != 0) /* file systems without RENAME_NOREPLACE */
			return system_error(err, final);
		(void)unlink(temp);
	}
	char *folder = mem_strdup(final);
	*(strrchr(folder, '/') + 1) = '\0';
	st = sync_path(folder, O_RDONLY | O_DIRECTORY, err);
	free(folder);
	return st;
}
