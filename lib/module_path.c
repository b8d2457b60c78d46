/* SPDX-License-Identifier: Apache-2.0 */
/* Where modules lie, and whether nobody else can have changed them. */
#include "module_path.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXE "/proc/self/exe"
#define LINKS_MAX 40 /* on the way to one file; as the kernel has it */

/* --- where ---------------------------------------------------------------- */

static enum wk_status unknown_place(struct wk_err *err, const char *why)
{
	return wk_fail(err, WK_UNSUPPORTED, "module.missing",
		       "modules: cannot tell where this program lies: %s", why);
}

static enum wk_status locate_exe(struct wk_program *p, struct wk_err *err)
{
	ssize_t n = readlink(EXE, p->dir, sizeof(p->dir) - 1);
	struct stat st;

	/* This follows to the file itself, even when it was replaced. */
	if (n < 0 || fstatat(AT_FDCWD, EXE, &st, 0))
		return unknown_place(err, EXE " is not readable");
	p->dir[n] = '\0';
	p->owner = st.st_uid;
	return WK_OK;
}

/* A relative name would be one of the working directory. */
static enum wk_status locate_library(const char *name, struct wk_program *p,
				     struct wk_err *err)
{
	struct stat st;
	char *file;
	int n;

	if (name[0] != '/')
		return unknown_place(err,
				     "libwkey was opened by a relative path");
	file = realpath(name, NULL);
	n = snprintf(p->dir, sizeof(p->dir), "%s", file ? file : "");
	free(file);
	if (n <= 0 || (size_t)n >= sizeof(p->dir) ||
	    fstatat(AT_FDCWD, p->dir, &st, 0))
		return unknown_place(err, "the file of libwkey is gone");
	p->owner = st.st_uid;
	p->library = true;
	return WK_OK;
}

/* The loader gives the main program no name that could be trusted. */
static bool is_main_program(const void *base)
{
	/* The program headers of the main program lie within it. */
	const void *inside = (const void *)getauxval(AT_PHDR);
	Dl_info main_program;

	return dladdr(inside, &main_program) && main_program.dli_fbase == base;
}

enum wk_status wk_program_locate(struct wk_program *ret_program,
				 struct wk_err *err)
{
	static const char here;
	struct wk_program p = { .library = false };
	enum wk_status st;
	Dl_info own;
	char *slash;

	/* Without a dynamic loader there is the main program only. */
	if (!dladdr(&here, &own) || is_main_program(own.dli_fbase))
		st = locate_exe(&p, err);
	else
		st = locate_library(own.dli_fname, &p, err);
	if (st)
		return st;
	slash = strrchr(p.dir, '/');
	if (!slash)
		return unknown_place(err, "it lies outside of this root");
	*slash = '\0';
	*ret_program = p;
	return WK_OK;
}

/* The folder, beside the program or installed; "" on the root's parent. */
static int put_folder(const struct wk_program *p, bool installed,
		      char folder[PATH_MAX])
{
	const char *end = strrchr(p->dir, '/');
	int parent = end ? (int)(end - p->dir) : 0;

	if (!installed)
		return snprintf(folder, PATH_MAX, "%s/modules", p->dir);
	if (p->library)
		return snprintf(folder, PATH_MAX, "%s/wkeyctl", p->dir);
	return snprintf(folder, PATH_MAX, "%.*s/lib/wkeyctl", parent, p->dir);
}

static bool exists(const struct wk_program *p, bool installed, const char *name,
		   char path[PATH_MAX])
{
	int n = put_folder(p, installed, path);
	struct stat st;
	size_t room;

	if (n < 0 || n >= PATH_MAX)
		return false;
	room = PATH_MAX - (size_t)n;
	if ((size_t)snprintf(path + n, room, "/%s.so", name) >= room)
		return false;
	return !fstatat(AT_FDCWD, path, &st, 0);
}

static enum wk_status not_installed(const struct wk_program *p,
				    const char *name, struct wk_err *err)
{
	char beside[PATH_MAX], installed[PATH_MAX];

	(void)put_folder(p, false, beside);
	(void)put_folder(p, true, installed);
	wk_fail(err, WK_UNSUPPORTED, "module.missing",
		"the %s module is not installed (looked in '%s' and '%s')",
		name, installed, beside);
	wk_err_hint(err, "install the wkeyctl modules beside the program");
	return err->status;
}

enum wk_status wk_module_find(const struct wk_program *program,
			      const char *name, char ret_path[PATH_MAX],
			      struct wk_err *err)
{
	char path[PATH_MAX];

	if (!exists(program, false, name, path) &&
	    !exists(program, true, name, path))
		return not_installed(program, name, err);
	memcpy(ret_path, path, strlen(path) + 1);
	return WK_OK;
}

/* --- whether -------------------------------------------------------------- */

/* The permission bits of a link mean nothing; those of its directory do. */
static bool others_can_write(const struct stat *st)
{
	if (S_ISLNK(st->st_mode) || !(st->st_mode & (S_IWGRP | S_IWOTH)))
		return false;
	return !(S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX));
}

static enum wk_status check_stat(const char *path, const struct stat *st,
				 uid_t owner, struct wk_err *err)
{
	if (st->st_uid != 0 && st->st_uid != owner) {
		wk_fail(err, WK_UNSAFE, "module.unsafe",
			"modules: '%s' belongs to user %u, who owns neither "
			"the system nor this program",
			path, (unsigned int)st->st_uid);
		wk_err_hint(err, "let it belong to root, or install anew");
		return err->status;
	}
	if (others_can_write(st)) {
		wk_fail(err, WK_UNSAFE, "module.unsafe",
			"modules: '%s' can be changed by other users", path);
		wk_err_hint(err, "chmod go-w '%s'", path);
		return err->status;
	}
	return WK_OK;
}

static enum wk_status check_part(const char *path, uid_t owner, struct stat *st,
				 struct wk_err *err)
{
	if (fstatat(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW))
		return wk_fail_errno(err, errno, "modules: '%s'", path);
	return check_stat(path, st, owner, err);
}

/*
 * From the root downwards, each part by itself.  Stops behind the first link:
 * *ret_link is the length of the path up to there, 0 without any.
 */
static enum wk_status check_parts(char path[PATH_MAX], uid_t owner,
				  size_t *ret_link, struct wk_err *err)
{
	enum wk_status bad;
	size_t at = 0, len = strlen(path);
	struct stat st;

	bad = check_part("/", owner, &st, err);
	while (!bad && at < len) {
		at += 1 + strcspn(path + at + 1, "/");
		path[at] = '\0';
		bad = check_part(path, owner, &st, err);
		if (at < len)
			path[at] = '/';
		if (!bad && S_ISLNK(st.st_mode)) {
			*ret_link = at;
			return WK_OK;
		}
	}
	if (!bad && !S_ISREG(st.st_mode))
		bad = wk_fail(err, WK_UNSAFE, "module.unsafe",
			      "modules: '%s' is not a regular file", path);
	if (!bad)
		*ret_link = 0;
	return bad;
}

/* Puts what the link, the first `end` bytes of path, points to in its place. */
static bool follow(char path[PATH_MAX], size_t end)
{
	char link[PATH_MAX], target[PATH_MAX], out[PATH_MAX];
	size_t dir = end;
	ssize_t n;
	int len;

	(void)snprintf(link, sizeof(link), "%.*s", (int)end, path);
	n = readlink(link, target, sizeof(target) - 1);
	if (n <= 0)
		return false;
	target[n] = '\0';
	while (path[dir - 1] != '/')
		dir--;
	if (target[0] == '/')
		dir = 0;
	len = snprintf(out, sizeof(out), "%.*s%s%s", (int)dir, path, target,
		       path + end);
	if (len >= PATH_MAX)
		return false;
	memcpy(path, out, (size_t)len + 1);
	return true;
}

enum wk_status wk_module_check(char path[PATH_MAX], uid_t owner,
			       struct wk_err *err)
{
	for (int links = 0; links < LINKS_MAX; links++) {
		size_t link;
		enum wk_status st = check_parts(path, owner, &link, err);

		if (st || !link)
			return st;
		if (!follow(path, link))
			break;
	}
	return wk_fail(err, WK_UNSAFE, "module.unsafe",
		       "modules: '%s' leads nowhere", path);
}
