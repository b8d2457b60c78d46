/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changing the slots of a key file so that it is never lost: unlock by slots
 * that remain, edit a copy, count the epoch on, seal the body anew, write,
 * prove that what was written unlocks, replace.  When another process changed
 * the file meanwhile, all of it is done again on what is there then.
 */
#ifndef WK_CHANGE_H
#define WK_CHANGE_H

#include "backend.h"
#include "store.h"
#include "unlock.h"

/* What makes the protection and the slot secret of a new slot. */
struct wk_slot_maker {
	uint8_t type; /* enum wk_slot_type: an envelope */
	/*
	 * kek and key_id for those whose protection depends on them.  Called
	 * once for each try; *ret_secret may borrow from the context.
	 */
	enum wk_status (*make)(void *context, const struct wk_secret *kek,
			       const uint8_t *key_id,
			       struct wk_blob *ret_protection,
			       struct wk_slot_secret *ret_secret,
			       struct wk_err *err);
	void *context;
};

/* One try at a change; handed to the edit. */
struct wk_change {
	struct wk_session *session;
	struct wk_keyfile *kf; /* the copy that is edited; epoch counted on */
	const struct wk_opening *opening;
	struct wk_change_fresh *fresh; /* private */
};

/* Fills a slot of the copy; id is free, or that of the slot to be made anew. */
WK_MUST enum wk_status wk_change_put_slot(struct wk_change *c,
					  const struct wk_slot_maker *maker,
					  const struct wk_slot *like,
					  struct wk_err *err);
/* Takes a slot out of the copy.  The id must be there (asserted). */
void wk_change_drop_slot(struct wk_change *c, uint8_t id);
/* The slot of that id in the copy, or NULL. */
struct wk_slot *wk_change_slot(struct wk_change *c, uint8_t id);
/* Whether that slot of the copy was put there by this change. */
bool wk_change_is_fresh(const struct wk_change *c, uint8_t id);
/* The lowest free id.  WK_FAIL "slot.full": all 32 are taken. */
WK_MUST enum wk_status wk_change_free_id(const struct wk_change *c,
					 uint8_t *ret_id, struct wk_err *err);

/* The active envelope slots, as bits: what unlocks a change that takes none out. */
uint32_t wk_change_active(const struct wk_keyfile *kf);

struct wk_change_how {
	/*
	 * Bit mask of the ids of the envelope slots that may unlock, whatever
	 * their state; 0 after setting *err.  Called before anything is asked.
	 * NULL: the active ones.
	 */
	uint32_t (*among)(void *context, const struct wk_keyfile *kf,
			  struct wk_err *err);
	enum wk_status (*edit)(void *context, struct wk_change *c,
			       struct wk_err *err);
	void *context;
	/* The user states that the holder of a recipient slot opened it. */
	bool vouched;
};

struct wk_change_done {
	uint64_t epoch; /* of the new key file */
	uint32_t proved; /* ids, as bits, of slots that opened what was written */
	uint8_t key_id[WK_KEY_ID_BYTES];
	/*
	 * The new one is in place.  Also after a failure: when it could not be
	 * synchronized, or the second raw copy not be written.
	 */
	bool stands;
};

/*
 * dry: everything but writing.  WK_UNSAFE "slot.no-remaining": what was given
 * opens only slots that may not unlock, or no active slot that it opens remains,
 * nor a new one that can be tested here, nor is a recipient vouched for; WK_FAIL
 * "keyfile.ephemeral", "keyfile.opaque": such a file has one slot;
 * "keyfile.epoch": it cannot be counted on; WK_TRANSIENT "file.changed": 100
 * others were faster; else what unlocking, edit() and wk_store_replace() say.
 * On failure *ret_done is written as well, for `stands`.
 */
WK_MUST enum wk_status wk_change_run(struct wk_session *s, const char *location,
				     const struct wk_change_how *how, bool dry,
				     struct wk_change_done *ret_done,
				     struct wk_err *err);

#endif
