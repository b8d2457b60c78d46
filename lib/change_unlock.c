/* SPDX-License-Identifier: Apache-2.0 */
/* Who may change a key file: whoever still gets in afterwards. */
#include "change_impl.h"

#include <stdio.h>

#include "unlock_impl.h"

/* WK_SECRET_KINDS: the slot is of no use here. */
static enum wk_secret_kind kind_of(const struct wk_slot *slot)
{
	struct wk_err ignored;
	const struct wk_backend *b = wk_slot_backend(slot, &ignored);

	return b ? b->needs(slot->protection) :
		   (enum wk_secret_kind)WK_SECRET_KINDS;
}

/* The kinds of secrets, as bits, that these slots made the host give. */
static unsigned int kinds_given(const struct wk_session *s,
				const struct wk_keyfile *kf, uint32_t among)
{
	unsigned int kinds = 0;

	for (size_t i = 0; i < kf->slot_count; i++) {
		const struct wk_slot *slot = &kf->slots[i];
		enum wk_secret_kind kind = kind_of(slot);

		if (among & wk_slot_bit(slot->id) && kind < WK_SECRET_KINDS &&
		    wk_session_supply(s, kind) != WK_SUPPLY_NO)
			kinds |= 1u << kind;
	}
	return kinds;
}

/* The active slots outside of `among` that can be tried without a question. */
static uint32_t others(const struct wk_session *s, const struct wk_keyfile *kf,
		       uint32_t among)
{
	uint32_t rest = wk_change_active(kf) & ~among, found = 0;
	unsigned int given = kinds_given(s, kf, among);

	for (size_t i = 0; i < kf->slot_count; i++) {
		const struct wk_slot *slot = &kf->slots[i];
		enum wk_secret_kind kind = kind_of(slot);

		if (kind < WK_SECRET_KINDS &&
		    (given & 1u << kind || kind == WK_SECRET_NONE ||
		     wk_session_supply(s, kind) == WK_SUPPLY_HELD))
			found |= rest & wk_slot_bit(slot->id);
	}
	return found;
}

/* Whether these are recipients' slots and nobody gave what they need. */
static bool in_escrow(const struct wk_session *s, const struct wk_keyfile *kf,
		      uint32_t among)
{
	for (size_t i = 0; i < kf->slot_count; i++)
		if (among & wk_slot_bit(kf->slots[i].id) &&
		    kf->slots[i].type != WK_SLOT_RECIPIENT)
			return false;
	return wk_session_supply(s, WK_SECRET_KEK) == WK_SUPPLY_NO;
}

static enum wk_status only_escrow(struct wk_err *err)
{
	wk_fail(err, WK_UNSAFE, "slot.no-remaining",
		"what remains is in escrow, which cannot be tested here");
	wk_err_hint(err,
		    "give what its holder decrypts by --kek-file; or state "
		    "by --proved that the holder did");
	return WK_UNSAFE;
}

static enum wk_status opens_another(uint8_t id, uint32_t among,
				    struct wk_err *err)
{
	char list[4 * WK_SLOTS_MAX + 1];
	size_t len = 0;

	for (unsigned int i = 0; i < WK_SLOTS_MAX; i++)
		if (among & (uint32_t)1 << i)
			len += (size_t)snprintf(list + len, sizeof(list) - len,
						"%s%u", len ? ", " : "", i);
	wk_fail(err, WK_UNSAFE, "slot.no-remaining",
		"what was given opens slot %u, which cannot unlock this change",
		id);
	wk_err_hint(err, "give the secret of %s%s",
		    among & (among - 1) ? "one of the slots " : "slot ", list);
	return WK_UNSAFE;
}

/*
 * Nothing that may unlock opened.  When what was given is right for a slot that
 * is about to go, that is what has to be said, not that it is wrong.
 */
static enum wk_status explain(struct wk_session *s, const struct wk_keyfile *kf,
			      uint32_t among, struct wk_err *err)
{
	struct wk_opening o = { 0 };
	struct wk_err ignored;
	uint32_t rest = others(s, kf, among);
	uint8_t id;

	if (!rest || (err->status != WK_AUTH && err->status != WK_UNSUPPORTED))
		return err->status;
	if (in_escrow(s, kf, among))
		return only_escrow(err);
	if (wk_unlock_envelopes(s, kf, rest, &o, &ignored))
		return err->status;
	id = o.slots[0].slot_id;
	wk_opening_done(&o);
	return opens_another(id, among, err);
}

enum wk_status wk_change_unlock(struct wk_session *s,
				const struct wk_keyfile *kf,
				const struct wk_change_how *how,
				struct wk_opening *o, struct wk_err *err)
{
	uint32_t among = how->among ? how->among(how->context, kf, err) :
				      wk_change_active(kf);
	enum wk_status st;

	if (!among && how->among)
		return err->status;
	st = o->count ? wk_unlock_again(s, kf, among, o, err) :
			wk_unlock_envelopes(s, kf, among, o, err);
	return st ? explain(s, kf, among, err) : WK_OK;
}

static bool is_active(const struct wk_change *c, uint8_t id)
{
	const struct wk_slot *slot = wk_keyfile_slot(c->kf, id);

	return slot && slot->state == WK_SLOT_ACTIVE;
}

/* Opened before and active afterwards; or new, active, and its secret is here. */
static bool remains(const struct wk_change *c)
{
	for (size_t i = 0; i < c->opening->count; i++) {
		uint8_t id = c->opening->slots[i].slot_id;

		if (is_active(c, id) && !wk_change_is_fresh(c, id))
			return true;
	}
	for (size_t i = 0; i < c->fresh->count; i++) {
		uint8_t id = c->fresh->slots[i].id;

		if (is_active(c, id) &&
		    wk_keyfile_slot(c->kf, id)->type != WK_SLOT_RECIPIENT)
			return true;
	}
	return false;
}

static bool has_recipient(const struct wk_keyfile *kf)
{
	for (size_t i = 0; i < kf->slot_count; i++)
		if (kf->slots[i].state == WK_SLOT_ACTIVE &&
		    kf->slots[i].type == WK_SLOT_RECIPIENT)
			return true;
	return false;
}

enum wk_status wk_change_check_remaining(const struct wk_change *c,
					 bool vouched, struct wk_err *err)
{
	bool recipient = has_recipient(c->kf);

	if (remains(c) || (vouched && recipient))
		return WK_OK;
	wk_fail(err, WK_UNSAFE, "slot.no-remaining",
		"no slot that is open here would remain");
	wk_err_hint(err, recipient ?
				 "give the secret of a slot that remains; or "
				 "state by --proved that the holder of the "
				 "escrow opened it" :
				 "give the secret of a slot that remains");
	return WK_UNSAFE;
}
