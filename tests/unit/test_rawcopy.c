/* SPDX-License-Identifier: Apache-2.0 */
/* rawcopy: the bytes of a copy, and what any other bytes are taken for. */
#include "rawcopy.h"

#include <string.h>

#include "base/crc32.h"
#include "tests/unit/unit.h"

static struct wk_err err;
static struct wk_blob image;
static const uint8_t der[] = "thirty-one bytes of a key file..";
#define DER_LEN (sizeof(der) - 1)

static void encode(unsigned int number, uint64_t sequence)
{
	wk_blob_done(&image);
	image = (struct wk_blob){ 0 };
	assert_int_equal(wk_raw_copy_encode(wk_span(der, DER_LEN), number,
					    sequence, &image, &err),
			 WK_OK);
}

static struct wk_raw_copy judged(unsigned int number)
{
	struct wk_raw_copy c;

	memset(&c, 0xa5, sizeof(c));
	wk_raw_copy_judge(wk_blob_span(&image), number, &c);
	return c;
}

static void judged_as(unsigned int number, enum wk_raw_state state,
		      const char *why)
{
	struct wk_raw_copy c = judged(number);

	assert_int_equal(c.state, state);
	assert_int_equal(c.sequence, 0);
	assert_null(c.der.p);
	if (state == WK_RAW_DAMAGED)
		assert_non_null(strstr(c.why, why));
	else
		assert_string_equal(c.why, "");
}

static void put(size_t at, uint32_t v)
{
	for (size_t i = 0; i < 4; i++)
		image.p[at + i] = (uint8_t)(v >> 8 * i);
}

/* As a writer that means it. */
static void seal(void)
{
	put(4092, wk_crc32(wk_span(image.p, 4092)));
}

static int clean(void **state)
{
	(void)state;
	wk_blob_done(&image);
	return 0;
}

/* --- encoding ---------------------------------------------------------------- */

static uint32_t get(size_t at)
{
	return image.p[at] | (uint32_t)image.p[at + 1] << 8 |
	       (uint32_t)image.p[at + 2] << 16 |
	       (uint32_t)image.p[at + 3] << 24;
}

static void layout(void **state)
{
	(void)state;
	encode(1, 0x0123456789abcdefull);
	assert_int_equal(image.len, WK_RAW_COPY_BYTES);
	assert_int_equal((uintptr_t)image.p % WK_RAW_ALIGN, 0);
	assert_memory_equal(image.p, "WKEYCTL RAW COPY", 16);
	assert_int_equal(get(16), 1);
	assert_int_equal(get(20), 1);
	assert_int_equal(get(24), 0x89abcdef);
	assert_int_equal(get(28), 0x01234567);
	assert_int_equal(get(32), DER_LEN);
	assert_int_equal(get(36), wk_crc32(wk_span(der, DER_LEN)));
	for (size_t i = 40; i < 4092; i++)
		assert_int_equal(image.p[i], 0);
	assert_int_equal(get(4092), wk_crc32(wk_span(image.p, 4092)));
	assert_memory_equal(image.p + 4096, der, DER_LEN);
	for (size_t i = 4096 + DER_LEN; i < image.len; i++)
		assert_int_equal(image.p[i], 0);
}

static void limits(void **state)
{
	static uint8_t large[WK_KEYFILE_MAX + 1];
	struct wk_blob b = { 0 };
	struct wk_raw_copy c;

	(void)state;
	memset(large, 'x', sizeof(large));
	assert_int_equal(wk_raw_copy_encode(wk_span(large, WK_KEYFILE_MAX), 0,
					    1, &b, &err),
			 WK_OK);
	wk_raw_copy_judge(wk_blob_span(&b), 0, &c);
	assert_int_equal(c.state, WK_RAW_GOOD);
	assert_int_equal(c.der.len, WK_KEYFILE_MAX);
	wk_blob_done(&b);
	b = (struct wk_blob){ 0 };
	assert_int_equal(wk_raw_copy_encode(wk_span(large, sizeof(large)), 0, 1,
					    &b, &err),
			 WK_FAIL);
	assert_string_equal(err.code, "keyfile.too-large");
	assert_int_equal(wk_raw_copy_encode(wk_span(large, 0), 0, 1, &b, &err),
			 WK_FAIL);
	for (uint64_t bad = 0; bad < 2; bad++) {
		assert_int_equal(wk_raw_copy_encode(wk_span(large, 1), 0,
						    bad << 63, &b, &err),
				 WK_FAIL);
		assert_string_equal(err.code, "raw.sequence");
	}
	assert_null(b.p);
}

/* --- judging ----------------------------------------------------------------- */

static void good(void **state)
{
	static const uint64_t sequences[] = { 1, 2, 0xffffffff, 0x100000000ull,
					      INT64_MAX };

	(void)state;
	for (unsigned int number = 0; number < 2; number++)
		for (size_t i = 0; i < WK_ARRAY_LEN(sequences); i++) {
			struct wk_raw_copy c;

			encode(number, sequences[i]);
			c = judged(number);
			assert_int_equal(c.state, WK_RAW_GOOD);
			assert_int_equal(c.sequence, sequences[i]);
			assert_ptr_equal(c.der.p, image.p + 4096);
			assert_int_equal(c.der.len, DER_LEN);
			assert_string_equal(c.why, "");
			/* Behind the key file may be anything. */
			memset(image.p + 4096 + DER_LEN, 0xee, 1000);
			assert_int_equal(judged(number).state, WK_RAW_GOOD);
		}
}

/* One bit anywhere: in the magic, under either CRC, in the CRCs themselves. */
static void one_bit(void **state)
{
	(void)state;
	encode(0, 3);
	for (size_t i = 0; i < 8 * (4096 + DER_LEN); i++) {
		struct wk_raw_copy c;

		image.p[i / 8] ^= (uint8_t)(1 << i % 8);
		c = judged(0);
		assert_int_equal(c.state, WK_RAW_DAMAGED);
		assert_true(c.why[0]);
		image.p[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	assert_int_equal(judged(0).state, WK_RAW_GOOD);
}

static void empty_and_foreign(void **state)
{
	struct wk_raw_copy c;

	(void)state;
	encode(0, 1);
	memset(image.p, 0, image.len);
	judged_as(0, WK_RAW_EMPTY, "");
	image.p[image.len - 1] = 1;
	judged_as(0, WK_RAW_FOREIGN, "");
	memset(image.p, 0xff, image.len);
	judged_as(1, WK_RAW_EMPTY, "");
	image.p[0] = 0;
	judged_as(1, WK_RAW_FOREIGN, "");
	memset(image.p, 0x55, image.len);
	judged_as(0, WK_RAW_FOREIGN, "");
	/* Half of the magic is one, less is not. */
	encode(0, 1);
	memset(image.p, 0, 8);
	judged_as(0, WK_RAW_DAMAGED, "begin");
	memset(image.p, 0, 9);
	judged_as(0, WK_RAW_FOREIGN, "");
	/* Lengths that no region has. */
	for (size_t len = 0; len < 4096; len += 17) {
		wk_raw_copy_judge(wk_span(image.p, len), 0, &c);
		assert_true(c.state == WK_RAW_FOREIGN ||
			    c.state == WK_RAW_EMPTY);
	}
	encode(0, 1);
	wk_raw_copy_judge(wk_span(image.p, 4096 + DER_LEN), 0, &c);
	assert_int_equal(c.state, WK_RAW_GOOD);
	wk_raw_copy_judge(wk_span(image.p, 4096 + DER_LEN - 1), 0, &c);
	assert_int_equal(c.state, WK_RAW_DAMAGED);
}

/* What no damage makes, because its CRC is right. */
static void fields(void **state)
{
	static const struct {
		size_t at;
		uint32_t value;
		enum wk_raw_state state;
		const char *why;
	} all[] = {
		{ 16, 0, WK_RAW_DAMAGED, "version 0" },
		{ 16, 2, WK_RAW_TOO_NEW, "" },
		{ 16, UINT32_MAX, WK_RAW_TOO_NEW, "" },
		{ 20, 1, WK_RAW_DAMAGED, "copy 1" },
		{ 20, 0x100, WK_RAW_DAMAGED, "copy 256" },
		{ 24, 0, WK_RAW_DAMAGED, "sequence" },
		{ 28, 0x80000000, WK_RAW_DAMAGED, "sequence" },
		{ 32, 0, WK_RAW_DAMAGED, "length" },
		{ 32, WK_KEYFILE_MAX + 1, WK_RAW_DAMAGED, "length" },
		{ 32, UINT32_MAX, WK_RAW_DAMAGED, "length" },
		{ 32, DER_LEN + 1, WK_RAW_DAMAGED, "CRC-32 of its key file" },
		{ 36, 0, WK_RAW_DAMAGED, "CRC-32 of its key file" },
		{ 40, 1, WK_RAW_DAMAGED, "version 1" },
		{ 4088, 1u << 31, WK_RAW_DAMAGED, "version 1" },
	};

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(all); i++) {
		encode(0, 1);
		put(all[i].at, all[i].value);
		judged_as(0, WK_RAW_DAMAGED, "CRC-32 of its header");
		seal();
		judged_as(0, all[i].state, all[i].why);
	}
	encode(0, 1);
	judged_as(1, WK_RAW_DAMAGED, "copy 0");
}

/* --- which one --------------------------------------------------------------- */

static void newest(void **state)
{
	struct wk_raw_copy c[2] = { 0 };

	(void)state;
	for (enum wk_raw_state a = WK_RAW_EMPTY; a <= WK_RAW_FOREIGN; a++)
		for (enum wk_raw_state b = WK_RAW_EMPTY; b <= WK_RAW_FOREIGN;
		     b++) {
			bool first = a == WK_RAW_GOOD;
			bool second = b == WK_RAW_GOOD;

			c[0] = (struct wk_raw_copy){ .state = a,
						     .sequence = 5 };
			c[1] = (struct wk_raw_copy){ .state = b,
						     .sequence = 6 };
			assert_int_equal(wk_raw_newest(c), second ? 1 :
							   first  ? 0 :
								    -1);
			c[1].sequence = 4;
			assert_int_equal(wk_raw_newest(c), first  ? 0 :
							   second ? 1 :
								    -1);
			c[1].sequence = 5;
			assert_int_equal(wk_raw_newest(c), first  ? 0 :
							   second ? 1 :
								    -1);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(layout, clean),
		cmocka_unit_test(limits),
		cmocka_unit_test_teardown(good, clean),
		cmocka_unit_test_teardown(one_bit, clean),
		cmocka_unit_test_teardown(empty_and_foreign, clean),
		cmocka_unit_test_teardown(fields, clean),
		cmocka_unit_test(newest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
