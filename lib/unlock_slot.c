/* SPDX-License-Identifier: Apache-2.0 */
/* One slot: who could open it, and opening it. */
#include "unlock_impl.h"

#include "envelope.h"

void wk_yield_done(struct wk_yield *y)
{
	wk_slot_secret_done(&y->secret);
	y->kek = wk_secret_free(y->kek);
	y->key = wk_secret_free(y->key);
}

const char *wk_secret_kind_name(enum wk_secret_kind kind)
{
	static const char *const names[WK_SECRET_KINDS] = {
		[WK_SECRET_NONE] = "secret",
		[WK_SECRET_PASSPHRASE] = "passphrase",
		[WK_SECRET_WRAPPING_KEY] = "wrapping key",
		[WK_SECRET_PIN] = "PIN",
		[WK_SECRET_RECOVERY] = "recovery key",
		[WK_SECRET_KEK] = "key out of escrow",
	};

	return names[kind];
}

const struct wk_backend *wk_slot_backend(const struct wk_slot *slot,
					 struct wk_err *err)
{
	const struct wk_backend *b = wk_backend_by_slot(slot->type);

	if (!b) {
		wk_fail(err, WK_UNSUPPORTED, "backend.unknown",
			"slot %u: type %u is not known to this version",
			slot->id, slot->type);
		return NULL;
	}
	if (b->probe(err)) {
		wk_err_prefix(err, "slot %u", slot->id);
		return NULL;
	}
	if (!b->slot_open) {
		wk_fail(err, WK_UNSUPPORTED, "backend.cannot",
			"slot %u: backend '%s' cannot open it", slot->id,
			b->name);
		return NULL;
	}
	return b;
}

/* A secret that no person gave was checked before: then the slot is not right. */
static enum wk_status wrong_secret(enum wk_secret_kind kind,
				   const struct wk_slot *slot,
				   struct wk_err *err)
{
	if (kind == WK_SECRET_NONE)
		return wk_fail(err, WK_CORRUPT, "keyfile.slot",
			       "slot %u: changed after it was written",
			       slot->id);
	return wk_fail(err, WK_AUTH, "auth.wrong-secret",
		       "slot %u: the %s is wrong", slot->id,
		       wk_secret_kind_name(kind));
}

/* What is wrong with a text, or of which file it is, still lacks the slot. */
static enum wk_status cannot_open(enum wk_secret_kind kind,
				  const struct wk_slot *slot,
				  struct wk_err *err)
{
	if (kind == WK_SECRET_RECOVERY || kind == WK_SECRET_KEK)
		wk_err_prefix(err, "slot %u", slot->id);
	return err->status;
}

enum wk_status wk_slot_unlock(struct wk_session *s, const struct wk_keyfile *kf,
			      const struct wk_backend *b,
			      const struct wk_slot *slot,
			      struct wk_yield *ret_yield, struct wk_err *err)
{
	WK_AUTO_YIELD struct wk_yield y = { 0 };
	enum wk_status st;

	st = b->slot_open(s, kf, slot->protection, &y.secret, err);
	if (st)
		return cannot_open(b->needs(slot->protection), slot, err);
	st = wk_envelope_open_slot(s, kf->key_id, slot, &y.secret, &y.kek, err);
	if (st == WK_AUTH)
		return wrong_secret(b->needs(slot->protection), slot, err);
	if (!st)
		st = wk_envelope_open_body(s, kf, y.kek, &y.key, err);
	if (st)
		return st;
	*ret_yield = y;
	y = (struct wk_yield){ 0 };
	return WK_OK;
}
