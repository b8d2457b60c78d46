/* SPDX-License-Identifier: Apache-2.0 */
/* Unlocking a key file, with a verdict for each slot. */
#ifndef WK_UNLOCK_H
#define WK_UNLOCK_H

#include "backend.h"
#include "keyfile.h"
#include "session.h"

enum wk_verdict {
	WK_SLOT_NOT_TRIED, /* err says why: secret missing, no backend, … */
	WK_SLOT_OPENED,
	WK_SLOT_FAILED,
};

struct wk_slot_verdict {
	const struct wk_slot *slot;
	enum wk_verdict verdict;
	struct wk_err err;
};

struct wk_unlock_report {
	size_t count;
	struct wk_slot_verdict slots[WK_SLOTS_MAX];
};

struct wk_unlock_how {
	int slot; /* only this id, whatever its state and priority; -1: any */
	bool all; /* go on after the first slot that opens */
};

/*
 * As wk_unlock().  Tried are, by priority and then id, the active slots whose
 * secret is held or that need none; then those whose secret can be asked for,
 * with one question for each kind, the recovery key last.  A slot of priority
 * "ignore" is tried only by its id.  report may be NULL; else every slot of the
 * file gets its verdict.
 * WK_NOT_FOUND: no slot how->slot.
 */
WK_MUST enum wk_status wk_unlock_slots(struct wk_session *s,
				       const struct wk_keyfile *kf,
				       const struct wk_unlock_how *how,
				       struct wk_unlock_report *report,
				       struct wk_material *ret_material,
				       struct wk_err *err);

/* A slot that opened, and by what. */
struct wk_opened {
	uint8_t slot_id;
	struct wk_slot_secret secret;
};

/* What a change needs of a key file; release with wk_opening_done(). */
struct wk_opening {
	struct wk_secret *kek, *key;
	size_t count;
	struct wk_opened slots[WK_SLOTS_MAX];
};

/*
 * Opens the envelope slots whose ids are in the bit mask `among`, in the order of
 * wk_unlock_slots() but whatever their state: for each kind of secret that is
 * held until one slot opens by it, then, if none did, one that can be asked for.
 * The failure is that of wk_unlock_slots().
 */
WK_MUST enum wk_status wk_unlock_envelopes(struct wk_session *s,
					   const struct wk_keyfile *kf,
					   uint32_t among,
					   struct wk_opening *ret_opening,
					   struct wk_err *err);
/*
 * The same of a file that was changed after *o was opened: what opened then is
 * tried first, because it cost a KDF.  On failure *o is empty.
 */
WK_MUST enum wk_status wk_unlock_again(struct wk_session *s,
				       const struct wk_keyfile *kf,
				       uint32_t among, struct wk_opening *o,
				       struct wk_err *err);
void wk_opening_done(struct wk_opening *o);

#endif
