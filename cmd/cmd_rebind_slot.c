/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl rebind-slot: another secret, backend, label or priority for a slot. */
#include <stdio.h>

#include "cmd/changing.h"
#include "cmd/command.h"
#include "cmd/slotmaking.h"
#include "cmd/ways.h"

static const struct wk_option rebind_options[] = {
	{ .name = "keep",
	  .type = WK_OPT_FLAG,
	  .help = "change label or priority only" },
	{ 0 }
};

static const struct wk_option *const tables[] = {
	rebind_options, wk_opts_slotmaking, wk_opts_slot_text,
	wk_opts_new,	wk_opts_ways,	    WK_OPTS_CHANGING,
#define WK_BACKEND(id) wk_backend_##id##_options,
#include "backends.def"
#undef WK_BACKEND
	NULL,
};

struct rebinding {
	const struct wk_args *args;
	uint8_t id;
	struct wk_slotmaking making; /* not with --keep */
};

/* --- with --keep --------------------------------------------------------------- */

static uint32_t among_keep(void *context, const struct wk_keyfile *kf,
			   struct wk_err *err)
{
	const struct rebinding *r = context;
	const struct wk_slot *slot;

	return wk_changing_slot(kf, r->id, &slot, err) ? 0 :
							 wk_change_active(kf);
}

static enum wk_status edit_keep(void *context, struct wk_change *c,
				struct wk_err *err)
{
	const struct rebinding *r = context;

	return wk_slotmaking_text(r->args, wk_change_slot(c, r->id), err);
}

static enum wk_status check_keep(const struct wk_args *args, struct wk_err *err)
{
	const char *given;

	if (wk_slotmaking_given(args, &given))
		return wk_fail(err, WK_FAIL, "usage.conflict",
			       "--keep and --%s exclude each other", given);
	if (wk_args_given(args, "label") || wk_args_given(args, "priority"))
		return WK_OK;
	wk_fail(err, WK_FAIL, "usage.missing-option",
		"--keep alone changes nothing");
	wk_err_hint(err, "--label or --priority");
	return WK_FAIL;
}

/* --- anew ---------------------------------------------------------------------- */

static enum wk_status is_direct(const struct wk_slot *slot, struct wk_err *err)
{
	wk_fail(err, WK_UNSUPPORTED, "slot.direct",
		"slot %u wraps the storage key itself: software cannot make it "
		"anew",
		slot->id);
	wk_err_hint(err, "--keep changes its label or priority; 'wkeyctl "
			 "add-slot' adds another slot");
	return WK_UNSUPPORTED;
}

static enum wk_status find(const struct rebinding *r,
			   const struct wk_keyfile *kf,
			   const struct wk_slot **ret_slot, struct wk_err *err)
{
	enum wk_status st = wk_changing_slot(kf, r->id, ret_slot, err);

	if (!st && wk_slot_is_direct(*ret_slot))
		st = is_direct(*ret_slot, err);
	return st;
}

/* Its own secret may open it: the new one is proved before it takes its place. */
static uint32_t among(void *context, const struct wk_keyfile *kf,
		      struct wk_err *err)
{
	const struct rebinding *r = context;
	struct wk_ways before = wk_ways_of(kf), after = before;
	const struct wk_slot *slot;

	if (find(r, kf, &slot, err))
		return 0;
	wk_ways_count(&after, slot->state, slot->type, -1);
	wk_ways_count(&after, slot->state, r->making.maker.type, 1);
	if (wk_ways_check(r->args, &before, &after, err))
		return 0;
	if (r->making.maker.type == WK_SLOT_RECIPIENT &&
	    wk_ways_holder(r->args, kf, slot, err))
		return 0;
	return wk_change_active(kf);
}

/* What the old protection's extensions said is not true of the new one. */
static enum wk_status edit(void *context, struct wk_change *c,
			   struct wk_err *err)
{
	const struct rebinding *r = context;
	struct wk_slot like = *wk_change_slot(c, r->id);
	bool recipient = r->making.maker.type == WK_SLOT_RECIPIENT;
	enum wk_status st;

	like.extensions = wk_span(NULL, 0);
	if (recipient && !like.label[0])
		snprintf(like.label, sizeof(like.label), "%s",
			 r->making.holder.subject);
	st = wk_slotmaking_text(r->args, &like, err);
	return st ? st : wk_change_put_slot(c, &r->making.maker, &like, err);
}

/* Without -b and its like it stays of its kind, unless that cannot be meant. */
static enum wk_status init_making(struct rebinding *r, const char *location,
				  struct wk_err *err)
{
	WK_AUTO_KEYFILE struct wk_keyfile *kf = NULL;
	const struct wk_backend *b;
	const struct wk_slot *slot;
	struct wk_store *store;
	enum wk_status st = wk_store_open(location, &store, err);

	if (st)
		return st;
	st = wk_store_read(store, &kf, err);
	wk_store_close(store);
	if (st)
		return st;
	st = find(r, kf, &slot, err);
	if (st) {
		wk_err_prefix(err, "%s", location);
		return st;
	}
	b = wk_backend_by_slot(slot->type);
	if (b && !wk_backend_by_name(b->name))
		b = NULL;
	return wk_slotmaking_init(&r->making, r->args, location, b, err);
}

/* --- both ------------------------------------------------------------------------ */

static enum wk_status rebind(struct rebinding *r, struct wk_changing *c,
			     const char *location, struct wk_err *err)
{
	bool keep = wk_args_given(r->args, "keep");
	struct wk_change_how how = {
		.among = keep ? among_keep : among,
		.edit = keep ? edit_keep : edit,
		.context = r,
		.vouched = wk_args_given(r->args, "proved"),
	};
	struct wk_slot checked = { 0 };
	enum wk_status st = wk_slotmaking_text(r->args, &checked, err);

	if (!st)
		st = keep ? check_keep(r->args, err) :
			    init_making(r, location, err);
	if (!st)
		st = wk_changing_init(c, r->args, location, err);
	return st ? st : wk_changing_run(c, &how, err);
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	WK_AUTO_CHANGING struct wk_changing c = { 0 };
	struct rebinding r = { .args = args };
	const char *location = wk_args_pos(args, 0);
	enum wk_status st = wk_changing_id(wk_args_pos(args, 1), &r.id, err);

	if (st)
		return st;
	wk_changing_sandbox(args, location);
	st = rebind(&r, &c, location, err);
	if (c.done.stands)
		wk_slotmaking_keep(&r.making);
	if (!st) {
		wk_changing_say(&c, out, r.id,
				wk_args_given(args, "keep") ? "changed" :
							      "made anew");
		wk_slotmaking_say(&r.making, out);
	}
	wk_slotmaking_done(&r.making);
	return st;
}

extern const struct wk_command wk_command_rebind_slot;
const struct wk_command wk_command_rebind_slot = {
	.name = "rebind-slot",
	.args = "KEYFILE SLOT",
	.summary = "give a slot another secret, label or priority",
	.options = tables,
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
