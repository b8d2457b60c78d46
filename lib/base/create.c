/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making a file whole or not at all.
 *
 * The bytes go to an unnamed file (O_TMPFILE), are synchronized, and only then
 * get a name.  linkat(2) does not replace, so that with force the name is a
 * random one first and then renamed.  Where unnamed files or naming them is not
 * to be had, all is done again with a random name from the start.
 */
#include "base/create.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/place.h"
#include "base/random.h"
#include "base/secret.h"

#define RANDOM_CHARS 8

/* A name that wk_create_abort_signal() removes. */
struct watch {
	atomic_flag in_use;
	atomic_int dirfd; /* -1: none */
	char name[NAME_MAX + 1];
};

/* One thread needs two at most; who finds none free goes without. */
static struct watch watches[] = {
	{ .in_use = ATOMIC_FLAG_INIT, .dirfd = -1 },
	{ .in_use = ATOMIC_FLAG_INIT, .dirfd = -1 },
	{ .in_use = ATOMIC_FLAG_INIT, .dirfd = -1 },
	{ .in_use = ATOMIC_FLAG_INIT, .dirfd = -1 },
};

/* A new file as long as it does not have its final name. */
struct temp {
	const struct wk_place *at;
	int fd;
	char name[NAME_MAX + 1]; /* "": unnamed */
	struct watch *watch;
};

void wk_create_abort_signal(void)
{
	int saved = errno;

	for (size_t i = 0; i < WK_ARRAY_LEN(watches); i++) {
		int dirfd = watches[i].dirfd;

		if (dirfd >= 0)
			(void)unlinkat(dirfd, watches[i].name, 0);
	}
	errno = saved;
}

static void watch_name(struct temp *t)
{
	for (size_t i = 0; i < WK_ARRAY_LEN(watches); i++) {
		struct watch *w = &watches[i];

		if (atomic_flag_test_and_set(&w->in_use))
			continue;
		memcpy(w->name, t->name, sizeof(w->name));
		w->dirfd = t->at->dirfd;
		t->watch = w;
		return;
	}
}

/* The random name is gone, by rename or unlink, or was never made. */
static void lose_name(struct temp *t)
{
	t->name[0] = '\0';
	if (!t->watch)
		return;
	t->watch->dirfd = -1;
	atomic_flag_clear(&t->watch->in_use);
	t->watch = NULL;
}

static void unlink_name(struct temp *t)
{
	(void)unlinkat(t->at->dirfd, t->name, 0);
	lose_name(t);
}

static void temp_done(struct temp *t)
{
	if (t->name[0])
		unlink_name(t);
	wk_fd_cleanup(&t->fd);
}
#define AUTO_TEMP __attribute__((cleanup(temp_done)))

/* --- getting a temporary file --------------------------------------------- */

static enum wk_status random_name(struct temp *t, struct wk_err *err)
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

static int open_named(struct temp *t)
{
	t->fd = openat(t->at->dirfd, t->name,
		       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		       0600);
	return t->fd < 0 ? errno : 0;
}

/* By descriptor: Linux 6.10, or CAP_DAC_READ_SEARCH; else by /proc. */
static int link_to(const struct temp *t, const char *name)
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

static int link_named(struct temp *t)
{
	return link_to(t, t->name);
}

/* Gets t a random name by open_named() or link_named(), whose errno is *ret_e. */
static enum wk_status take_name(struct temp *t, int (*by)(struct temp *t),
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

/* Whether e says that there are no unnamed files, rather than no room. */
static bool means_no_tmpfile(int e)
{
	return e == EOPNOTSUPP || e == EISDIR || e == EINVAL || e == ENOSYS;
}

/* Whether e says that there is no way to give this file that name. */
static bool means_no_link(int e)
{
	return means_no_tmpfile(e) || e == EPERM || e == EACCES ||
	       e == ENOENT || e == ENOTDIR || e == EXDEV || e == EMLINK;
}

/* *ret_e: the errno of what made no file, or 0. */
static enum wk_status temp_open(struct temp *t, bool named, int *ret_e,
				struct wk_err *err)
{
	if (named)
		return take_name(t, open_named, ret_e, err);
	t->fd = openat(t->at->dirfd, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC,
		       0600);
	*ret_e = t->fd < 0 ? errno : 0;
	return WK_OK;
}

/* After a failed fsync(2) the pages may count as clean: no second try. */
static enum wk_status temp_sync(const struct temp *t, mode_t mode,
				struct wk_err *err)
{
	if (mode && fchmod(t->fd, mode))
		return wk_place_failed(t->at, errno, err);
	if (TEMP_FAILURE_RETRY(fsync(t->fd)))
		return wk_place_unsynced(t->at, "writing it to the disk", errno,
					 err);
	return WK_OK;
}

/* Gives a file with a random name a final one that must be free. */
static int rename_new(struct temp *t, const char *name)
{
	int dirfd = t->at->dirfd;

	if (!renameat2(dirfd, t->name, dirfd, name, RENAME_NOREPLACE)) {
		lose_name(t);
		return 0;
	}
	if (errno != ENOSYS && errno != EINVAL)
		return errno;
	if (linkat(dirfd, t->name, dirfd, name, 0))
		return errno == EPERM ? EOPNOTSUPP : errno;
	unlink_name(t);
	return 0;
}

/* --- without force -------------------------------------------------------- */

/* Takes the final name back, unless it is somebody else's by now. */
static void unpublish(const struct temp *t)
{
	const struct wk_place *p = t->at;
	struct stat ours, there;

	if (!fstat(t->fd, &ours) &&
	    !fstatat(p->dirfd, p->name, &there, AT_SYMLINK_NOFOLLOW) &&
	    ours.st_dev == there.st_dev && ours.st_ino == there.st_ino)
		(void)unlinkat(p->dirfd, p->name, 0);
}

static enum wk_status publish(struct temp *t, int *ret_e, struct wk_err *err)
{
	const char *name = t->at->name;
	int e = t->name[0] ? rename_new(t, name) : link_to(t, name);

	if (e == EEXIST)
		return wk_place_exists(t->at, err);
	*ret_e = e;
	if (e)
		return WK_OK;
	e = wk_place_sync(t->at);
	if (!e)
		return WK_OK;
	unpublish(t);
	return wk_place_unsynced(t->at, "writing its directory to the disk", e,
				 err);
}

/* --- with force ----------------------------------------------------------- */

static int copy_bytes(int from, int to)
{
	uint8_t buf[4096];
	int e = 0;

	while (!e) {
		ssize_t n = TEMP_FAILURE_RETRY(read(from, buf, sizeof(buf)));

		if (n == 0)
			break;
		e = n < 0 ? errno : wk_fd_write(to, wk_span(buf, (size_t)n));
	}
	wk_wipe(buf, sizeof(buf));
	return e;
}

/* Where the old file cannot have a second name. */
static enum wk_status copy_old(const struct wk_place *p, const char *old,
			       int *ret_e, struct wk_err *err)
{
	struct temp t AUTO_TEMP = { .at = p, .fd = -1 };
	WK_AUTO_FD int from = -1;
	enum wk_status st;

	st = temp_open(&t, true, ret_e, err);
	if (st || *ret_e)
		return st;
	from = openat(p->dirfd, p->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	*ret_e = from < 0 ? errno : copy_bytes(from, t.fd);
	if (*ret_e)
		return WK_OK;
	st = temp_sync(&t, p->st.st_mode & 07777, err);
	if (!st)
		*ret_e = rename_new(&t, old);
	return st;
}

/* The second name is on the disk before the first one is taken away. */
static enum wk_status keep_old(const struct wk_place *p, const char *old,
			       bool *ret_made, struct wk_err *err)
{
	enum wk_status st = WK_OK;
	bool before;
	int e = 0;

	if (linkat(p->dirfd, p->name, p->dirfd, old, 0))
		e = errno;
	if (means_no_link(e))
		st = copy_old(p, old, &e, err);
	if (st)
		return st;
	/* A run that was killed may have got as far as this. */
	before = e == EEXIST && wk_place_same(p, old);
	if (before)
		e = 0;
	if (e == EEXIST)
		return wk_fail(
			err, WK_EXISTS, "file.old-exists",
			"%s: the old file would be kept as '%s', which exists already",
			p->shown, old);
	if (e)
		return wk_place_failed(p, e, err);
	e = wk_place_sync(p);
	if (e) {
		if (!before)
			(void)unlinkat(p->dirfd, old, 0);
		return wk_place_unsynced(p, "writing its directory to the disk",
					 e, err);
	}
	*ret_made = !before;
	return WK_OK;
}

/* suffix: of the name that the old file is kept under, or NULL. */
static enum wk_status rename_over(struct temp *t, const char *suffix,
				  struct wk_err *err)
{
	const struct wk_place *p = t->at;
	WK_AUTO_FD int lock = -1;
	enum wk_status st = wk_place_lock(p, &lock, err);
	char old[2 * NAME_MAX];
	bool kept = false;
	int e;

	if (!st && suffix) {
		(void)snprintf(old, sizeof(old), "%s%.*s", p->name,
			       NAME_MAX - 1, suffix);
		st = keep_old(p, old, &kept, err);
	}
	if (st)
		return st;
	if (renameat(p->dirfd, t->name, p->dirfd, p->name)) {
		e = errno;
		if (kept)
			(void)unlinkat(p->dirfd, old, 0);
		return wk_place_failed(p, e, err);
	}
	lose_name(t);
	return wk_place_replaced(p, err);
}

/* There was nothing to replace. */
static enum wk_status rename_first(struct temp *t, struct wk_err *err)
{
	int e = rename_new(t, t->at->name);

	if (e == EEXIST)
		return wk_place_changed(t->at, err);
	return e ? wk_place_failed(t->at, e, err) :
		   wk_place_replaced(t->at, err);
}

static enum wk_status replace(struct temp *t, const char *suffix, int *ret_e,
			      struct wk_err *err)
{
	enum wk_status st = WK_OK;

	if (!t->name[0])
		st = take_name(t, link_named, ret_e, err);
	if (st || *ret_e)
		return st;
	return t->at->taken ? rename_over(t, suffix, err) :
			      rename_first(t, err);
}

/* --- all together --------------------------------------------------------- */

/* *ret_again: neither made nor failed, it has to be tried with a named file. */
static enum wk_status attempt(const struct wk_place *p, struct wk_span data,
			      const struct wk_create_how *how, bool named,
			      bool *ret_again, struct wk_err *err)
{
	struct temp t AUTO_TEMP = { .at = p, .fd = -1 };
	enum wk_status st;
	int e;

	*ret_again = false;
	st = temp_open(&t, named, &e, err);
	if (st)
		return st;
	if (e) {
		*ret_again = !named && means_no_tmpfile(e);
		return *ret_again ? WK_OK : wk_place_failed(p, e, err);
	}
	e = wk_fd_write(t.fd, data);
	st = e ? wk_place_failed(p, e, err) : temp_sync(&t, how->mode, err);
	if (st)
		return st;
	if (how->force)
		st = replace(&t, how->keep_old ? how->old_suffix : NULL, &e,
			     err);
	else
		st = publish(&t, &e, err);
	if (st || !e)
		return st;
	*ret_again = !named && means_no_link(e);
	return *ret_again ? WK_OK : wk_place_failed(p, e, err);
}

#define AUTO_PLACE __attribute__((cleanup(wk_place_done)))

enum wk_status wk_create_file(const char *path, struct wk_span data,
			      const struct wk_create_how *how,
			      struct wk_err *err)
{
	struct wk_place p AUTO_PLACE = { .dirfd = -1 };
	enum wk_status st;
	bool again;

	st = wk_place_open(path, how->force, &p, err);
	if (st)
		return st;
	st = attempt(&p, data, how, false, &again, err);
	if (st || !again)
		return st;
	return attempt(&p, data, how, true, &again, err);
}

enum wk_status wk_create_check(const char *path, bool force, struct wk_err *err)
{
	struct wk_place p AUTO_PLACE = { .dirfd = -1 };
	enum wk_status st;

	st = wk_place_open(path, force, &p, err);
	if (st)
		return st;
	if (faccessat(p.dirfd, ".", W_OK | X_OK, AT_EACCESS))
		return wk_place_failed(&p, errno, err);
	return WK_OK;
}
