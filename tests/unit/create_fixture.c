/* SPDX-License-Identifier: Apache-2.0 */
/* A folder, and every way to create a file in it. */
#include "tests/unit/create_fixture.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* --- a folder ---------------------------------------------------------------------- */

char dir[32];
struct wk_err err;

const struct wk_create_how plain = { .mode = 0600 };
const struct wk_create_how force = { .force = true };
const struct wk_create_how keep = {
	.force = true,
	.keep_old = true,
	.old_suffix = ".old-1",
	.mode = 0640,
};

int make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/wk-create-XXXXXX");
	return !mkdtemp(dir) || chdir(dir);
}

static void empty_dir(void)
{
	DIR *d = opendir(".");
	struct dirent *e;

	while ((e = readdir(d)))
		if (remove(e->d_name) && e->d_name[0] != '.')
			abort();
	closedir(d);
}

int remove_dir(void **state)
{
	(void)state;
	empty_dir();
	return rmdir(dir);
}

int reset(void **state)
{
	(void)state;
	reset_faults();
	empty_dir();
	return 0;
}

void put(const char *name, const char *text)
{
	FILE *f = fopen(name, "we");

	if (!f || fputs(text, f) < 0 || fclose(f))
		abort();
}

bool holds(const char *name, const char *text)
{
	char got[100] = "";
	FILE *f = fopen(name, "re");

	if (!f)
		return false;
	got[fread(got, 1, sizeof(got) - 1, f)] = '\0';
	fclose(f);
	return strcmp(got, text) == 0;
}

bool there(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0;
}

unsigned int names(unsigned int *ret_temps)
{
	DIR *d = opendir(".");
	unsigned int n = 0;
	struct dirent *e;

	*ret_temps = 0;
	while ((e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		n++;
		*ret_temps += strncmp(e->d_name, ".key.", 5) == 0 &&
			      strlen(e->d_name) == 13;
	}
	closedir(d);
	return n;
}

enum wk_status create(const char *name, const struct wk_create_how *how)
{
	return wk_create_file(name, wk_span(NEW, strlen(NEW)), how, &err);
}

mode_t mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(lstat(name, &st), 0);
	return st.st_mode & 07777;
}

void refused(const char *path, const struct wk_create_how *how,
	     enum wk_status st, const char *code)
{
	unsigned int temps, before = names(&temps);

	assert_int_equal(create(path, how), st);
	assert_string_equal(err.code, code);
	assert_memory_equal(err.msg, path, strlen(path));
	assert_int_equal(names(&temps), before);
}

/* --- every way to do it -------------------------------------------------------------- */

const struct lacks kernels[] = {
	{ .what = "all there" },
	{ .what = "link by /proc", .link_fd = ENOENT },
	{ .what = "no unnamed files", .tmpfile = EOPNOTSUPP },
	{ .what = "no unnamed files, old kernel", .tmpfile = EISDIR },
	{ .what = "no way to name them",
	  .link_fd = ENOENT,
	  .link_proc = ENOENT },
	{ .what = "no hard links",
	  .link_fd = EPERM,
	  .link_proc = EPERM,
	  .link = EPERM },
	{ .what = "no RENAME_NOREPLACE",
	  .tmpfile = EINVAL,
	  .renameat2 = EINVAL },
	{ .what = "no renameat2", .tmpfile = EINVAL, .renameat2 = ENOSYS },
	{ .what = "nothing to sync", .fsync_dir = EINVAL },
};

const struct way ways[] = {
	{ &plain, false }, { &force, false }, { &force, true },
	{ &keep, false },  { &keep, true },
};

void start(const struct lacks *kernel, const struct way *w)
{
	reset(NULL);
	lacks = *kernel;
	if (w->old)
		put("key", OLD);
}

bool keeps(const struct way *w)
{
	return w->how->keep_old && w->old;
}

void is_done(const struct way *w)
{
	unsigned int temps;

	assert_true(holds("key", NEW));
	assert_int_equal(mode_of("key"), w->how->mode ? w->how->mode : 0600);
	assert_int_equal(names(&temps), keeps(w) ? 2 : 1);
	if (keeps(w))
		assert_true(holds(KEPT, OLD));
}

void is_undone(const struct way *w)
{
	unsigned int temps;

	assert_int_equal(names(&temps), w->old ? 1 : 0);
	if (w->old)
		assert_true(holds("key", OLD));
}

bool replaced_only(const struct way *w)
{
	return w->how->force && err.status == WK_FAIL && holds("key", NEW) &&
	       strstr(err.msg, "replaced");
}
