/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl restore: a key file from its backup, its sheet or its other copy. */
#include <string.h>

#include "cmd/command.h"
#include "cmd/copying.h"
#include "cmd/plan.h"
#include "cmd/sandbox.h"
#include "cmd/sheet_in.h"
#include "cmd/ui.h"
#include "session.h"
#include "store.h"

static const struct wk_option restore_options[] = {
	{ .name = "sheet",
	  .type = WK_OPT_PATH,
	  .metavar = "FILE",
	  .help = "from a recovery sheet, typed or scanned; '-' is standard "
		  "input" },
	{ .name = "repair",
	  .type = WK_OPT_PATH,
	  .metavar = "LOCATION",
	  .help = "mend the damaged copy of a raw region from the other" },
	{ 0 }
};

static const struct wk_option *const tables[] = {
	restore_options,   wk_opts_copying, wk_opts_unlock, wk_opts_rescue,
	wk_opts_kdf_limit, wk_opts_dry_run, NULL,
};

/* What lives while a key file is restored. */
struct restoring {
	struct wk_unlocking unlocking;
	struct wk_sheet_in sheet;
	struct wk_session *session; /* of the sheet's recovery key */
	struct wk_keyfile *kf;	    /* of a backup */
	struct wk_copying copying;
	const char *from;
	const char *less; /* what is verified at least */
};

/* Sessions go before the secrets that they may have cached. */
static void restoring_done(struct restoring *r)
{
	wk_copying_done(&r->copying);
	r->session = wk_session_close(r->session);
	wk_sheet_in_done(&r->sheet);
	r->kf = wk_keyfile_free(r->kf);
	wk_unlocking_done(&r->unlocking);
}

/* --- the command line --------------------------------------------------------- */

static enum wk_status check_repair(const struct wk_args *args,
				   struct wk_err *err)
{
	static const char *const others[] = { "sheet", "force", "pem" };

	for (size_t i = 0; i < WK_ARRAY_LEN(others); i++)
		if (wk_args_given(args, others[i]))
			return wk_fail(err, WK_FAIL, "usage.conflict",
				       "--repair and --%s exclude each other",
				       others[i]);
	return WK_OK;
}

/* FILE KEYFILE; the options stand for the first, or for both. */
static enum wk_status check_count(const struct wk_args *args, size_t want,
				  struct wk_err *err)
{
	static const char *const names[] = { "FILE KEYFILE", "KEYFILE" };
	size_t have = wk_args_npos(args);

	if (have == want)
		return WK_OK;
	if (have > want)
		wk_fail(err, WK_FAIL, "usage.extra-argument",
			"unexpected argument '%s'", wk_args_pos(args, want));
	else
		wk_fail(err, WK_FAIL, "usage.missing-argument",
			"argument missing: %s", names[have || want == 1]);
	wk_err_hint(err, "see 'wkeyctl help restore'");
	return WK_FAIL;
}

static enum wk_status check_options(const struct wk_args *args,
				    struct wk_err *err)
{
	bool repair = wk_args_given(args, "repair");
	bool sheet = wk_args_given(args, "sheet");
	enum wk_status st = repair ? check_repair(args, err) : WK_OK;

	return st ? st : check_count(args, repair ? 0 : sheet ? 1 : 2, err);
}

static void enter_sandbox(const char *writes)
{
	const struct wk_sandbox box = {
		/* The second: files of others in sticky directories. */
		.keep = WK_KEEP_FILES | WK_KEEP_FOWNER,
		.writes = &writes,
		.write_count = 1,
	};

	wk_sandbox_enter(&box);
}

/* --- what is there already ------------------------------------------------------ */

static bool is_identical(const struct wk_copying *c)
{
	const struct wk_blob *a = &c->kf->image, *b = &c->there->image;

	return a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

static enum wk_status keep_it(const struct wk_copying *c, const char *code,
			      const char *why, struct wk_err *err)
{
	wk_fail(err, WK_UNSAFE, code, "%s: %s", c->to, why);
	if (c->raw)
		wk_err_hint(err, "a raw region keeps no old one: 'wkeyctl "
				 "backup' saves it; --force says how to make "
				 "room");
	else
		wk_err_hint(err, "--force replaces it, and keeps it as %s%s",
			    c->to, c->suffix);
	return WK_UNSAFE;
}

/* What is intact is replaced only when it is meant to be. */
static enum wk_status check_there(const struct wk_copying *c,
				  struct wk_err *err)
{
	if (!c->there || wk_args_given(c->args, "force"))
		return WK_OK;
	if (memcmp(c->there->key_id, c->kf->key_id, WK_KEY_ID_BYTES) != 0)
		return keep_it(c, "restore.other-key",
			       "is there and intact, and of another key", err);
	if (c->there->epoch > c->kf->epoch)
		return keep_it(c, "restore.newer",
			       "is there and intact, and newer (by its epoch)",
			       err);
	return WK_OK;
}

/* *ret_done: nothing is to be written. */
static enum wk_status look(struct restoring *r, bool *ret_done,
			   struct wk_err *err)
{
	struct wk_copying *c = &r->copying;
	struct wk_err why;
	enum wk_status looked = wk_copying_look(c, &why), st;

	*ret_done = c->there && is_identical(c);
	if (*ret_done)
		return WK_OK;
	st = check_there(c, err);
	if (!st && looked)
		*err = why;
	return st ? st : looked;
}

/* --- restoring ------------------------------------------------------------------ */

static enum wk_status read_sheet(struct restoring *r, const char *path,
				 struct wk_err *err)
{
	enum wk_status st = wk_sheet_in_read(path, &r->sheet, err);

	if (st)
		return st;
	r->copying.kf = r->sheet.kf;
	r->copying.session = r->unlocking.session;
	r->less = "structure";
	if (!r->sheet.recovery)
		return WK_OK;
	st = wk_session_open(&r->sheet.host, &r->session, err);
	if (!st)
		r->copying.session = r->session;
	return st;
}

static enum wk_status read_backup(struct restoring *r, struct wk_err *err)
{
	enum wk_status st = wk_unlocking_read(r->from, &r->kf, err);

	if (st)
		return st;
	r->copying.kf = r->kf;
	r->copying.session = r->unlocking.session;
	r->less = "bytes";
	return wk_copying_check(r->kf, r->from, err);
}

static void tell(const struct restoring *r, bool done, struct wk_out *out)
{
	const struct wk_copying *c = &r->copying;

	if (!c->unlocked && r->sheet.kf)
		wk_ui_warn("whether it opens is not proved: the text has no "
			   "recovery key, and none was given");
	wk_copying_tell(c, r->less, out);
	wk_out_bool(out, "written", NULL, !done);
	if (done)
		wk_out_text(out, "Already there, and identical: nothing was "
				 "written\n");
}

static enum wk_status restore(struct restoring *r, struct wk_out *out,
			      struct wk_err *err)
{
	struct wk_copying *c = &r->copying;
	bool done;
	enum wk_status st = look(r, &done, err);

	if (st)
		return st;
	st = wk_copying_unlock(c, err);
	if (st) {
		wk_err_prefix(err, "%s", r->from);
		return st;
	}
	if (wk_args_given(c->args, "dry-run") && !done) {
		wk_plan_say(out, "restore", c->to, NULL);
		return WK_OK;
	}
	if (!done)
		st = wk_copying_write(c, err);
	if (!st)
		tell(r, done, out);
	return st;
}

static enum wk_status run_restore(const struct wk_args *args,
				  struct wk_out *out, struct wk_err *err)
{
	__attribute__((cleanup(restoring_done))) struct restoring r = { 0 };
	const char *sheet = wk_args_str(args, "sheet");
	enum wk_status st;

	r.from = sheet ? sheet : wk_args_pos(args, 0);
	r.copying.args = args;
	r.copying.to = wk_args_pos(args, sheet ? 0 : 1);
	st = wk_copying_check_to(r.copying.to, err);
	if (!st)
		st = wk_unlocking_init(&r.unlocking, args, WK_INPUT_UNLOCK,
				       err);
	if (st)
		return st;
	enter_sandbox(r.copying.to);
	st = sheet ? read_sheet(&r, sheet, err) : read_backup(&r, err);
	return st ? st : restore(&r, out, err);
}

/* --- mending -------------------------------------------------------------------- */

static void say_repair(int copy, bool dry, struct wk_out *out)
{
	wk_out_bool(out, dry ? "dry_run" : "repaired", NULL, dry || copy >= 0);
	if (copy >= 0)
		wk_out_int(out, "copy", NULL, copy);
	if (copy < 0)
		wk_out_text(out, "both copies are in order\n");
	else if (dry)
		wk_out_text(out, "would write copy %d anew from the other\n",
			    copy);
	else
		wk_out_text(out,
			    "copy %d was damaged: written anew from the "
			    "other\n",
			    copy);
}

/* What repairing would find, without a right to write. */
static enum wk_status plan_repair(const char *location, struct wk_out *out,
				  struct wk_err *err)
{
	struct wk_raw_view view;
	struct wk_location at;
	enum wk_status st = wk_location_parse(location, &at, err);

	if (!st && !at.raw)
		return wk_fail(err, WK_FAIL, "usage.bad-value",
			       "%s: only raw storage has a second copy",
			       location);
	if (!st)
		st = wk_raw_view_read(&at, &view, err);
	if (st)
		return st;
	if (view.newest < 0)
		st = wk_fail(err, WK_CORRUPT, "raw.damaged",
			     "%s: no copy of a key file there is intact",
			     location);
	else
		say_repair(view.mend, true, out);
	wk_raw_view_done(&view);
	return st;
}

static enum wk_status run_repair(const struct wk_args *args, struct wk_out *out,
				 struct wk_err *err)
{
	const char *location = wk_args_str(args, "repair");
	struct wk_store *store;
	enum wk_status st;
	int copy;

	enter_sandbox(location);
	if (wk_args_given(args, "dry-run"))
		return plan_repair(location, out, err);
	st = wk_store_open(location, &store, err);
	if (st)
		return st;
	st = wk_store_repair(store, &copy, err);
	wk_store_close(store);
	if (!st)
		say_repair(copy, false, out);
	return st;
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	enum wk_status st = check_options(args, err);

	if (st)
		return st;
	return wk_args_given(args, "repair") ? run_repair(args, out, err) :
					       run_restore(args, out, err);
}

extern const struct wk_command wk_command_restore;
const struct wk_command wk_command_restore = {
	.name = "restore",
	.args = "[FILE] [KEYFILE]",
	.summary = "bring back a key file: from a backup or a recovery sheet",
	.options = tables,
	.min_args = 0,
	.max_args = 2,
	.run = run,
};
