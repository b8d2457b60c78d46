/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/create, base/place: every system call fails once and is killed once, on
 * every path there is, and the folder is looked at afterwards.
 */
/* wrap: openat write fsync fchmod linkat renameat renameat2 unlinkat getrandom */
/* wrap: fstatat faccessat read */
#include "base/create.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/unit/unit.h"

/* --- the system calls ------------------------------------------------------------ */

/* What the file system and kernel of a test cannot do: errnos, or 0. */
struct lacks {
	const char *what;
	int tmpfile, link_fd, link_proc, link, renameat2, fsync_dir;
};
static struct lacks lacks;

/* The at-th of the counted calls fails with e, or is the last one. */
static struct {
	unsigned int at, count;
	int e;
	bool kill;
	const char *call; /* the one that it was */
} inject;
static void (*on_fsync)(void), (*on_rename)(void); /* once, before it */
static unsigned int same_random; /* so many times the same bytes */
static bool count_unlink;

static bool fails_now(const char *call)
{
	if (++inject.count != inject.at)
		return false;
	inject.call = call;
	errno = inject.e;
	return inject.e != 0;
}

static long after(long ret)
{
	if (inject.kill && inject.count == inject.at)
		raise(SIGKILL);
	return ret;
}

#define WRAPPED(ret, name, params, args, lacking)            \
	ret __real_##name params;                            \
	ret __wrap_##name params;                            \
	ret __wrap_##name params                             \
	{                                                    \
		int lack = (lacking);                        \
                                                             \
		if (fails_now(#name))                        \
			return -1;                           \
		if (lack) {                                  \
			(void)after(0);                      \
			errno = lack;                        \
			return -1;                           \
		}                                            \
		return (ret)after((long)__real_##name args); \
	}

static int lack_of_open(int flags)
{
	assert_true(flags & O_CLOEXEC);
	return (flags & O_TMPFILE) == O_TMPFILE ? lacks.tmpfile : 0;
}

static int lack_of_link(int flags)
{
	if (flags & AT_EMPTY_PATH)
		return lacks.link_fd;
	return flags & AT_SYMLINK_FOLLOW ? lacks.link_proc : lacks.link;
}

static void once(void (**hook)(void))
{
	void (*f)(void) = *hook;

	*hook = NULL;
	if (f)
		f();
}

static int lack_of_fsync(int fd)
{
	struct stat st;

	once(&on_fsync);
	assert_int_equal(fstat(fd, &st), 0);
	return S_ISDIR(st.st_mode) ? lacks.fsync_dir : 0;
}

static int lack_of_rename(void)
{
	once(&on_rename);
	return 0;
}

WRAPPED(int, openat, (int dirfd, const char *path, int flags, mode_t mode),
	(dirfd, path, flags, mode), lack_of_open(flags))
WRAPPED(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n), 0)
WRAPPED(ssize_t, read, (int fd, void *p, size_t n), (fd, p, n), 0)
WRAPPED(int, fchmod, (int fd, mode_t mode), (fd, mode), 0)
WRAPPED(int, linkat,
	(int from, const char *path, int to, const char *name, int flags),
	(from, path, to, name, flags), lack_of_link(flags))
WRAPPED(int, renameat, (int from, const char *path, int to, const char *name),
	(from, path, to, name), lack_of_rename())
WRAPPED(int, renameat2,
	(int from, const char *path, int to, const char *name,
	 unsigned int flags),
	(from, path, to, name, flags), lacks.renameat2)
WRAPPED(int, fstatat, (int dirfd, const char *path, struct stat *st, int flags),
	(dirfd, path, st, flags), 0)
WRAPPED(int, faccessat, (int dirfd, const char *path, int mode, int flags),
	(dirfd, path, mode, flags), 0)

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	int lack = lack_of_fsync(fd);

	if (fails_now("fsync"))
		return -1;
	errno = lack;
	return (int)after(lack ? -1 : __real_fsync(fd));
}

/* Cleaning up may not fail where it is looked whether all is clean. */
int __real_unlinkat(int dirfd, const char *path, int flags);
int __wrap_unlinkat(int dirfd, const char *path, int flags);
int __wrap_unlinkat(int dirfd, const char *path, int flags)
{
	if (count_unlink && fails_now("unlinkat"))
		return -1;
	return (int)after(__real_unlinkat(dirfd, path, flags));
}

ssize_t __real_getrandom(void *p, size_t n, unsigned int flags);
ssize_t __wrap_getrandom(void *p, size_t n, unsigned int flags);
ssize_t __wrap_getrandom(void *p, size_t n, unsigned int flags)
{
	if (fails_now("getrandom"))
		return -1;
	if (same_random) {
		same_random--;
		memset(p, 0, n);
		return (ssize_t)n;
	}
	return after(__real_getrandom(p, n, flags));
}

/* --- a folder ---------------------------------------------------------------------- */

#define NEW "new contents"
#define OLD "old contents, longer"
#define KEPT "key.old-1"

static char dir[32];
static struct wk_err err;

static const struct wk_create_how plain = { .mode = 0600 };
static const struct wk_create_how force = { .force = true };
static const struct wk_create_how keep = {
	.force = true,
	.keep_old = true,
	.old_suffix = ".old-1",
	.mode = 0640,
};

static int make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/wk-create-XXXXXX");
	return !mkdtemp(dir) || chdir(dir);
}

/* For thousands of files: in memory, where there is such a folder. */
static int make_fast_dir(void **state)
{
	strcpy(dir, "/dev/shm/wk-create-XXXXXX");
	return mkdtemp(dir) ? chdir(dir) : make_dir(state);
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

static int remove_dir(void **state)
{
	(void)state;
	empty_dir();
	return rmdir(dir);
}

static int reset(void **state)
{
	(void)state;
	memset(&lacks, 0, sizeof(lacks));
	memset(&inject, 0, sizeof(inject));
	on_fsync = on_rename = NULL;
	same_random = 0;
	count_unlink = false;
	empty_dir();
	return 0;
}

/* Without calls that are counted. */
static void put(const char *name, const char *text)
{
	FILE *f = fopen(name, "we");

	if (!f || fputs(text, f) < 0 || fclose(f))
		abort();
}

static bool holds(const char *name, const char *text)
{
	char got[100] = "";
	FILE *f = fopen(name, "re");

	if (!f)
		return false;
	got[fread(got, 1, sizeof(got) - 1, f)] = '\0';
	fclose(f);
	return strcmp(got, text) == 0;
}

static bool there(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0;
}

/* How many names there are; *ret_temps of them are those of temporary files. */
static unsigned int names(unsigned int *ret_temps)
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

static unsigned int open_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned int n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static enum wk_status create(const char *name, const struct wk_create_how *how)
{
	return wk_create_file(name, wk_span(NEW, strlen(NEW)), how, &err);
}

static mode_t mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(lstat(name, &st), 0);
	return st.st_mode & 07777;
}

/* --- every way to do it -------------------------------------------------------------- */

static const struct lacks kernels[] = {
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

static const struct way {
	const struct wk_create_how *how;
	bool old; /* there is an old file */
} ways[] = {
	{ &plain, false }, { &force, false }, { &force, true },
	{ &keep, false },  { &keep, true },
};

static void start(const struct lacks *kernel, const struct way *w)
{
	reset(NULL);
	lacks = *kernel;
	if (w->old)
		put("key", OLD);
}

static bool keeps(const struct way *w)
{
	return w->how->keep_old && w->old;
}

static void is_done(const struct way *w)
{
	unsigned int temps;

	assert_true(holds("key", NEW));
	assert_int_equal(mode_of("key"), w->how->mode ? w->how->mode : 0600);
	assert_int_equal(names(&temps), keeps(w) ? 2 : 1);
	if (keeps(w))
		assert_true(holds(KEPT, OLD));
}

static void is_undone(const struct way *w)
{
	unsigned int temps;

	assert_int_equal(names(&temps), w->old ? 1 : 0);
	if (w->old)
		assert_true(holds("key", OLD));
}

/* The directory could not be synchronized after the replacement. */
static bool replaced_only(const struct way *w)
{
	return w->how->force && err.status == WK_FAIL && holds("key", NEW) &&
	       strstr(err.msg, "replaced");
}

static void every_way_succeeds(void **state)
{
	(void)state;
	for (size_t k = 0; k < WK_ARRAY_LEN(kernels); k++)
		for (size_t w = 0; w < WK_ARRAY_LEN(ways); w++) {
			unsigned int fds = open_fds();

			start(&kernels[k], &ways[w]);
			if (create("key", ways[w].how))
				fail_msg("%s: %s", kernels[k].what, err.msg);
			is_done(&ways[w]);
			assert_int_equal(open_fds(), fds);
		}
}

static bool fail_once(const struct lacks *kernel, const struct way *w,
		      unsigned int at, int e)
{
	unsigned int fds = open_fds();
	enum wk_status st;

	start(kernel, w);
	inject.at = at;
	inject.e = e;
	st = create("key", w->how);
	inject.at = 0;
	if (st && inject.call)
		assert_int_equal(err.status, st);
	if (!st)
		is_done(w); /* by another way */
	else if (replaced_only(w))
		is_done(w);
	else
		is_undone(w);
	assert_int_equal(open_fds(), fds);
	return inject.call != NULL;
}

static void every_call_fails(void **state)
{
	static const int errnos[] = { EIO, ENOSPC, EPERM, ENOMEM, EINVAL };

	(void)state;
	for (size_t k = 0; k < WK_ARRAY_LEN(kernels); k++)
		for (size_t w = 0; w < WK_ARRAY_LEN(ways); w++)
			for (size_t e = 0; e < WK_ARRAY_LEN(errnos); e++) {
				unsigned int at = 1;

				while (fail_once(&kernels[k], &ways[w], at,
						 errnos[e]))
					at++;
				assert_true(at >= 7);
			}
}

static void create_in_child(const void *arg)
{
	const struct way *w = arg;

	exit(create("key", w->how));
}

/* Old or new, whole; temporary names only beside it; and it can go on. */
static void survives_kill(const struct way *w)
{
	unsigned int temps, n = names(&temps);
	bool kept = keeps(w) && there(KEPT);

	if (there("key"))
		assert_true(holds("key", NEW) || (w->old && holds("key", OLD)));
	else
		assert_false(w->old);
	assert_true(temps <= 2);
	assert_int_equal(n, there("key") + kept + temps);
	if (kept)
		assert_true(holds(KEPT, OLD));
	if (w->old && holds("key", NEW) && keeps(w))
		assert_true(kept);
}

static bool kill_once(const struct lacks *kernel, const struct way *w,
		      unsigned int at)
{
	int status;

	start(kernel, w);
	count_unlink = true;
	inject.at = at;
	inject.kill = true;
	status = status_of_child(create_in_child, w);
	memset(&inject, 0, sizeof(inject));
	if (!WIFSIGNALED(status)) {
		assert_int_equal(status, 0);
		is_done(w);
		return false;
	}
	assert_int_equal(WTERMSIG(status), SIGKILL);
	survives_kill(w);
	/* Where nothing was made yet, the next try succeeds. */
	if (w->old ? holds("key", OLD) : !there("key"))
		assert_int_equal(create("key", w->how), WK_OK);
	return true;
}

static void every_call_is_killed(void **state)
{
	(void)state;
	for (size_t k = 0; k < WK_ARRAY_LEN(kernels); k++)
		for (size_t w = 0; w < WK_ARRAY_LEN(ways); w++) {
			unsigned int at = 1;

			while (kill_once(&kernels[k], &ways[w], at))
				at++;
			assert_true(at >= 7);
		}
}

static void interruptions(void **state)
{
	(void)state;
	for (size_t w = 0; w < WK_ARRAY_LEN(ways); w++)
		for (unsigned int at = 1;; at++) {
			start(&kernels[5], &ways[w]);
			inject.at = at;
			inject.e = EINTR;
			if (create("key", ways[w].how) == WK_OK)
				is_done(&ways[w]);
			else
				is_undone(&ways[w]);
			if (!inject.call)
				break;
			if (!strcmp(inject.call, "fsync") ||
			    !strcmp(inject.call, "write") ||
			    !strcmp(inject.call, "read") ||
			    !strcmp(inject.call, "getrandom"))
				assert_true(holds("key", NEW));
		}
}

/* --- what is said ------------------------------------------------------------------- */

static void refused(const char *path, const struct wk_create_how *how,
		    enum wk_status st, const char *code)
{
	unsigned int temps, before = names(&temps);

	assert_int_equal(create(path, how), st);
	assert_string_equal(err.code, code);
	assert_memory_equal(err.msg, path, strlen(path));
	assert_int_equal(names(&temps), before);
}

/* The early check says the same. */
static void refused_early(const char *path, const struct wk_create_how *how,
			  enum wk_status st, const char *code)
{
	refused(path, how, st, code);
	memset(&err, 0, sizeof(err));
	assert_int_equal(wk_create_check(path, how->force, &err), st);
	assert_string_equal(err.code, code);
}

static void existing_files_stay(void **state)
{
	(void)state;
	put("key", OLD);
	refused_early("key", &plain, WK_EXISTS, "file.exists");
	assert_non_null(strstr(err.hint, "--force"));
	assert_true(holds("key", OLD));
	assert_int_equal(symlink("nowhere", "link"), 0);
	refused_early("link", &plain, WK_EXISTS, "file.exists");
	refused_early(dir, &plain, WK_EXISTS, "file.exists");
	assert_int_equal(wk_create_check("key", true, &err), WK_OK);
	assert_int_equal(wk_create_check("other", false, &err), WK_OK);
	assert_int_equal(wk_create_check("other", true, &err), WK_OK);
}

static void put_key(void)
{
	put("key", OLD);
}

/* Another process was faster, whichever call it is that notices. */
static void races_are_lost(void **state)
{
	static const size_t some[] = { 0, 1, 2, 6 };

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(some); i++) {
		reset(NULL);
		lacks = kernels[some[i]];
		on_fsync = put_key;
		assert_int_equal(create("key", &plain), WK_EXISTS);
		assert_string_equal(err.code, "file.exists");
		is_undone(&ways[2]);
	}
}

static void put_another(void)
{
	put("newer", "another");
	assert_int_equal(rename("newer", "key"), 0);
}

/* Neither what was not there nor what was not seen is replaced. */
static void races_are_lost_with_force(void **state)
{
	static const struct wk_create_how *const hows[] = { &force, &keep };

	(void)state;
	for (size_t k = 0; k < WK_ARRAY_LEN(kernels); k++)
		for (size_t i = 0; i < WK_ARRAY_LEN(hows); i++) {
			reset(NULL);
			lacks = kernels[k];
			on_fsync = put_key;
			assert_int_equal(create("key", hows[i]), WK_TRANSIENT);
			assert_string_equal(err.code, "file.changed");
			is_undone(&ways[2]);
			on_fsync = put_another;
			assert_int_equal(create("key", hows[i]), WK_TRANSIENT);
			assert_string_equal(err.code, "file.changed");
			assert_true(holds("key", "another"));
			assert_false(there(KEPT));
		}
}

static void only_regular_files_are_replaced(void **state)
{
	(void)state;
	assert_int_equal(mkdir("sub", 0700), 0);
	refused_early("sub", &force, WK_FAIL, "file.not-regular");
	refused_early("sub/", &force, WK_FAIL, "file.not-regular");
	refused_early("/dev/null", &force, WK_FAIL, "file.not-regular");
	assert_int_equal(mkfifo("fifo", 0600), 0);
	refused_early("fifo", &force, WK_FAIL, "file.not-regular");
}

static void symbolic_links_are_resolved(void **state)
{
	unsigned int temps;

	(void)state;
	assert_int_equal(mkdir("sub", 0700), 0);
	put("sub/key", OLD);
	assert_int_equal(symlink("sub/key", "link"), 0);
	assert_int_equal(symlink("link", "link2"), 0);
	assert_int_equal(create("link2", &keep), WK_OK);
	assert_true(holds("sub/key", NEW));
	assert_true(holds("sub/" KEPT, OLD));
	assert_int_equal(names(&temps), 3);
	assert_int_equal(unlink("sub/key") | unlink("sub/" KEPT), 0);
	refused_early("link", &force, WK_NOT_FOUND, "file.dangling-link");
	(void)unlink("link");
	assert_int_equal(symlink("link", "link"), 0);
	refused_early("link", &force, WK_FAIL, "errno.ELOOP");
}

static void names_are_checked(void **state)
{
	char name[NAME_MAX + 2];

	(void)state;
	refused_early("", &plain, WK_FAIL, "file.name");
	refused_early("/", &plain, WK_FAIL, "file.name");
	refused_early(".", &plain, WK_FAIL, "file.name");
	refused_early("..", &plain, WK_FAIL, "file.name");
	refused_early("key/", &plain, WK_FAIL, "file.name");
	memset(name, 'n', NAME_MAX + 1);
	name[NAME_MAX + 1] = '\0';
	refused_early(name, &plain, WK_FAIL, "file.name");
	refused_early(name, &force, WK_FAIL, "file.name");
	name[NAME_MAX] = '\0';
	assert_int_equal(create(name, &plain), WK_OK);
	assert_int_equal(create(name, &force), WK_OK);
	refused(name, &keep, WK_FAIL, "file.name");
	(void)unlink(name);
	lacks.tmpfile = EOPNOTSUPP;
	assert_int_equal(create(name, &plain), WK_OK);
}

static void directories_are_named(void **state)
{
	(void)state;
	refused_early("no/key", &plain, WK_NOT_FOUND, "file.no-directory");
	assert_non_null(strstr(err.msg, "'no'"));
	refused_early("no/key", &force, WK_NOT_FOUND, "file.no-directory");
	put("file", "");
	refused_early("file/key", &plain, WK_NOT_FOUND, "file.no-directory");
	assert_non_null(strstr(err.msg, "'file'"));
	refused_early("file/key", &force, WK_NOT_FOUND, "file.no-directory");
}

static void create_as_nobody(const void *arg)
{
	(void)arg;
	if (geteuid() == 0)
		CHECK(!setresuid(65534, 65534, 65534));
	CHECK(wk_create_check("key", false, &err) == WK_DENIED);
	CHECK(!strcmp(err.code, "file.denied"));
	CHECK(strstr(err.msg, "'.'"));
	CHECK(create("key", &plain) == WK_DENIED);
	CHECK(!strcmp(err.code, "file.denied"));
	CHECK(wk_create_check("closed/key", true, &err) == WK_DENIED);
	CHECK(create("closed/key", &force) == WK_DENIED);
	CHECK(strstr(err.msg, "'closed'"));
	/* Neither root's capabilities nor its files: by /proc or descriptor. */
	CHECK(create("open/key", &plain) == WK_OK);
	CHECK(create("open/key", &force) == WK_OK);
	CHECK(create("open/key", &keep) == WK_OK);
	CHECK(holds("open/key", NEW) && holds("open/" KEPT, NEW));
}

static void unprivileged(void **state)
{
	(void)state;
	assert_int_equal(mkdir("closed", 0), 0);
	assert_int_equal(mkdir("open", 0777) | chmod("open", 0777), 0);
	assert_int_equal(chmod(dir, 0555), 0);
	in_child(create_as_nobody, NULL);
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(unlink("open/key") | unlink("open/" KEPT), 0);
}

/* err.code for errno e of the at-th call. */
static void told(const struct lacks *kernel, const char *call, int e,
		 enum wk_status st, const char *code)
{
	for (unsigned int at = 1;; at++) {
		start(kernel, &ways[0]);
		inject.at = at;
		inject.e = e;
		(void)create("key", &plain);
		assert_non_null(inject.call);
		if (strcmp(inject.call, call) != 0)
			continue;
		assert_int_equal(err.status, st);
		assert_string_equal(err.code, code);
		assert_int_equal(err.errnum, e);
		assert_memory_equal(err.msg, "key: ", 5);
		return;
	}
}

static void causes_are_told(void **state)
{
	const struct lacks *all = &kernels[0], *named = &kernels[2];

	(void)state;
	told(all, "write", ENOSPC, WK_FAIL, "file.no-space");
	told(all, "write", EDQUOT, WK_FAIL, "file.no-space");
	told(all, "write", EFBIG, WK_FAIL, "errno.EFBIG");
	told(all, "fsync", EIO, WK_FAIL, "file.sync");
	told(all, "fsync", ENOSPC, WK_FAIL, "file.no-space");
	told(all, "fchmod", EPERM, WK_DENIED, "file.denied");
	told(all, "openat", EACCES, WK_DENIED, "file.denied");
	told(all, "openat", EMFILE, WK_FAIL, "errno.EMFILE");
	told(all, "fstatat", EIO, WK_FAIL, "errno.EIO");
	told(named, "renameat2", EROFS, WK_FAIL, "file.read-only");
	told(named, "renameat2", ENOSPC, WK_FAIL, "file.no-space");
	told(named, "getrandom", ENOSYS, WK_UNSUPPORTED, "errno.ENOSYS");
}

static void checks_can_fail(void **state)
{
	(void)state;
	inject.at = 3;
	inject.e = EROFS;
	assert_int_equal(wk_create_check("key", false, &err), WK_FAIL);
	assert_string_equal(inject.call, "faccessat");
	assert_string_equal(err.code, "file.read-only");
}

static void nothing_works(void **state)
{
	static const struct lacks poor = {
		.tmpfile = EOPNOTSUPP,
		.link_fd = EPERM,
		.link_proc = EPERM,
		.link = EPERM,
		.renameat2 = EINVAL,
	};

	(void)state;
	start(&poor, &ways[0]);
	refused("key", &plain, WK_UNSUPPORTED, "errno.EOPNOTSUPP");
	start(&poor, &ways[4]);
	refused("key", &keep, WK_UNSUPPORTED, "errno.EOPNOTSUPP");
	assert_true(holds("key", OLD));
	/* Replacing needs neither. */
	assert_int_equal(create("key", &force), WK_OK);
	lacks.tmpfile = EROFS;
	refused("other", &plain, WK_FAIL, "file.read-only");
}

/* --- old files ------------------------------------------------------------------------ */

static void old_files_are_never_lost(void **state)
{
	static const size_t some[] = { 0, 5 };

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(some); i++) {
		start(&kernels[some[i]], &ways[4]);
		put(KEPT, "another");
		if (lacks.link)
			lacks.link = EEXIST;
		refused("key", &keep, WK_EXISTS, "file.old-exists");
		assert_non_null(strstr(err.msg, "'" KEPT "'"));
		assert_true(holds("key", OLD));
		assert_true(holds(KEPT, "another"));
	}
	/* By copying, too. */
	start(&kernels[5], &ways[4]);
	put(KEPT, "another");
	refused("key", &keep, WK_EXISTS, "file.old-exists");
	assert_true(holds("key", OLD));
	assert_true(holds(KEPT, "another"));
}

/* What a killed run left: the second name is there already. */
static void second_names_are_accepted(void **state)
{
	(void)state;
	put("key", OLD);
	assert_int_equal(link("key", KEPT), 0);
	assert_int_equal(create("key", &keep), WK_OK);
	is_done(&ways[4]);
}

/* A copy is as good as a second name, and not taken away on failure. */
static void equal_copies_are_accepted(void **state)
{
	static const char *const others[] = { "", "old", OLD OLD, "OLD" };

	(void)state;
	for (size_t k = 0; k < 6; k += 5) {
		start(&kernels[k], &ways[4]);
		put(KEPT, OLD);
		assert_int_equal(create("key", &keep), WK_OK);
		is_done(&ways[4]);
		for (size_t i = 0; i < WK_ARRAY_LEN(others); i++) {
			start(&kernels[k], &ways[4]);
			put(KEPT, others[i]);
			refused("key", &keep, WK_EXISTS, "file.old-exists");
		}
		start(&kernels[k], &ways[4]);
		assert_int_equal(mkdir(KEPT, 0700), 0);
		refused("key", &keep, WK_EXISTS, "file.old-exists");
		start(&kernels[k], &ways[4]);
		assert_int_equal(symlink("key", KEPT), 0);
		refused("key", &keep, WK_EXISTS, "file.old-exists");
	}
	start(&kernels[0], &ways[4]);
	put(KEPT, OLD);
	lacks.fsync_dir = EIO;
	refused("key", &keep, WK_FAIL, "file.sync");
	assert_true(holds(KEPT, OLD));
	for (unsigned int at = 1;; at++) {
		start(&kernels[0], &ways[4]);
		put(KEPT, OLD);
		inject.at = at;
		inject.e = EIO;
		if (create("key", &keep))
			assert_true(holds("key", OLD) ||
				    replaced_only(&ways[4]));
		assert_true(holds(KEPT, OLD));
		if (!inject.call)
			break;
	}
}

static void copies_keep_mode_and_contents(void **state)
{
	char old[9001], got[9001];
	FILE *f;

	(void)state;
	memset(old, 'o', 9000);
	old[9000] = '\0';
	put("key", old);
	assert_int_equal(chmod("key", 0604), 0);
	lacks.link = EOPNOTSUPP;
	assert_int_equal(create("key", &keep), WK_OK);
	assert_int_equal(mode_of(KEPT), 0604);
	f = fopen(KEPT, "re");
	assert_int_equal(fread(got, 1, sizeof(got), f), 9000);
	fclose(f);
	assert_memory_equal(got, old, 9000);
}

static void modes_ignore_the_umask(void **state)
{
	struct wk_create_how how = { .mode = 0644 };
	mode_t was = umask(0077);

	(void)state;
	assert_int_equal(create("key", &how), WK_OK);
	assert_int_equal(mode_of("key"), 0644);
	(void)umask(0);
	assert_int_equal(create("other", &force), WK_OK);
	assert_int_equal(mode_of("other"), 0600);
	(void)umask(was);
}

/* --- names ------------------------------------------------------------------------------ */

static void random_names_may_be_taken(void **state)
{
	(void)state;
	for (size_t k = 0; k < 3; k++) {
		start(&kernels[k], &ways[2]);
		put(".key.aaaaaaaa", "stays");
		same_random = 3;
		assert_int_equal(create("key", &force), WK_OK);
		assert_int_equal(same_random, 0);
		assert_true(holds("key", NEW));
		assert_true(holds(".key.aaaaaaaa", "stays"));
		same_random = UINT_MAX;
		assert_int_equal(create("key", &force), WK_EXISTS);
		assert_string_equal(err.code, "errno.EEXIST");
		assert_true(holds(".key.aaaaaaaa", "stays"));
	}
}

static void replace_key(void)
{
	(void)unlink("key");
	put("key", OLD);
}

static void fail_second_fsync(void)
{
	on_fsync = replace_key;
	lacks.fsync_dir = EIO;
}

/* What is taken back is what was made, not what others made. */
static void names_of_others_stay(void **state)
{
	(void)state;
	on_fsync = fail_second_fsync;
	assert_int_equal(create("key", &plain), WK_FAIL);
	assert_string_equal(err.code, "file.sync");
	assert_true(holds("key", OLD));
	reset(NULL);
	lacks.fsync_dir = EIO;
	refused("key", &plain, WK_FAIL, "file.sync");
	assert_false(there("key"));
}

static unsigned int temps_before, temps_after;

static void interrupt(void)
{
	(void)names(&temps_before);
	errno = EXDEV;
	wk_create_abort_signal();
	assert_int_equal(errno, EXDEV);
	(void)names(&temps_after);
}

static void signals_leave_no_names(void **state)
{
	(void)state;
	for (size_t k = 0; k < 6; k++) {
		start(&kernels[k], &ways[4]);
		on_rename = interrupt;
		temps_before = 0;
		temps_after = 1;
		(void)create("key", &keep);
		assert_int_equal(temps_before, 1);
		assert_int_equal(temps_after, 0);
		is_undone(&ways[4]);
	}
	/* While the old file is copied there are two. */
	start(&kernels[5], &ways[4]);
	lacks.tmpfile = EOPNOTSUPP;
	on_fsync = NULL;
	interrupt();
	assert_int_equal(temps_before, 0);
	/* Afterwards there is nothing to remove. */
	start(&kernels[2], &ways[0]);
	assert_int_equal(create("key", &plain), WK_OK);
	wk_create_abort_signal();
	is_done(&ways[0]);
}

static void interrupt_second_fsync(void)
{
	on_fsync = interrupt;
}

static void signals_while_copying(void **state)
{
	(void)state;
	start(&kernels[5], &ways[4]);
	lacks.tmpfile = EOPNOTSUPP;
	on_fsync = interrupt_second_fsync;
	assert_int_not_equal(create("key", &keep), WK_OK);
	assert_int_equal(temps_before, 2);
	assert_int_equal(temps_after, 0);
	is_undone(&ways[4]);
}

int main(void)
{
	const struct CMUnitTest exhaustive[] = {
		cmocka_unit_test_setup(every_call_fails, reset),
		cmocka_unit_test_setup(every_call_is_killed, reset),
		cmocka_unit_test_setup(interruptions, reset),
	};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_way_succeeds, reset),
		cmocka_unit_test_setup(existing_files_stay, reset),
		cmocka_unit_test_setup(races_are_lost, reset),
		cmocka_unit_test_setup(races_are_lost_with_force, reset),
		cmocka_unit_test_setup(only_regular_files_are_replaced, reset),
		cmocka_unit_test_setup(symbolic_links_are_resolved, reset),
		cmocka_unit_test_setup(names_are_checked, reset),
		cmocka_unit_test_setup(directories_are_named, reset),
		cmocka_unit_test_setup(unprivileged, reset),
		cmocka_unit_test_setup(causes_are_told, reset),
		cmocka_unit_test_setup(checks_can_fail, reset),
		cmocka_unit_test_setup(nothing_works, reset),
		cmocka_unit_test_setup(old_files_are_never_lost, reset),
		cmocka_unit_test_setup(second_names_are_accepted, reset),
		cmocka_unit_test_setup(equal_copies_are_accepted, reset),
		cmocka_unit_test_setup(copies_keep_mode_and_contents, reset),
		cmocka_unit_test_setup(modes_ignore_the_umask, reset),
		cmocka_unit_test_setup(random_names_may_be_taken, reset),
		cmocka_unit_test_setup(names_of_others_stay, reset),
		cmocka_unit_test_setup(signals_leave_no_names, reset),
		cmocka_unit_test_setup(signals_while_copying, reset),
	};

	int failed = cmocka_run_group_tests_name(
		"create, every call", exhaustive, make_fast_dir, remove_dir);

	return failed + cmocka_run_group_tests_name("create", tests, make_dir,
						    remove_dir);
}
