/* SPDX-License-Identifier: Apache-2.0 */
/* From a key file to that of its recovery sheet, and back from the rows. */
#include "sheet_make.h"

#include <stddef.h>
#include <string.h>

#include "envelope.h"
#include "key_check.h"
#include "sheet.h"
#include "unlock.h"

/* The recovery slots that are in use, as a mask of their ids. */
static uint32_t recovery_slots(const struct wk_keyfile *kf)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < kf->slot_count; i++)
		if (kf->slots[i].type == WK_SLOT_RECOVERY &&
		    kf->slots[i].state == WK_SLOT_ACTIVE)
			mask |= UINT32_C(1) << kf->slots[i].id;
	return mask;
}

enum wk_status wk_sheet_check(const struct wk_keyfile *kf, struct wk_err *err)
{
	if (recovery_slots(kf))
		return WK_OK;
	wk_fail(err, WK_NOT_FOUND, "sheet.no-recovery",
		kf->has_body ? "the key file has no recovery slot" :
			       "the key is in hardware only: nothing on paper "
			       "could bring it back");
	if (kf->has_body)
		wk_err_hint(err, "'wkeyctl add-slot --recovery' adds one");
	return WK_NOT_FOUND;
}

/* What lives while it is made. */
struct making {
	struct wk_session *s;
	const struct wk_keyfile *source;
	struct wk_opening opening;
	struct wk_keyfile *kf; /* the reduced one; its spans are the source's */
	struct wk_secret *kek;
};

static void making_done(struct making *m)
{
	m->kf = wk_keyfile_free(m->kf);
	m->kek = wk_secret_free(m->kek);
	wk_opening_done(&m->opening);
}

static const struct wk_slot *slot_of(const struct wk_keyfile *kf, uint8_t id)
{
	for (size_t i = 0; i < kf->slot_count; i++)
		if (kf->slots[i].id == id)
			return &kf->slots[i];
	return NULL;
}

/* A KEK of its own: a sheet that is found tells nothing of the key file. */
static enum wk_status make_slot(struct making *m, struct wk_err *err)
{
	const struct wk_opened *opened = &m->opening.slots[0];
	struct wk_slot *slot = &m->kf->slots[0];
	enum wk_status st = wk_secret_new(WK_KEK_BYTES, &m->kek, err);

	if (!st)
		st = wk_secret_random(m->kek, err);
	if (st)
		return st;
	*slot = *slot_of(m->source, opened->slot_id);
	slot->priority = WK_SLOT_NORMAL;
	m->kf->slot_count = 1;
	return wk_envelope_seal_slot(m->s, m->kf->key_id, slot, &opened->secret,
				     m->kek, err);
}

/* As whoever types it in will open it. */
static enum wk_status prove(const struct making *m, struct wk_span der,
			    struct wk_err *err)
{
	struct wk_material got = { 0 };
	struct wk_keyfile *kf;
	enum wk_status st = wk_keyfile_new(&kf, err);

	if (st)
		return st;
	st = wk_keyfile_decode(der, kf, err);
	if (!st)
		st = wk_unlock(m->s, kf, &got, err);
	if (st)
		wk_err_prefix(err, "the key file of the sheet");
	else if (!wk_secret_equal(got.key, m->opening.key))
		st = wk_fail(err, WK_FAIL, "keyfile.proof",
			     "the key file of the sheet does not give back "
			     "the key");
	wk_material_done(&got);
	wk_keyfile_free(kf);
	return st;
}

static enum wk_status make(struct making *m, struct wk_blob *der,
			   struct wk_err *err)
{
	enum wk_status st = wk_keyfile_new(&m->kf, err);

	if (st)
		return st;
	memcpy(m->kf, m->source, offsetof(struct wk_keyfile, slot_count));
	st = make_slot(m, err);
	if (!st)
		st = wk_envelope_seal_body(m->s, m->kf, m->kek, m->opening.key,
					   err);
	if (!st)
		st = wk_keyfile_encode(m->kf, der, err);
	return st ? st : prove(m, wk_blob_span(der), err);
}

/* Of keys whose bytes are the storage key's only. */
static enum wk_status set_key_check(const struct making *m,
				    struct wk_sheet *sheet, struct wk_err *err)
{
	const struct wk_material of = {
		.kind = m->source->form == WK_FORM_RAW ? WK_MATERIAL_RAW :
							 WK_MATERIAL_ENGINE_RAW,
		.key = m->opening.key,
	};
	enum wk_status st = wk_key_check(m->s, &of, sheet->key_check, err);

	sheet->has_key_check = !st;
	return st == WK_UNSUPPORTED ? WK_OK : st;
}

static enum wk_status open_and_make(struct making *m, struct wk_sheet *sheet,
				    struct wk_err *err)
{
	enum wk_status st;

	st = wk_unlock_envelopes(m->s, m->source, recovery_slots(m->source),
				 &m->opening, err);
	if (st)
		return st;
	sheet->slot_id = m->opening.slots[0].slot_id;
	st = wk_session_get(m->s, WK_SECRET_RECOVERY, m->source->name,
			    &sheet->recovery, err);
	if (!st)
		st = make(m, &sheet->der, err);
	return st ? st : set_key_check(m, sheet, err);
}

enum wk_status wk_sheet_make(struct wk_session *s, const struct wk_keyfile *kf,
			     struct wk_sheet *ret_sheet, struct wk_err *err)
{
	struct making m = { .s = s, .source = kf };
	struct wk_sheet sheet = { .recovery = NULL };
	enum wk_status st = wk_sheet_check(kf, err);

	if (st)
		return st;
	st = open_and_make(&m, &sheet, err);
	making_done(&m);
	if (st)
		wk_sheet_done(&sheet);
	else
		*ret_sheet = sheet;
	return st;
}

void wk_sheet_done(struct wk_sheet *sheet)
{
	wk_blob_done(&sheet->der);
	*sheet = (struct wk_sheet){ .recovery = NULL };
}

/* --- back ------------------------------------------------------------------- */

/* How long a DER value with this beginning is; 0: it cannot be told. */
static size_t whole_length(struct wk_span s)
{
	if (s.len < 4)
		return 0;
	if (s.p[1] < 0x80)
		return 2U + s.p[1];
	if (s.p[1] == 0x81)
		return 3U + s.p[2];
	return s.p[1] == 0x82 ? 4U + ((size_t)s.p[2] << 8 | s.p[3]) : 0;
}

/* Nothing in the rows themselves tells which is the last. */
static enum wk_status check_end(struct wk_span der, struct wk_err *err)
{
	size_t whole = whole_length(der);
	size_t have = (der.len + WK_SHEET_ROW_BYTES - 1) / WK_SHEET_ROW_BYTES;
	size_t want = (whole + WK_SHEET_ROW_BYTES - 1) / WK_SHEET_ROW_BYTES;

	if (whole <= der.len || want > WK_SHEET_ROWS_MAX)
		return WK_OK;
	if (want == have)
		return wk_fail(err, WK_CORRUPT, "sheet.row",
			       "row %zu: cut short", have);
	if (want == have + 1)
		return wk_fail(err, WK_CORRUPT, "sheet.missing",
			       "row %zu, the last one, is missing", want);
	return wk_fail(err, WK_CORRUPT, "sheet.missing",
		       "rows %zu to %zu are missing", have + 1, want);
}

enum wk_status wk_sheet_read(struct wk_span text, struct wk_keyfile **ret_kf,
			     struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	struct wk_keyfile *kf;
	enum wk_status st = wk_sheet_decode(text, &der, err);

	if (!st)
		st = check_end(wk_blob_span(&der), err);
	if (!st)
		st = wk_keyfile_new(&kf, err);
	if (st)
		return st;
	st = wk_keyfile_decode(wk_blob_span(&der), kf, err);
	if (st)
		wk_keyfile_free(kf);
	else
		*ret_kf = kf;
	return st;
}
