/* SPDX-License-Identifier: Apache-2.0 */
/* base/utf8: every code point against a second encoder, and every lead byte. */
#include "base/utf8.h"

#include <string.h>

#include "tests/unit/unit.h"

/* Encodes c in n bytes, shortest or not. */
static void encode(uint32_t c, size_t n, uint8_t *out)
{
	static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = n; i-- > 1; c >>= 6)
		out[i] = (uint8_t)(0x80 | (c & 0x3f));
	out[0] = (uint8_t)(lead[n] | c);
}

static size_t shortest(uint32_t c)
{
	if (c < 0x80)
		return 1;
	if (c < 0x800)
		return 2;
	return c < 0x10000 ? 3 : 4;
}

static bool shown(uint32_t c)
{
	return c >= 0x20 && !(c >= 0x7f && c < 0xa0) &&
	       !(c >= 0xd800 && c < 0xe000) && c < 0x110000;
}

static void every_code_point(void **state)
{
	uint8_t b[4];

	(void)state;
	for (uint32_t c = 0; c < 0x200000; c++) {
		size_t n = shortest(c);

		encode(c, n, b);
		if (wk_utf8_first(wk_span(b, n)) != (shown(c) ? n : 0))
			fail_msg("U+%04X", c);
		if (n > 1 && wk_utf8_first(wk_span(b, n - 1)))
			fail_msg("U+%04X, cut", c);
	}
}

static void longer_forms(void **state)
{
	uint8_t b[4];

	(void)state;
	for (uint32_t c = 0; c < 0x10000; c++)
		for (size_t n = shortest(c) + 1; n <= 4; n++) {
			encode(c, n, b);
			assert_int_equal(wk_utf8_first(wk_span(b, n)), 0);
		}
}

static void broken_sequences(void **state)
{
	(void)state;
	for (unsigned int lead = 0x80; lead < 0x100; lead++)
		for (unsigned int next = 0; next < 0x100; next++) {
			const uint8_t b[4] = { (uint8_t)lead, (uint8_t)next,
					       0x80, 0x80 };

			if (lead < 0xc0 || lead > 0xf7 || (next & 0xc0) != 0x80)
				assert_int_equal(wk_utf8_first(wk_span(b, 4)),
						 0);
		}
	assert_int_equal(wk_utf8_first(wk_span("\xe2\x82(", 3)), 0);
	assert_int_equal(wk_utf8_first(wk_span("\xf0\x9f\x94(", 4)), 0);
}

static bool ok(const char *s)
{
	return wk_utf8_ok(wk_span(s, strlen(s)));
}

static void whole_texts(void **state)
{
	(void)state;
	assert_true(ok(""));
	assert_true(wk_utf8_ok(wk_span(NULL, 0)));
	assert_int_equal(wk_utf8_first(wk_span(NULL, 0)), 0);
	assert_true(ok("disk"));
	assert_true(ok("Schl\xc3\xbcssel \xe9\x8d\xb5 \xf0\x9f\x94\x91"));
	assert_false(ok("a\nb"));
	assert_false(ok("a\xc3"));
	assert_false(ok("a\xc3\xbc\x80"));
	assert_false(wk_utf8_ok(wk_span("a\0b", 3)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point),
		cmocka_unit_test(longer_forms),
		cmocka_unit_test(broken_sequences),
		cmocka_unit_test(whole_texts),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
