/* SPDX-License-Identifier: Apache-2.0 */
/* Module "qr": shape and limits; tests/sheet.bats has what it draws read. */
/* wrap: QRcode_free */
#include "tests/unit/unit.h"

#include <string.h>

#include "module.h"
#include "qr.h"

#ifdef WK_WITH_QR
#include <qrencode.h>

static const struct wk_qr_ops *ops;
static struct wk_err err;
static unsigned int freed;

void __real_QRcode_free(QRcode *c);
void __wrap_QRcode_free(QRcode *c);
void __wrap_QRcode_free(QRcode *c)
{
	for (int i = 0; i < c->width * c->width; i++)
		assert_int_equal(c->data[i], 0);
	freed++;
	__real_QRcode_free(c);
}

static int open_module(void **state)
{
	const struct wk_module *m;

	(void)state;
	if (wk_module_open("qr", &m, &err))
		return -1;
	ops = m->ops;
	return strcmp(m->name, "qr");
}

/* len times the character. */
static enum wk_status encode(char c, size_t len, struct wk_secret **modules,
			     unsigned int *side)
{
	WK_AUTO_SECRET struct wk_secret *text = NULL;

	assert_int_equal(wk_secret_new(len, &text, &err), 0);
	memset(wk_secret_bytes(text), c, len);
	wk_secret_set_len(text, len);
	return ops->encode(text, modules, side, &err);
}

/* ISO/IEC 18004, 6.3.3: seven by seven modules. */
static void has_finder(const struct wk_secret *modules, unsigned int side,
		       unsigned int left, unsigned int top)
{
	for (unsigned int y = 0; y < 7; y++) {
		for (unsigned int x = 0; x < 7; x++) {
			bool ring = x == 0 || y == 0 || x == 6 || y == 6;
			bool core = x >= 2 && x <= 4 && y >= 2 && y <= 4;

			assert_int_equal(wk_qr_is_dark(modules, side, left + x,
						       top + y),
					 ring || core);
		}
	}
}

/* Table 7 of the standard: alphanumeric characters at level M. */
static void version_is_the_least(void **state)
{
	static const struct {
		size_t len;
		unsigned int side;
	} sizes[] = { { 1, 21 },
		      { 20, 21 },
		      { 21, 25 },
		      { 38, 25 },
		      { 39, 29 },
		      { 1000, 101 },
		      { WK_QR_TEXT_MAX, 177 } };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		WK_AUTO_SECRET struct wk_secret *modules = NULL;
		unsigned int side = 0;

		assert_int_equal(encode('A', sizes[i].len, &modules, &side), 0);
		assert_int_equal(side, sizes[i].side);
		assert_int_equal(wk_secret_len(modules),
				 side * WK_QR_ROW_BYTES(side));
		has_finder(modules, side, 0, 0);
		has_finder(modules, side, side - 7, 0);
		has_finder(modules, side, 0, side - 7);
		assert_int_equal(freed, i + 1);
	}
}

static void refuses(char c, size_t len, const char *code)
{
	struct wk_secret *modules = NULL;
	unsigned int side = 0;

	assert_int_equal(encode(c, len, &modules, &side), WK_FAIL);
	assert_string_equal(err.code, code);
	assert_null(modules);
	assert_int_equal(side, 0);
}

static void refuses_what_does_not_fit(void **state)
{
	(void)state;
	refuses('A', WK_QR_TEXT_MAX + 1, "qr.too-long");
	refuses('a', 10, "qr.text");
	refuses('\n', 1, "qr.text");
}

#endif

static void is_there_when_it_is_built(void **state)
{
	(void)state;
#ifdef WK_WITH_QR
	assert_true(wk_module_present("qr"));
#else
	assert_false(wk_module_present("qr"));
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_there_when_it_is_built),
#ifdef WK_WITH_QR
		cmocka_unit_test_setup(version_is_the_least, open_module),
		cmocka_unit_test_setup(refuses_what_does_not_fit, open_module),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
