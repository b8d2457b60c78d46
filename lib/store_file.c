/* SPDX-License-Identifier: Apache-2.0 */
/* Key files that are files: replaced by name, the old one's rights kept. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/create.h"
#include "base/file.h"
#include "base/owner.h"
#include "base/place.h"
#include "base/temp.h"
#include "keyfile_impl.h"
#include "store_impl.h"

struct file {
	struct wk_place at;
	int old;	      /* the file, open as long as it may be replaced */
	struct wk_blob bytes; /* what was read of it */
};

static void file_close(void *state)
{
	struct file *f = state;

	wk_fd_cleanup(&f->old);
	wk_blob_done(&f->bytes);
	wk_place_done(&f->at);
	free(f);
}

/* --- finding and reading --------------------------------------------------- */

static enum wk_status missing(const struct wk_place *p, struct wk_err *err)
{
	(void)wk_fail(err, WK_NOT_FOUND, "file.not-found", "%s: no such file",
		      p->shown);
	err->errnum = ENOENT;
	return WK_NOT_FOUND;
}

static enum wk_status look_failed(const struct wk_place *p, int e,
				  struct wk_err *err)
{
	if (e == ENOENT)
		return missing(p, err);
	if (e == ELOOP) /* a symbolic link by now */
		return wk_place_changed(p, err);
	if (e != EACCES && e != EPERM)
		return wk_fail_errno(err, e, "%s", p->shown);
	(void)wk_fail(err, WK_DENIED, "file.denied",
		      "%s: permission to read it is denied", p->shown);
	err->errnum = e;
	return WK_DENIED;
}

/* Opens what has the name now; it is what is replaced next. */
static enum wk_status look(struct file *f, struct wk_err *err)
{
	struct wk_place *p = &f->at;
	WK_AUTO_FD int fd = wk_place_look(p, p->name);

	if (fd < 0)
		return look_failed(p, errno, err);
	if (fstat(fd, &p->st))
		return wk_fail_errno(err, errno, "%s", p->shown);
	if (!S_ISREG(p->st.st_mode))
		return wk_fail(err, WK_FAIL, "file.not-regular",
			       "%s: not a regular file", p->shown);
	wk_fd_cleanup(&f->old);
	f->old = fd;
	fd = -1;
	return WK_OK;
}

/*
 * What can be known of owner and rights before anybody is asked for a secret:
 * an unnamed file gets them.  Where there are none, replacing will tell.
 */
static enum wk_status try_owner(const struct file *f, struct wk_err *err)
{
	struct wk_temp t WK_AUTO_TEMP = { .at = &f->at, .fd = -1 };
	enum wk_status st;
	int e;

	st = wk_temp_open(&t, false, &e, err);
	if (st || wk_temp_lacks_unnamed(e))
		return st;
	if (e)
		return wk_place_failed(&f->at, e, err);
	return wk_owner_copy(f->old, t.fd, f->at.shown, err);
}

static enum wk_status find(struct file *f, const char *path, struct wk_err *err)
{
	enum wk_status st = wk_place_open(path, true, &f->at, err);

	if (st)
		return st;
	if (!f->at.taken)
		return missing(&f->at, err);
	st = wk_place_check(&f->at, err);
	if (!st)
		st = look(f, err);
	return st ? st : try_owner(f, err);
}

static enum wk_status file_open(const struct wk_location *at, void **ret_state,
				struct wk_err *err)
{
	struct file *f = calloc(1, sizeof(*f));
	enum wk_status st;

	if (!f)
		return wk_fail(err, WK_NOMEM, "memory", "out of memory");
	f->old = f->at.dirfd = -1;
	st = find(f, at->shown, err);
	if (st)
		file_close(f);
	else
		*ret_state = f;
	return st;
}

/* From the beginning of fd, max + 1 bytes at most.  0 or an errno. */
static int read_from(int fd, size_t max, struct wk_blob *b, struct wk_err *err)
{
	b->len = 0;
	if (wk_blob_reserve(b, max + 1, err))
		return ENOMEM;
	while (b->len <= max) {
		ssize_t n = TEMP_FAILURE_RETRY(pread(
			fd, b->p + b->len, max + 1 - b->len, (off_t)b->len));

		if (n < 0)
			return errno;
		if (n == 0)
			break;
		b->len += (size_t)n;
	}
	return 0;
}

static enum wk_status file_read(void *state, struct wk_blob *ret_bytes,
				struct wk_err *err)
{
	struct file *f = state;
	enum wk_status st = look(f, err);
	int e = 0;

	if (!st)
		e = read_from(f->old, WK_PEM_MAX, &f->bytes, err);
	if (st)
		return st;
	if (e)
		return wk_fail_errno(err, e, "%s", f->at.shown);
	if (f->bytes.len > WK_PEM_MAX)
		return wk_fail(err, WK_CORRUPT, "keyfile.too-large",
			       "%s: too large for a key file", f->at.shown);
	ret_bytes->len = 0;
	return wk_blob_append(ret_bytes, wk_blob_span(&f->bytes), err);
}

/* --- proving ---------------------------------------------------------------- */

/* A new key file on its way to its name. */
struct writing {
	const char *shown;
	struct wk_span bytes;
	wk_store_prove *prove;
	void *context;
	bool proved;
	const struct file *old; /* that it replaces, or NULL */
};

/* Whatever is the reason, it is not what unlocks. */
static enum wk_status unlike(const struct writing *w, struct wk_err *err)
{
	(void)wk_fail(err, WK_FAIL, "file.verify",
		      "%s: what was read back is not what was written",
		      w->shown);
	wk_err_hint(err, "the disk or its connection is failing; see the "
			 "kernel's log");
	return WK_FAIL;
}

/*
 * From the disk, as far as the kernel lets go of what it has in memory.  Proving
 * takes long: once is enough for the same bytes.
 */
static enum wk_status prove_written(void *context, int fd, struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob got = { 0 };
	struct writing *w = context;
	enum wk_status st;
	int e;

	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	e = read_from(fd, w->bytes.len, &got, err);
	if (e)
		return wk_fail_errno(err, e, "%s: reading it back", w->shown);
	if (got.len != w->bytes.len || memcmp(got.p, w->bytes.p, got.len) != 0)
		return unlike(w, err);
	if (w->proved)
		return WK_OK;
	st = wk_store_prove_bytes(wk_blob_span(&got), w->prove, w->context,
				  err);
	w->proved = !st;
	return st;
}

/* --- replacing -------------------------------------------------------------- */

static enum wk_status keep_owner(void *context, int fd, struct wk_err *err)
{
	const struct writing *w = context;

	return wk_owner_copy(w->old->old, fd, w->shown, err);
}

/* The inode was compared already; somebody may write into the file itself. */
static enum wk_status same_bytes(void *context, int fd, struct wk_err *err)
{
	const struct writing *w = context;
	const struct wk_blob *was = &w->old->bytes;
	WK_AUTO_BLOB struct wk_blob now = { 0 };
	int e = fd < 0 ? EBADF : read_from(fd, was->len, &now, err);

	if (!e && now.len == was->len && !memcmp(now.p, was->p, was->len))
		return WK_OK;
	if (e && e != EBADF)
		return wk_fail_errno(err, e, "%s", w->shown);
	return wk_place_changed(&w->old->at, err);
}

static enum wk_status file_replace(void *state, struct wk_span bytes,
				   wk_store_prove *prove, void *context,
				   struct wk_err *err)
{
	const struct file *f = state;
	struct writing w = {
		.shown = f->at.shown,
		.bytes = bytes,
		.prove = prove,
		.context = context,
		.old = f,
	};
	const struct wk_create_hooks hooks = {
		.context = &w,
		.dress = keep_owner,
		.prove = prove_written,
		.same = same_bytes,
	};
	const struct wk_create_how how = { .force = true, .hooks = &hooks };

	return wk_create_at(&f->at, bytes, &how, err);
}

/* --- creating --------------------------------------------------------------- */

static enum wk_status file_create(const struct wk_location *at,
				  struct wk_span bytes,
				  const struct wk_store_new *how,
				  wk_store_prove *prove, void *context,
				  struct wk_err *err)
{
	struct writing w = {
		.shown = at->shown,
		.bytes = bytes,
		.prove = prove,
		.context = context,
	};
	const struct wk_create_hooks hooks = {
		.context = &w,
		.prove = prove_written,
	};
	const struct wk_create_how make = {
		.force = how->force,
		.keep_old = how->old_suffix != NULL,
		.old_suffix = how->old_suffix,
		.mode = 0600,
		.hooks = prove ? &hooks : NULL,
	};

	return wk_create_file(at->shown, bytes, &make, err);
}

static enum wk_status file_create_check(const struct wk_location *at,
					bool force, struct wk_err *err)
{
	return wk_create_check(at->shown, force, err);
}

const struct wk_store_kind wk_store_file = {
	.open = file_open,
	.close = file_close,
	.read = file_read,
	.replace = file_replace,
	.create = file_create,
	.create_check = file_create_check,
};
