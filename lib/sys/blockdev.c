/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of block devices and image files, past the page cache. */
#define _FILE_OFFSET_BITS 64 /* disks are larger than a 32-bit off_t */
#include "sys/blockdev.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/file.h"
#include "sys/syscalls.h"

/* --- opening --------------------------------------------------------------- */

static enum wk_status read_only(const struct wk_blockdev *d, struct wk_err *err)
{
	char attribute[64], ignored[8];

	if (!d->is_block)
		return wk_fail(err, WK_FAIL, "file.read-only",
			       "%s: the file system is read-only", d->shown);
	(void)wk_fail(err, WK_FAIL, "file.read-only",
		      "%s: the device is read-only", d->shown);
	/* The boot partitions of an eMMC are so until somebody asks. */
	snprintf(attribute, sizeof(attribute), "/sys/dev/block/%u:%u/force_ro",
		 major(d->rdev), minor(d->rdev));
	if (wk_sys_read_file(attribute, ignored, sizeof(ignored)) >= 0)
		wk_err_hint(err, "'echo 0 > %s' lets it be written to",
			    attribute);
	else
		wk_err_hint(err,
			    "'blockdev --setrw %s' lets it be written to, "
			    "unless the hardware forbids it",
			    d->path);
	return WK_FAIL;
}

static enum wk_status open_failed(const struct wk_blockdev *d, bool writing,
				  int e, struct wk_err *err)
{
	switch (e) {
	case ENOENT:
	case ENOTDIR:
	case ENXIO:
	case ENODEV:
		(void)wk_fail(err, WK_NOT_FOUND, "file.not-found",
			      "%s: there is no '%s'", d->shown, d->path);
		break;
	case EACCES:
	case EPERM:
		(void)wk_fail(err, WK_DENIED, "file.denied",
			      "%s: permission to %s it is denied", d->shown,
			      writing ? "write to" : "read");
		break;
	case EROFS:
		(void)read_only(d, err);
		break;
	default:
		(void)wk_fail_errno(err, e, "%s", d->shown);
	}
	err->errnum = e;
	return err->status;
}

static bool is_marked_read_only(dev_t rdev)
{
	char path[64], text[8];

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/ro", major(rdev),
		 minor(rdev));
	return wk_sys_read_file(path, text, sizeof(text)) > 0 && *text == '1';
}

/* What it is, before opening it does anything: a tape would rewind. */
static enum wk_status look(struct wk_blockdev *d, bool writing,
			   struct wk_err *err)
{
	struct stat st;

	if (fstatat(AT_FDCWD, d->path, &st, 0))
		return open_failed(d, writing, errno, err);
	d->is_block = S_ISBLK(st.st_mode);
	if (!d->is_block && !S_ISREG(st.st_mode))
		return wk_fail(err, WK_FAIL, "raw.not-a-device",
			       "%s: '%s' is neither a block device nor a "
			       "regular file",
			       d->shown, d->path);
	d->rdev = d->is_block ? st.st_rdev : 0;
	if (writing && d->is_block && is_marked_read_only(d->rdev))
		return read_only(d, err);
	return WK_OK;
}

/* Whoever can change the name must not choose what is asked who uses it. */
static enum wk_status look_again(const struct wk_blockdev *d,
				 struct wk_err *err)
{
	struct stat st;

	if (fstatat(d->fd, "", &st, AT_EMPTY_PATH))
		return wk_fail_errno(err, errno, "%s", d->shown);
	if (d->is_block ? S_ISBLK(st.st_mode) && st.st_rdev == d->rdev :
			  S_ISREG(st.st_mode))
		return WK_OK;
	(void)wk_fail(err, WK_TRANSIENT, "file.changed",
		      "%s: '%s' became something else meanwhile", d->shown,
		      d->path);
	wk_err_hint(err, "look at it, and run the command again");
	return WK_TRANSIENT;
}

/* Block devices have no size in struct stat; this serves both. */
static enum wk_status find_size(struct wk_blockdev *d, struct wk_err *err)
{
	off_t end = lseek(d->fd, 0, SEEK_END);

	if (end < 0)
		return wk_fail_errno(err, errno, "%s", d->shown);
	d->size = (uint64_t)end;
	return WK_OK;
}

enum wk_status wk_blockdev_open(const char *path, const char *shown,
				bool writing, struct wk_blockdev *d,
				struct wk_err *err)
{
	int flags = (writing ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOCTTY |
		    O_NONBLOCK;
	enum wk_status st;

	d->shown = shown;
	d->fd = -1;
	snprintf(d->path, sizeof(d->path), "%s", path);
	st = look(d, writing, err);
	if (st)
		return st;
	d->fd = (int)TEMP_FAILURE_RETRY(openat(AT_FDCWD, path, flags, 0));
	if (d->fd < 0)
		return open_failed(d, writing, errno, err);
	st = look_again(d, err);
	if (!st)
		st = find_size(d, err);
	if (st)
		wk_blockdev_close(d);
	return st;
}

void wk_blockdev_close(struct wk_blockdev *d)
{
	wk_fd_cleanup(&d->fd);
	d->fd = -1;
}

enum wk_status wk_blockdev_lock(const struct wk_blockdev *d, bool changing,
				struct wk_err *err)
{
	if (TEMP_FAILURE_RETRY(flock(d->fd, changing ? LOCK_EX : LOCK_SH)))
		return wk_fail_errno(err, errno, "%s: locking it", d->shown);
	return WK_OK;
}

void wk_blockdev_unlock(const struct wk_blockdev *d)
{
	(void)flock(d->fd, LOCK_UN);
}

/* --- bytes ----------------------------------------------------------------- */

static int read_all(int fd, uint8_t *p, size_t len, uint64_t offset)
{
	while (len) {
		ssize_t n =
			TEMP_FAILURE_RETRY(pread(fd, p, len, (off_t)offset));

		if (n < 0)
			return errno;
		if (n == 0)
			return EIO; /* it has become shorter */
		p += n;
		len -= (size_t)n;
		offset += (size_t)n;
	}
	return 0;
}

/* Whether the descriptor now reads what is on the medium, as open(2) says. */
static bool set_direct(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);
	int want = on ? flags | O_DIRECT : flags & ~O_DIRECT;

	return flags >= 0 && !fcntl(fd, F_SETFL, want);
}

/*
 * EINVAL: the file system has no direct I/O after all, or wants more than 4096
 * bytes aligned.  Pages that are clean can be dropped instead.
 */
int wk_blockdev_read(const struct wk_blockdev *d, uint8_t *p, size_t len,
		     uint64_t offset)
{
	int e = EINVAL;

	if (set_direct(d->fd, true)) {
		e = read_all(d->fd, p, len, offset);
		(void)set_direct(d->fd, false);
	}
	if (e != EINVAL)
		return e;
	(void)posix_fadvise(d->fd, (off_t)offset, (off_t)len,
			    POSIX_FADV_DONTNEED);
	return read_all(d->fd, p, len, offset);
}

int wk_blockdev_write(const struct wk_blockdev *d, struct wk_span s,
		      uint64_t offset)
{
	while (s.len) {
		ssize_t n = TEMP_FAILURE_RETRY(
			pwrite(d->fd, s.p, s.len, (off_t)offset));

		if (n < 0)
			return errno;
		if (n == 0)
			return EIO;
		s.p += n;
		s.len -= (size_t)n;
		offset += (size_t)n;
	}
	/* After a failure the pages may count as clean: no second try. */
	return TEMP_FAILURE_RETRY(fdatasync(d->fd)) ? errno : 0;
}
