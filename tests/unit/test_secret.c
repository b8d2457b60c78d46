/* SPDX-License-Identifier: Apache-2.0 */
/* base/secret, base/arena: what secrets live in, with every way it can fail. */
/* wrap: syscall ftruncate mmap munmap mprotect madvise mlock2 close */
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "base/arena.h"
#include "base/blob.h"
#include "tests/unit/unit.h"

/* --- the system calls, counted and failing on demand ------------------------ */

/* errno to fail with, or 0. */
static struct {
	int memfd_secret, ftruncate, mmap_anonymous, mmap_shared, mprotect,
		dontfork, dontdump, mlock2;
} fails;
static unsigned int calls;
static long mapped; /* bytes */

static int answer(int e)
{
	calls++;
	errno = e;
	return e;
}

long __real_syscall(long n, long a);
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
int __real_close(int fd);
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

/* --- helpers, all for children: the arena is made once per process ---------- */

static struct wk_secret *new_secret(size_t cap)
{
	struct wk_secret *s = NULL;
	struct wk_err err = { 0 };

	if (wk_secret_new(cap, &s, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		exit(1);
	}
	return s;
}

static struct wk_secret *new_pinnable(size_t cap)
{
	struct wk_secret *s = NULL;
	struct wk_err err = { 0 };

	CHECK(!wk_secret_new_pinnable(cap, &s, &err));
	return s;
}

static bool all_zero(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i])
			return false;
	return true;
}

/* The flag's two letters, of proc(5), for the mapping that p is in. */
static bool has_flag(const uint8_t *p, const char *flag)
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

static void no_core(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	signal(SIGSEGV, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
}

static bool faults(int status)
{
	return WIFSIGNALED(status) &&
	       (WTERMSIG(status) == SIGSEGV || WTERMSIG(status) == SIGBUS);
}

/* --- a secret ---------------------------------------------------------------- */

static void life_of_a_secret(const void *arg)
{
	struct wk_secret *s;
	uint8_t *p;

	(void)arg;
	CHECK(wk_secret_arena_kind() == WK_ARENA_NONE);
	CHECK(wk_secret_lock_errno() == 0);
	s = new_secret(100);
	CHECK(wk_secret_arena_kind() != WK_ARENA_NONE);
	CHECK(wk_secret_cap(s) == 100);
	CHECK(wk_secret_len(s) == 0);
	p = wk_secret_bytes(s);
	CHECK(p == wk_secret_view(s));
	CHECK(all_zero(p, 100));
	memset(p, 0xaa, 100);
	wk_secret_set_len(s, 100);
	CHECK(wk_secret_len(s) == 100);
	CHECK(!wk_secret_free(s));
	CHECK(all_zero(p, 128));
	CHECK(!wk_secret_free(NULL));
	CHECK(wk_secret_bytes(new_secret(1)) == p);
}

static void test_life(void **state)
{
	(void)state;
	in_child(life_of_a_secret, NULL);
}

static void sizes_are_checked(const void *arg)
{
	struct wk_secret *s = (void *)&s, *before = s;
	struct wk_err err = { 0 };

	(void)arg;
	CHECK(wk_secret_new(0, &s, &err) == WK_FAIL);
	CHECK(!strcmp(err.code, "secret.size"));
	CHECK(wk_secret_new(WK_SECRET_MAX + 1, &s, &err) == WK_FAIL);
	CHECK(wk_secret_new_pinnable(0, &s, &err) == WK_FAIL);
	CHECK(wk_secret_from("", 0, &s, &err) == WK_FAIL);
	CHECK(s == before);
	CHECK(calls == 0);
	CHECK(wk_secret_arena_kind() == WK_ARENA_NONE);
	CHECK(wk_secret_cap(new_secret(WK_SECRET_MAX)) == WK_SECRET_MAX);
}

static void test_sizes(void **state)
{
	(void)state;
	in_child(sizes_are_checked, NULL);
}

static void copies_and_comparisons(const void *arg)
{
	WK_AUTO_SECRET struct wk_secret *a = NULL;
	WK_AUTO_SECRET struct wk_secret *b = NULL;
	struct wk_err err = { 0 };

	(void)arg;
	CHECK(!wk_secret_from("0123456789", 10, &a, &err));
	CHECK(wk_secret_len(a) == 10 && wk_secret_cap(a) == 10);
	CHECK(!memcmp(wk_secret_view(a), "0123456789", 10));
	CHECK(!wk_secret_from("0123456789", 10, &b, &err));
	CHECK(wk_secret_equal(a, a));
	CHECK(wk_secret_equal(a, b));
	for (size_t i = 0; i < 10; i++) {
		wk_secret_bytes(b)[i] ^= 0x80;
		CHECK(!wk_secret_equal(a, b));
		wk_secret_bytes(b)[i] ^= 0x80;
	}
	wk_secret_set_len(b, 9);
	CHECK(!wk_secret_equal(a, b));
	CHECK(!wk_secret_equal(b, a));
	wk_secret_set_len(a, 0);
	wk_secret_set_len(b, 0);
	CHECK(wk_secret_equal(a, b));
	CHECK(!wk_secret_random(a, &err));
	CHECK(wk_secret_len(a) == 10);
	CHECK(memcmp(wk_secret_view(a), "0123456789", 10) != 0);
}

static void test_copies(void **state)
{
	(void)state;
	in_child(copies_and_comparisons, NULL);
}

static void too_long(const void *arg)
{
	(void)arg;
	no_core();
	wk_secret_set_len(new_secret(10), 11);
}

static void freed_twice(const void *arg)
{
	struct wk_secret *s = new_secret(10);

	(void)arg;
	no_core();
	(void)wk_secret_free(s);
	(void)wk_secret_free(s);
}

static void used_after_free(const void *arg)
{
	struct wk_secret *s = new_secret(10);

	(void)arg;
	no_core();
	(void)wk_secret_free(s);
	(void)wk_secret_bytes(s);
}

static void test_misuse_is_asserted(void **state)
{
	static void (*const misuses[])(const void *) = {
		too_long,
		freed_twice,
		used_after_free,
	};

	(void)state;
	/* Three lines on standard error are expected here. */
	for (size_t i = 0; i < WK_ARRAY_LEN(misuses); i++) {
		int status = status_of_child(misuses[i], NULL);

		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGABRT);
	}
}

/* --- the memory --------------------------------------------------------------- */

static void flags_of_the_memory(const void *arg)
{
	const uint8_t *p = wk_secret_view(new_secret(1));
	const uint8_t *pinned = wk_secret_view(new_pinnable(1));

	(void)arg;
	CHECK(has_flag(p, " dc")); /* not copied on fork */
	CHECK(has_flag(p, " dd")); /* not dumped */
	CHECK(has_flag(p, " lo") == (wk_secret_lock_errno() == 0));
	CHECK(has_flag(pinned, " dc"));
	CHECK(has_flag(pinned, " dd"));
	CHECK(has_flag(pinned, " lo") == (wk_secret_lock_errno() == 0));
	CHECK(!has_flag(p - 1, " rd"));
	CHECK(!has_flag(pinned - 1, " rd"));
}

static void flags_without_secretmem(const void *arg)
{
	fails.memfd_secret = ENOSYS;
	flags_of_the_memory(arg);
}

static void test_flags(void **state)
{
	(void)state;
	in_child(flags_of_the_memory, NULL);
	in_child(flags_without_secretmem, NULL);
}

/* arg: whether to fault before the arena, or after it. */
static void touch_the_guard(const void *arg)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t inner = (WK_ARENA_BYTES + page - 1) / page * page;
	volatile uint8_t *p = wk_secret_bytes(new_secret(1));

	no_core();
	p[0] = 1;
	p[inner - 1] = 1;
	if (arg)
		p[-1] = 1;
	else
		p[inner] = 1;
}

static void test_guards(void **state)
{
	(void)state;
	assert_true(faults(status_of_child(touch_the_guard, NULL)));
	assert_true(faults(status_of_child(touch_the_guard, "before")));
}

/* The pages of secretmem cannot be pinned, those of the other arena can. */
static void pin(const void *arg)
{
	struct wk_secret *s = new_secret(16), *pinned = new_pinnable(16);
	struct iovec io = { wk_secret_bytes(pinned), 16 };
	int pipefd[2];

	(void)arg;
	memset(io.iov_base, 1, 16);
	CHECK(!pipe(pipefd));
	CHECK(vmsplice(pipefd[1], &io, 1, 0) == 16);
	CHECK(wk_secret_arena_kind() == WK_ARENA_SECRETMEM);
	io.iov_base = wk_secret_bytes(s);
	memset(io.iov_base, 1, 16);
	CHECK(vmsplice(pipefd[1], &io, 1, 0) == -1 && errno == EFAULT);
}

static bool have_secretmem(void)
{
	int fd = (int)__real_syscall(SYS_memfd_secret, O_CLOEXEC);

	if (fd >= 0)
		__real_close(fd);
	return fd >= 0;
}

static void test_pinning(void **state)
{
	(void)state;
	if (!have_secretmem())
		skip();
	in_child(pin, NULL);
}

static void count_calls(const void *arg)
{
	const unsigned int *most = arg;

	(void)new_secret(32);
	CHECK(calls <= *most);
	calls = 0;
	(void)new_secret(32);
	(void)wk_secret_free(new_secret(32));
	CHECK(calls == 0);
}

static void count_calls_anonymous(const void *arg)
{
	fails.memfd_secret = ENOSYS;
	count_calls(arg);
}

static void test_few_calls(void **state)
{
	(void)state;
	in_child(count_calls, (const unsigned int[]){ 6 });
	in_child(count_calls_anonymous, (const unsigned int[]){ 6 });
}

/* --- what fails ---------------------------------------------------------------- */

static const struct fallback {
	const char *what;
	int memfd_secret, ftruncate, mmap_shared, mlock2;
	enum wk_arena_kind kind;
	int lock_errno;
} fallbacks[] = {
	{ "no memfd_secret", ENOSYS, 0, 0, 0, WK_ARENA_LOCKED, 0 },
	{ "no size", 0, EIO, 0, 0, WK_ARENA_LOCKED, 0 },
	{ "RLIMIT_MEMLOCK", 0, 0, EAGAIN, 0, WK_ARENA_LOCKED, 0 },
	{ "no mlock2", ENOSYS, 0, 0, ENOSYS, WK_ARENA_UNLOCKED, ENOSYS },
	{ "may not", EPERM, 0, 0, EPERM, WK_ARENA_UNLOCKED, EPERM },
	{ "both limits", 0, 0, EAGAIN, ENOMEM, WK_ARENA_UNLOCKED, ENOMEM },
};

static void fall_back(const void *arg)
{
	const struct fallback *f = arg;
	long page = sysconf(_SC_PAGESIZE);
	struct wk_secret *s;

	fails.memfd_secret = f->memfd_secret;
	fails.ftruncate = f->ftruncate;
	fails.mmap_shared = f->mmap_shared;
	fails.mlock2 = f->mlock2;
	s = new_secret(WK_SECRET_MAX);
	if (wk_secret_arena_kind() != f->kind ||
	    wk_secret_lock_errno() != f->lock_errno) {
		fprintf(stderr, "%s\n", f->what);
		exit(1);
	}
	memset(wk_secret_bytes(s), 7, WK_SECRET_MAX);
	CHECK(mapped < WK_ARENA_BYTES + 4 * page);
	CHECK(has_flag(wk_secret_view(s), " dd"));
	CHECK(has_flag(wk_secret_view(s), " lo") == !f->lock_errno);
}

static void test_fallbacks(void **state)
{
	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(fallbacks); i++)
		in_child(fall_back, &fallbacks[i]);
}

static void pinnable_alone_is_unlocked(const void *arg)
{
	(void)arg;
	(void)new_secret(1);
	CHECK(wk_secret_lock_errno() == 0);
	fails.mlock2 = ENOMEM;
	(void)new_pinnable(1);
	CHECK(wk_secret_arena_kind() == WK_ARENA_UNLOCKED);
	CHECK(wk_secret_lock_errno() == ENOMEM);
}

static void pinnable_alone(const void *arg)
{
	(void)arg;
	(void)new_pinnable(1);
	CHECK(wk_secret_arena_kind() == WK_ARENA_LOCKED ||
	      wk_secret_arena_kind() == WK_ARENA_UNLOCKED);
}

static void test_either_arena_tells(void **state)
{
	(void)state;
	in_child(pinnable_alone_is_unlocked, NULL);
	in_child(pinnable_alone, NULL);
}

/* With nothing wrapped: the kernel's own answers to a limit of nothing. */
static void limit_of_nothing(const void *arg)
{
	const struct rlimit none = { 0, 0 };

	(void)arg;
	CHECK(!setrlimit(RLIMIT_MEMLOCK, &none));
	if (geteuid() == 0)
		CHECK(!setresuid(65534, 65534, 65534));
	(void)new_secret(1);
	CHECK(wk_secret_arena_kind() == WK_ARENA_UNLOCKED);
	CHECK(wk_secret_lock_errno() == EPERM);
}

static void test_real_limit(void **state)
{
	(void)state;
	in_child(limit_of_nothing, NULL);
}

static void expect_no_arena(int *fail)
{
	struct wk_secret *s = NULL;
	struct wk_err err = { 0 };

	*fail = ENOMEM;
	CHECK(wk_secret_new(1, &s, &err) == WK_NOMEM);
	*fail = 0;
	CHECK(!s);
	CHECK(!strcmp(err.code, "memory.secrets"));
	CHECK(err.errnum == ENOMEM);
	CHECK(mapped == 0);
	CHECK(wk_secret_arena_kind() == WK_ARENA_NONE);
}

static void cannot_be_made(const void *arg)
{
	(void)arg;
	expect_no_arena(&fails.mprotect);
	expect_no_arena(&fails.dontfork);
	fails.memfd_secret = ENOSYS;
	expect_no_arena(&fails.mprotect);
	expect_no_arena(&fails.dontfork);
	expect_no_arena(&fails.dontdump);
	expect_no_arena(&fails.mmap_anonymous);
	/* Nothing of that spoiled a later success. */
	fails.memfd_secret = 0;
	(void)new_secret(1);
}

static void test_no_arena(void **state)
{
	(void)state;
	in_child(cannot_be_made, NULL);
}

/* --- pieces --------------------------------------------------------------------- */

static void fill_the_arena(const void *arg)
{
	struct wk_secret *s[WK_ARENA_GRANULES], *none = NULL;
	struct wk_err err = { 0 };
	uint8_t *p;

	(void)arg;
	for (size_t i = 0; i < WK_ARENA_GRANULES; i++) {
		s[i] = new_secret(WK_ARENA_GRANULE);
		memset(wk_secret_bytes(s[i]), (int)(i % 251), WK_ARENA_GRANULE);
	}
	CHECK(wk_secret_new(1, &none, &err) == WK_NOMEM);
	CHECK(!strcmp(err.code, "memory.secrets") && !none);
	for (size_t i = 0; i < WK_ARENA_GRANULES; i++)
		for (size_t j = 0; j < WK_ARENA_GRANULE; j++)
			CHECK(wk_secret_view(s[i])[j] == i % 251);
	/* Two neighbours make room for one larger, two others do not. */
	s[5] = wk_secret_free(s[5]);
	s[7] = wk_secret_free(s[7]);
	CHECK(wk_secret_new(WK_ARENA_GRANULE + 1, &none, &err) == WK_NOMEM);
	p = wk_secret_bytes(s[6]) - WK_ARENA_GRANULE;
	s[6] = wk_secret_free(s[6]);
	CHECK(wk_secret_bytes(new_secret(2 * WK_ARENA_GRANULE + 1)) == p);
	/* The pinnable arena has its own room. */
	(void)new_pinnable(WK_SECRET_MAX);
}

static void test_full(void **state)
{
	(void)state;
	in_child(fill_the_arena, NULL);
}

static void pinnable_pieces(const void *arg)
{
	struct wk_secret *a = new_pinnable(65), *b = new_pinnable(1);
	uint8_t *p = wk_secret_bytes(a);

	(void)arg;
	CHECK(wk_secret_bytes(b) == p + 128);
	memset(p, 1, 65);
	(void)wk_secret_free(a);
	CHECK(all_zero(p, 65));
	CHECK(wk_secret_bytes(new_pinnable(128)) == p);
}

static void test_pinnable_pieces(void **state)
{
	(void)state;
	in_child(pinnable_pieces, NULL);
}

static void wipe_everything(const void *arg)
{
	uint8_t *p = wk_secret_bytes(new_secret(WK_SECRET_MAX));
	uint8_t *q = wk_secret_bytes(new_secret(33));
	uint8_t *r = wk_secret_bytes(new_pinnable(70));

	(void)arg;
	memset(p, 1, WK_SECRET_MAX);
	memset(q, 1, 33);
	memset(r, 1, 70);
	wk_secret_wipe_all();
	CHECK(all_zero(p, WK_SECRET_MAX));
	CHECK(all_zero(q, 33));
	CHECK(all_zero(r, 70));
}

static void wipe_nothing(const void *arg)
{
	(void)arg;
	wk_secret_wipe_all();
	CHECK(calls == 0);
}

static void test_wipe_all(void **state)
{
	(void)state;
	in_child(wipe_everything, NULL);
	in_child(wipe_nothing, NULL);
}

/* Each thread's secrets keep their bytes: no piece has two owners. */
static void *churn(void *arg)
{
	const uint8_t *mark = arg;

	for (size_t i = 1; i < 2000; i++) {
		size_t len = i * 37 % 1000 + 1;
		struct wk_secret *s = new_secret(len);

		CHECK(all_zero(wk_secret_view(s), len));
		memset(wk_secret_bytes(s), *mark, len);
		for (size_t j = 0; j < len; j++)
			CHECK(wk_secret_view(s)[j] == *mark);
		(void)wk_secret_free(s);
	}
	return NULL;
}

static void several_threads(const void *arg)
{
	uint8_t marks[4] = { 1, 2, 3, 4 };
	pthread_t t[4];

	(void)arg;
	for (size_t i = 0; i < 4; i++)
		CHECK(!pthread_create(&t[i], NULL, churn, &marks[i]));
	for (size_t i = 0; i < 4; i++)
		CHECK(!pthread_join(t[i], NULL));
}

static void test_threads(void **state)
{
	(void)state;
	in_child(several_threads, NULL);
}

/* --- children -------------------------------------------------------------------- */

static void read_secret(const void *arg)
{
	const struct wk_secret *s = arg;

	no_core();
	exit(wk_secret_view(s)[0]);
}

/* As read_secret(), after the child made an arena of its own. */
static void read_secret_later(const void *arg)
{
	memset(wk_secret_bytes(new_secret(WK_SECRET_MAX)), 1, WK_SECRET_MAX);
	read_secret(arg);
}

/* The child can release what it inherited and have secrets of its own. */
static void go_on(const void *arg)
{
	struct wk_secret *own[2];
	union {
		const void *in;
		struct wk_secret *out;
	} inherited = { .in = arg };

	wk_secret_wipe_all();
	CHECK(wk_secret_arena_kind() == WK_ARENA_NONE);
	own[0] = new_secret(10);
	CHECK(own[0] != inherited.out);
	memset(wk_secret_bytes(own[0]), 5, 10);
	CHECK(!wk_secret_free(inherited.out));
	CHECK(wk_secret_view(own[0])[9] == 5);
	own[1] = new_secret(10);
	CHECK(own[1] == inherited.out);
	CHECK(all_zero(wk_secret_view(own[1]), 10));
}

static void release_only(const void *arg)
{
	union {
		const void *in;
		struct wk_secret *out;
	} inherited = { .in = arg };

	CHECK(!wk_secret_free(inherited.out));
}

static void fork_with_secrets(const void *arg)
{
	struct wk_secret *s = new_secret(10), *pinned = new_pinnable(10);

	(void)arg;
	memset(wk_secret_bytes(s), 7, 10);
	memset(wk_secret_bytes(pinned), 8, 10);
	CHECK(faults(status_of_child(read_secret, s)));
	CHECK(faults(status_of_child(read_secret, pinned)));
	CHECK(faults(status_of_child(read_secret_later, s)));
	CHECK(status_of_child(go_on, s) == 0);
	CHECK(status_of_child(release_only, s) == 0);
	CHECK(status_of_child(release_only, pinned) == 0);
	CHECK(wk_secret_view(s)[9] == 7);
	CHECK(wk_secret_view(pinned)[9] == 8);
}

static void test_children_fault(void **state)
{
	(void)state;
	in_child(fork_with_secrets, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_misuse_is_asserted),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_guards),
		cmocka_unit_test(test_pinning),
		cmocka_unit_test(test_few_calls),
		cmocka_unit_test(test_fallbacks),
		cmocka_unit_test(test_either_arena_tells),
		cmocka_unit_test(test_real_limit),
		cmocka_unit_test(test_no_arena),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_pinnable_pieces),
		cmocka_unit_test(test_wipe_all),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_children_fault),
	};

	return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
