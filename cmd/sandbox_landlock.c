/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Landlock, landlock(7): writing is possible beneath the named directories, to
 * the devices and images of raw regions and on the terminal, reading everywhere.
 *
 * Constants and the struct are of Linux 6.12 (ABI 6); the build machine's header
 * may be older.
 */
#include "cmd/sandbox_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "location.h"

#ifndef SYS_landlock_create_ruleset
/* The same on every architecture. */
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

#define CREATE_RULESET_VERSION 1u
#define RULE_PATH_BENEATH 1

enum {
	EXECUTE = 1 << 0,
	WRITE_FILE = 1 << 1,
	REMOVE_DIR = 1 << 4,
	REMOVE_FILE = 1 << 5,
	MAKE_CHAR = 1 << 6,
	MAKE_DIR = 1 << 7,
	MAKE_REG = 1 << 8,
	MAKE_SOCK = 1 << 9,
	MAKE_FIFO = 1 << 10,
	MAKE_BLOCK = 1 << 11,
	MAKE_SYM = 1 << 12,
	REFER = 1 << 13,
	TRUNCATE = 1 << 14,
};

/*
 * All but reading, and but ioctls of devices: these decide whether a secret's
 * file is a terminal, and an inline encryption engine is nothing but ioctls.
 */
#define HANDLED                                                        \
	(EXECUTE | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_CHAR | \
	 MAKE_DIR | MAKE_REG | MAKE_SOCK | MAKE_FIFO | MAKE_BLOCK | MAKE_SYM)
/* Links and renames stay in one directory, which needs no REFER. */
#define FOR_FILES (WRITE_FILE | REMOVE_FILE | MAKE_REG | TRUNCATE)
#define FOR_FOLDERS (FOR_FILES | MAKE_DIR | REMOVE_DIR)

#define NET_BIND_AND_CONNECT_TCP 3
#define SCOPE_ABSTRACT_UNIX_SOCKET 1
#define SCOPE_SIGNAL 2

struct ruleset_attr {
	uint64_t handled_access_fs;
	uint64_t handled_access_net; /* ABI 4 */
	uint64_t scoped;	     /* ABI 6 */
};

struct path_beneath_attr {
	uint64_t allowed_access;
	int32_t parent_fd;
} __attribute__((packed));

static struct ruleset_attr attr_for(int abi, bool sockets)
{
	struct ruleset_attr a = { .handled_access_fs = HANDLED };

	if (abi >= 2)
		a.handled_access_fs |= REFER;
	if (abi >= 3)
		a.handled_access_fs |= TRUNCATE;
	if (abi >= 4 && !sockets)
		a.handled_access_net = NET_BIND_AND_CONNECT_TCP;
	if (abi >= 6)
		a.scoped = SCOPE_SIGNAL |
			   (sockets ? 0 : SCOPE_ABSTRACT_UNIX_SOCKET);
	return a;
}

/* What cannot be opened cannot be written to: the command will say so. */
static int allow(int ruleset, const char *path, int flags, uint64_t rights)
{
	struct path_beneath_attr rule = { .allowed_access = rights };
	WK_AUTO_FD int fd = openat(AT_FDCWD, path, O_PATH | O_CLOEXEC | flags);

	if (fd < 0)
		return 0;
	rule.parent_fd = fd;
	return syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule,
		       0) ?
		       errno :
		       0;
}

/* The length of path up to its last '/', which is left out: 0 for "." */
static size_t dir_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return 0;
	return slash == path ? 1 : (size_t)(slash - path);
}

static int allow_dir(int ruleset, const char *path, uint64_t rights)
{
	char dir[PATH_MAX] = ".";
	size_t len = dir_len(path);

	if (len >= sizeof(dir))
		return 0;
	if (len) {
		memcpy(dir, path, len);
		dir[len] = '\0';
	}
	return allow(ruleset, dir, O_DIRECTORY, rights);
}

/* With --force the file behind a symbolic link is replaced, where it is. */
static int allow_target(int ruleset, const char *link, uint64_t rights)
{
	char target[PATH_MAX];

	return realpath(link, target) ? allow_dir(ruleset, target, rights) : 0;
}

static bool is_link(const char *path)
{
	char ignored;

	return readlinkat(AT_FDCWD, path, &ignored, 1) >= 0;
}

static bool same_dir(const char *a, const char *b)
{
	size_t len = dir_len(a);

	return len == dir_len(b) && !memcmp(a, b, len);
}

/* *ret_raw: it is a raw region, and neither made nor removed but written to. */
static int allow_raw(int ruleset, const char *text, uint64_t all, bool *ret_raw)
{
	struct wk_location at;
	char device[PATH_MAX];
	struct wk_err ignored;

	/* What is no location, or nowhere, will be told by who writes there. */
	*ret_raw = !wk_location_parse(text, &at, &ignored) && at.raw;
	if (!*ret_raw || wk_location_device(&at, device, &ignored))
		return 0;
	return allow(ruleset, device, 0, WRITE_FILE & all);
}

static int allow_writes(int ruleset, const struct wk_sandbox *s, uint64_t all)
{
	const char *before = NULL;
	int e = 0;

	for (size_t i = 0; !e && i < s->write_count; i++) {
		const char *path = s->writes[i];
		bool raw;

		e = allow_raw(ruleset, path, all, &raw);
		if (e || raw)
			continue;
		/* A list of files is mostly of one directory. */
		if (!before || !same_dir(before, path))
			e = allow_dir(ruleset, path, FOR_FILES & all);
		if (!e && is_link(path))
			e = allow_target(ruleset, path, FOR_FILES & all);
		before = path;
	}
	if (!e && s->folder)
		e = allow(ruleset, s->folder, O_DIRECTORY, FOR_FOLDERS & all);
	return e;
}

static int restrict_self(const struct wk_sandbox *s, int abi)
{
	struct ruleset_attr attr = attr_for(abi, s->sockets);
	WK_AUTO_FD int ruleset = (int)syscall(SYS_landlock_create_ruleset,
					      &attr, sizeof(attr), 0);
	int e = 0;

	if (ruleset < 0)
		return errno;
	/* For prompts. */
	if (!s->brief)
		e = allow(ruleset, "/dev/tty", 0,
			  (WRITE_FILE | TRUNCATE) & attr.handled_access_fs);
	if (!e)
		e = allow_writes(ruleset, s, attr.handled_access_fs);
	if (!e && syscall(SYS_landlock_restrict_self, ruleset, 0))
		e = errno;
	return e;
}

int wk_sandbox_confine(const struct wk_sandbox *s, int *ret_abi)
{
	int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
			       CREATE_RULESET_VERSION);

	if (abi < 1)
		return errno;
	*ret_abi = abi;
	/* Who is confined may not look at processes that are not: proc(5). */
	return s->keep & WK_KEEP_PEEK ? 0 : restrict_self(s, abi);
}
