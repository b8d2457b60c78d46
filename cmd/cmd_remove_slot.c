/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl remove-slot: one way less into a key file. */
#include "cmd/changing.h"
#include "cmd/command.h"
#include "cmd/ways.h"

static const struct wk_option *const tables[] = {
	wk_opts_ways,
	WK_OPTS_CHANGING,
	NULL,
};

struct removing {
	const struct wk_args *args;
	uint8_t id;
};

static enum wk_status last_slot(uint8_t id, struct wk_err *err)
{
	wk_fail(err, WK_UNSAFE, "slot.last",
		"without slot %u nothing would open the key file", id);
	wk_err_hint(err, "add another slot first: 'wkeyctl add-slot'");
	return WK_UNSAFE;
}

static enum wk_status check(const struct removing *r,
			    const struct wk_keyfile *kf,
			    const struct wk_slot *slot, struct wk_err *err)
{
	struct wk_ways before = wk_ways_of(kf), after = before;
	enum wk_status st = wk_changing_not_staged(kf, slot->id, err);

	if (st)
		return st;
	if (!(wk_change_active(kf) & ~((uint32_t)1 << slot->id)))
		return last_slot(slot->id, err);
	wk_ways_count(&after, slot->state, slot->type, -1);
	st = wk_ways_check(r->args, &before, &after, err);
	return st ? st : wk_ways_holder(r->args, kf, slot, err);
}

static bool only_recipients(const struct wk_keyfile *kf, uint32_t among)
{
	for (size_t i = 0; i < kf->slot_count; i++)
		if (among & (uint32_t)1 << kf->slots[i].id &&
		    kf->slots[i].type != WK_SLOT_RECIPIENT)
			return false;
	return true;
}

/* What remains; where all of that is in escrow, --proved is as good. */
static uint32_t among(void *context, const struct wk_keyfile *kf,
		      struct wk_err *err)
{
	const struct removing *r = context;
	uint32_t active = wk_change_active(kf);
	uint32_t remaining = active & ~((uint32_t)1 << r->id);
	const struct wk_slot *slot;

	if (wk_changing_slot(kf, r->id, &slot, err) || check(r, kf, slot, err))
		return 0;
	if (wk_args_given(r->args, "proved") && only_recipients(kf, remaining))
		return active;
	return remaining;
}

static enum wk_status edit(void *context, struct wk_change *c,
			   struct wk_err *err)
{
	const struct removing *r = context;

	(void)err;
	wk_change_drop_slot(c, r->id);
	return WK_OK;
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	WK_AUTO_CHANGING struct wk_changing c = { 0 };
	struct removing r = { .args = args };
	struct wk_change_how how = {
		.among = among,
		.edit = edit,
		.context = &r,
		.vouched = wk_args_given(args, "proved"),
	};
	const char *location = wk_args_pos(args, 0);
	enum wk_status st = wk_changing_id(wk_args_pos(args, 1), &r.id, err);

	if (st)
		return st;
	wk_changing_sandbox(args, location);
	st = wk_changing_init(&c, args, location, err);
	if (!st)
		st = wk_changing_run(&c, &how, err);
	if (!st)
		wk_changing_say(&c, out, r.id, "removed");
	return st;
}

extern const struct wk_command wk_command_remove_slot;
const struct wk_command wk_command_remove_slot = {
	.name = "remove-slot",
	.args = "KEYFILE SLOT",
	.summary = "take a slot out of a key file",
	.options = tables,
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
