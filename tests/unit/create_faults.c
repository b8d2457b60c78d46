/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls of tests of base/create, failing on demand. */
#include "tests/unit/create_faults.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/unit/unit.h"

struct lacks lacks;
struct inject inject;
struct lost lost;
void (*on_fsync)(void), (*on_rename)(void);
unsigned int same_random;
bool count_unlink;
char order[32];

void reset_faults(void)
{
	memset(&lacks, 0, sizeof(lacks));
	memset(&inject, 0, sizeof(inject));
	memset(&lost, 0, sizeof(lost));
	on_fsync = on_rename = NULL;
	same_random = 0;
	count_unlink = false;
	memset(order, 0, sizeof(order));
}

static void note(char what)
{
	size_t n = strlen(order);

	if (n < sizeof(order) - 1)
		order[n] = what;
}

static void note_name(const char *name)
{
	if (!strcmp(name, "key"))
		note('n');
}

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

static long answer(const char *call, long ret)
{
	if (!lost.call || strcmp(lost.call, call) != 0 || ret < 0)
		return ret;
	errno = lost.e;
	return -1;
}

#define WRAPPED(ret, name, params, args, lacking)                           \
	ret __real_##name params;                                           \
	ret __wrap_##name params;                                           \
	ret __wrap_##name params                                            \
	{                                                                   \
		int lack = (lacking);                                       \
                                                                            \
		if (fails_now(#name))                                       \
			return -1;                                          \
		if (lack) {                                                 \
			(void)after(0);                                     \
			errno = lack;                                       \
			return -1;                                          \
		}                                                           \
		return (ret)answer(#name, after((long)__real_##name args)); \
	}

static int lack_of_open(int flags)
{
	assert_true(flags & O_CLOEXEC);
	return (flags & O_TMPFILE) == O_TMPFILE ? lacks.tmpfile : 0;
}

static int lack_of_link(const char *name, int flags)
{
	note_name(name);
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
	note(S_ISDIR(st.st_mode) ? 'd' : 'f');
	return S_ISDIR(st.st_mode) ? lacks.fsync_dir : 0;
}

static int lack_of_rename(const char *name)
{
	once(&on_rename);
	note_name(name);
	return 0;
}

static int lack_of_rename2(const char *name)
{
	note_name(name);
	return lacks.renameat2;
}

WRAPPED(int, openat, (int dirfd, const char *path, int flags, mode_t mode),
	(dirfd, path, flags, mode), lack_of_open(flags))
WRAPPED(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n), 0)
WRAPPED(ssize_t, read, (int fd, void *p, size_t n), (fd, p, n), 0)
WRAPPED(int, fchmod, (int fd, mode_t mode), (fd, mode), 0)
WRAPPED(int, linkat,
	(int from, const char *path, int to, const char *name, int flags),
	(from, path, to, name, flags), lack_of_link(name, flags))
WRAPPED(int, renameat, (int from, const char *path, int to, const char *name),
	(from, path, to, name), lack_of_rename(name))
WRAPPED(int, renameat2,
	(int from, const char *path, int to, const char *name,
	 unsigned int flags),
	(from, path, to, name, flags), lack_of_rename2(name))
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
