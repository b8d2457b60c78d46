/* SPDX-License-Identifier: Apache-2.0 */
/* base/hex: every byte, every character. */
#include "base/hex.h"

#include <ctype.h>
#include <string.h>

#include "tests/unit/unit.h"

static void every_byte_survives(void **state)
{
	uint8_t all[256], back[256];
	char text[513];

	(void)state;
	for (size_t i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	wk_hex_encode(wk_span(all, 256), text);
	assert_int_equal(strlen(text), 512);
	for (size_t i = 0; i < 256; i++) {
		char want[3];

		snprintf(want, sizeof(want), "%02zx", i);
		assert_memory_equal(text + 2 * i, want, 2);
	}
	assert_true(wk_hex_decode(text, back, 256));
	assert_memory_equal(back, all, 256);
	for (size_t i = 0; i < 512; i++)
		text[i] = (char)toupper(text[i]);
	assert_true(wk_hex_decode(text, back, 256));
	assert_memory_equal(back, all, 256);
}

static void only_digits_are_taken(void **state)
{
	uint8_t out[2];

	(void)state;
	for (int c = 1; c < 256; c++)
		for (size_t at = 0; at < 4; at++) {
			char text[5] = "0000";

			text[at] = (char)c;
			assert_int_equal(wk_hex_decode(text, out, 2),
					 isxdigit(c) != 0);
		}
}

static void length_is_exact(void **state)
{
	uint8_t out[4];
	char empty[1] = "x";

	(void)state;
	assert_false(wk_hex_decode("", out, 1));
	assert_false(wk_hex_decode("0", out, 1));
	assert_false(wk_hex_decode("000", out, 1));
	assert_false(wk_hex_decode("0000", out, 1));
	assert_false(wk_hex_decode("00 ", out, 1));
	assert_false(wk_hex_decode("0x00", out, 1));
	assert_false(wk_hex_decode("00", out, 0));
	assert_true(wk_hex_decode("", out, 0));
	assert_true(wk_hex_decode("fF", out, 1));
	assert_int_equal(out[0], 255);
	wk_hex_encode(wk_span(NULL, 0), empty);
	assert_string_equal(empty, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_survives),
		cmocka_unit_test(only_digits_are_taken),
		cmocka_unit_test(length_is_exact),
	};

	return cmocka_run_group_tests_name("hex", tests, NULL, NULL);
}
