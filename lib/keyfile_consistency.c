/* SPDX-License-Identifier: Apache-2.0 */
/* Key file: what its members, each right by itself, demand of each other. */
#include "keyfile_impl.h"

static bool has_envelope(const struct wk_keyfile *kf)
{
	for (size_t i = 0; i < kf->slot_count; i++)
		if (!wk_slot_is_direct(&kf->slots[i]))
			return true;
	return false;
}

/* Opaque: hardware alone holds the key.  Else: any envelope slot opens the body. */
static void check_form(struct wk_der *d, const struct wk_keyfile *kf)
{
	if (kf->form != WK_FORM_OPAQUE) {
		if (!kf->has_body)
			wk_der_fail(d, "body is missing or misplaced");
		if (!has_envelope(kf))
			wk_der_fail(d, "slots hold no envelope slot");
		return;
	}
	if (kf->has_body)
		wk_der_fail(d, "body stands in the file of an opaque key");
	if (kf->slot_count != 1 || has_envelope(kf))
		wk_der_fail(d,
			    "slots of an opaque key are not one direct slot");
}

/*
 * An ephemeral form is for one boot: a way in that outlives it would make of it
 * a second long-term file, and one that rewrites cannot keep in step.
 */
static void check_boot(struct wk_der *d, const struct wk_keyfile *kf)
{
	for (size_t i = 0; i < kf->slot_count && kf->slot_count > 1; i++)
		if (kf->slots[i].type == WK_SLOT_BOOT)
			wk_der_fail(d, "slot %u: a boot slot stands alone",
				    kf->slots[i].id);
}

/* --- replaces ------------------------------------------------------------------ */

static const struct wk_slot *find_slot(const struct wk_keyfile *kf, uint8_t id)
{
	for (size_t i = 0; i < kf->slot_count; i++)
		if (kf->slots[i].id == id)
			return &kf->slots[i];
	return NULL;
}

/*
 * A slot's own id is that of a staged slot, too.  That no staged slot is
 * replaced leaves no chains and no circles, whose end would be anybody's guess.
 */
static void check_replaced(struct wk_der *d, const struct wk_keyfile *kf,
			   const struct wk_slot *s)
{
	const struct wk_slot *old = find_slot(kf, s->replaces);

	if (!old)
		wk_der_fail(d, "slot %u: replaces slot %u, which is not there",
			    s->id, s->replaces);
	else if (old->state == WK_SLOT_STAGED)
		wk_der_fail(d, "slot %u: replaces slot %u, which is staged",
			    s->id, s->replaces);
}

static void check_replaces(struct wk_der *d, const struct wk_keyfile *kf)
{
	uint32_t replaced = 0; /* ids as bits */

	for (size_t i = 0; i < kf->slot_count; i++) {
		const struct wk_slot *s = &kf->slots[i];
		uint32_t bit = (uint32_t)1 << s->replaces;

		if (!s->has_replaces)
			continue;
		check_replaced(d, kf, s);
		if (replaced & bit)
			wk_der_fail(d, "slot %u: replaces slot %u, as another",
				    s->id, s->replaces);
		replaced |= bit;
	}
}

void wk_keyfile_check_consistency(struct wk_der *d, const struct wk_keyfile *kf)
{
	if (d->bad)
		return;
	check_form(d, kf);
	check_boot(d, kf);
	check_replaces(d, kf);
}
