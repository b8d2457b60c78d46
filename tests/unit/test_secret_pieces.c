/* SPDX-License-Identifier: Apache-2.0 */
/* base/arena: pieces of it: given out, wiped, and each with one owner. */
/* link: secret_fixture */
/* wrap: syscall ftruncate mmap munmap mprotect madvise mlock2 close */
#include "tests/unit/secret_fixture.h"

#include <pthread.h>
#include <string.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_pinnable_pieces),
		cmocka_unit_test(test_wipe_all),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests_name("secret, pieces", tests, NULL, NULL);
}
