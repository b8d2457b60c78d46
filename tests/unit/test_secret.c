/* SPDX-License-Identifier: Apache-2.0 */
/* base/secret: the life of a secret, in the process and in its children. */
/* link: secret_fixture */
/* wrap: syscall ftruncate mmap munmap mprotect madvise mlock2 close */
#include "tests/unit/secret_fixture.h"

#include <signal.h>
#include <string.h>

#include "base/blob.h"

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

/* Of the kind of the other: within the 48 KiB that are its arena. */
static void test_beside(void **state)
{
	struct wk_secret *main_one = new_secret(10), *pinned = new_pinnable(10);
	const struct wk_secret *const others[] = { main_one, pinned };
	struct wk_secret *s;
	struct wk_err err;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		ptrdiff_t away;

		assert_int_equal(wk_secret_new_beside(others[i], 20, &s, &err),
				 WK_OK);
		assert_int_equal(wk_secret_cap(s), 20);
		away = wk_secret_view(s) - wk_secret_view(others[i]);
		assert_true(away > -49152 && away < 49152);
		s = wk_secret_free(s);
		assert_int_equal(wk_secret_new_beside(others[i], 0, &s, &err),
				 WK_FAIL);
	}
	wk_secret_free(main_one);
	wk_secret_free(pinned);
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
		cmocka_unit_test(test_beside),
		cmocka_unit_test(test_misuse_is_asserted),
		cmocka_unit_test(test_children_fault),
	};

	return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
