/* SPDX-License-Identifier: Apache-2.0 */
/* mutate: der */
/* Protections of slots by themselves, as backends read and write them. */
#include "fuzz.h"
#include "keyfile.h"

static void soft(struct wk_span tlv)
{
	WK_AUTO_BLOB struct wk_blob again = { 0 };
	struct wk_soft_protection p;
	struct wk_err err = { 0 };

	if (wk_soft_protection_decode(tlv, &p, &err)) {
		check_err(&err);
		return;
	}
	HOLDS(p.by_wrapping_key ||
	      (p.salt_len >= WK_SALT_MIN && p.salt_len <= WK_SALT_MAX));
	HOLDS(!wk_soft_protection_encode(&p, &again, &err));
	HOLDS(same(tlv, wk_blob_span(&again)));
}

static void recovery(struct wk_span tlv)
{
	WK_AUTO_BLOB struct wk_blob again = { 0 };
	struct wk_err err = { 0 };

	if (wk_recovery_protection_decode(tlv, &err)) {
		check_err(&err);
		return;
	}
	HOLDS(!wk_recovery_protection_encode(&again, &err));
	HOLDS(same(tlv, wk_blob_span(&again)));
}

static void recipient(struct wk_span tlv)
{
	WK_AUTO_BLOB struct wk_blob again = { 0 };
	struct wk_recipient_protection p;
	struct wk_err err = { 0 };

	if (wk_recipient_protection_decode(tlv, &p, &err)) {
		check_err(&err);
		return;
	}
	HOLDS(p.cms.len >= 1 && p.cms.len <= WK_CMS_MAX);
	HOLDS(!wk_recipient_protection_encode(&p, &again, &err));
	HOLDS(same(tlv, wk_blob_span(&again)));
}

static void boot(struct wk_span tlv)
{
	WK_AUTO_BLOB struct wk_blob again = { 0 };
	struct wk_boot_protection p;
	struct wk_err err = { 0 };

	if (wk_boot_protection_decode(tlv, &p, &err)) {
		check_err(&err);
		return;
	}
	HOLDS(!wk_boot_protection_encode(&p, &again, &err));
	HOLDS(same(tlv, wk_blob_span(&again)));
}

static void hw(struct wk_span tlv, uint8_t type)
{
	WK_AUTO_BLOB struct wk_blob again = { 0 };
	struct wk_hw_protection p = { .type = type };
	struct wk_err err = { 0 };

	if (wk_hw_protection_decode(tlv, &p, &err)) {
		check_err(&err);
		return;
	}
	HOLDS(p.blob.len >= 1 && p.blob.len <= WK_HW_BLOB_MAX);
	HOLDS(!wk_hw_protection_encode(&p, &again, &err));
	HOLDS(same(tlv, wk_blob_span(&again)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wk_span tlv = wk_span(data, size);

	soft(tlv);
	recovery(tlv);
	recipient(tlv);
	boot(tlv);
	hw(tlv, WK_SLOT_ICE);
	hw(tlv, WK_SLOT_KERNEL_KEY);
	return 0;
}
