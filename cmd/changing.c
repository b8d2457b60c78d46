/* SPDX-License-Identifier: Apache-2.0 */
/* Changing a key file's slots from the command line. */
#include "cmd/changing.h"

#include <stdio.h>

#include "base/num.h"
#include "cmd/sandbox.h"
#include "cmd/ui.h"
#include "cmd/undo.h"

void wk_changing_sandbox(const struct wk_args *args, const char *location)
{
	const char *writes[2] = { location };
	struct wk_sandbox s = {
		.keep = WK_KEEP_FILES | WK_KEEP_OWNER,
		.writes = writes,
		.write_count = 1,
	};

	if (wk_args_declared(args, "recovery") &&
	    wk_args_given(args, "recovery") &&
	    wk_args_given(args, "recovery-file"))
		writes[s.write_count++] = wk_args_str(args, "recovery-file");
	wk_sandbox_enter(&s);
}

enum wk_status wk_changing_init(struct wk_changing *c,
				const struct wk_args *args,
				const char *location, struct wk_err *err)
{
	*c = (struct wk_changing){ .args = args, .location = location };
	return wk_unlocking_init(&c->unlocking, args, WK_INPUT_UNLOCK, err);
}

enum wk_status wk_changing_run(struct wk_changing *c,
			       const struct wk_change_how *how,
			       struct wk_err *err)
{
	return wk_change_run(c->unlocking.session, c->location, how,
			     wk_args_given(c->args, "dry-run"), &c->done, err);
}

void wk_changing_done(struct wk_changing *c)
{
	wk_unlocking_done(&c->unlocking);
}

/* --- what is said ---------------------------------------------------------------- */

static void say_json(const struct wk_changing *c, struct wk_out *out, int slot)
{
	if (wk_args_given(c->args, "dry-run"))
		wk_out_bool(out, "dry_run", NULL, true);
	wk_out_hex(out, "key_id", NULL,
		   wk_span(c->done.key_id, WK_KEY_ID_BYTES));
	wk_out_int(out, "epoch", NULL, (long long)c->done.epoch);
	if (slot >= 0)
		wk_out_int(out, "slot", NULL, slot);
	wk_out_begin_array(out, "proved");
	for (int id = 0; id < WK_SLOTS_MAX; id++)
		if (c->done.proved & (uint32_t)1 << id)
			wk_out_int(out, NULL, NULL, id);
	wk_out_end_array(out);
}

/* ", proved by slots 0, 2"; room for 32 ids. */
static void describe_proof(uint32_t proved, char text[static 160])
{
	bool one = (proved & (proved - 1)) == 0;
	size_t len = (size_t)snprintf(text, 160, ", proved by slot%s",
				      one ? "" : "s");
	const char *apart = " ";

	if (!proved) {
		snprintf(text, 160, ", proved by the key of the escrow");
		return;
	}
	for (int id = 0; id < WK_SLOTS_MAX; id++) {
		if (!(proved & (uint32_t)1 << id))
			continue;
		len += (size_t)snprintf(text + len, 160 - len, "%s%d", apart,
					id);
		apart = ", ";
	}
}

/* A key file that was changed stays so; who reads nothing would do it again. */
static void tell_it_stands(const struct wk_undo *u)
{
	wk_ui_warn("%s: the change was made all the same", u->path);
}

void wk_changing_say(const struct wk_changing *c, struct wk_out *out, int slot,
		     const char *what)
{
	bool dry = wk_args_given(c->args, "dry-run");
	char proof[160], which[24] = "";

	if (!dry)
		wk_undo_push(&(struct wk_undo){ .run = tell_it_stands,
						.path = c->location });
	if (wk_out_is_json(out)) {
		say_json(c, out, slot);
		return;
	}
	describe_proof(c->done.proved, proof);
	if (slot >= 0)
		snprintf(which, sizeof(which), "slot %d ", slot);
	wk_out_text(out, "%s%s%s, epoch %llu%s\n", dry ? "dry run: " : "",
		    which, what, (unsigned long long)c->done.epoch, proof);
}

/* --- slots by their id --------------------------------------------------------------- */

enum wk_status wk_changing_id(const char *text, uint8_t *ret_id,
			      struct wk_err *err)
{
	uint64_t id;

	if (!wk_num_uint(text, 0, WK_SLOTS_MAX - 1, &id)) {
		wk_fail(err, WK_FAIL, "usage.bad-value",
			"'%s' is no slot: they are numbered from 0 to %d", text,
			WK_SLOTS_MAX - 1);
		wk_err_hint(err, "'wkeyctl slots' lists them");
		return WK_FAIL;
	}
	*ret_id = (uint8_t)id;
	return WK_OK;
}

enum wk_status wk_changing_slot(const struct wk_keyfile *kf, uint8_t id,
				const struct wk_slot **ret_slot,
				struct wk_err *err)
{
	const struct wk_slot *slot = wk_keyfile_slot(kf, id);

	if (!slot) {
		wk_fail(err, WK_NOT_FOUND, "keyfile.no-slot",
			"the key file has no slot %u", id);
		wk_err_hint(err, "'wkeyctl slots' lists them");
		return WK_NOT_FOUND;
	}
	*ret_slot = slot;
	return WK_OK;
}

const struct wk_slot *wk_changing_staged_for(const struct wk_keyfile *kf,
					     uint8_t id)
{
	for (size_t i = 0; i < kf->slot_count; i++)
		if (kf->slots[i].has_replaces && kf->slots[i].replaces == id)
			return &kf->slots[i];
	return NULL;
}

enum wk_status wk_changing_not_staged(const struct wk_keyfile *kf, uint8_t id,
				      struct wk_err *err)
{
	const struct wk_slot *staged = wk_changing_staged_for(kf, id);

	if (!staged)
		return WK_OK;
	wk_fail(err, WK_EXISTS, "slot.staged",
		"slot %u is staged to take the place of slot %u", staged->id,
		id);
	wk_err_hint(err, "'wkeyctl rewrap' with --commit or --abort first");
	return WK_EXISTS;
}
