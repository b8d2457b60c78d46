/* SPDX-License-Identifier: Apache-2.0 */
/* base/arena: the memory secrets live in, with every way it can fail. */
/* link: secret_fixture */
/* wrap: syscall ftruncate mmap munmap mprotect madvise mlock2 close */
#include "tests/unit/secret_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "base/blob.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_guards),
		cmocka_unit_test(test_pinning),
		cmocka_unit_test(test_few_calls),
		cmocka_unit_test(test_fallbacks),
		cmocka_unit_test(test_either_arena_tells),
		cmocka_unit_test(test_real_limit),
		cmocka_unit_test(test_no_arena),
	};

	return cmocka_run_group_tests_name("secret, memory", tests, NULL, NULL);
}
