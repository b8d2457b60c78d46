/* SPDX-License-Identifier: Apache-2.0 */
/* Temporary files: their names, also those that a signal removes. */
#include "base/temp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/random.h"

#define RANDOM_CHARS 8

/* A name that wk_temp_abort_signal() removes. */
struct wk_temp_watch {
	atomic_flag in_use;
	atomic_int dirfd; /* -1: none */
	char name[NAME_MAX + 1];
};

/* One thread needs two at most; who finds none free goes without. */
static struct wk_temp_watch watches[] = {
	{ .in_use = ATOMIC_FLAG_INIT, .dirfd = -1 },
	{ .in_use = ATOMIC_FLAG_INIT, .dirfd = -1 },
	{ .in_use = ATOMIC_FLAG_INIT, .dirfd = -1 },
	{ .in_use = ATOMIC_FLAG_INIT, .dirfd = -1 },
};

void wk_temp_abort_signal(void)
{
	int saved = errno;

	for (size_t i = 0; i < WK_ARRAY_LEN(watches); i++) {
		int dirfd = watches[i].dirfd;

		if (dirfd >= 0)
			(void)unlinkat(dirfd, watches[i].name, 0);
	}
	errno = saved;
}

static void watch_name(struct wk_temp *t)
{
	for (size_t i = 0; i < WK_ARRAY_LEN(watches); i++) {
		struct wk_temp_watch *w = &watches[i];

		if (atomic_flag_test_and_set(&w->in_use))
			continue;
		memcpy(w->name, t->name, sizeof(w->name));
		w->dirfd = t->at->dirfd;
		t->watch = w;
		return;
	}
}

/* The random name is gone, by rename or unlink, or was never made. */
static void lose_name(struct wk_temp *t)
{
	t->name[0] = '\0';
	if (!t->watch)
		return;
	t->watch->dirfd = -1;
	atomic_flag_clear(&t->watch->in_use);
	t->watch = NULL;
}

static void unlink_name(struct wk_temp *t)
{
	(void)unlinkat(t->at->dirfd, t->name, 0);
	lose_name(t);
}

void wk_temp_done(struct wk_temp *t)
{
	if (t->name[0])
		unlink_name(t);
	wk_fd_cleanup(&t->fd);
}

/* --- getting one ---------------------------------------------------------- */

static enum wk_status random_name(struct wk_temp *t, struct wk_err *err)
{
	static const char chars[] = "abcdefghijklmnopqrstuvwxyz234567";
	int stem = NAME_MAX - RANDOM_CHARS - 2;
	uint8_t r[RANDOM_CHARS];
	enum wk_status st;
	size_t len;

	st = wk_random(r, sizeof(r), err);
	if (st) {
		wk_err_prefix(err, "%s", t->at->shown);
		return st;
	}
	(void)snprintf(t->name, sizeof(t->name), ".%.*s.", stem, t->at->name);
	len = strlen(t->name);
	for (size_t i = 0; i < RANDOM_CHARS; i++)
		t->name[len++] = chars[r[i] % 32];
	t->name[len] = '\0';
	return WK_OK;
}

static int open_named(struct wk_temp *t)
{
	t->fd = openat(t->at->dirfd, t->name,
		       O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		       0600);
	return t->fd < 0 ? errno : 0;
}

/* By descriptor: Linux 6.10, or CAP_DAC_READ_SEARCH; else by /proc. */
static int link_to(const struct wk_temp *t, const char *name)
{
	char proc[sizeof("/proc/self/fd/") + 11];

	if (!linkat(t->fd, "", t->at->dirfd, name, AT_EMPTY_PATH))
		return 0;
	if (errno == EEXIST)
		return EEXIST;
	(void)snprintf(proc, sizeof(proc), "/proc/self/fd/%d", t->fd);
	if (!linkat(AT_FDCWD, proc, t->at->dirfd, name, AT_SYMLINK_FOLLOW))
		return 0;
	return errno;
}

static int link_random(struct wk_temp *t)
{
	return link_to(t, t->name);
}

/* Gets t a random name by open_named() or link_random(), whose errno is *ret_e. */
static enum wk_status take_name(struct wk_temp *t, int (*by)(struct wk_temp *t),
				int *ret_e, struct wk_err *err)
{
	for (int tries = 0; tries < 100; tries++) {
		enum wk_status st = random_name(t, err);

		if (st)
			return st;
		/* First, so that no signal finds it made and not watched. */
		watch_name(t);
		*ret_e = by(t);
		if (!*ret_e)
			return WK_OK;
		lose_name(t);
		if (*ret_e != EEXIST)
			return WK_OK;
	}
	return WK_OK;
}

bool wk_temp_lacks_unnamed(int e)
{
	return e == EOPNOTSUPP || e == EISDIR || e == EINVAL || e == ENOSYS;
}

bool wk_temp_lacks_link(int e)
{
	return wk_temp_lacks_unnamed(e) || e == EPERM || e == EACCES ||
	       e == ENOENT || e == ENOTDIR || e == EXDEV || e == EMLINK;
}

enum wk_status wk_temp_open(struct wk_temp *t, bool named, int *ret_e,
			    struct wk_err *err)
{
	if (named)
		return take_name(t, open_named, ret_e, err);
	t->fd = openat(t->at->dirfd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	*ret_e = t->fd < 0 ? errno : 0;
	return WK_OK;
}

enum wk_status wk_temp_name(struct wk_temp *t, int *ret_e, struct wk_err *err)
{
	*ret_e = 0;
	return t->name[0] ? WK_OK : take_name(t, link_random, ret_e, err);
}

enum wk_status wk_temp_sync(const struct wk_temp *t, mode_t mode,
			    struct wk_err *err)
{
	if (mode && fchmod(t->fd, mode))
		return wk_place_failed(t->at, errno, err);
	if (TEMP_FAILURE_RETRY(fsync(t->fd)))
		return wk_place_unsynced(t->at, "writing it to the disk", errno,
					 err);
	return WK_OK;
}

/* --- its final name ------------------------------------------------------- */

static bool is_at(const struct wk_temp *t, const char *name)
{
	struct stat ours, there;

	return !fstat(t->fd, &ours) &&
	       !fstatat(t->at->dirfd, name, &there, AT_SYMLINK_NOFOLLOW) &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

/*
 * e, or 0: a server's answer may get lost, and the question asked again finds
 * the work done.  The file is looked at instead.
 */
static int unless_done(const struct wk_temp *t, const char *name, int e)
{
	return is_at(t, name) ? 0 : e;
}

/* From a random name to a final one that must be free. */
static int rename_new(struct wk_temp *t, const char *name)
{
	int dirfd = t->at->dirfd;
	int e = 0;

	if (!renameat2(dirfd, t->name, dirfd, name, RENAME_NOREPLACE)) {
		lose_name(t);
		return 0;
	}
	if (errno != ENOSYS && errno != EINVAL)
		return errno;
	if (linkat(dirfd, t->name, dirfd, name, 0))
		e = unless_done(t, name, errno == EPERM ? EOPNOTSUPP : errno);
	if (!e)
		unlink_name(t);
	return e;
}

int wk_temp_publish(struct wk_temp *t, const char *name)
{
	return t->name[0] ? rename_new(t, name) : link_to(t, name);
}

int wk_temp_replace(struct wk_temp *t)
{
	const struct wk_place *p = t->at;
	int e = 0;

	if (renameat(p->dirfd, t->name, p->dirfd, p->name))
		e = unless_done(t, p->name, errno);
	if (!e)
		lose_name(t);
	return e;
}

void wk_temp_unpublish(const struct wk_temp *t)
{
	if (is_at(t, t->at->name))
		(void)unlinkat(t->at->dirfd, t->at->name, 0);
}
