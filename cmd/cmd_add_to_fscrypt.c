/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl add-to-fscrypt: unlock encrypted directories of a file system. */
#include <string.h>

#include "cmd/batch.h"
#include "cmd/command.h"
#include "cmd/plan.h"
#include "cmd/signals.h"
#include "cmd/undo.h"
#include "cmd/unlocking.h"
#include "keyfile.h"
#include "sink_fscrypt.h"

static const struct wk_option *const tables[] = {
	wk_opts_batch, wk_opts_unlock, wk_opts_kdf_limit, wk_opts_dry_run, NULL,
};

struct adding {
	struct wk_unlocking unlocking;
	const char *mountpoint;
	bool dry_run;
};

static void adding_done(struct adding *a)
{
	wk_unlocking_done(&a->unlocking);
}

static void remove_again(const struct wk_undo *u)
{
	struct wk_err ignored;
	bool others;

	if (wk_fscrypt_remove(u->path, u->id, false, &others, &ignored))
		return; /* busy or gone: nothing more can be done */
}

static void push_undo(const char *mountpoint, const uint8_t *id)
{
	struct wk_undo u = { .run = remove_again, .path = mountpoint };

	memcpy(u.id, id, sizeof(u.id));
	wk_undo_push(&u);
}

/*
 * Whether this user had added the key before: then it is not ours to take back,
 * and files may be in use.
 */
static bool was_added(const struct wk_keyfile *kf, const char *mountpoint)
{
	struct wk_fscrypt_status s;
	struct wk_err ignored;

	return kf->has_fscrypt_id &&
	       !wk_fscrypt_find(mountpoint, kf->fscrypt_id, &s, &ignored) &&
	       s.presence == WK_FSCRYPT_PRESENT && s.added_by_self;
}

static enum wk_status add(const struct adding *a, const struct wk_keyfile *kf,
			  const struct wk_material *m, struct wk_out *out,
			  struct wk_err *err)
{
	uint8_t id[WK_FSCRYPT_ID_BYTES];
	bool before = was_added(kf, a->mountpoint);
	enum wk_status st;

	wk_signals_hold();
	st = wk_add_to_fscrypt(kf, m, a->mountpoint, id, err);
	wk_signals_release();
	if (st)
		return st;
	if (!before)
		push_undo(a->mountpoint, id);
	wk_out_value_hex(out, "identifier", wk_span(id, sizeof(id)));
	return WK_OK;
}

/* Asking for the key shows whether the file system can encrypt at all. */
static enum wk_status plan(const struct adding *a, const char *path,
			   const struct wk_keyfile *kf,
			   const struct wk_material *m, struct wk_out *out,
			   struct wk_err *err)
{
	struct wk_fscrypt_status ignored;
	enum wk_status st = wk_fscrypt_check(kf, m, err);

	if (!st)
		st = wk_fscrypt_find(a->mountpoint, kf->fscrypt_id, &ignored,
				     err);
	if (!st)
		wk_plan_say(out, "add to fscrypt", path, NULL);
	return st;
}

static enum wk_status unit(void *context, const char *path, struct wk_out *out,
			   struct wk_err *err)
{
	WK_AUTO_KEYFILE struct wk_keyfile *kf = NULL;
	WK_AUTO_MATERIAL struct wk_material m = { 0 };
	struct adding *a = context;
	enum wk_status st;

	st = wk_unlocking_open(&a->unlocking, path, &kf, &m, err);
	if (st)
		return st;
	return a->dry_run ? plan(a, path, kf, &m, out, err) :
			    add(a, kf, &m, out, err);
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	WK_AUTO_BATCH struct wk_batch batch = { 0 };
	__attribute__((cleanup(adding_done))) struct adding a = { 0 };
	size_t last = wk_args_npos(args) - 1;
	enum wk_status st = wk_batch_init(&batch, args, last, err);

	if (st)
		return st;
	a.mountpoint = wk_args_pos(args, last);
	a.dry_run = wk_args_given(args, "dry-run");
	st = wk_unlocking_init(&a.unlocking, args, false, err);
	return st ? st : wk_batch_run(&batch, args, out, unit, &a, err);
}

extern const struct wk_command wk_command_add_to_fscrypt;
const struct wk_command wk_command_add_to_fscrypt = {
	.name = "add-to-fscrypt",
	.args = "KEYFILE... MOUNTPOINT",
	.summary = "unlock key files and add them to a file system's fscrypt "
		   "keyring",
	.options = tables,
	.min_args = 1,
	.max_args = -1,
	.run = run,
};
