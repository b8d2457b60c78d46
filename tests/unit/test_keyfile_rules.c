/* SPDX-License-Identifier: Apache-2.0 */
/* keyfile: every rule of the format, broken once. */
#include "tests/unit/keyfile_refused.h"

static void refuses_versions(void **state)
{
	(void)state;
	BAD("version is 0", kf.version = 0);
	BAD("version is 256", kf.version = 256);
	BAD("minimum reader is 0", kf.min_reader = 0);
	BAD("minimum reader is 256", kf.min_reader = 256);
	BAD("critical features is above", kf.critical = UINT64_MAX);
	BAD_OF(sample_full, WK_TOO_NEW, "minimum reader 2", kf.min_reader = 2);
	BAD_OF(sample_full, WK_TOO_NEW, "minimum reader 2", kf.min_reader = 2,
	       kf.critical = 1, kf.extensions = RAW("x"));
	BAD_OF(sample_full, WK_TOO_NEW, "critical features 4", kf.critical = 4,
	       kf.extensions = RAW("x"));
}

static void refuses_header(void **state)
{
	static const char *const times[] = {
		"20260229000000Z", "21000229000000Z", "19691231235959Z",
		"20261301000000Z", "20260001000000Z", "20260100000000Z",
		"20260431000000Z", "20260101240000Z", "20260101006000Z",
		"20260101000060Z", "202601010000001", "2026010100000aZ",
		"2x260101000000Z", "20:60101000000Z", "20260/01000000Z",
	};

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(times); i++)
		BAD("created is no date", strcpy(kf.created, times[i]));
	BAD("created is 14 bytes long, not 15", kf.created[14] = '\0');
	BAD("epoch is 0", kf.epoch = 0);
	BAD("epoch is above 2^63-1", kf.epoch = 1ULL << 63);
	BAD("name is 0 bytes long, not 1 to 64", kf.name[0] = '\0');
	BAD("name has a character", kf.name[3] = '/');
	BAD("name has a character", kf.name[0] = '\x80');
	BAD("usage is 5", kf.usage = 5);
	BAD("form is 3", kf.form = 3);
	BAD("key bits is 120", kf.key_bits = 120);
	BAD("key bits are 129, no multiple", kf.key_bits = 129);
	BAD("maker is 0 bytes", kf.origin.maker[0] = '\0');
	BAD("maker is not printable", kf.origin.maker[5] = '\x7f');
	BAD("lifecycle is 3", kf.origin.lifecycle = 3);
	BAD("device source is 0", kf.origin.device_source = 0);
	BAD("device source is 5", kf.origin.device_source = 5);
	BAD("volume is empty", memset(&kf.volume, 0, sizeof(kf.volume)));
	BAD("target is 2", kf.volume.target = 2);
	BAD("cipher is 0 bytes", kf.volume.cipher[0] = '\0');
	BAD("cipher is not printable", kf.volume.cipher[0] = ' ');
	BAD("sector size is 256", kf.volume.sector_size = 256);
	BAD("sector size is 1536, no power", kf.volume.sector_size = 1536);
	BAD("sector size is 8192", kf.volume.sector_size = 8192);
	BAD("iv offset is above", kf.volume.iv_offset = 1ULL << 63);
	BAD("fscrypt id does not go", kf.form = WK_FORM_ENGINE_RAW);
	BAD("fscrypt id does not go", kf.usage = WK_USAGE_DM_CRYPT);
	BAD("fscrypt id does not go", kf.key_bits = 520);
}

/* The header's extensions are its end: what they are becomes its last members. */
static void refuses_extensions(void **state)
{
	(void)state;
	BAD("extension is missing", kf.extensions = RAW("\xa2\x00"));
	BAD("extension id is missing", kf.extensions = RAW("\xa2\x02\x30\x00"));
	BAD("extension id is no OBJECT",
	    kf.extensions = RAW("\xa2\x06\x30\x04\x06\x00\x04\x00"));
	BAD("extension id is no OBJECT",
	    kf.extensions = RAW("\xa2\x08\x30\x06\x06\x02\x80\x01\x04\x00"));
	BAD("extension value is missing",
	    kf.extensions = RAW("\xa2\x05\x30\x03\x06\x01\x2a"));
	BAD("extension has a member",
	    kf.extensions =
		    RAW("\xa2\x09\x30\x07\x06\x01\x2a\x04\x00\x05\x00"));
	BAD("extension id occurs twice",
	    kf.extensions = RAW("\xa2\x0e\x30\x05\x06\x01\x2a\x04\x00"
				"\x30\x05\x06\x01\x2a\x04\x00"));
	BAD("extension is missing",
	    kf.extensions =
		    RAW("\xa2\x09\x30\x05\x06\x01\x2a\x04\x00\x05\x00"));
	BAD("header has a member", kf.has_fscrypt_id = false,
	    kf.extensions = RAW("\x80\x01\x00"));
	BAD("header has a member", kf.extensions = RAW("\xa0\x03\x81\x01\x00"));
	BAD("header has a member", kf.extensions = RAW("\x81\x10"
						       "0123456789abcdef"));
	BAD("slot 6: slot has a member",
	    kf.slots[3].extensions =
		    RAW("\xa1\x08\x30\x06\x06\x02\x2a\x03\x04\x00"));
	BAD("slot 6: extension is missing",
	    kf.slots[3].extensions = RAW("\xa0\x00"));
}

static void refuses_too_many_extensions(void **state)
{
	uint8_t list[2 + 17 * 7];

	(void)state;
	BAD("extensions are more than 16",
	    kf.extensions = sample_extensions(list, 17));
}

/* An ephemeral form has one way in, whatever the other one would be. */
static void refuses_boot_slot_beside_others(void **state)
{
	static const struct wk_span others[] = { SOFT_ARGON2, ICE_BLOB,
						 KERNEL_BLOB, BOOT };
	struct wk_keyfile kf;

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(others); i++) {
		sample_base(&kf);
		sample_add_slot(&kf, 0, BOOT);
		sample_add_slot(&kf, 1, others[i]);
		refused_struct(&kf, WK_CORRUPT, "slot 0: a boot slot stands");
		sample_base(&kf);
		sample_add_slot(&kf, 0, others[i]);
		sample_add_slot(&kf, 1, BOOT);
		refused_struct(&kf, WK_CORRUPT, "a boot slot stands alone");
	}
}

static void refuses_slots(void **state)
{
	(void)state;
	BAD("slot is missing", kf.slot_count = 0);
	BAD("slot id is 32", kf.slots[0].id = 32);
	BAD("slot id 1 follows 1", kf.slots[0].id = 1);
	BAD("slot id 4 follows 5", kf.slots[3].id = 4);
	BAD("slot 0: state is 3", kf.slots[0].state = 3);
	BAD("slot 1: priority is 3", kf.slots[1].priority = 3);
	BAD("slot 5: label is not valid UTF-8",
	    strcpy(kf.slots[2].label, "\xc0\x80"));
	BAD("slot 5: label is not valid UTF-8",
	    strcpy(kf.slots[2].label, "\xed\xa0\x80"));
	BAD("slot 5: label is not valid UTF-8",
	    strcpy(kf.slots[2].label, "\xf4\x90\x80\x80"));
	BAD("slot 5: label is not valid UTF-8",
	    strcpy(kf.slots[2].label, "a\xe2\x82"));
	BAD("label is not valid UTF-8 without control",
	    strcpy(kf.slots[0].label, "\n"));
	BAD("label is not valid UTF-8 without control",
	    strcpy(kf.slots[0].label, "\x7f"));
	BAD("label is not valid UTF-8 without control",
	    strcpy(kf.slots[0].label, "\xc2\x9f"));
	BAD("slot 0: kek is missing", kf.slots[0].has_kek = false);
	BAD("slot 5: kek stands in a direct slot", kf.slots[2].has_kek = true);
	BAD("slot 0: kek: box is 49 bytes long, not 48",
	    kf.slots[0].has_kek = false,
	    kf.slots[0].extensions =
		    RAW("\x30\x41\x04\x0c"
			"nonce-123456"
			"\x04\x31"
			"0123456789012345678901234567890123456789012345678"));
}

/* The ids run out first, so that it has to be an id that is there already. */
static void refuses_33_slots(void **state)
{
	WK_AUTO_BLOB struct wk_blob head = { 0 }, more = { 0 }, bad = { 0 };
	struct wk_err err;
	struct wk_der_out w = { .blob = &more, .err = &err };
	struct wk_keyfile kf;
	struct wk_span slots;
	struct wk_der d;
	size_t begun;

	(void)state;
	sample_many(&kf);
	assert_int_equal(wk_keyfile_encode_head(&kf, &head, &err), WK_OK);
	wk_der_init(&d, wk_blob_span(&head));
	for (int i = 0; i < 5; i++)
		wk_der_get_any(&d, "magic to header");
	wk_der_put_tlv(&w, wk_span(head.p, (size_t)(d.p - head.p)));
	slots = wk_der_get(&d, WK_DER_SEQUENCE, "slots");
	begun = wk_der_begin(&w, WK_DER_SEQUENCE);
	wk_der_put_tlv(&w, slots);
	wk_der_init(&d, slots);
	wk_der_put_tlv(&w, wk_der_get_any(&d, "slot"));
	wk_der_end(&w, begun);
	assert_int_equal(w.status, WK_OK);
	bad = sample_wrap(wk_blob_span(&more));
	refused(wk_blob_span(&bad), WK_CORRUPT, "slots are more than 32");
}

static void refuses_protections(void **state)
{
	static const struct {
		const char *why;
		struct wk_span tlv;
	} cases[] = {
		{ "protection is missing", RAW("\x80\x00") },
		{ "protection is missing", RAW("\xe1\x00") },
		{ "protection is missing", RAW("\x30\x00") },
		{ "protection is missing", RAW("\xbf\x00") },
		{ "soft protection has a member",
		  RAW("\xa0\x21\x30\x1d\x04\x10saltsaltsaltsalt"
		      "\x02\x03\x01\x00\x00\x02\x01\x03\x02\x01\x04\x05\x00") },
		{ "argon2id is missing", RAW("\xa0\x02\x05\x00") },
		{ "salt is 15 bytes",
		  RAW("\xa0\x1c\x30\x1a\x04\x0f"
		      "altsaltsaltsalt"
		      "\x02\x01\x20\x02\x01\x03\x02\x01\x04") },
		{ "memory is 7", RAW("\xa0\x1d\x30\x1b\x04\x10saltsaltsaltsalt"
				     "\x02\x01\x07\x02\x01\x03\x02\x01\x04") },
		{ "memory is below 8 KiB",
		  RAW("\xa0\x1d\x30\x1b\x04\x10saltsaltsaltsalt"
		      "\x02\x01\x1f\x02\x01\x03\x02\x01\x04") },
		{ "memory is below 8 KiB",
		  RAW("\xa0\x24\x30\x22\x04\x10saltsaltsaltsalt"
		      "\x02\x01\x1f\x02\x01\x03\x02\x08\x20\x00\x00\x00\x00\x00\x00\x00") },
		{ "passes is 0", RAW("\xa0\x1d\x30\x1b\x04\x10saltsaltsaltsalt"
				     "\x02\x01\x20\x02\x01\x00\x02\x01\x04") },
		{ "lanes is 0", RAW("\xa0\x1d\x30\x1b\x04\x10saltsaltsaltsalt"
				    "\x02\x01\x20\x02\x01\x01\x02\x01\x00") },
		{ "dialect is 0 bytes",
		  RAW("\xb0\x08\x0c\x00\x0a\x01\x01\x04\x01x") },
		{ "dialect has a character",
		  RAW("\xb0\x09\x0c\x01Q\x0a\x01\x01\x04\x01x") },
		{ "kdf is 4", RAW("\xb1\x09\x0c\x01q\x0a\x01\x04\x04\x01x") },
		{ "blob is 0 bytes",
		  RAW("\xb1\x08\x0c\x01q\x0a\x01\x01\x04\x00") },
		{ "hardware protection has a member",
		  RAW("\xb0\x0b\x0c\x01q\x0a\x01\x01\x04\x01x\x05\x00") },
		{ "protection is nested",
		  RAW("\xa9\x10\x30\x0e\x30\x0c\x30\x0a\x30\x08\x30\x06\x30\x04\x30\x02\x30\x00") },
		{ "protection has an indefinite", RAW("\xa9\x80\x00\x00") },
		{ "protection is cut short", RAW("\xa9\x01\x05") },
	};

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(cases); i++)
		BAD(cases[i].why, kf.slots[1].protection = cases[i].tlv);
}

static void refuses_forms(void **state)
{
	(void)state;
	BAD("body is missing", kf.has_body = false);
	BAD_OF(sample_opaque, WK_CORRUPT, "slots hold no envelope slot",
	       kf.form = WK_FORM_RAW, kf.has_body = true);
	BAD_OF(sample_opaque, WK_CORRUPT, "body stands in", kf.has_body = true);
	BAD_OF(sample_opaque, WK_CORRUPT, "are not one direct slot",
	       sample_add_slot(&kf, 9, ICE_BLOB));
	BAD_OF(sample_min, WK_CORRUPT, "are not one direct slot",
	       kf.form = WK_FORM_OPAQUE, kf.has_body = false);
}

/* --- the file as a whole ---------------------------------------------------------------- */

static void refused_as(struct wk_span in, const char *code)
{
	struct wk_keyfile kf;
	struct wk_err err = { 0 };

	assert_int_equal(wk_keyfile_decode(sample_guarded(in), &kf, &err),
			 WK_CORRUPT);
	assert_string_equal(err.code, code);
	assert_null(kf.image.p);
}

static void refuses_what_is_no_keyfile(void **state)
{
	static const uint8_t large[WK_KEYFILE_MAX + 1] = { 0x30 };
	WK_AUTO_BLOB struct wk_blob other =
		sample_wrap(RAW("\x06\x02\x2a\x03\x02\x01\x01"));

	(void)state;
	refused_as(RAW(""), "keyfile.not-a-keyfile");
	refused_as(RAW("hello\n"), "keyfile.not-a-keyfile");
	refused_as(RAW("-----BEGI"), "keyfile.not-a-keyfile");
	refused_as(wk_blob_span(&other), "keyfile.not-a-keyfile");
	refused_as(RAW("\x30"), "keyfile.crc");
	refused_as(RAW("\x30\x06\x04\x04"
		       "abc"),
		   "keyfile.crc");
	refused_as(wk_span(large, sizeof(large)), "keyfile.too-large");
	refused_as(wk_span(large, sizeof(large) - 1), "keyfile.crc");
}

/* The CRC has to be where it belongs, not only right. */
static void refuses_wrong_crc(void **state)
{
	struct wk_keyfile kf;

	(void)state;
	sample_min(&kf);
	for (size_t at = 1; at <= 6; at++) {
		WK_AUTO_BLOB struct wk_blob der = sample_unchecked(&kf);

		der.p[der.len - at] ^= 1;
		if (at > 4)
			sample_fix_crc(der.p, der.len);
		refused_as(wk_blob_span(&der), "keyfile.crc");
	}
}

/* Contents octets of a good file up to its CRC, with something after them. */
static void refused_with(struct wk_span more, const char *why)
{
	WK_AUTO_BLOB struct wk_blob good = { 0 }, contents = { 0 }, bad = { 0 };
	struct wk_keyfile kf;
	struct wk_err err;

	sample_min(&kf);
	good = sample_unchecked(&kf);
	assert_int_equal(good.p[1], 0x81);
	assert_int_equal(wk_blob_append(&contents,
					wk_span(good.p + 3, good.len - 9),
					&err),
			 WK_OK);
	assert_int_equal(wk_blob_append(&contents, more, &err), WK_OK);
	bad = sample_wrap(wk_blob_span(&contents));
	refused(wk_blob_span(&bad), WK_CORRUPT, why);
}

static void refuses_wrong_frames(void **state)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	uint8_t bad[512];
	struct wk_keyfile kf;

	(void)state;
	refused_with(RAW("\x05\x00"), "crc is missing or misplaced");
	refused_with(RAW("\x04\x03"
			 "abc"),
		     "crc is 3 bytes long, not 4");
	refused_with(RAW("\x04\x04"
			 "abcd"),
		     "file has a member");
	sample_min(&kf);
	der = sample_unchecked(&kf);

	memcpy(bad, der.p, der.len);
	memcpy(bad + der.len, "\x04\x04", 2);
	sample_fix_crc(bad, der.len + 6);
	refused(wk_span(bad, der.len + 6), WK_CORRUPT,
		"file has bytes after its end");

	memcpy(bad, "\x30\x82\x00", 3);
	memcpy(bad + 3, der.p + 2, der.len - 2);
	sample_fix_crc(bad, der.len + 1);
	refused(wk_span(bad, der.len + 1), WK_CORRUPT,
		"file has a length that is not minimal");

	memcpy(bad, der.p, der.len);
	bad[1] = 0x80;
	sample_fix_crc(bad, der.len);
	refused(wk_span(bad, der.len), WK_CORRUPT,
		"file has an indefinite length");

	memcpy(bad, der.p, der.len);
	bad[2]++;
	sample_fix_crc(bad, der.len);
	refused(wk_span(bad, der.len), WK_CORRUPT, "file is cut short");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_versions),
		cmocka_unit_test(refuses_header),
		cmocka_unit_test(refuses_extensions),
		cmocka_unit_test(refuses_too_many_extensions),
		cmocka_unit_test(refuses_boot_slot_beside_others),
		cmocka_unit_test(refuses_slots),
		cmocka_unit_test(refuses_33_slots),
		cmocka_unit_test(refuses_protections),
		cmocka_unit_test(refuses_forms),
		cmocka_unit_test(refuses_what_is_no_keyfile),
		cmocka_unit_test(refuses_wrong_crc),
		cmocka_unit_test(refuses_wrong_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
