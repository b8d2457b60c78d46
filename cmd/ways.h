/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ways of recovery: the active slots that are there for the day when everything
 * else is lost.
 */
#ifndef WK_CMD_WAYS_H
#define WK_CMD_WAYS_H

#include "cmd/args.h"
#include "keyfile.h"

struct wk_ways {
	unsigned int recovery;	 /* slots under a recovery key */
	unsigned int recipients; /* slots in escrow: not testable here */
};

/* --force, --proved */
extern const struct wk_option wk_opts_ways[];

struct wk_ways wk_ways_of(const struct wk_keyfile *kf);
/* One slot more, or (by -1) less, where it is active. */
void wk_ways_count(struct wk_ways *w, enum wk_slot_state state, uint8_t type,
		   int by);
/*
 * WK_UNSAFE "slot.last-recovery": the last way would go.  Escrow takes the place
 * of a recovery key only where --proved vouches for it; --force takes any out.
 */
WK_MUST enum wk_status wk_ways_check(const struct wk_args *args,
				     const struct wk_ways *before,
				     const struct wk_ways *after,
				     struct wk_err *err);
/*
 * WK_UNSAFE "slot.no-remaining": *going is in escrow, and nothing but escrow is in
 * use beside it.  One key opens all slots in escrow, so that what was decrypted
 * for one holder proves nothing of the others; --proved vouches for them.
 */
WK_MUST enum wk_status wk_ways_holder(const struct wk_args *args,
				      const struct wk_keyfile *kf,
				      const struct wk_slot *going,
				      struct wk_err *err);

#endif
