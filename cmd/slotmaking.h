/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What add-slot, rebind-slot and rewrap --stage have in common: from options to
 * what makes the new slot.
 */
#ifndef WK_CMD_SLOTMAKING_H
#define WK_CMD_SLOTMAKING_H

#include "change.h"
#include "cmd/recovery_out.h"
#include "cmd/unlocking.h"
#include "recipient_slot.h"

/* -b, --recovery, --recipient, --accept-certificate */
extern const struct wk_option wk_opts_slotmaking[];
/* --label, --priority */
extern const struct wk_option wk_opts_slot_text[];
extern const char *const wk_priority_names[]; /* NULL-terminated, by value */

/*
 * maker makes the slot; the first time it is called, when the key file is open
 * already, it asks, derives, and shows a recovery key, unless it is a dry run.
 */
struct wk_slotmaking {
	const struct wk_args *args;
	const char *subject; /* of the prompts */
	struct wk_slot_maker maker;
	const struct wk_backend *backend; /* -b */
	struct wk_unlocking fresh;	  /* -b: fed by --new-* */
	struct wk_blob protection;	  /* -b, --recovery: made once */
	struct wk_slot_secret secret;
	bool made, held;
	struct wk_recovery_out recovery; /* --recovery */
	struct wk_blob certificate;	 /* --recipient: its bytes */
	struct wk_certificate holder;	 /* --recipient: who it is */
};

/*
 * Checks the options before anything is asked: exactly one of -b, --recovery and
 * --recipient; `preset` is the backend when none is given, or NULL.
 */
WK_MUST enum wk_status wk_slotmaking_init(struct wk_slotmaking *m,
					  const struct wk_args *args,
					  const char *subject,
					  const struct wk_backend *preset,
					  struct wk_err *err);
/* Label and priority, where they are given, else they stay as they are. */
WK_MUST enum wk_status wk_slotmaking_text(const struct wk_args *args,
					  struct wk_slot *slot,
					  struct wk_err *err);
/* Whether any option that makes a slot is given; *ret_name is its name then. */
bool wk_slotmaking_given(const struct wk_args *args, const char **ret_name);
/* What is to be known of the new slot, but its id. */
void wk_slotmaking_say(const struct wk_slotmaking *m, struct wk_out *out);
/* The slot is in the file: a recovery key that was shown counts. */
void wk_slotmaking_keep(struct wk_slotmaking *m);
void wk_slotmaking_done(struct wk_slotmaking *m);
#define WK_AUTO_SLOTMAKING __attribute__((cleanup(wk_slotmaking_done)))

#endif
