/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a whole file in as few system calls as can be. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

/* Room for what does not tell its size: pipes, /proc, /sys. */
#define UNKNOWN_SIZE 4096

struct source {
	int fd;
	const char *name; /* for messages */
	bool regular;
	size_t size; /* of a regular file, as fstat(2) says */
};

static enum wk_status not_regular(const char *path, struct wk_err *err)
{
	return wk_fail(err, WK_FAIL, "file.not-regular",
		       "%s: not a regular file", path);
}

static enum wk_status too_large(const struct source *src, size_t max,
				struct wk_err *err)
{
	return wk_fail(err, WK_CORRUPT, "file.too-large",
		       "%s: longer than %zu bytes", src->name, max);
}

static enum wk_status open_failed(const char *path, int e, struct wk_err *err)
{
	switch (e) {
	case ENOENT:
	case ENOTDIR:
		(void)wk_fail(err, WK_NOT_FOUND, "file.not-found",
			      "%s: no such file", path);
		break;
	case EACCES:
	case EPERM:
		(void)wk_fail(err, WK_DENIED, "file.denied",
			      "%s: permission to read it is denied", path);
		break;
	case ENXIO: /* a socket, or a device that is not there */
	case ENODEV:
		(void)not_regular(path, err);
		break;
	default:
		(void)wk_fail_errno(err, e, "%s", path);
	}
	err->errnum = e;
	return err->status;
}

/* Opening must not hang on a FIFO or become a terminal's session leader. */
static enum wk_status open_regular(const char *path, struct source *src,
				   struct wk_err *err)
{
	struct stat st;

	src->fd = (int)TEMP_FAILURE_RETRY(openat(
		AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
	if (src->fd < 0)
		return open_failed(path, errno, err);
	if (fstat(src->fd, &st))
		return wk_fail_errno(err, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return not_regular(path, err);
	src->regular = true;
	src->size = (size_t)st.st_size;
	return WK_OK;
}

static bool wait_for(int fd, short events)
{
	struct pollfd wait = { .fd = fd, .events = events };

	return poll(&wait, 1, -1) >= 0 || errno == EINTR;
}

ssize_t wk_fd_read(int fd, void *p, size_t len)
{
	for (;;) {
		ssize_t n = TEMP_FAILURE_RETRY(read(fd, p, len));

		if (n >= 0 || errno != EAGAIN || !wait_for(fd, POLLIN))
			return n;
	}
}

/*
 * Asks for one byte more than max, so that too much is seen, and more than the
 * size, so that one short read finds the end of a regular file.
 */
static enum wk_status read_all(const struct source *src, size_t max,
			       struct wk_blob *b, struct wk_err *err)
{
	size_t more = src->size ? src->size + 1 : UNKNOWN_SIZE;

	if (src->size > max)
		return too_large(src, max, err);
	for (;;) {
		enum wk_status st;
		size_t room;
		ssize_t n;

		st = wk_blob_reserve(b, more, err);
		if (st)
			return st;
		room = b->cap - b->len;
		if (room > max - b->len)
			room = max - b->len + 1;
		n = wk_fd_read(src->fd, b->p + b->len, room);
		if (n < 0)
			return wk_fail_errno(err, errno, "%s", src->name);
		b->len += (size_t)n;
		if (b->len > max)
			return too_large(src, max, err);
		if (n == 0 ||
		    (src->regular && b->len == src->size && (size_t)n < room))
			return WK_OK;
		more = 1;
	}
}

enum wk_status wk_file_read(const char *path, size_t max, struct wk_blob *ret,
			    struct wk_err *err)
{
	struct source src = { .fd = STDIN_FILENO, .name = "standard input" };
	bool is_stdin = strcmp(path, "-") == 0;
	enum wk_status st = WK_OK;

	ret->len = 0;
	if (!is_stdin) {
		src.name = path;
		st = open_regular(path, &src, err);
	}
	if (!st)
		st = read_all(&src, max, ret, err);
	if (!is_stdin)
		wk_fd_cleanup(&src.fd);
	if (st)
		wk_blob_done(ret);
	return st;
}

int wk_fd_write(int fd, struct wk_span s)
{
	while (s.len > 0) {
		ssize_t n = TEMP_FAILURE_RETRY(write(fd, s.p, s.len));

		if (n < 0 && errno == EAGAIN && wait_for(fd, POLLOUT))
			continue;
		if (n < 0)
			return errno;
		if (n == 0)
			return EIO;
		s.p += n;
		s.len -= (size_t)n;
	}
	return 0;
}
