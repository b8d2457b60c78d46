/* SPDX-License-Identifier: Apache-2.0 */
/* Memory and processors allowed to the process.  See limits.h. */
#include "sys/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sys/mountinfo.h"
#include "sys/syscalls.h"

#define UNLIMITED UINT64_MAX
/* A cgroup path has PATH_MAX bytes at most; so has that of a file below. */
#define CGROUP_PATH_MAX 4096
/* Holds memory.stat and /proc/meminfo, each well below 4 KiB. */
#define TEXT_MAX 8192

static uint64_t less(uint64_t limit, uint64_t used)
{
	return limit > used ? limit - used : 0;
}

static uint64_t at_most(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The digits after blanks.  What the kernel writes fits. */
static uint64_t number(const char *text)
{
	uint64_t n = 0;

	while (*text == ' ')
		text++;
	for (; *text >= '0' && *text <= '9'; text++)
		n = n * 10 + (uint64_t)(*text - '0');
	return n;
}

/* The number after "name" at the start of a line, or 0. */
static uint64_t field(const char *text, const char *name)
{
	size_t len = strlen(name);

	while (text) {
		if (!strncmp(text, name, len))
			return number(text + len);
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return 0;
}

/* --- cgroup version 2: Documentation/admin-guide/cgroup-v2.rst, Memory ---- */

static bool read_at(const char *dir, const char *file, char *buf, size_t cap)
{
	char path[CGROUP_PATH_MAX + 64];
	int n = snprintf(path, sizeof(path), "%s/%s", dir, file);

	return n > 0 && (size_t)n < sizeof(path) &&
	       wk_sys_read_file(path, buf, cap) > 0;
}

/* "max", or bytes; the root has no such file. */
static uint64_t read_limit(const char *dir, const char *file)
{
	char text[32];

	if (!read_at(dir, file, text, sizeof(text)) || *text < '0' ||
	    *text > '9')
		return UNLIMITED;
	return number(text);
}

/*
 * What one cgroup leaves.  Page cache counts as used there although the kernel
 * drops it when memory is short: its inactive part is taken as free, or a
 * container that has read many files could not unlock anything.
 */
static uint64_t cgroup_left(const char *dir)
{
	char stat[TEXT_MAX];
	uint64_t cache = 0, used;
	uint64_t limit = at_most(read_limit(dir, "memory.max"),
				 read_limit(dir, "memory.high"));

	if (limit == UNLIMITED)
		return UNLIMITED;
	used = read_limit(dir, "memory.current");
	if (used == UNLIMITED)
		used = 0;
	if (read_at(dir, "memory.stat", stat, sizeof(stat)))
		cache = field(stat, "inactive_file ");
	return less(limit, less(used, cache));
}

/*
 * Where version 2 is mounted, and what of it: below /sys/fs/cgroup/unified on
 * a machine that has both versions, elsewhere in containers.
 */
static bool find_mount(struct wk_mount *m)
{
	char text[TEXT_MAX];

	if (read_at("/sys/fs/cgroup", "cgroup.controllers", text,
		    sizeof(text))) {
		*m = (struct wk_mount){ .root = "/",
					.point = "/sys/fs/cgroup" };
		return true;
	}
	return wk_mount_by_type("cgroup2", m);
}

/* The path of this process's cgroup, from the line "0::PATH". */
static bool own_cgroup(char *path, size_t cap)
{
	char text[TEXT_MAX];
	const char *line;
	int n;

	if (wk_sys_read_file("/proc/self/cgroup", text, sizeof(text)) <= 0)
		return false;
	line = strstr(text, "0::/");
	while (line && line != text && line[-1] != '\n')
		line = strstr(line + 1, "0::/");
	if (!line)
		return false;
	line += 3;
	n = snprintf(path, cap, "%.*s", (int)strcspn(line, "\n"), line);
	return n > 0 && (size_t)n < cap;
}

/*
 * The cgroup's directory below the mount.  A cgroup that the mount does not
 * show ("/.." in a namespace, or another subtree) leaves the mount's own.
 */
static bool locate(const struct wk_mount *m, char *dir, size_t cap)
{
	char path[CGROUP_PATH_MAX];
	const char *below = path;
	size_t root_len = strcmp(m->root, "/") ? strlen(m->root) : 0;
	int n;

	if (!own_cgroup(path, sizeof(path)))
		return false;
	if (strncmp(path, m->root, root_len) ||
	    (path[root_len] && path[root_len] != '/') ||
	    !strncmp(path, "/..", 3))
		below = "";
	else
		below += root_len;
	n = snprintf(dir, cap, "%s%s", m->point, below);
	return n > 0 && (size_t)n < cap;
}

static uint64_t cgroups_left(void)
{
	char dir[CGROUP_PATH_MAX + sizeof(((struct wk_mount *)0)->point)];
	struct wk_mount m;
	uint64_t left = UNLIMITED;
	size_t top;

	if (!find_mount(&m) || !locate(&m, dir, sizeof(dir)))
		return UNLIMITED;
	top = strlen(m.point);
	for (;;) {
		char *slash;

		left = at_most(left, cgroup_left(dir));
		slash = strrchr(dir, '/');
		if (!slash || (size_t)(slash - dir) < top)
			return left;
		*slash = '\0';
	}
}

/* --- the process and the machine ------------------------------------------ */

static uint64_t rlimits_left(void)
{
	uint64_t as = wk_sys_rlimit(RLIMIT_AS);
	uint64_t data = wk_sys_rlimit(RLIMIT_DATA);
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t total, private;
	char text[256];

	if (as == UNLIMITED && data == UNLIMITED)
		return UNLIMITED;
	/* Pages: total, resident, shared, text, 0, data and stack, 0. */
	if (wk_sys_read_file("/proc/self/statm", text, sizeof(text)) <= 0 ||
	    sscanf(text, "%" SCNu64 " %*u %*u %*u %*u %" SCNu64, &total,
		   &private) != 2)
		return at_most(as, data);
	if (as != UNLIMITED)
		as = less(as, total * page);
	if (data != UNLIMITED)
		data = less(data, private * page);
	return at_most(as, data);
}

static uint64_t machine_left(void)
{
	char text[TEXT_MAX];
	uint64_t kib = 0;

	if (wk_sys_read_file("/proc/meminfo", text, sizeof(text)) > 0)
		kib = field(text, "MemAvailable:");
	return kib ? kib * 1024 : wk_sys_free_ram();
}

enum wk_status wk_sys_memory_allowed(uint64_t *ret_bytes, struct wk_err *err)
{
	uint64_t left = at_most(machine_left(), rlimits_left());

	left = at_most(left, cgroups_left());
	if (left == 0) {
		wk_fail(err, WK_NOMEM, "memory.none",
			"memory: the limits of this process leave none");
		wk_err_hint(err,
			    "see memory.max of its cgroup, `ulimit -v` and "
			    "`free`");
		return WK_NOMEM;
	}
	*ret_bytes = left;
	return WK_OK;
}

unsigned int wk_sys_cpus(void)
{
	int n = wk_sys_cpu_count();

	return n > 0 ? (unsigned int)n : 1;
}
