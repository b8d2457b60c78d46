/* SPDX-License-Identifier: Apache-2.0 */
/* rewrap --commit and --abort: what becomes of staged slots. */
#include <stdio.h>
#include <string.h>

#include "cmd/rewrap.h"
#include "cmd/ways.h"

struct ending {
	const struct wk_args *args;
	uint32_t staged; /* those that it is about, as bits */
	uint8_t id;	 /* --commit: the one */
	bool has_old;
	uint8_t old; /* the slot that it replaces */
};

static uint32_t staged_of(const struct wk_keyfile *kf)
{
	uint32_t ids = 0;

	for (size_t i = 0; i < kf->slot_count; i++)
		if (kf->slots[i].state == WK_SLOT_STAGED)
			ids |= (uint32_t)1 << kf->slots[i].id;
	return ids;
}

static enum wk_status none_staged(struct wk_err *err)
{
	wk_fail(err, WK_NOT_FOUND, "slot.none-staged", "no slot is staged");
	wk_err_hint(err, "'wkeyctl rewrap --stage' stages one");
	return WK_NOT_FOUND;
}

static enum wk_status not_staged(uint8_t id, uint32_t staged,
				 struct wk_err *err)
{
	char list[WK_REWRAP_LIST];

	wk_rewrap_list(staged, list);
	wk_fail(err, WK_NOT_FOUND, "slot.none-staged", "slot %u is not staged",
		id);
	wk_err_hint(err, "--slot takes the id of a staged slot: %s", list);
	return WK_NOT_FOUND;
}

/* The staged slots, or the one that --slot names. */
static enum wk_status find_staged(struct ending *e, const struct wk_keyfile *kf,
				  struct wk_err *err)
{
	uint8_t id = (uint8_t)wk_args_num(e->args, "slot", 0);
	uint32_t staged = staged_of(kf);

	if (!staged)
		return none_staged(err);
	e->staged = staged;
	if (!wk_args_given(e->args, "slot"))
		return WK_OK;
	e->staged &= (uint32_t)1 << id;
	return e->staged ? WK_OK : not_staged(id, staged, err);
}

/* --- --commit ------------------------------------------------------------------ */

static enum wk_status several(uint32_t staged, struct wk_err *err)
{
	char list[WK_REWRAP_LIST];

	wk_rewrap_list(staged, list);
	wk_fail(err, WK_FAIL, "slot.ambiguous", "several slots are staged: %s",
		list);
	wk_err_hint(err, "--slot says which");
	return WK_FAIL;
}

static enum wk_status find_old(struct ending *e, const struct wk_slot *staged,
			       struct wk_err *err)
{
	e->has_old = staged->has_replaces;
	e->old = staged->replaces;
	if (e->has_old || !wk_args_given(e->args, "retire"))
		return WK_OK;
	wk_fail(err, WK_NOT_FOUND, "slot.replaces-none",
		"slot %u replaces none, so there is none to retire",
		staged->id);
	wk_err_hint(err, "leave out --retire");
	return WK_NOT_FOUND;
}

static enum wk_status check_ways(const struct ending *e,
				 const struct wk_keyfile *kf,
				 const struct wk_slot *staged,
				 struct wk_err *err)
{
	struct wk_ways before = wk_ways_of(kf), after = before;
	const struct wk_slot *old = wk_keyfile_slot(kf, e->old);
	enum wk_status st;

	if (e->has_old)
		wk_ways_count(&after, old->state, old->type, -1);
	wk_ways_count(&after, WK_SLOT_ACTIVE, staged->type, 1);
	st = wk_ways_check(e->args, &before, &after, err);
	if (st || !e->has_old || staged->type != WK_SLOT_RECIPIENT)
		return st;
	return wk_ways_holder(e->args, kf, old, err);
}

/*
 * The staged slot itself: it is proved to open now and here.  One in escrow does
 * so elsewhere, for which --proved vouches.
 */
static uint32_t among_commit(void *context, const struct wk_keyfile *kf,
			     struct wk_err *err)
{
	struct ending *e = context;
	const struct wk_slot *staged;

	if (find_staged(e, kf, err))
		return 0;
	if (e->staged & (e->staged - 1)) {
		(void)!several(e->staged, err);
		return 0;
	}
	e->id = (uint8_t)__builtin_ctz(e->staged);
	staged = wk_keyfile_slot(kf, e->id);
	if (find_old(e, staged, err) || check_ways(e, kf, staged, err))
		return 0;
	if (wk_args_given(e->args, "proved") &&
	    staged->type == WK_SLOT_RECIPIENT)
		return e->staged | wk_change_active(kf);
	return e->staged;
}

static enum wk_status edit_commit(void *context, struct wk_change *c,
				  struct wk_err *err)
{
	const struct ending *e = context;
	struct wk_slot *staged = wk_change_slot(c, e->id);
	struct wk_slot *old = e->has_old ? wk_change_slot(c, e->old) : NULL;

	(void)err;
	staged->state = WK_SLOT_ACTIVE;
	staged->has_replaces = false;
	if (!old)
		return WK_OK;
	if (!staged->label[0])
		memcpy(staged->label, old->label, sizeof(staged->label));
	if (wk_args_given(e->args, "retire"))
		old->state = WK_SLOT_RETIRED;
	else
		wk_change_drop_slot(c, e->old);
	return WK_OK;
}

static void say_commit(const struct ending *e, const struct wk_changing *c,
		       struct wk_out *out)
{
	bool retired = wk_args_given(e->args, "retire");
	char what[64] = "in use";

	if (e->has_old)
		snprintf(what, sizeof(what), "in the place of slot %u%s",
			 e->old, retired ? ", which is retired" : "");
	wk_changing_say(c, out, e->id, what);
	if (e->has_old)
		wk_out_int(out, "replaced", NULL, e->old);
	wk_out_bool(out, "retired", NULL, retired);
}

enum wk_status wk_rewrap_commit(const struct wk_args *args, struct wk_out *out,
				struct wk_err *err)
{
	WK_AUTO_CHANGING struct wk_changing c = { 0 };
	struct ending e = { .args = args };
	const struct wk_change_how how = {
		.among = among_commit,
		.edit = edit_commit,
		.context = &e,
		.vouched = wk_args_given(args, "proved"),
	};
	enum wk_status st =
		wk_changing_init(&c, args, wk_args_pos(args, 0), err);

	if (!st)
		st = wk_changing_run(&c, &how, err);
	if (!st)
		say_commit(&e, &c, out);
	return st;
}

/* --- --abort ------------------------------------------------------------------- */

static uint32_t among_abort(void *context, const struct wk_keyfile *kf,
			    struct wk_err *err)
{
	return find_staged(context, kf, err) ? 0 : wk_change_active(kf);
}

static enum wk_status edit_abort(void *context, struct wk_change *c,
				 struct wk_err *err)
{
	const struct ending *e = context;

	(void)err;
	for (uint8_t id = 0; id < WK_SLOTS_MAX; id++)
		if (e->staged & (uint32_t)1 << id)
			wk_change_drop_slot(c, id);
	return WK_OK;
}

static void say_abort(const struct ending *e, const struct wk_changing *c,
		      struct wk_out *out)
{
	char list[WK_REWRAP_LIST], what[WK_REWRAP_LIST + 32];

	wk_rewrap_list(e->staged, list);
	snprintf(what, sizeof(what), "staged %s taken out", list);
	wk_changing_say(c, out, -1, what);
	wk_out_begin_array(out, "removed");
	for (int id = 0; id < WK_SLOTS_MAX; id++)
		if (e->staged & (uint32_t)1 << id)
			wk_out_int(out, NULL, NULL, id);
	wk_out_end_array(out);
}

enum wk_status wk_rewrap_abort(const struct wk_args *args, struct wk_out *out,
			       struct wk_err *err)
{
	WK_AUTO_CHANGING struct wk_changing c = { 0 };
	struct ending e = { .args = args };
	const struct wk_change_how how = {
		.among = among_abort,
		.edit = edit_abort,
		.context = &e,
	};
	enum wk_status st =
		wk_changing_init(&c, args, wk_args_pos(args, 0), err);

	if (!st)
		st = wk_changing_run(&c, &how, err);
	if (!st)
		say_abort(&e, &c, out);
	return st;
}
