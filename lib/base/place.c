/* SPDX-License-Identifier: Apache-2.0 */
/* The directory and name of a new file. */
#include "base/place.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"

enum wk_status wk_place_exists(const struct wk_place *p, struct wk_err *err)
{
	(void)wk_fail(err, WK_EXISTS, "file.exists", "%s: exists already",
		      p->shown);
	wk_err_hint(err, "use --force to replace it (the old file is kept)");
	return WK_EXISTS;
}

/* What nobody may replace, whoever he is; 0 where that is not known. */
static uint64_t attributes(int dirfd, const char *name)
{
	struct statx sx;
	int flags = AT_SYMLINK_NOFOLLOW | (*name ? 0 : AT_EMPTY_PATH);

	if (statx(dirfd, name, flags, 0, &sx))
		return 0;
	return sx.stx_attributes & sx.stx_attributes_mask;
}

static enum wk_status fixed(const struct wk_place *p, uint64_t attr,
			    const char *kind, const char *what,
			    struct wk_err *err)
{
	bool immutable = attr & STATX_ATTR_IMMUTABLE;

	(void)wk_fail(err, WK_FAIL, "file.immutable",
		      "%s: the %s is %s and cannot be changed", p->shown, kind,
		      immutable ? "immutable" : "append-only");
	wk_err_hint(err, "chattr -%c %s", immutable ? 'i' : 'a', what);
	return WK_FAIL;
}

/* Attributes of the old file and of the directory that stand against it. */
static enum wk_status check_fixed(const struct wk_place *p, struct wk_err *err)
{
	const uint64_t bits = STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND;
	uint64_t attr = attributes(p->dirfd, "");

	/* In an append-only one files are made, but not renamed. */
	if (!p->taken)
		attr &= ~(uint64_t)STATX_ATTR_APPEND;
	if (attr & bits)
		return fixed(p, attr, "directory", p->dir, err);
	attr = p->taken ? attributes(p->dirfd, p->name) : 0;
	if (attr & bits)
		return fixed(p, attr, "file", p->shown, err);
	if (!(attr & STATX_ATTR_MOUNT_ROOT))
		return WK_OK;
	(void)wk_fail(err, WK_FAIL, "file.mount-point",
		      "%s: something is mounted on it", p->shown);
	wk_err_hint(err, "unmount it, or name the file where it lies");
	return WK_FAIL;
}

enum wk_status wk_place_failed(const struct wk_place *p, int e,
			       struct wk_err *err)
{
	if ((e == EPERM || e == EBUSY) && check_fixed(p, err)) {
		err->errnum = e;
		return err->status;
	}
	switch (e) {
	case ENOENT:
	case ENOTDIR:
		(void)wk_fail(err, WK_NOT_FOUND, "file.no-directory",
			      "%s: there is no directory '%s'", p->shown,
			      p->dir);
		break;
	case EACCES:
	case EPERM:
		(void)wk_fail(
			err, WK_DENIED, "file.denied",
			"%s: permission to write in the directory '%s' is denied",
			p->shown, p->dir);
		break;
	case EROFS:
		(void)wk_fail(err, WK_FAIL, "file.read-only",
			      "%s: the file system is read-only", p->shown);
		wk_err_hint(err, "mount it for writing (mount -o remount,rw), "
				 "or use another directory");
		break;
	case ENOSPC:
	case EDQUOT:
		(void)wk_fail(err, WK_FAIL, "file.no-space",
			      "%s: no space is left on the file system",
			      p->shown);
		wk_err_hint(err, "make room and run the command again");
		break;
	case ENAMETOOLONG:
		(void)wk_fail(err, WK_FAIL, "file.name", "%s: name too long",
			      p->shown);
		break;
	default:
		(void)wk_fail_errno(err, e, "%s: making the file", p->shown);
	}
	err->errnum = e;
	return err->status;
}

enum wk_status wk_place_unsynced(const struct wk_place *p, const char *what,
				 int e, struct wk_err *err)
{
	bool full = e == ENOSPC || e == EDQUOT;

	(void)wk_fail(err, WK_FAIL, full ? "file.no-space" : "file.sync",
		      "%s: %s: %s", p->shown, what, strerrordesc_np(e));
	err->errnum = e;
	return WK_FAIL;
}

enum wk_status wk_place_changed(const struct wk_place *p, struct wk_err *err)
{
	(void)wk_fail(err, WK_TRANSIENT, "file.changed",
		      "%s: another process changed it meanwhile", p->shown);
	wk_err_hint(err, "look at it, and run the command again");
	return WK_TRANSIENT;
}

enum wk_status wk_place_check(const struct wk_place *p, struct wk_err *err)
{
	enum wk_status st = check_fixed(p, err);

	if (st)
		return st;
	if (faccessat(p->dirfd, ".", W_OK | X_OK, AT_EACCESS))
		return wk_place_failed(p, errno, err);
	return WK_OK;
}

/* Sets p->path, behind symbolic links when an old file is to be replaced. */
static enum wk_status resolve(struct wk_place *p, bool force,
			      struct wk_err *err)
{
	if (force) {
		p->path = realpath(p->shown, NULL);
		if (p->path)
			return WK_OK;
		/* What these are about is told better by opening it. */
		if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
			return wk_place_failed(p, errno, err);
	}
	p->path = strdup(p->shown);
	return p->path ? WK_OK : wk_place_failed(p, ENOMEM, err);
}

static enum wk_status split(struct wk_place *p, struct wk_err *err)
{
	char *slash = strrchr(p->path, '/');

	p->name = slash ? slash + 1 : p->path;
	p->dir = ".";
	if (slash) {
		*slash = '\0';
		p->dir = slash == p->path ? "/" : p->path;
	}
	if (!p->name[0] || !strcmp(p->name, ".") || !strcmp(p->name, ".."))
		return wk_fail(err, WK_FAIL, "file.name",
			       "%s: not the name of a file", p->shown);
	return WK_OK;
}

/* Nobody wants /dev/null replaced. */
static enum wk_status check_old(const struct wk_place *p, bool force,
				struct wk_err *err)
{
	if (!force)
		return wk_place_exists(p, err);
	if (S_ISLNK(p->st.st_mode))
		return wk_fail(err, WK_NOT_FOUND, "file.dangling-link",
			       "%s: a symbolic link that leads to no file",
			       p->shown);
	if (!S_ISREG(p->st.st_mode))
		return wk_fail(err, WK_FAIL, "file.not-regular",
			       "%s: not a regular file", p->shown);
	return WK_OK;
}

static enum wk_status find(struct wk_place *p, bool force, struct wk_err *err)
{
	enum wk_status st;

	st = resolve(p, force, err);
	if (!st)
		st = split(p, err);
	if (st)
		return st;
	p->dirfd = openat(AT_FDCWD, p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->dirfd < 0)
		return wk_place_failed(p, errno, err);
	p->taken = !fstatat(p->dirfd, p->name, &p->st, AT_SYMLINK_NOFOLLOW);
	if (p->taken)
		return check_old(p, force, err);
	return errno == ENOENT ? WK_OK : wk_place_failed(p, errno, err);
}

enum wk_status wk_place_open(const char *path, bool force, struct wk_place *p,
			     struct wk_err *err)
{
	enum wk_status st;

	*p = (struct wk_place){ .shown = path, .dir = path, .dirfd = -1 };
	st = find(p, force, err);
	if (st)
		wk_place_done(p);
	return st;
}

void wk_place_done(struct wk_place *p)
{
	wk_fd_cleanup(&p->dirfd);
	p->dirfd = -1;
	free(wk_take_ptr(&p->path));
}

static bool same_bytes(int a, int b)
{
	uint8_t x[4096], y[sizeof(x)];
	ssize_t n;

	do {
		n = TEMP_FAILURE_RETRY(read(a, x, sizeof(x)));
		if (n < 0 || n != TEMP_FAILURE_RETRY(read(b, y, sizeof(y))) ||
		    memcmp(x, y, (size_t)n) != 0)
			return false;
	} while (n > 0);
	return true;
}

int wk_place_look(const struct wk_place *p, const char *name)
{
	return (int)TEMP_FAILURE_RETRY(openat(
		p->dirfd, name,
		O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

bool wk_place_same(const struct wk_place *p, const char *name)
{
	WK_AUTO_FD int a = -1;
	WK_AUTO_FD int b = -1;
	struct stat st;

	if (fstatat(p->dirfd, name, &st, AT_SYMLINK_NOFOLLOW) ||
	    !S_ISREG(st.st_mode))
		return false;
	if (st.st_dev == p->st.st_dev && st.st_ino == p->st.st_ino)
		return true;
	a = wk_place_look(p, p->name);
	b = wk_place_look(p, name);
	return a >= 0 && b >= 0 && same_bytes(a, b);
}

/* NFS locks only what is open for writing. */
static void lock(const struct wk_place *p, int *fd)
{
	if (!TEMP_FAILURE_RETRY(flock(*fd, LOCK_EX)) || errno != EBADF)
		return;
	(void)close(*fd);
	*fd = openat(p->dirfd, p->name,
		     O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (*fd < 0)
		*fd = wk_place_look(p, p->name);
	else
		(void)TEMP_FAILURE_RETRY(flock(*fd, LOCK_EX));
}

enum wk_status wk_place_lock(const struct wk_place *p, int *ret_fd,
			     struct wk_err *err)
{
	struct stat st;

	*ret_fd = wk_place_look(p, p->name);
	if (*ret_fd >= 0)
		lock(p, ret_fd);
	if (!fstatat(p->dirfd, p->name, &st, AT_SYMLINK_NOFOLLOW) &&
	    st.st_dev == p->st.st_dev && st.st_ino == p->st.st_ino)
		return WK_OK;
	return wk_place_changed(p, err);
}

/* EINVAL: the file system has nothing to synchronize in a directory. */
int wk_place_sync(const struct wk_place *p)
{
	if (!TEMP_FAILURE_RETRY(fsync(p->dirfd)) || errno == EINVAL)
		return 0;
	return errno;
}

enum wk_status wk_place_replaced(const struct wk_place *p, struct wk_err *err)
{
	int e = wk_place_sync(p);

	if (!e)
		return WK_OK;
	return wk_place_unsynced(
		p, "replaced; writing its directory to the disk", e, err);
}
