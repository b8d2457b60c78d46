/* SPDX-License-Identifier: Apache-2.0 */
/* Unlocking a key file, with a verdict for each slot. */
#ifndef WK_UNLOCK_H
#define WK_UNLOCK_H

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
 * with one question.  A slot of priority "ignore" is tried only by its id.
 * report may be NULL; else every slot of the file gets its verdict.
 * WK_NOT_FOUND: no slot how->slot.
 */
WK_MUST enum wk_status wk_unlock_slots(struct wk_session *s,
				       const struct wk_keyfile *kf,
				       const struct wk_unlock_how *how,
				       struct wk_unlock_report *report,
				       struct wk_material *ret_material,
				       struct wk_err *err);

#endif
