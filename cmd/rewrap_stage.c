/* SPDX-License-Identifier: Apache-2.0 */
/* rewrap --stage: the new slot beside the one that it is to replace. */
#include <stdio.h>

#include "cmd/rewrap.h"
#include "cmd/slotmaking.h"

struct staging {
	const struct wk_args *args;
	struct wk_slotmaking making;
	uint8_t id, replaces;
};

static enum wk_status check_target(const struct wk_keyfile *kf,
				   const struct wk_slot *slot,
				   struct wk_err *err)
{
	if (wk_slot_is_direct(slot)) {
		wk_fail(err, WK_UNSUPPORTED, "slot.direct",
			"slot %u wraps the storage key itself: software makes "
			"nothing that replaces it",
			slot->id);
		wk_err_hint(err, "'wkeyctl add-slot' adds another slot");
		return WK_UNSUPPORTED;
	}
	if (slot->state != WK_SLOT_ACTIVE) {
		wk_fail(err, WK_FAIL, "slot.not-active",
			"slot %u is not in use, so it cannot be replaced",
			slot->id);
		wk_err_hint(err, "'wkeyctl slots' shows which are active");
		return WK_FAIL;
	}
	return wk_changing_not_staged(kf, slot->id, err);
}

static uint32_t of_type(const struct wk_keyfile *kf, uint32_t among,
			uint8_t type)
{
	for (size_t i = 0; i < kf->slot_count; i++)
		if (kf->slots[i].type != type)
			among &= ~((uint32_t)1 << kf->slots[i].id);
	return among;
}

static bool is_one(uint32_t ids)
{
	return ids && !(ids & (ids - 1));
}

static enum wk_status which(uint32_t ids, struct wk_err *err)
{
	char list[WK_REWRAP_LIST];

	wk_rewrap_list(ids, list);
	wk_fail(err, WK_FAIL, "slot.ambiguous",
		"which slot is to be replaced is not clear: it could be %s",
		list);
	wk_err_hint(err, "--slot says which");
	return WK_FAIL;
}

/* The only active slot of that kind, else the only active envelope slot. */
static enum wk_status guess(const struct wk_keyfile *kf, uint8_t type,
			    uint8_t *ret_id, struct wk_err *err)
{
	uint32_t active = wk_change_active(kf);
	uint32_t same = of_type(kf, active, type);
	uint32_t one = is_one(same) ? same : active;

	if (!is_one(one))
		return which(same ? same : active, err);
	*ret_id = (uint8_t)__builtin_ctz(one);
	return WK_OK;
}

static enum wk_status find_target(struct staging *g,
				  const struct wk_keyfile *kf,
				  struct wk_err *err)
{
	const struct wk_slot *slot;
	enum wk_status st = WK_OK;

	if (wk_args_given(g->args, "slot"))
		g->replaces = (uint8_t)wk_args_num(g->args, "slot", 0);
	else
		st = guess(kf, g->making.maker.type, &g->replaces, err);
	if (!st)
		st = wk_changing_slot(kf, g->replaces, &slot, err);
	return st ? st : check_target(kf, slot, err);
}

static uint32_t among(void *context, const struct wk_keyfile *kf,
		      struct wk_err *err)
{
	return find_target(context, kf, err) ? 0 : wk_change_active(kf);
}

/* It has the old one's priority unless it is said, and its label at the commit. */
static enum wk_status edit(void *context, struct wk_change *c,
			   struct wk_err *err)
{
	struct staging *g = context;
	struct wk_slot like = {
		.state = WK_SLOT_STAGED,
		.priority = wk_change_slot(c, g->replaces)->priority,
		.has_replaces = true,
		.replaces = g->replaces,
	};
	enum wk_status st = wk_change_free_id(c, &g->id, err);

	like.id = g->id;
	snprintf(like.label, sizeof(like.label), "%s",
		 g->making.holder.subject);
	if (!st)
		st = wk_slotmaking_text(g->args, &like, err);
	return st ? st : wk_change_put_slot(c, &g->making.maker, &like, err);
}

static enum wk_status stage(struct staging *g, struct wk_changing *c,
			    struct wk_err *err)
{
	const struct wk_change_how how = {
		.among = among,
		.edit = edit,
		.context = g,
	};
	const char *location = wk_args_pos(g->args, 0);
	struct wk_slot checked = { 0 };
	enum wk_status st = wk_slotmaking_text(g->args, &checked, err);

	if (!st)
		st = wk_slotmaking_init(&g->making, g->args, location, NULL,
					err);
	if (!st)
		st = wk_changing_init(c, g->args, location, err);
	return st ? st : wk_changing_run(c, &how, err);
}

enum wk_status wk_rewrap_stage(const struct wk_args *args, struct wk_out *out,
			       struct wk_err *err)
{
	WK_AUTO_CHANGING struct wk_changing c = { 0 };
	struct staging g = { .args = args };
	char what[40];
	enum wk_status st = stage(&g, &c, err);

	if (c.done.stands)
		wk_slotmaking_keep(&g.making);
	if (!st) {
		snprintf(what, sizeof(what), "staged to replace slot %u",
			 g.replaces);
		wk_changing_say(&c, out, g.id, what);
		wk_out_int(out, "replaces", NULL, g.replaces);
		wk_slotmaking_say(&g.making, out);
	}
	wk_slotmaking_done(&g.making);
	return st;
}
