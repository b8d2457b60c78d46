/* SPDX-License-Identifier: Apache-2.0 */
/* A walk over /proc/PID.  See openfiles.h. */
#include "sys/openfiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/num.h"
#include "sys/syscalls.h"

/* Whether a file is one of those that are looked for. */
enum answer { NO, YES, UNKNOWN };

struct walk {
	dev_t dev;
	bool (*wanted)(int dir, const void *context);
	const void *context;
	struct wk_open_files *found;
	/* The process that is being looked at. */
	pid_t pid;
	char comm[16];
	char root[32]; /* "/proc/1234/root", or "": its paths are ours */
	size_t first;  /* its first entry in found */
	bool hidden;   /* something of it may not be seen */
	char link[64]; /* "/proc/1234/fd/5" */
	char path[PATH_MAX];
	/* The last directory that was asked, and its answer; or "". */
	char parent[PATH_MAX + 32];
	enum answer parent_answer;
};

/* --- is it one of them? ---------------------------------------------------- */

/*
 * Without waking up network file systems: what they remember is enough, and a
 * dead server would hold us up.
 */
static bool on_device(const struct walk *w, const char *link, mode_t *ret_type)
{
	struct statx x;

	if (statx(AT_FDCWD, link, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		  STATX_TYPE, &x) < 0)
		return false;
	*ret_type = x.stx_mode & S_IFMT;
	return makedev(x.stx_dev_major, x.stx_dev_minor) == w->dev;
}

/* Closes dir.  UNKNOWN: it is none, or on another file system. */
static enum answer ask(const struct walk *w, int dir)
{
	enum answer a = UNKNOWN;
	dev_t dev;

	if (dir < 0)
		return UNKNOWN;
	if (wk_sys_device(dir, &dev) == 0 && dev == w->dev)
		a = w->wanted(dir, w->context) ? YES : NO;
	wk_sys_close(dir);
	return a;
}

/*
 * By the directory that the path names, where that process is.  Most files of a
 * process are in few directories.
 */
static enum answer ask_parent(struct walk *w)
{
	char parent[sizeof(w->parent)];
	char *slash;
	mode_t type;

	snprintf(parent, sizeof(parent), "%s%s", w->root, w->path);
	slash = strrchr(parent, '/');
	if (!slash)
		return UNKNOWN;
	slash[slash == parent] = '\0';
	if (!strcmp(parent, w->parent))
		return w->parent_answer;
	strcpy(w->parent, parent);
	w->parent_answer = UNKNOWN;
	if (on_device(w, parent, &type) && type == S_IFDIR)
		w->parent_answer = ask(w, wk_sys_open_dir(parent));
	return w->parent_answer;
}

/* --- remembering ----------------------------------------------------------- */

static bool is_known(const struct walk *w)
{
	const struct wk_open_files *f = w->found;

	for (size_t i = w->first; i < f->count; i++) {
		if (!strcmp(f->files[i].path, w->path))
			return true;
	}
	return false;
}

static void remember(struct walk *w)
{
	struct wk_open_files *f = w->found;
	struct wk_open_file *e = &f->files[f->count];

	if (is_known(w))
		return;
	f->total++;
	if (f->count == WK_OPEN_FILES_MAX)
		return;
	e->path = strdup(w->path);
	if (!e->path)
		return;
	e->pid = w->pid;
	memcpy(e->comm, w->comm, sizeof(e->comm));
	f->count++;
}

/* --- one process ----------------------------------------------------------- */

static bool read_link(struct walk *w)
{
	ssize_t n = readlink(w->link, w->path, sizeof(w->path) - 1);

	if (n < 0) {
		w->hidden = w->hidden || errno == EACCES || errno == EPERM;
		return false;
	}
	w->path[n] = '\0';
	return true;
}

/* Looks at w->link, which leads to a file as if it were a symbolic link. */
static void look_at_link(struct walk *w)
{
	mode_t type;
	enum answer a;

	if (!read_link(w) || w->path[0] != '/' || !on_device(w, w->link, &type))
		return;
	a = type == S_IFDIR ? ask(w, wk_sys_open_dir(w->link)) : ask_parent(w);
	/* Its directory is gone or out of reach: the file itself, then. */
	if (a == UNKNOWN && type == S_IFREG)
		a = ask(w, wk_sys_open_any(w->link));
	if (a == YES)
		remember(w);
}

static void look_at_links(struct walk *w)
{
	static const char *const names[] = { "cwd", "root", "exe" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(w->link, sizeof(w->link), "/proc/%d/%s", (int)w->pid,
			 names[i]);
		look_at_link(w);
	}
}

static void look_at_descriptors(struct walk *w)
{
	const struct dirent *e;
	DIR *d;

	snprintf(w->link, sizeof(w->link), "/proc/%d/fd", (int)w->pid);
	d = opendir(w->link);
	if (!d) {
		w->hidden = w->hidden || errno == EACCES || errno == EPERM;
		return;
	}
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(w->link, sizeof(w->link), "/proc/%d/fd/%.20s",
			 (int)w->pid, e->d_name);
		look_at_link(w);
	}
	closedir(d);
}

/* "7f1c00000000-7f1c00001000 r--p 00000000 07:03 12      /mnt/file" */
static void look_at_mapping(struct walk *w, char *line)
{
	unsigned int major, minor;
	const char *path = strchr(line, '/');
	size_t len;

	if (!path || sscanf(line, "%*s %*s %*s %x:%x", &major, &minor) != 2 ||
	    makedev(major, minor) != w->dev)
		return;
	len = strcspn(path, "\n");
	if (len >= sizeof(w->path))
		return;
	memcpy(w->path, path, len);
	w->path[len] = '\0';
	if (ask_parent(w) == YES)
		remember(w);
}

static void look_at_mappings(struct walk *w)
{
	char *line = NULL;
	size_t cap = 0;
	FILE *f;

	snprintf(w->link, sizeof(w->link), "/proc/%d/maps", (int)w->pid);
	f = fopen(w->link, "re");
	if (!f)
		return;
	while (getline(&line, &cap, f) > 0)
		look_at_mapping(w, line);
	free(line);
	fclose(f);
}

/*
 * A path of another mount namespace may be anything in ours, such as what
 * automounts, and is followed from the root of the process that has it.
 */
static void find_root(struct walk *w)
{
	struct stat ours, theirs;

	snprintf(w->link, sizeof(w->link), "/proc/%d/ns/mnt", (int)w->pid);
	if (stat("/proc/self/ns/mnt", &ours) == 0 &&
	    stat(w->link, &theirs) == 0 && ours.st_ino == theirs.st_ino)
		w->root[0] = '\0';
	else
		snprintf(w->root, sizeof(w->root), "/proc/%d/root",
			 (int)w->pid);
}

static void look_at_process(struct walk *w)
{
	char comm[sizeof(w->comm) + 1] = ""; /* and its newline */

	snprintf(w->link, sizeof(w->link), "/proc/%d/comm", (int)w->pid);
	if (wk_sys_read_file(w->link, comm, sizeof(comm)) < 0)
		return; /* it has ended */
	comm[strcspn(comm, "\n")] = '\0';
	snprintf(w->comm, sizeof(w->comm), "%.15s", comm);
	w->first = w->found->count;
	w->hidden = false;
	find_root(w);
	look_at_links(w);
	look_at_descriptors(w);
	look_at_mappings(w);
	if (w->hidden)
		w->found->hidden++;
}

void wk_open_files_find(dev_t dev, bool (*wanted)(int dir, const void *context),
			const void *context, struct wk_open_files *ret_files)
{
	struct walk w = { .dev = dev,
			  .wanted = wanted,
			  .context = context,
			  .found = ret_files };
	const struct dirent *e;
	uint64_t pid;
	DIR *proc;

	*ret_files = (struct wk_open_files){ 0 };
	proc = opendir("/proc");
	if (!proc)
		return;
	while ((e = readdir(proc))) {
		if (!wk_num_uint(e->d_name, 1, INT_MAX, &pid))
			continue;
		w.pid = (pid_t)pid;
		if (w.pid != getpid())
			look_at_process(&w);
	}
	closedir(proc);
	/* Inherited from who started us, and most often is still there. */
	w.pid = getpid();
	if (!ret_files->total)
		look_at_process(&w);
}

void wk_open_files_done(struct wk_open_files *f)
{
	while (f->count)
		free(f->files[--f->count].path);
}
