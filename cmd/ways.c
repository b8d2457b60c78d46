/* SPDX-License-Identifier: Apache-2.0 */
/* How many ways of recovery a key file has, and that the last one stays. */
#include "cmd/ways.h"

const struct wk_option wk_opts_ways[] = {
	{ .name = "force",
	  .type = WK_OPT_FLAG,
	  .help = "take out the last way of recovery, too" },
	{ .name = "proved",
	  .type = WK_OPT_FLAG,
	  .help = "state that the holder of the escrow opened it" },
	{ 0 }
};

void wk_ways_count(struct wk_ways *w, enum wk_slot_state state, uint8_t type,
		   int by)
{
	if (state != WK_SLOT_ACTIVE)
		return;
	if (type == WK_SLOT_RECOVERY)
		w->recovery += (unsigned int)by;
	if (type == WK_SLOT_RECIPIENT)
		w->recipients += (unsigned int)by;
}

struct wk_ways wk_ways_of(const struct wk_keyfile *kf)
{
	struct wk_ways w = { 0 };

	for (size_t i = 0; i < kf->slot_count; i++)
		wk_ways_count(&w, kf->slots[i].state, kf->slots[i].type, 1);
	return w;
}

static enum wk_status last_way(struct wk_err *err)
{
	wk_fail(err, WK_UNSAFE, "slot.last-recovery",
		"this would remove the last way of recovery");
	wk_err_hint(err, "make another first ('wkeyctl add-slot --recovery'); "
			 "or --force");
	return WK_UNSAFE;
}

static enum wk_status only_escrow(struct wk_err *err)
{
	wk_fail(err, WK_UNSAFE, "slot.last-recovery",
		"this would remove the last recovery key, and what is in "
		"escrow cannot be tested here");
	wk_err_hint(err, "state by --proved that the holder of the escrow "
			 "opened it; or --force");
	return WK_UNSAFE;
}

enum wk_status wk_ways_check(const struct wk_args *args,
			     const struct wk_ways *before,
			     const struct wk_ways *after, struct wk_err *err)
{
	if (wk_args_given(args, "force") || after->recovery)
		return WK_OK;
	if (!before->recovery)
		return before->recipients && !after->recipients ?
			       last_way(err) :
			       WK_OK;
	if (!after->recipients)
		return last_way(err);
	return wk_args_given(args, "proved") ? WK_OK : only_escrow(err);
}

enum wk_status wk_ways_holder(const struct wk_args *args,
			      const struct wk_keyfile *kf,
			      const struct wk_slot *going, struct wk_err *err)
{
	if (wk_args_given(args, "proved") || going->state != WK_SLOT_ACTIVE ||
	    going->type != WK_SLOT_RECIPIENT)
		return WK_OK;
	for (size_t i = 0; i < kf->slot_count; i++) {
		const struct wk_slot *slot = &kf->slots[i];

		if (slot->state == WK_SLOT_ACTIVE && !wk_slot_is_direct(slot) &&
		    slot->type != WK_SLOT_RECIPIENT)
			return WK_OK;
	}
	wk_fail(err, WK_UNSAFE, "slot.no-remaining",
		"what remains is in escrow, and what one holder decrypted "
		"proves nothing of another");
	wk_err_hint(err, "state by --proved that the holder of what remains "
			 "opened it");
	return WK_UNSAFE;
}
