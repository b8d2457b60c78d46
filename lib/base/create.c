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
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/place.h"
#include "base/secret.h"
#include "base/temp.h"

void wk_create_abort_signal(void)
{
	wk_temp_abort_signal();
}

/* --- without force -------------------------------------------------------- */

static enum wk_status publish(struct wk_temp *t, int *ret_e, struct wk_err *err)
{
	int e = wk_temp_publish(t, t->at->name);

	if (e == EEXIST)
		return wk_place_exists(t->at, err);
	*ret_e = e;
	if (e)
		return WK_OK;
	e = wk_place_sync(t->at);
	if (!e)
		return WK_OK;
	wk_temp_unpublish(t);
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
	struct wk_temp t WK_AUTO_TEMP = { .at = p, .fd = -1 };
	WK_AUTO_FD int from = -1;
	enum wk_status st;

	st = wk_temp_open(&t, true, ret_e, err);
	if (st || *ret_e)
		return st;
	from = openat(p->dirfd, p->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	*ret_e = from < 0 ? errno : copy_bytes(from, t.fd);
	if (*ret_e)
		return WK_OK;
	st = wk_temp_sync(&t, p->st.st_mode & 07777, err);
	if (!st)
		*ret_e = wk_temp_publish(&t, old);
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
	if (wk_temp_lacks_link(e))
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

static enum wk_status rename_over(struct wk_temp *t,
				  const struct wk_create_how *how,
				  struct wk_err *err)
{
	const char *suffix = how->keep_old ? how->old_suffix : NULL;
	const struct wk_place *p = t->at;
	WK_AUTO_FD int lock = -1;
	enum wk_status st = wk_place_lock(p, &lock, err);
	char old[2 * NAME_MAX];
	bool kept = false;
	int e;

	if (!st && how->hooks && how->hooks->same)
		st = how->hooks->same(how->hooks->context, lock, err);
	if (!st && suffix) {
		(void)snprintf(old, sizeof(old), "%s%.*s", p->name,
			       NAME_MAX - 1, suffix);
		st = keep_old(p, old, &kept, err);
	}
	if (st)
		return st;
	e = wk_temp_replace(t);
	if (!e)
		return wk_place_replaced(p, err);
	if (kept)
		(void)unlinkat(p->dirfd, old, 0);
	return wk_place_failed(p, e, err);
}

/* There was nothing to replace. */
static enum wk_status rename_first(struct wk_temp *t, struct wk_err *err)
{
	int e = wk_temp_publish(t, t->at->name);

	if (e == EEXIST)
		return wk_place_changed(t->at, err);
	return e ? wk_place_failed(t->at, e, err) :
		   wk_place_replaced(t->at, err);
}

static enum wk_status replace(struct wk_temp *t,
			      const struct wk_create_how *how, int *ret_e,
			      struct wk_err *err)
{
	enum wk_status st = wk_temp_name(t, ret_e, err);

	if (st || *ret_e)
		return st;
	return t->at->taken ? rename_over(t, how, err) : rename_first(t, err);
}

/* --- all together --------------------------------------------------------- */

/* Everything but its names. */
static enum wk_status fill(const struct wk_temp *t, struct wk_span data,
			   const struct wk_create_how *how, struct wk_err *err)
{
	const struct wk_create_hooks *h = how->hooks;
	int e = wk_fd_write(t->fd, data);
	enum wk_status st = e ? wk_place_failed(t->at, e, err) : WK_OK;

	if (!st && h && h->dress)
		st = h->dress(h->context, t->fd, err);
	if (!st)
		st = wk_temp_sync(t, how->mode, err);
	if (!st && h && h->prove)
		st = h->prove(h->context, t->fd, err);
	return st;
}

/* *ret_again: neither made nor failed, it has to be tried with a named file. */
static enum wk_status attempt(const struct wk_place *p, struct wk_span data,
			      const struct wk_create_how *how, bool named,
			      bool *ret_again, struct wk_err *err)
{
	struct wk_temp t WK_AUTO_TEMP = { .at = p, .fd = -1 };
	enum wk_status st;
	int e;

	*ret_again = false;
	st = wk_temp_open(&t, named, &e, err);
	if (st)
		return st;
	if (e) {
		*ret_again = !named && wk_temp_lacks_unnamed(e);
		return *ret_again ? WK_OK : wk_place_failed(p, e, err);
	}
	st = fill(&t, data, how, err);
	if (st)
		return st;
	st = how->force ? replace(&t, how, &e, err) : publish(&t, &e, err);
	if (st || !e)
		return st;
	*ret_again = !named && wk_temp_lacks_link(e);
	return *ret_again ? WK_OK : wk_place_failed(p, e, err);
}

enum wk_status wk_create_at(const struct wk_place *p, struct wk_span data,
			    const struct wk_create_how *how, struct wk_err *err)
{
	bool again;
	enum wk_status st = attempt(p, data, how, false, &again, err);

	if (st || !again)
		return st;
	return attempt(p, data, how, true, &again, err);
}

enum wk_status wk_create_file(const char *path, struct wk_span data,
			      const struct wk_create_how *how,
			      struct wk_err *err)
{
	struct wk_place p WK_AUTO_PLACE = { .dirfd = -1 };
	enum wk_status st = wk_place_open(path, how->force, &p, err);

	return st ? st : wk_create_at(&p, data, how, err);
}

enum wk_status wk_create_check(const char *path, bool force, struct wk_err *err)
{
	struct wk_place p WK_AUTO_PLACE = { .dirfd = -1 };
	enum wk_status st = wk_place_open(path, force, &p, err);

	return st ? st : wk_place_check(&p, err);
}
