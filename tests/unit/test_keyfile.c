/* SPDX-License-Identifier: Apache-2.0 */
/* keyfile: round trips, one file byte by byte, encoding, protections. */
#include "tests/unit/sample_keyfile.h"

/* --- round trips ------------------------------------------------------------------- */

static void round_trip(const struct wk_keyfile *kf)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 }, again = { 0 }, head = { 0 };
	struct wk_keyfile got;
	struct wk_err err = { 0 };

	if (wk_keyfile_encode(kf, &der, &err))
		fail_msg("%s", err.msg);
	memset(&got, 0xee, sizeof(got)); /* decoding relies on no zeros */
	if (wk_keyfile_decode(sample_guarded(wk_blob_span(&der)), &got, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(wk_keyfile_encode(&got, &again, &err), WK_OK);
	assert_int_equal(again.len, der.len);
	assert_memory_equal(again.p, der.p, der.len);
	assert_int_equal(wk_keyfile_encode_head(kf, &head, &err), WK_OK);
	assert_int_equal(head.len, got.authenticated.len);
	assert_memory_equal(head.p, got.authenticated.p, head.len);
	assert_true(got.authenticated.p > got.image.p);
	wk_keyfile_done(&got);
	assert_null(got.image.p);
}

static void samples_survive(void **state)
{
	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(samples); i++) {
		struct wk_keyfile kf;

		samples[i].make(&kf);
		round_trip(&kf);
	}
}

/* Good values at the edge of a rule. */
#define GOOD(...)                     \
	do {                          \
		struct wk_keyfile kf; \
		sample_full(&kf);     \
		__VA_ARGS__;          \
		round_trip(&kf);      \
	} while (0)

static void edges_are_good(void **state)
{
	uint8_t list[2 + 16 * 7];

	(void)state;
	GOOD(kf.extensions = sample_extensions(list, 16));
	GOOD(kf.epoch = INT64_MAX);
	GOOD(strcpy(kf.created, "19700101000000Z"));
	GOOD(strcpy(kf.created, "99991231235959Z"));
	GOOD(strcpy(kf.created, "20000229120000Z"));
	GOOD(strcpy(kf.name, "AZaz09._+:@-"));
	GOOD(strcpy(kf.origin.maker, " ~"));
	GOOD(strcpy(kf.volume.cipher, "!~"));
	GOOD(kf.volume.sector_size = 4096);
	GOOD(strcpy(kf.slots[0].label, "\xc2\xa0\xef\xbf\xbf\xf4\x8f\xbf\xbf"));
	GOOD(kf.usage = WK_USAGE_ANY);
	GOOD(kf.key_bits = 128);
	GOOD(kf.slots[1].protection = RAW("\xa9\x00"), kf.slots[1].type = 9);
}

/* --- a file that this encoder did not make -------------------------------------------- */

#define GOLDEN_LEN 527
static const char golden[] =
	"3082020b06146981fa9c87c3cbb7d2b09d9ba9dbe5a8e287af69020101020101"
	"0201003081d60410101112131415161718191a1b1c1d1e1f0202012c180f3230"
	"3234303232393233353935395a0c066469736b2d310a01010a01000202020030"
	"4b0c0d776b657963746c20302e312e300a0102a0370a01030410202122232425"
	"262728292a2b2c2d2e2f0420303132333435363738393a3b3c3d3e3f40414243"
	"4445464748494a4b4c4d4e4fa02f8010505152535455565758595a5b5c5d5e5f"
	"810101820f6165732d7874732d706c61696e3634830210008403008000811060"
	"6162636465666768696a6b6c6d6e6fa20b300906032a03040402aabb3081a830"
	"740201000a01000a01020c0642c3bc72c3b6a01f301d04107071727374757677"
	"78797a7b7c7d7e7f02030100000201030201043040040c808182838485868788"
	"898a8b0430909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aa"
	"abacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf30300201070a01010a0100"
	"0c00b0180c0c71636f6d2d68776b6d2e76310a01010405c0c1c2c3c4a0093007"
	"06032a03050400a060040cd0d1d2d3d4d5d6d7d8d9dadb0450e0e1e2e3e4e5e6"
	"e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff00010203040506"
	"0708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242526"
	"2728292a2b2c2d2e2f040400a35d33";

static void golden_header(const struct wk_keyfile *kf)
{
	uint8_t want[32];

	sample_fill(want, 32, 0x10);
	assert_memory_equal(wk_keyfile_id(kf), want, 16);
	assert_int_equal(kf->epoch, 300);
	assert_string_equal(kf->created, "20240229235959Z");
	assert_string_equal(wk_keyfile_name(kf), "disk-1");
	assert_int_equal(wk_keyfile_usage(kf), WK_USAGE_FSCRYPT);
	assert_int_equal(kf->form, WK_FORM_RAW);
	assert_int_equal(wk_keyfile_key_bits(kf), 512);
	assert_string_equal(kf->origin.maker, "wkeyctl 0.1.0");
	assert_int_equal(kf->origin.lifecycle, 2);
	assert_int_equal(kf->origin.device_source, 3);
	sample_fill(want, 32, 0x20);
	assert_memory_equal(kf->origin.device_salt, want, 16);
	sample_fill(want, 32, 0x30);
	assert_memory_equal(kf->origin.device_hash, want, 32);
	sample_fill(want, 32, 0x50);
	assert_memory_equal(kf->volume.uuid, want, 16);
	assert_int_equal(kf->volume.target, 1);
	assert_string_equal(kf->volume.cipher, "aes-xts-plain64");
	assert_int_equal(kf->volume.sector_size, 4096);
	assert_int_equal(kf->volume.iv_offset, 0x8000);
	sample_fill(want, 32, 0x60);
	assert_memory_equal(kf->fscrypt_id, want, 16);
	assert_int_equal(kf->extensions.len, 13);
}

static void golden_slots(const struct wk_keyfile *kf)
{
	const struct wk_slot *s = kf->slots;
	struct wk_soft_protection soft;
	struct wk_hw_protection hw;
	struct wk_err err;

	assert_int_equal(kf->slot_count, 2);
	assert_int_equal(s[0].id << 8 | s[0].type, WK_SLOT_SOFT);
	assert_int_equal(s[0].priority, WK_SLOT_PREFER);
	assert_string_equal(s[0].label, "B\xc3\xbcr\xc3\xb6");
	assert_int_equal(s[0].kek_nonce[0] << 8 | s[0].kek_box[47], 0x80bf);
	assert_int_equal(
		wk_soft_protection_decode(s[0].protection, &soft, &err), WK_OK);
	assert_false(soft.by_wrapping_key);
	assert_int_equal(soft.salt_len << 8 | soft.salt[15], 16 << 8 | 0x7f);
	assert_int_equal(soft.memory_kib, 65536);
	assert_int_equal(soft.passes, 3);
	assert_int_equal(soft.lanes, 4);

	assert_int_equal(s[1].id, 7);
	assert_int_equal(s[1].state, WK_SLOT_STAGED);
	assert_int_equal(s[1].priority, WK_SLOT_IGNORE);
	assert_false(s[1].has_kek);
	assert_int_equal(s[1].extensions.len, 11);
	assert_int_equal(wk_hw_protection_decode(s[1].protection, &hw, &err),
			 WK_OK);
	assert_string_equal(hw.dialect, "qcom-hwkm.v1");
	assert_int_equal(hw.type, WK_SLOT_ICE);
	assert_int_equal(hw.kdf, 1);
	assert_memory_equal(hw.blob.p, "\xc0\xc1\xc2\xc3\xc4", hw.blob.len);
}

static void golden_file(void **state)
{
	WK_AUTO_BLOB struct wk_blob again = { 0 };
	uint8_t der[GOLDEN_LEN];
	struct wk_keyfile kf;
	struct wk_err err;

	(void)state;
	assert_true(wk_hex_decode(golden, der, sizeof(der)));
	assert_int_equal(
		wk_keyfile_decode(wk_span(der, sizeof(der)), &kf, &err), WK_OK);
	golden_header(&kf);
	golden_slots(&kf);
	assert_int_equal(kf.body_nonce[0] << 8 | kf.body_box[79], 0xd02f);
	/* Outer header 4; body 98 and CRC 6 follow what is authenticated. */
	assert_ptr_equal(kf.authenticated.p, kf.image.p + 4);
	assert_int_equal(kf.authenticated.len, GOLDEN_LEN - 4 - 98 - 6);
	assert_int_equal(wk_keyfile_encode(&kf, &again, &err), WK_OK);
	assert_memory_equal(again.p, der, sizeof(der));
	wk_keyfile_done(&kf);
}

/* --- what only an encoder can get wrong ------------------------------------------------ */

#define UNFIT(...)                                                    \
	do {                                                          \
		WK_AUTO_BLOB struct wk_blob none = { 0 };             \
		struct wk_keyfile kf;                                 \
		struct wk_err err;                                    \
		sample_full(&kf);                                     \
		__VA_ARGS__;                                          \
		assert_int_equal(wk_keyfile_encode(&kf, &none, &err), \
				 WK_FAIL);                            \
		assert_string_equal(err.code, "keyfile.invalid");     \
		assert_null(none.p);                                  \
	} while (0)

static void encoder_refuses(void **state)
{
	static uint8_t large[WK_KEYFILE_MAX] = "\xa2\x82\xff\xf0";

	(void)state;
	UNFIT(kf.slot_count = WK_SLOTS_MAX + 1);
	UNFIT(kf.key_bits = 4096);
	UNFIT(kf.slots[1].type = WK_SLOT_TPM);
	UNFIT(kf.slots[0].protection = RAW("\xa0\x00\x30\x00"));
	UNFIT(kf.slots[3].protection = RAW(
		      "\xb1\x0d\x0c\x04"
		      "caam"
		      "\x0a\x01\x00\x04\x02xy\xa0\x08\x30\x06\x06\x02\x2a\x03\x04\x00"),
	      kf.slots[3].extensions = wk_span(NULL, 0));
	UNFIT(kf.has_fscrypt_id = false,
	      kf.extensions = RAW("\x81\x10"
				  "0123456789abcdef"));
	UNFIT(kf.extensions = wk_span(large, sizeof(large)));
}

/* One extension makes up for what a file lacks of its largest size. */
static void largest_file(void **state)
{
	static uint8_t ext[WK_KEYFILE_MAX] =
		"\xa2\x82..\x30\x82..\x06\x01\x2a\x04\x82..";
	WK_AUTO_BLOB struct wk_blob small = { 0 }, der = { 0 };
	struct wk_keyfile kf;
	struct wk_err err;
	size_t len;

	(void)state;
	sample_min(&kf);
	assert_int_equal(wk_keyfile_encode(&kf, &small, &err), WK_OK);
	/* The lengths of the file and its header take 1 and 2 bytes more. */
	len = WK_KEYFILE_MAX - small.len - 1 - 2;
	for (size_t at = 2, rest = len - 4; at <= 13; at += at == 2 ? 4 : 7) {
		ext[at] = (uint8_t)(rest >> 8);
		ext[at + 1] = (uint8_t)rest;
		rest -= at == 2 ? 4 : 7;
	}
	kf.extensions = wk_span(ext, len);
	if (wk_keyfile_encode(&kf, &der, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(der.len, WK_KEYFILE_MAX);
	round_trip(&kf);
}

static void soft_protection(void **state)
{
	struct wk_soft_protection p = { .by_wrapping_key = true }, got;
	WK_AUTO_BLOB struct wk_blob key = { 0 }, pass = { 0 }, none = { 0 };
	struct wk_err err;

	(void)state;
	assert_int_equal(wk_soft_protection_encode(&p, &key, &err), WK_OK);
	assert_memory_equal(key.p, "\xa0\x00", key.len);
	p = (struct wk_soft_protection){ .salt = "saltsaltsaltsalt",
					 .salt_len = 16,
					 .memory_kib = 65536,
					 .passes = 3,
					 .lanes = 4 };
	assert_int_equal(wk_soft_protection_encode(&p, &pass, &err), WK_OK);
	assert_memory_equal(pass.p, SOFT_ARGON2.p, pass.len);
	assert_int_equal(wk_soft_protection_decode(wk_blob_span(&key), &got,
						   &err),
			 WK_OK);
	assert_true(got.by_wrapping_key);
	assert_int_equal(wk_soft_protection_decode(RAW("\xa0\x00\x00"), &got,
						   &err),
			 WK_CORRUPT);
	assert_int_equal(wk_soft_protection_decode(ICE_BLOB, &got, &err),
			 WK_CORRUPT);
	p.memory_kib = 31;
	assert_int_equal(wk_soft_protection_encode(&p, &none, &err), WK_FAIL);
	p.memory_kib = 32;
	p.salt_len = WK_SALT_MAX + 1;
	assert_int_equal(wk_soft_protection_encode(&p, &none, &err), WK_FAIL);
	assert_string_equal(err.code, "keyfile.invalid");
}

static void hw_protection(void **state)
{
	struct wk_hw_protection p = { .type = WK_SLOT_ICE,
				      .dialect = "qcom1",
				      .kdf = 1,
				      .blob = RAW("xyz") },
				got;
	WK_AUTO_BLOB struct wk_blob tlv = { 0 }, none = { 0 };
	struct wk_err err;

	(void)state;
	assert_int_equal(wk_hw_protection_encode(&p, &tlv, &err), WK_OK);
	assert_memory_equal(tlv.p, ICE_BLOB.p, tlv.len);
	assert_int_equal(wk_hw_protection_decode(SOFT_WRAPPED, &got, &err),
			 WK_CORRUPT);
	assert_int_equal(wk_hw_protection_decode(RAW(""), &got, &err),
			 WK_CORRUPT);
	p.kdf = 4;
	assert_int_equal(wk_hw_protection_encode(&p, &none, &err), WK_FAIL);
	p.kdf = 0;
	p.type = WK_SLOT_SOFT;
	assert_int_equal(wk_hw_protection_encode(&p, &none, &err), WK_FAIL);
}

static void names(void **state)
{
	char name[WK_NAME_MAX + 2] = "";

	(void)state;
	assert_true(wk_keyfile_name_ok("a-Z_0.9+:@"));
	assert_false(wk_keyfile_name_ok(""));
	assert_false(wk_keyfile_name_ok("a b"));
	assert_false(wk_keyfile_name_ok("\xc3\xa4"));
	memset(name, 'x', WK_NAME_MAX);
	assert_true(wk_keyfile_name_ok(name));
	name[WK_NAME_MAX] = 'x';
	assert_false(wk_keyfile_name_ok(name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_survive),
		cmocka_unit_test(edges_are_good),
		cmocka_unit_test(golden_file),
		cmocka_unit_test(encoder_refuses),
		cmocka_unit_test(largest_file),
		cmocka_unit_test(soft_protection),
		cmocka_unit_test(hw_protection),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
