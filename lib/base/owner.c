/* SPDX-License-Identifier: Apache-2.0 */
/* Owner, group, mode, access list and security label of a file, copied. */
#include "base/owner.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/blob.h"

#define RIGHTS 0777
#define ACCESS_LIST "system.posix_acl_access"

struct copy {
	int from, to;
	const char *shown;
	struct stat old;
	mode_t made; /* rights that the new file came with */
	struct wk_blob value;
};

static enum wk_status failed(const struct copy *c, const char *what, int e,
			     struct wk_err *err)
{
	if (e != EPERM && e != EACCES && e != EINVAL)
		return wk_fail_errno(err, e, "%s: keeping its %s", c->shown,
				     what);
	(void)wk_fail(err, WK_DENIED, "file.owner",
		      "%s: a new file in its place could not keep its %s",
		      c->shown, what);
	/* EINVAL: an owner that this user namespace does not have. */
	wk_err_hint(err, e == EINVAL ?
				 "run the command where its owner is known" :
				 "run the command as root, or make the file "
				 "your own first (chown, chgrp)");
	err->errnum = e;
	return WK_DENIED;
}

static enum wk_status copy_owner(const struct copy *c, struct wk_err *err)
{
	struct stat now;

	if (fstat(c->to, &now))
		return failed(c, "owner", errno, err);
	if (now.st_uid == c->old.st_uid && now.st_gid == c->old.st_gid)
		return WK_OK;
	if (!fchown(c->to, c->old.st_uid, c->old.st_gid))
		return WK_OK;
	return failed(c,
		      now.st_uid == c->old.st_uid ? "group" : "owner and group",
		      errno, err);
}

/* --- extended attributes --------------------------------------------------- */

/* What decides who may read it; of the rest the new file may lack something. */
static bool is_needed(const char *name)
{
	return !strcmp(name, ACCESS_LIST) ||
	       !strcmp(name, "security.selinux") ||
	       !strcmp(name, "security.SMACK64");
}

/* What seals contents or grants privileges belongs to the old file alone. */
static bool is_wanted(const char *name)
{
	return is_needed(name) || !strncmp(name, "user.", 5);
}

/* The value of an attribute in c->value.  0 or an errno. */
static int get_value(struct copy *c, const char *name)
{
	ssize_t n = fgetxattr(c->from, name, NULL, 0);
	struct wk_err ignored;

	c->value.len = 0;
	if (n > 0 && wk_blob_reserve(&c->value, (size_t)n, &ignored))
		return ENOMEM;
	if (n > 0)
		n = fgetxattr(c->from, name, c->value.p, (size_t)n);
	if (n < 0)
		return errno;
	c->value.len = (size_t)n;
	return 0;
}

static bool has_value(const struct copy *c, const char *name)
{
	uint8_t now[256];
	ssize_t n = fgetxattr(c->to, name, now, sizeof(now));

	return n >= 0 && (size_t)n == c->value.len &&
	       (!n || !memcmp(now, c->value.p, c->value.len));
}

static enum wk_status copy_attribute(struct copy *c, const char *name,
				     struct wk_err *err)
{
	int e = get_value(c, name);

	if (e == ENODATA || (!e && has_value(c, name)))
		return WK_OK;
	if (!e && fsetxattr(c->to, name, c->value.p, c->value.len, 0))
		e = errno;
	if (!e || !is_needed(name))
		return WK_OK;
	return failed(c, !strcmp(name, ACCESS_LIST) ? "access list" : "label",
		      e, err);
}

/* One that the directory gave it, and that the old file does not have. */
static enum wk_status drop_access_list(const struct copy *c, struct wk_err *err)
{
	if (fgetxattr(c->from, ACCESS_LIST, NULL, 0) >= 0 ||
	    fgetxattr(c->to, ACCESS_LIST, NULL, 0) < 0 ||
	    !fremovexattr(c->to, ACCESS_LIST) || errno == ENODATA)
		return WK_OK;
	return failed(c, "rights without an access list", errno, err);
}

static enum wk_status copy_attributes(struct copy *c, struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob names = { 0 };
	ssize_t n = flistxattr(c->from, NULL, 0);
	enum wk_status st = drop_access_list(c, err);

	if (st || n <= 0)
		return st;
	st = wk_blob_reserve(&names, (size_t)n, err);
	if (st)
		return st;
	n = flistxattr(c->from, (char *)names.p, (size_t)n);
	/* Without its access list the mode would mean something else. */
	if (n < 0 && errno != EOPNOTSUPP)
		return failed(c, "attributes", errno, err);
	for (ssize_t at = 0; !st && at < n;) {
		const char *name = (const char *)names.p + at;

		if (is_wanted(name))
			st = copy_attribute(c, name, err);
		at += (ssize_t)strlen(name) + 1;
	}
	return st;
}

/* --- the mode --------------------------------------------------------------- */

/*
 * After the access list, which has a say in it.  A file system that made up the
 * rights of the new file made up those of the old one.
 */
static enum wk_status copy_mode(const struct copy *c, struct wk_err *err)
{
	mode_t want = c->old.st_mode & RIGHTS;
	struct stat now;
	int e;

	if (fstat(c->to, &now))
		return failed(c, "mode", errno, err);
	if ((now.st_mode & RIGHTS) == want || !fchmod(c->to, want))
		return WK_OK;
	e = errno;
	if (c->made & ~(mode_t)0600)
		return WK_OK;
	return failed(c, "mode", e, err);
}

enum wk_status wk_owner_copy(int from, int to, const char *shown,
			     struct wk_err *err)
{
	struct copy c = { .from = from, .to = to, .shown = shown };
	enum wk_status st;
	struct stat made;

	if (fstat(from, &c.old) || fstat(to, &made))
		return failed(&c, "owner", errno, err);
	c.made = made.st_mode & RIGHTS;
	st = copy_owner(&c, err);
	if (!st)
		st = copy_attributes(&c, err);
	if (!st)
		st = copy_mode(&c, err);
	wk_blob_done(&c.value);
	return st;
}
