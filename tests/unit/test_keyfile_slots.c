/* SPDX-License-Identifier: Apache-2.0 */
/* keyfile: recovery and recipient slots; staged slots that replace others. */
#include "tests/unit/keyfile_refused.h"

/* --- protections --------------------------------------------------------------- */

static void recovery_protection(void **state)
{
	static const struct wk_span wrong[] = {
		RAW(""),
		RAW("\xa2"),
		RAW("\x82\x00"),
		RAW("\xa2\x81\x00"),
		RAW("\xa2\x02\x05\x00"),
		RAW("\xa2\x00\x00"),
		RAW("\xa2\x01"),
		RAW("\xa0\x00"),
		RAW("\xa3\x00"),
		RECIPIENT,
	};
	WK_AUTO_BLOB struct wk_blob tlv = { 0 };
	struct wk_err err;

	(void)state;
	assert_int_equal(wk_recovery_protection_encode(&tlv, &err), WK_OK);
	assert_int_equal(tlv.len, RECOVERY.len);
	assert_memory_equal(tlv.p, RECOVERY.p, tlv.len);
	assert_int_equal(wk_recovery_protection_decode(
				 sample_guarded(wk_blob_span(&tlv)), &err),
			 WK_OK);
	for (size_t i = 0; i < WK_ARRAY_LEN(wrong); i++) {
		assert_int_equal(wk_recovery_protection_decode(
					 sample_guarded(wrong[i]), &err),
				 WK_CORRUPT);
		assert_string_equal(err.code, "keyfile.damaged");
	}
}

static void recipient_round_trip(void **state)
{
	struct wk_recipient_protection p = { .cms = RAW("cms") }, got;
	WK_AUTO_BLOB struct wk_blob tlv = { 0 };
	struct wk_err err;

	(void)state;
	memcpy(p.fingerprint, "SHA-256 of the certificate's DER", 32);
	assert_int_equal(wk_recipient_protection_encode(&p, &tlv, &err), WK_OK);
	assert_int_equal(tlv.len, RECIPIENT.len);
	assert_memory_equal(tlv.p, RECIPIENT.p, tlv.len);
	assert_int_equal(wk_recipient_protection_decode(wk_blob_span(&tlv),
							&got, &err),
			 WK_OK);
	assert_memory_equal(got.fingerprint, p.fingerprint, 32);
	assert_int_equal(got.cms.len, 3);
	assert_ptr_equal(got.cms.p, tlv.p + tlv.len - 3);
}

static void recipient_sizes(void **state)
{
	static const uint8_t large[WK_CMS_MAX + 1];
	struct wk_recipient_protection p = { .cms = { large, WK_CMS_MAX } };
	WK_AUTO_BLOB struct wk_blob tlv = { 0 }, none = { 0 };
	struct wk_err err;

	(void)state;
	assert_int_equal(wk_recipient_protection_encode(&p, &tlv, &err), WK_OK);
	assert_int_equal(wk_recipient_protection_decode(
				 sample_guarded(wk_blob_span(&tlv)), &p, &err),
			 WK_OK);
	assert_int_equal(p.cms.len, WK_CMS_MAX);
	p.cms = wk_span(large, sizeof(large));
	assert_int_equal(wk_recipient_protection_encode(&p, &none, &err),
			 WK_FAIL);
	assert_string_equal(err.code, "keyfile.invalid");
	assert_non_null(strstr(err.msg, "cms message is 8193 bytes"));
	p.cms = wk_span(large, 0);
	assert_int_equal(wk_recipient_protection_encode(&p, &none, &err),
			 WK_FAIL);
	assert_null(none.p);
}

#define PRINT32 "SHA-256 of the certificate's DER"

static void refuses_protections(void **state)
{
	static const struct {
		const char *why;
		struct wk_span tlv;
	} cases[] = {
		{ "recovery protection has a member", RAW("\xa2\x02\x05\x00") },
		{ "recovery protection has a member", RAW("\xa2\x12\x04\x10"
							  "0123456789abcdef") },
		{ "recipient protection is cut short", RAW("\xa3\x7f") },
		{ "certificate fingerprint is missing", RAW("\xa3\x00") },
		{ "certificate fingerprint is 3 bytes", RAW("\xa3\x05\x04\x03"
							    "cms") },
		{ "certificate fingerprint is missing",
		  RAW("\xa3\x25\x0c\x20" PRINT32 "\x04\x01x") },
		{ "cms message is missing", RAW("\xa3\x22\x04\x20" PRINT32) },
		{ "cms message is missing",
		  RAW("\xa3\x25\x04\x20" PRINT32 "\x30\x01x") },
		{ "cms message is 0 bytes",
		  RAW("\xa3\x24\x04\x20" PRINT32 "\x04\x00") },
		{ "recipient protection has a member",
		  RAW("\xa3\x27\x04\x20" PRINT32 "\x04\x01x\x05\x00") },
	};
	struct wk_recipient_protection p;
	struct wk_err err;

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(cases); i++) {
		struct wk_span tlv = cases[i].tlv;

		if (tlv.p[0] == 0xa3) {
			assert_int_equal(wk_recipient_protection_decode(
						 sample_guarded(tlv), &p, &err),
					 WK_CORRUPT);
		}
		if (tlv.p[1] + 2U != tlv.len)
			continue; /* else the next member were part of it */
		BAD(cases[i].why, kf.slots[1].protection = tlv,
		    kf.slots[1].type = tlv.p[0] & 0x1f);
	}
}

static void refuses_other_lengths(void **state)
{
	static const struct wk_span prints[] = {
		RAW("\xa3\x24\x04\x1f"
		    "0123456789abcdef0123456789abcde"
		    "\x04\x01x"),
		RAW("\xa3\x26\x04\x21"
		    "0123456789abcdef0123456789abcdef0"
		    "\x04\x01x"),
	};
	static uint8_t cms[4 + 34 + 4 + WK_CMS_MAX + 1] =
		"\xa3\x82\x20\x27\x04\x20" PRINT32 "\x04\x82\x20\x01";

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(prints); i++)
		BAD("certificate fingerprint is 3",
		    kf.slots[1].protection = prints[i]);
	BAD("cms message is 8193 bytes long, not 1 to 8192",
	    kf.slots[1].protection = wk_span(cms, sizeof(cms)));
}

static void kek_belongs_there(void **state)
{
	(void)state;
	BAD_OF(sample_staged, WK_CORRUPT, "slot 1: kek is missing",
	       kf.slots[1].has_kek = false);
	BAD_OF(sample_staged, WK_CORRUPT, "slot 2: kek is missing",
	       kf.slots[2].has_kek = false);
}

/* --- replaces ---------------------------------------------------------------------- */

static void replaces_is_read(void **state)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	struct wk_keyfile kf;
	struct wk_err err;

	(void)state;
	sample_staged(&kf);
	assert_int_equal(wk_keyfile_encode(&kf, &der, &err), WK_OK);
	assert_int_equal(wk_keyfile_decode(wk_blob_span(&der), &kf, &err),
			 WK_OK);
	assert_true(kf.slots[0].has_replaces);
	assert_int_equal(kf.slots[0].replaces, 31);
	assert_true(kf.slots[3].has_replaces);
	assert_int_equal(kf.slots[3].replaces, 1);
	assert_int_equal(kf.slots[3].extensions.len, SLOT_EXT.len);
	assert_false(kf.slots[4].has_replaces);
	assert_int_equal(kf.slots[4].state, WK_SLOT_STAGED);
	wk_keyfile_done(&kf);
}

#define BAD_STAGE(why, ...) BAD_OF(sample_staged, WK_CORRUPT, why, __VA_ARGS__)

static void refuses_wrong_replaces(void **state)
{
	(void)state;
	BAD_STAGE("slot 0: replaces stands in a slot that is not staged",
		  kf.slots[0].state = WK_SLOT_ACTIVE);
	BAD_STAGE("slot 3: replaces stands in a slot that is not staged",
		  kf.slots[3].state = WK_SLOT_RETIRED);
	BAD_STAGE("slot 0: replaces is 32", kf.slots[0].replaces = 32);
	BAD_STAGE("slot 0: replaces is 255", kf.slots[0].replaces = 255);
	BAD_STAGE("slot 0: replaces slot 0, which is staged",
		  kf.slots[0].replaces = 0);
	BAD_STAGE("slot 0: replaces slot 30, which is not there",
		  kf.slots[0].replaces = 30);
	BAD_STAGE("slot 0: replaces slot 4, which is staged",
		  kf.slots[0].replaces = 4);
	BAD_STAGE("slot 3: replaces slot 31, as another",
		  kf.slots[3].replaces = 31);
	BAD_STAGE("slot 0: replaces slot 3, which is staged",
		  kf.slots[0].replaces = 3, kf.slots[3].replaces = 0);
}

/* What stands behind extensions, or in their place, is replaces itself or wrong. */
static void refuses_misplaced_replaces(void **state)
{
	static const struct {
		const char *why;
		struct wk_span tail;
	} cases[] = {
		{ "slot 4: slot has a member",
		  RAW("\x81\x01\x02\x81\x01\x02") },
		{ "slot 4: slot has a member",
		  RAW("\x81\x01\x02\xa0\x08\x30\x06\x06\x02\x2a\x03\x04\x00") },
		{ "slot 4: slot has a member", RAW("\x82\x01\x02") },
		{ "slot 4: slot has a member", RAW("\xa1\x03\x02\x01\x02") },
		{ "slot 4: slot has a member", RAW("\x02\x01\x02") },
		{ "slot 4: replaces is an empty INTEGER", RAW("\x81\x00") },
		{ "slot 4: replaces is an INTEGER not",
		  RAW("\x81\x02\x00\x02") },
		{ "slot 4: replaces is negative", RAW("\x81\x01\xff") },
		{ "slot 4: replaces is 256", RAW("\x81\x02\x01\x00") },
	};

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(cases); i++)
		BAD_STAGE(cases[i].why, kf.slots[4].extensions = cases[i].tail);
}

/* A span that has replaces in it is not one value: the struct would differ. */
static void encoder_refuses_hidden_replaces(void **state)
{
	WK_AUTO_BLOB struct wk_blob none = { 0 };
	struct wk_keyfile kf;
	struct wk_err err;

	(void)state;
	sample_staged(&kf);
	kf.slots[4].extensions = RAW("\x81\x01\x02");
	assert_int_equal(wk_keyfile_encode(&kf, &none, &err), WK_FAIL);
	assert_string_equal(err.code, "keyfile.invalid");
	assert_non_null(strstr(err.msg, "are not one value"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recovery_protection),
		cmocka_unit_test(recipient_round_trip),
		cmocka_unit_test(recipient_sizes),
		cmocka_unit_test(refuses_protections),
		cmocka_unit_test(refuses_other_lengths),
		cmocka_unit_test(kek_belongs_there),
		cmocka_unit_test(replaces_is_read),
		cmocka_unit_test(refuses_wrong_replaces),
		cmocka_unit_test(refuses_misplaced_replaces),
		cmocka_unit_test(encoder_refuses_hidden_replaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
