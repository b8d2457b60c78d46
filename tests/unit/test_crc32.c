/* SPDX-License-Identifier: Apache-2.0 */
/* base/crc32: published check values, and a bit-by-bit second opinion. */
#include "base/crc32.h"

#include <string.h>

#include "tests/unit/unit.h"

static uint32_t slow(struct wk_span s)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < s.len; i++) {
		crc ^= s.p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void published_values(void **state)
{
	(void)state;
	assert_int_equal(wk_crc32(wk_span(NULL, 0)), 0);
	/* The check value of CRC-32/ISO-HDLC. */
	assert_int_equal(wk_crc32(wk_span("123456789", 9)), 0xcbf43926);
	assert_int_equal(wk_crc32(wk_span("a", 1)), 0xe8b7be43);
	assert_int_equal(
		wk_crc32(wk_span("The quick brown fox jumps over the lazy dog",
				 43)),
		0x414fa339);
}

/* Every length and alignment up to a few strides. */
static void agrees_with_the_slow_way(void **state)
{
	uint8_t b[128];
	uint32_t x = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(b); i++) {
		x = x * 1103515245 + 12345;
		b[i] = (uint8_t)(x >> 16);
	}
	for (size_t from = 0; from < 9; from++)
		for (size_t len = 0; from + len <= sizeof(b); len++)
			assert_int_equal(wk_crc32(wk_span(b + from, len)),
					 slow(wk_span(b + from, len)));
}

/* One bit set, at each place of two strides: every constant of the tables. */
static void every_bit_counts(void **state)
{
	(void)state;
	for (size_t bit = 0; bit < 128; bit++) {
		uint8_t b[16] = { 0 };

		b[bit / 8] = (uint8_t)(1U << bit % 8);
		assert_int_equal(wk_crc32(wk_span(b, 16)),
				 slow(wk_span(b, 16)));
	}
	for (unsigned int v = 0; v < 256; v++) {
		uint8_t b[16];

		memset(b, (int)v, sizeof(b));
		assert_int_equal(wk_crc32(wk_span(b, 16)),
				 slow(wk_span(b, 16)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_values),
		cmocka_unit_test(agrees_with_the_slow_way),
		cmocka_unit_test(every_bit_counts),
	};

	return cmocka_run_group_tests_name("crc32", tests, NULL, NULL);
}
