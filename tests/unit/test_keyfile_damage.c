/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyfile: every truncation and every flipped bit of good files, before
 * unmapped memory.  What still decodes has to encode to the same bytes.
 */
#include "tests/unit/sample_keyfile.h"

/* Decodes whatever it is; true if it was accepted. */
static bool survives(struct wk_span in)
{
	WK_AUTO_BLOB struct wk_blob again = { 0 };
	struct wk_keyfile kf;
	struct wk_err err = { 0 };
	enum wk_status st = wk_keyfile_decode(sample_guarded(in), &kf, &err);

	if (st) {
		assert_true(st == WK_CORRUPT || st == WK_TOO_NEW);
		assert_true(err.msg[0] && err.code[0]);
		assert_null(kf.image.p);
		return false;
	}
	if (wk_keyfile_encode(&kf, &again, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(again.len, in.len);
	assert_memory_equal(again.p, in.p, in.len);
	wk_keyfile_done(&kf);
	return true;
}

static struct wk_blob encode_sample(size_t i)
{
	struct wk_blob der = { 0 };
	struct wk_keyfile kf;
	struct wk_err err;

	samples[i].make(&kf);
	assert_int_equal(wk_keyfile_encode(&kf, &der, &err), WK_OK);
	return der;
}

static void truncations(void **state)
{
	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(samples); i++) {
		WK_AUTO_BLOB struct wk_blob der = encode_sample(i);

		for (size_t len = 0; len < der.len; len++)
			assert_false(survives(wk_span(der.p, len)));
	}
}

/* As if the file had been made that way: the CRC is right, the rest is not. */
static void truncations_with_crc(void **state)
{
	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(samples); i++) {
		WK_AUTO_BLOB struct wk_blob der = encode_sample(i);

		for (size_t len = der.len - 1; len >= 8; len--) {
			memcpy(der.p + len - 6, "\x04\x04", 2);
			sample_fix_crc(der.p, len);
			assert_false(survives(wk_span(der.p, len)));
		}
	}
}

static void flipped_bits(void **state)
{
	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(samples); i++) {
		WK_AUTO_BLOB struct wk_blob der = encode_sample(i);

		for (size_t bit = 0; bit < der.len * 8; bit++) {
			der.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_false(survives(wk_blob_span(&der)));
			der.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

static void flipped_bits_with_crc(void **state)
{
	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(samples); i++) {
		WK_AUTO_BLOB struct wk_blob der = encode_sample(i);
		size_t accepted = 0;

		for (size_t bit = 0; bit < (der.len - 4) * 8; bit++) {
			der.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
			sample_fix_crc(der.p, der.len);
			accepted += survives(wk_blob_span(&der));
			der.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		/* Those in keys, salts and nonces are; those in lengths not. */
		assert_in_range(accepted, der.len, der.len * 7);
	}
}

/* Every byte replaced by what is special in DER. */
static void replaced_bytes_with_crc(void **state)
{
	static const uint8_t with[] = { 0x00, 0x1f, 0x30, 0x7f, 0x80, 0x81,
					0x82, 0x84, 0xa0, 0xbf, 0xff };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		WK_AUTO_BLOB struct wk_blob der = encode_sample(i);

		for (size_t at = 0; at < der.len - 4; at++) {
			uint8_t was = der.p[at];

			for (size_t k = 0; k < sizeof(with); k++) {
				der.p[at] = with[k];
				sample_fix_crc(der.p, der.len);
				survives(wk_blob_span(&der));
			}
			der.p[at] = was;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(truncations),
		cmocka_unit_test(truncations_with_crc),
		cmocka_unit_test(flipped_bits),
		cmocka_unit_test(flipped_bits_with_crc),
		cmocka_unit_test(replaced_bytes_with_crc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
