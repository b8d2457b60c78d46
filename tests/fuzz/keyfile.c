/* SPDX-License-Identifier: Apache-2.0 */
/* mutate: der */
/* Key files: what decodes re-encodes to the same bytes, as DER and as PEM. */
#include "fuzz.h"
#include "keyfile.h"

static void check_slots(const struct wk_keyfile *kf)
{
	const uint8_t *image = kf->image.p;

	HOLDS(kf->slot_count >= 1 && kf->slot_count <= WK_SLOTS_MAX);
	for (size_t i = 0; i < kf->slot_count; i++) {
		const struct wk_slot *s = &kf->slots[i];

		HOLDS(s->protection.p > image &&
		      s->protection.p + s->protection.len <
			      image + kf->image.len);
		HOLDS(s->has_kek != wk_slot_is_direct(s));
	}
}

static void check_encoders(const struct wk_keyfile *kf)
{
	WK_AUTO_BLOB struct wk_blob head = { 0 }, der = { 0 };
	struct wk_err err = { 0 };

	HOLDS(!wk_keyfile_encode_head(kf, &head, &err));
	HOLDS(same(wk_blob_span(&head), kf->authenticated));
	HOLDS(!wk_keyfile_encode(kf, &der, &err));
	HOLDS(same(wk_blob_span(&der), wk_blob_span(&kf->image)));
}

static void check_pem(const struct wk_keyfile *kf)
{
	WK_AUTO_BLOB struct wk_blob pem = { 0 };
	static struct wk_keyfile again;
	struct wk_err err = { 0 };

	HOLDS(!wk_keyfile_to_pem(wk_blob_span(&kf->image), &pem, &err));
	HOLDS(!wk_keyfile_decode(wk_blob_span(&pem), &again, &err));
	HOLDS(same(wk_blob_span(&again.image), wk_blob_span(&kf->image)));
	wk_keyfile_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct wk_keyfile kf;
	struct wk_err err = { 0 };
	enum wk_status st = wk_keyfile_decode(wk_span(data, size), &kf, &err);

	if (st) {
		HOLDS(st == WK_CORRUPT || st == WK_TOO_NEW);
		HOLDS(!kf.image.p && !kf.slot_count);
		check_err(&err);
		return 0;
	}
	check_slots(&kf);
	check_encoders(&kf);
	check_pem(&kf);
	wk_keyfile_done(&kf);
	return 0;
}
