/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls of tests of base/secret, and what they share. */
#include "tests/unit/secret_fixture.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

/* --- the system calls, counted and failing on demand ------------------------ */

struct fails fails;
unsigned int calls;
long mapped;

static int answer(int e)
{
	calls++;
	errno = e;
	return e;
}

long __wrap_syscall(long n, long a);
int __real_ftruncate(int fd, off_t len);
int __wrap_ftruncate(int fd, off_t len);
void *__real_mmap(void *p, size_t len, int prot, int flags, int fd, off_t off);
void *__wrap_mmap(void *p, size_t len, int prot, int flags, int fd, off_t off);
int __real_munmap(void *p, size_t len);
int __wrap_munmap(void *p, size_t len);
int __real_mprotect(void *p, size_t len, int prot);
int __wrap_mprotect(void *p, size_t len, int prot);
int __real_madvise(void *p, size_t len, int advice);
int __wrap_madvise(void *p, size_t len, int advice);
int __real_mlock2(const void *p, size_t len, unsigned int flags);
int __wrap_mlock2(const void *p, size_t len, unsigned int flags);
int __wrap_close(int fd);

long __wrap_syscall(long n, long a)
{
	return answer(fails.memfd_secret) ? -1 : __real_syscall(n, a);
}

int __wrap_ftruncate(int fd, off_t len)
{
	return answer(fails.ftruncate) ? -1 : __real_ftruncate(fd, len);
}

void *__wrap_mmap(void *p, size_t len, int prot, int flags, int fd, off_t off)
{
	void *got = MAP_FAILED;

	if (!answer(flags & MAP_SHARED ? fails.mmap_shared :
					 fails.mmap_anonymous))
		got = __real_mmap(p, len, prot, flags, fd, off);
	if (got != MAP_FAILED)
		mapped += (long)len;
	return got;
}

int __wrap_munmap(void *p, size_t len)
{
	mapped -= (long)len;
	return __real_munmap(p, len);
}

int __wrap_mprotect(void *p, size_t len, int prot)
{
	return answer(fails.mprotect) ? -1 : __real_mprotect(p, len, prot);
}

int __wrap_madvise(void *p, size_t len, int advice)
{
	int e = advice == MADV_DONTFORK ? fails.dontfork : fails.dontdump;

	return answer(e) ? -1 : __real_madvise(p, len, advice);
}

int __wrap_mlock2(const void *p, size_t len, unsigned int flags)
{
	return answer(fails.mlock2) ? -1 : __real_mlock2(p, len, flags);
}

int __wrap_close(int fd)
{
	calls++;
	return __real_close(fd);
}

/* --- for children ----------------------------------------------------------- */

struct wk_secret *new_secret(size_t cap)
{
	struct wk_secret *s = NULL;
	struct wk_err err = { 0 };

	if (wk_secret_new(cap, &s, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		exit(1);
	}
	return s;
}

struct wk_secret *new_pinnable(size_t cap)
{
	struct wk_secret *s = NULL;
	struct wk_err err = { 0 };

	CHECK(!wk_secret_new_pinnable(cap, &s, &err));
	return s;
}

bool all_zero(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i])
			return false;
	return true;
}

bool has_flag(const uint8_t *p, const char *flag)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	bool here = false, found = false;
	char line[512];

	CHECK(f);
	while (fgets(line, sizeof(line), f)) {
		unsigned long from, to;

		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			here = (uintptr_t)p >= from && (uintptr_t)p < to;
		else if (here && !strncmp(line, "VmFlags:", 8))
			found = strstr(line, flag) != NULL;
	}
	fclose(f);
	return found;
}

void no_core(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	signal(SIGSEGV, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
}

bool faults(int status)
{
	return WIFSIGNALED(status) &&
	       (WTERMSIG(status) == SIGSEGV || WTERMSIG(status) == SIGBUS);
}
