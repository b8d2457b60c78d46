/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands that change a key file's slots have in common. */
#ifndef WK_CMD_CHANGING_H
#define WK_CMD_CHANGING_H

#include "change.h"
#include "cmd/out.h"
#include "cmd/plan.h"
#include "cmd/unlocking.h"

/* The options of every such command. */
#define WK_OPTS_CHANGING \
	wk_opts_unlock, wk_opts_rescue, wk_opts_kdf_limit, wk_opts_dry_run

struct wk_changing {
	const struct wk_args *args;
	const char *location;
	struct wk_unlocking unlocking;
	struct wk_change_done done;
};

/*
 * Enters the sandbox: the key file may be replaced, and with a flag --recovery
 * that is given, --recovery-file made.  location is borrowed.
 */
void wk_changing_sandbox(const struct wk_args *args, const char *location);
WK_MUST enum wk_status wk_changing_init(struct wk_changing *c,
					const struct wk_args *args,
					const char *location,
					struct wk_err *err);
WK_MUST enum wk_status wk_changing_run(struct wk_changing *c,
				       const struct wk_change_how *how,
				       struct wk_err *err);
/*
 * "slot 2 WHAT, epoch 4, proved by slots 0, 2", and the members of JSON: key_id,
 * epoch, slot, proved.  slot -1: none is named.
 */
void wk_changing_say(const struct wk_changing *c, struct wk_out *out, int slot,
		     const char *what);
void wk_changing_done(struct wk_changing *c);
#define WK_AUTO_CHANGING __attribute__((cleanup(wk_changing_done)))

/* The second argument, an id.  WK_FAIL "usage.bad-value". */
WK_MUST enum wk_status wk_changing_id(const char *text, uint8_t *ret_id,
				      struct wk_err *err);
/* The slot of that id.  WK_NOT_FOUND "keyfile.no-slot". */
WK_MUST enum wk_status wk_changing_slot(const struct wk_keyfile *kf, uint8_t id,
					const struct wk_slot **ret_slot,
					struct wk_err *err);
/* The staged slot that replaces it, or NULL. */
const struct wk_slot *wk_changing_staged_for(const struct wk_keyfile *kf,
					     uint8_t id);
/* WK_EXISTS "slot.staged": one replaces it, and what becomes of that is not said. */
WK_MUST enum wk_status wk_changing_not_staged(const struct wk_keyfile *kf,
					      uint8_t id, struct wk_err *err);

#endif
