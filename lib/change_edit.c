/* SPDX-License-Identifier: Apache-2.0 */
/* The copy of a key file that is edited, slot by slot. */
#include "change_impl.h"

#include <assert.h>
#include <string.h>

#include "envelope.h"

enum wk_status wk_change_copy(const struct wk_keyfile *kf,
			      struct wk_keyfile **ret_copy, struct wk_err *err)
{
	struct wk_keyfile *copy;
	enum wk_status st = wk_keyfile_new(&copy, err);

	if (st)
		return st;
	*copy = *kf;
	copy->image = (struct wk_blob){ 0 };
	*ret_copy = copy;
	return WK_OK;
}

void wk_change_fresh_done(struct wk_change_fresh *f)
{
	for (size_t i = 0; i < f->count; i++) {
		wk_blob_done(&f->slots[i].protection);
		wk_slot_secret_done(&f->slots[i].secret);
	}
	f->count = 0;
}

uint32_t wk_change_active(const struct wk_keyfile *kf)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < kf->slot_count; i++)
		if (kf->slots[i].state == WK_SLOT_ACTIVE &&
		    !wk_slot_is_direct(&kf->slots[i]))
			bits |= wk_slot_bit(kf->slots[i].id);
	return bits;
}

struct wk_slot *wk_change_slot(struct wk_change *c, uint8_t id)
{
	for (size_t i = 0; i < c->kf->slot_count; i++)
		if (c->kf->slots[i].id == id)
			return &c->kf->slots[i];
	return NULL;
}

bool wk_change_is_fresh(const struct wk_change *c, uint8_t id)
{
	for (size_t i = 0; i < c->fresh->count; i++)
		if (c->fresh->slots[i].id == id)
			return true;
	return false;
}

enum wk_status wk_change_free_id(const struct wk_change *c, uint8_t *ret_id,
				 struct wk_err *err)
{
	uint8_t id = 0;

	/* They stand in ascending order. */
	while (id < c->kf->slot_count && c->kf->slots[id].id == id)
		id++;
	if (id == WK_SLOTS_MAX) {
		wk_fail(err, WK_FAIL, "slot.full", "all %d slots are taken",
			WK_SLOTS_MAX);
		wk_err_hint(err, "'wkeyctl remove-slot' takes one out");
		return WK_FAIL;
	}
	*ret_id = id;
	return WK_OK;
}

void wk_change_drop_slot(struct wk_change *c, uint8_t id)
{
	struct wk_slot *slot = wk_change_slot(c, id);
	struct wk_slot *end = &c->kf->slots[c->kf->slot_count];

	assert(slot);
	memmove(slot, slot + 1, (size_t)(end - slot - 1) * sizeof(*slot));
	c->kf->slot_count--;
}

/* Where a slot of that id stands, or is to stand. */
static struct wk_slot *place_of(struct wk_keyfile *kf, uint8_t id)
{
	size_t at = 0;
	struct wk_slot *slot;

	while (at < kf->slot_count && kf->slots[at].id < id)
		at++;
	slot = &kf->slots[at];
	if (at < kf->slot_count && slot->id == id)
		return slot;
	assert(kf->slot_count < WK_SLOTS_MAX);
	memmove(slot + 1, slot, (kf->slot_count - at) * sizeof(*slot));
	kf->slot_count++;
	return slot;
}

enum wk_status wk_change_put_slot(struct wk_change *c,
				  const struct wk_slot_maker *maker,
				  const struct wk_slot *like,
				  struct wk_err *err)
{
	struct wk_change_fresh *f = c->fresh;
	struct wk_blob *protection = &f->slots[f->count].protection;
	struct wk_slot_secret *secret = &f->slots[f->count].secret;
	struct wk_slot slot = *like;
	enum wk_status st;

	assert(f->count < WK_SLOTS_MAX && !wk_change_is_fresh(c, like->id));
	st = maker->make(maker->context, c->opening->kek, c->kf->key_id,
			 protection, secret, err);
	if (st)
		return st;
	f->slots[f->count++].id = like->id;
	slot.type = maker->type;
	slot.protection = wk_blob_span(protection);
	st = wk_envelope_seal_slot(c->session, c->kf->key_id, &slot, secret,
				   c->opening->kek, err);
	if (!st)
		*place_of(c->kf, like->id) = slot;
	return st;
}
