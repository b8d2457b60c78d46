/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl add-slot: another way into a key file. */
#include <stdio.h>

#include "cmd/changing.h"
#include "cmd/command.h"
#include "cmd/slotmaking.h"

static const struct wk_option *const tables[] = {
	wk_opts_slotmaking,
	wk_opts_slot_text,
	wk_opts_new,
	WK_OPTS_CHANGING,
#define WK_BACKEND(id) wk_backend_##id##_options,
#include "backends.def"
#undef WK_BACKEND
	NULL,
};

struct adding {
	struct wk_slotmaking making;
	struct wk_slot like; /* but for the id */
};

/* That there is room is known before anything is asked. */
static uint32_t among(void *context, const struct wk_keyfile *kf,
		      struct wk_err *err)
{
	(void)context;
	if (kf->slot_count < WK_SLOTS_MAX)
		return wk_change_active(kf);
	wk_fail(err, WK_FAIL, "slot.full", "all %d slots are taken",
		WK_SLOTS_MAX);
	wk_err_hint(err, "'wkeyctl remove-slot' takes one out");
	return 0;
}

static enum wk_status edit(void *context, struct wk_change *c,
			   struct wk_err *err)
{
	struct adding *a = context;
	enum wk_status st = wk_change_free_id(c, &a->like.id, err);

	return st ? st : wk_change_put_slot(c, &a->making.maker, &a->like, err);
}

static enum wk_status add(struct adding *a, struct wk_changing *c,
			  struct wk_err *err)
{
	struct wk_change_how how = {
		.among = among,
		.edit = edit,
		.context = a,
	};
	enum wk_status st;

	a->like = (struct wk_slot){ .priority = WK_SLOT_NORMAL };
	snprintf(a->like.label, sizeof(a->like.label), "%s",
		 a->making.holder.subject);
	st = wk_slotmaking_text(c->args, &a->like, err);
	return st ? st : wk_changing_run(c, &how, err);
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	WK_AUTO_CHANGING struct wk_changing c = { 0 };
	struct adding a = { 0 };
	const char *location = wk_args_pos(args, 0);
	enum wk_status st;

	wk_changing_sandbox(args, location);
	st = wk_slotmaking_init(&a.making, args, location, NULL, err);
	if (!st)
		st = wk_changing_init(&c, args, location, err);
	if (!st)
		st = add(&a, &c, err);
	if (c.done.stands)
		wk_slotmaking_keep(&a.making);
	if (!st) {
		wk_changing_say(&c, out, a.like.id, "added");
		wk_slotmaking_say(&a.making, out);
	}
	wk_slotmaking_done(&a.making);
	return st;
}

extern const struct wk_command wk_command_add_slot;
const struct wk_command wk_command_add_slot = {
	.name = "add-slot",
	.args = "KEYFILE",
	.summary = "add another way to unlock a key file",
	.options = tables,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
