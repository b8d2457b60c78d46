/* SPDX-License-Identifier: Apache-2.0 */
/* base/blob: growth, and running out of memory. */
/* wrap: realloc */
#include "base/blob.h"

#include <string.h>

#include "tests/unit/unit.h"

static unsigned int reallocs;
static bool no_memory;

void *__real_realloc(void *p, size_t n);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_realloc(void *p, size_t n)
{
	reallocs++;
	return no_memory ? NULL : __real_realloc(p, n);
}

static void appending_grows_rarely(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };
	struct wk_err err = { 0 };

	(void)state;
	reallocs = 0;
	for (size_t i = 0; i < 10000; i++) {
		uint8_t byte = (uint8_t)(i % 251);

		assert_int_equal(wk_blob_append(&b, wk_span(&byte, 1), &err),
				 WK_OK);
	}
	assert_int_equal(b.len, 10000);
	assert_true(b.cap >= b.len);
	assert_true(reallocs <= 9);
	for (size_t i = 0; i < b.len; i++)
		assert_int_equal(b.p[i], i % 251);
	wk_blob_done(&b);
	assert_null(b.p);
	assert_int_equal(b.len + b.cap, 0);
}

static void reserving_is_exact_when_large(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };
	struct wk_err err = { 0 };

	(void)state;
	assert_int_equal(wk_blob_reserve(&b, 0, &err), WK_OK);
	assert_non_null(b.p);
	assert_int_equal(wk_blob_reserve(&b, 5000, &err), WK_OK);
	assert_int_equal(b.cap, 5000);
	reallocs = 0;
	b.len = 4000;
	assert_int_equal(wk_blob_reserve(&b, 1000, &err), WK_OK);
	assert_int_equal(reallocs, 0);
	assert_int_equal(wk_blob_reserve(&b, 1001, &err), WK_OK);
	assert_int_equal(b.cap, 10000);
	assert_int_equal(b.len, 4000);
}

static void nothing_is_nothing(void **state)
{
	struct wk_blob b = { 0 };
	struct wk_err err = { 0 };

	(void)state;
	assert_int_equal(wk_blob_append(&b, wk_span(NULL, 0), &err), WK_OK);
	assert_null(b.p);
	wk_blob_done(&b);
}

static void no_memory_changes_nothing(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };
	struct wk_err err = { 0 };

	(void)state;
	assert_int_equal(wk_blob_append(&b, wk_span("abc", 3), &err), WK_OK);
	no_memory = true;
	assert_int_equal(wk_blob_reserve(&b, 1000, &err), WK_NOMEM);
	no_memory = false;
	assert_string_equal(err.code, "memory");
	reallocs = 0;
	assert_int_equal(wk_blob_reserve(&b, SIZE_MAX, &err), WK_NOMEM);
	assert_int_equal(wk_blob_append(&b, wk_span("x", SIZE_MAX - 2), &err),
			 WK_NOMEM);
	assert_int_equal(reallocs, 0);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.p, "abc", 3);
}

static void taking_empties(void **state)
{
	uint8_t byte = 1, *p = &byte;

	(void)state;
	assert_ptr_equal(wk_take_ptr(&p), &byte);
	assert_null(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appending_grows_rarely),
		cmocka_unit_test(reserving_is_exact_when_large),
		cmocka_unit_test(nothing_is_nothing),
		cmocka_unit_test(no_memory_changes_nothing),
		cmocka_unit_test(taking_empties),
	};

	return cmocka_run_group_tests_name("blob", tests, NULL, NULL);
}
