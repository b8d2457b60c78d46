/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl add-to-fscrypt: unlock encrypted directories of a file system. */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "cmd/batch.h"
#include "cmd/command.h"
#include "cmd/plan.h"
#include "cmd/signals.h"
#include "cmd/undo.h"
#include "cmd/unlocking.h"
#include "envelope.h"
#include "keyfile.h"
#include "sink_fscrypt.h"
#include "sys/keyring.h"

static const struct wk_option add_options[] = {
	{ .name = "via-keyring",
	  .type = WK_OPT_FLAG,
	  .help = "keep the key in the user keyring, to add it again "
		  "without a secret" },
	{ 0 }
};

static const struct wk_option *const tables[] = {
	add_options,	   wk_opts_batch,     wk_opts_unlock,  wk_opts_rescue,
	wk_opts_kdf_limit, wk_opts_key_check, wk_opts_dry_run, NULL,
};

struct adding {
	struct wk_unlocking unlocking;
	const char *mountpoint;
	bool via_keyring, dry_run;
	/*
	 * This user had added the key of this unit before: then it is not ours
	 * to take back, and files may be in use.
	 */
	bool before;
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

static void unload(const struct wk_undo *u)
{
	char serial[WK_NUM_TEXT];
	struct wk_err ignored;
	int32_t same;

	if (wk_keyring_unload(wk_num_text(u->serial, serial), &same, &ignored))
		return; /* revoked, or unloaded by somebody else */
}

static void push_undo(const char *mountpoint, const uint8_t *id)
{
	struct wk_undo u = { .run = remove_again, .path = mountpoint };

	memcpy(u.id, id, sizeof(u.id));
	wk_undo_push(&u);
}

static enum wk_status add(const struct adding *a, const struct wk_keyfile *kf,
			  const struct wk_material *m, struct wk_out *out,
			  struct wk_err *err)
{
	uint8_t id[WK_FSCRYPT_ID_BYTES];
	enum wk_status st;

	wk_signals_hold();
	st = wk_add_to_fscrypt(kf, m, a->mountpoint, id, err);
	if (st) {
		wk_signals_release();
		return st;
	}
	/* Held from here on: what has been done is told. */
	if (!a->before)
		push_undo(a->mountpoint, id);
	wk_out_value_hex(out, "identifier", wk_span(id, sizeof(id)));
	return WK_OK;
}

/* --- by way of the keyring ------------------------------------------------- */

static void put_stored(const struct adding *a,
		       const struct wk_fscrypt_stored *s, struct wk_out *out)
{
	if (s->made)
		wk_undo_push(&(struct wk_undo){ .run = unload,
						.serial = s->serial });
	if (!a->before)
		push_undo(a->mountpoint, s->id);
	wk_out_int(out, "serial", NULL, s->serial);
	wk_out_bool(out, "loaded", NULL, s->made);
	wk_out_value_hex(out, "identifier", wk_span(s->id, sizeof(s->id)));
}

/*
 * With --expect-key-check, before anything is added from the keyrings.  Their
 * key is known by its identifier, which then has to be that of the key which was
 * checked, not just what the header says.
 */
static enum wk_status check_expected(struct adding *a, const char *path,
				     const struct wk_keyfile *kf,
				     struct wk_material *m, struct wk_err *err)
{
	uint8_t id[WK_FSCRYPT_ID_BYTES];
	enum wk_status st;

	if (!a->unlocking.expected.given)
		return WK_OK;
	st = wk_unlocking_unlock(&a->unlocking, path, kf, m, err);
	if (!st)
		st = wk_envelope_fscrypt_id(a->unlocking.session, m->key, id,
					    err);
	if (st || memcmp(id, kf->fscrypt_id, sizeof(id)) == 0)
		return st;
	return wk_fail(err, WK_CORRUPT, "fscrypt.identifier",
		       "%s: the key has another identifier than the one in "
		       "the key file",
		       path);
}

/* Unless that was done already. */
static enum wk_status unlock(struct adding *a, const char *path,
			     const struct wk_keyfile *kf, struct wk_material *m,
			     struct wk_err *err)
{
	return m->key ? WK_OK :
			wk_unlocking_unlock(&a->unlocking, path, kf, m, err);
}

/* Unlocks only when the keyrings do not have the key, or one is expected. */
static enum wk_status add_via(struct adding *a, const char *path,
			      const struct wk_keyfile *kf, struct wk_out *out,
			      struct wk_err *err)
{
	WK_AUTO_MATERIAL struct wk_material m = { 0 };
	struct wk_fscrypt_stored s = { 0 };
	enum wk_status st = check_expected(a, path, kf, &m, err);

	if (st)
		return st;
	wk_signals_hold();
	st = wk_fscrypt_add_stored(kf, a->mountpoint, &s.serial, s.id, err);
	if (!st && !s.serial) {
		wk_signals_release();
		st = unlock(a, path, kf, &m, err);
		if (st)
			return st;
		wk_signals_hold();
		st = wk_fscrypt_store(kf, &m, a->mountpoint, &s, err);
	}
	/* As above. */
	if (st)
		wk_signals_release();
	else
		put_stored(a, &s, out);
	return st;
}

static enum wk_status plan_via(struct adding *a, const char *path,
			       const struct wk_keyfile *kf, struct wk_out *out,
			       struct wk_err *err)
{
	WK_AUTO_MATERIAL struct wk_material m = { 0 };
	char name[WK_FSCRYPT_KEY_NAME], more[WK_FSCRYPT_KEY_NAME + 64];
	int32_t serial;
	enum wk_status st = check_expected(a, path, kf, &m, err);

	wk_fscrypt_key_name(kf, name);
	if (!st)
		st = wk_keyring_take(WK_KEY_FSCRYPT_PROVISIONING, name, &serial,
				     err);
	if (st)
		return st;
	wk_keyring_let_go(serial);
	if (serial) {
		snprintf(more, sizeof(more), "by key %d '%s' of the keyring",
			 serial, name);
	} else {
		st = unlock(a, path, kf, &m, err);
		if (!st)
			st = wk_fscrypt_check(kf, &m, err);
		snprintf(more, sizeof(more), "and load it as key '%s'", name);
	}
	if (!st)
		wk_plan_say(out, "add to fscrypt", path, more);
	return st;
}

/* --- one key file ----------------------------------------------------------- */

static enum wk_status add_unlocked(struct adding *a, const char *path,
				   const struct wk_keyfile *kf,
				   struct wk_out *out, struct wk_err *err)
{
	WK_AUTO_MATERIAL struct wk_material m = { 0 };
	enum wk_status st;

	st = wk_unlocking_unlock(&a->unlocking, path, kf, &m, err);
	if (st)
		return st;
	if (!a->dry_run)
		return add(a, kf, &m, out, err);
	st = wk_fscrypt_check(kf, &m, err);
	if (!st)
		wk_plan_say(out, "add to fscrypt", path, NULL);
	return st;
}

/* What needs no secret, before anybody is asked for one. */
static enum wk_status check(struct adding *a, const char *path,
			    const struct wk_keyfile *kf, struct wk_err *err)
{
	struct wk_fscrypt_status s;
	enum wk_status st = wk_fscrypt_check_header(kf, err);

	if (st) {
		wk_err_prefix(err, "%s", path);
		return st;
	}
	/* Without an identifier it asks for zeros: can the file system do it? */
	st = wk_fscrypt_find(a->mountpoint, kf->fscrypt_id, &s, err);
	a->before = !st && kf->has_fscrypt_id &&
		    s.presence == WK_FSCRYPT_PRESENT && s.added_by_self;
	return st;
}

static enum wk_status unit(void *context, const char *path, struct wk_out *out,
			   struct wk_err *err)
{
	WK_AUTO_KEYFILE struct wk_keyfile *kf = NULL;
	struct adding *a = context;
	enum wk_status st = wk_unlocking_read(path, &kf, err);

	if (st)
		return st;
	st = check(a, path, kf, err);
	if (st)
		return st;
	if (!a->via_keyring)
		return add_unlocked(a, path, kf, out, err);
	return a->dry_run ? plan_via(a, path, kf, out, err) :
			    add_via(a, path, kf, out, err);
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
	a.via_keyring = wk_args_given(args, "via-keyring");
	a.dry_run = wk_args_given(args, "dry-run");
	st = wk_key_expected_alone(args, batch.count, err);
	if (!st)
		st = wk_unlocking_init(&a.unlocking, args, WK_INPUT_UNLOCK,
				       err);
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
