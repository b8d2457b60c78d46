/* SPDX-License-Identifier: Apache-2.0 */
/* base/num: what is a number and what only looks like one. */
#include "base/num.h"

#include <string.h>

#include "base/blob.h"
#include "tests/unit/unit.h"

#define UNTOUCHED 0xdeadbeef

struct good {
	const char *text;
	uint64_t want;
};

/* Refused by every parser here. */
static const char *const never[] = {
	"",
	" ",
	"-",
	"+",
	"-1",
	"+1",
	" 1",
	"1 ",
	"01",
	"00",
	"007bit",
	"0x10",
	"1e3",
	"1.5s",
	"1,000",
	"1_0",
	"1\n",
	"x",
	"bit",
	"byte",
	"B",
	"s",
	"18446744073709551616",
	"18446744073709551616ms",
	"99999999999999999999999999B",
	"\xd9\xa3",
	"1b",
	"1 bit",
	"1 s",
	"1S",
	"1kib",
	"1K",
	"1k",
	"1M",
	"1KB",
	"1kB",
	"1MB",
	"1mib",
	"1Ki",
	"1BIT",
	"1bits",
	"1bytes",
	"1Byte",
	"1m",
	"1H",
	"1sec",
	"1min ",
	"1mins",
	"1us",
	"1ns",
	"1w",
	"1y",
	"1MiBs",
	"1-",
	"0 B",
};

static void check(bool (*parse)(const char *, uint64_t *),
		  const struct good *good, size_t n, const char *const *bad)
{
	uint64_t v = UNTOUCHED;

	for (size_t i = 0; i < WK_ARRAY_LEN(never); i++) {
		if (parse(never[i], &v))
			fail_msg("'%s' was accepted", never[i]);
		assert_true(v == UNTOUCHED);
	}
	for (; *bad; bad++) {
		if (parse(*bad, &v))
			fail_msg("'%s' was accepted", *bad);
		assert_true(v == UNTOUCHED);
	}
	for (size_t i = 0; i < n; i++) {
		if (!parse(good[i].text, &v))
			fail_msg("'%s' was refused", good[i].text);
		assert_true(v == good[i].want);
	}
}

static bool any_uint(const char *s, uint64_t *ret)
{
	return wk_num_uint(s, 0, UINT64_MAX, ret);
}

static void plain_numbers(void **state)
{
	static const struct good good[] = {
		{ "0", 0 },
		{ "7", 7 },
		{ "10", 10 },
		{ "18446744073709551615", UINT64_MAX },
	};
	static const char *const bad[] = { "1B", "1s", "256bit", NULL };
	uint64_t v = UNTOUCHED;

	(void)state;
	check(any_uint, good, WK_ARRAY_LEN(good), bad);
	assert_false(wk_num_uint("4", 5, 9, &v));
	assert_false(wk_num_uint("10", 5, 9, &v));
	assert_true(v == UNTOUCHED);
	assert_true(wk_num_uint("5", 5, 9, &v));
	assert_true(v == 5);
	assert_true(wk_num_uint("9", 5, 9, &v));
	assert_true(v == 9);
}

static void key_sizes(void **state)
{
	static const struct good good[] = {
		{ "0bit", 0 },
		{ "256bit", 256 },
		{ "32byte", 256 },
		{ "18446744073709551615bit", UINT64_MAX },
		{ "2305843009213693951byte", UINT64_MAX - 7 },
	};
	static const char *const bad[] = {
		"256", "0", "32B", "1KiB", "2305843009213693952byte", NULL,
	};

	(void)state;
	check(wk_num_key_bits, good, WK_ARRAY_LEN(good), bad);
}

static void memory_sizes(void **state)
{
	static const struct good good[] = {
		{ "0B", 0 },
		{ "1B", 1 },
		{ "3KiB", 3072 },
		{ "64MiB", 64ULL << 20 },
		{ "1GiB", 1ULL << 30 },
		{ "2TiB", 2ULL << 40 },
		{ "16777215TiB", 16777215ULL << 40 },
	};
	static const char *const bad[] = {
		"64", "0", "256bit", "1byte", "1s", "16777216TiB", "1PiB", NULL,
	};

	(void)state;
	check(wk_num_bytes, good, WK_ARRAY_LEN(good), bad);
}

static void durations(void **state)
{
	static const struct good good[] = {
		{ "0ms", 0 },
		{ "500ms", 500 },
		{ "5s", 5000 },
		{ "2min", 120000 },
		{ "1h", 3600000 },
		{ "30d", 30 * 86400000ULL },
		{ "18446744073709551615ms", UINT64_MAX },
		{ "18446744073709551s", 18446744073709551000ULL },
	};
	static const char *const bad[] = {
		"5", "0", "1B", "18446744073709552s", "213503982335d", NULL,
	};

	(void)state;
	check(wk_num_ms, good, WK_ARRAY_LEN(good), bad);
}

static void uuids(void **state)
{
	static const char text[] = "f81d4fae-7dec-11d0-A765-00a0c91e6bF6";
	static const uint8_t want[16] = {
		0xf8, 0x1d, 0x4f, 0xae, 0x7d, 0xec, 0x11, 0xd0,
		0xa7, 0x65, 0x00, 0xa0, 0xc9, 0x1e, 0x6b, 0xf6,
	};
	uint8_t got[16] = { 1, 2, 3 }, before[16];

	(void)state;
	memcpy(before, got, 16);
	for (size_t i = 0; i < 36; i++) {
		char bad[40];

		memcpy(bad, text, sizeof(text));
		bad[i] = bad[i] == '-' ? '0' : '-';
		assert_false(wk_num_uuid(bad, got));
		bad[i] = 'g';
		assert_false(wk_num_uuid(bad, got));
		bad[i] = '\0';
		assert_false(wk_num_uuid(bad, got));
	}
	assert_false(wk_num_uuid("", got));
	assert_false(
		wk_num_uuid("{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}", got));
	assert_false(wk_num_uuid("f81d4fae-7dec-11d0-a765-00a0c91e6bf6 ", got));
	assert_false(wk_num_uuid("f81d4fae7dec11d0a76500a0c91e6bf6", got));
	assert_memory_equal(got, before, 16);
	assert_true(wk_num_uuid(text, got));
	assert_memory_equal(got, want, 16);
}

static void as_text(void **state)
{
	char buf[WK_NUM_TEXT];

	(void)state;
	assert_string_equal(wk_num_text(0, buf), "0");
	assert_string_equal(wk_num_text(7, buf), "7");
	assert_string_equal(wk_num_text(-10, buf), "-10");
	assert_string_equal(wk_num_text(INT64_MAX, buf), "9223372036854775807");
	assert_string_equal(wk_num_text(INT64_MIN, buf),
			    "-9223372036854775808");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_numbers), cmocka_unit_test(key_sizes),
		cmocka_unit_test(memory_sizes),	 cmocka_unit_test(durations),
		cmocka_unit_test(uuids),	 cmocka_unit_test(as_text),
	};

	return cmocka_run_group_tests_name("num", tests, NULL, NULL);
}
