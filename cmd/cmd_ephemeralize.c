/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl ephemeralize: from the long-term to the ephemeral form. */
#include <string.h>

#include "base/create.h"
#include "cmd/command.h"
#include "cmd/long_term.h"
#include "cmd/out.h"
#include "cmd/plan.h"
#include "cmd/sandbox.h"
#include "cmd/tty.h"
#include "cmd/undo.h"
#include "cmd/unlocking.h"
#include "ephemeral.h"

#define STDOUT 1

static const struct wk_option ephemeralize_options[] = {
	{ .name = "output",
	  .letter = 'o',
	  .type = WK_OPT_PATH,
	  .metavar = "FILE",
	  .help = "write to FILE, mode 0600 (default: standard output)" },
	{ .name = "force",
	  .type = WK_OPT_FLAG,
	  .help = "replace FILE, but never a long-term key file" },
	{ .name = "pem", .type = WK_OPT_FLAG, .help = "write PEM, not DER" },
	{ .name = "bare",
	  .type = WK_OPT_FLAG,
	  .help = "the hardware's ephemeral blob alone, without container" },
	{ 0 }
};

static const struct wk_option *const tables[] = {
	ephemeralize_options,
	wk_opts_unlock,
	wk_opts_rescue,
	wk_opts_kdf_limit,
	wk_opts_key_check,
	wk_opts_dry_run,
	NULL,
};

/* The file of -o, or NULL: standard output. */
static const char *output_of(const struct wk_args *args)
{
	const char *path = wk_args_str(args, "output");

	return path && strcmp(path, "-") != 0 ? path : NULL;
}

static enum wk_status check_stdout(const struct wk_args *args,
				   const struct wk_out *out, struct wk_err *err)
{
	if (wk_args_given(args, "force"))
		return wk_fail(err, WK_FAIL, "usage.conflict",
			       "--force goes with -o FILE only");
	if (wk_out_is_json(out)) {
		wk_fail(err, WK_FAIL, "usage.missing-option",
			"--json: the ephemeral form needs another place than "
			"standard output");
		wk_err_hint(err, "-o FILE");
		return WK_FAIL;
	}
	if (wk_args_given(args, "dry-run") || !wk_tty_is(STDOUT))
		return WK_OK;
	wk_fail(err, WK_UNSAFE, "output.terminal",
		"standard output: an ephemeral form is not written to a "
		"terminal");
	wk_err_hint(err, "-o FILE writes a file; or pipe it into the command "
			 "that takes it");
	return WK_UNSAFE;
}

/* Unlike other commands: what is replaced here is worth nothing. */
static enum wk_status exists(struct wk_err *err)
{
	wk_err_hint(err, "--force replaces it, unless it is a long-term key "
			 "file");
	return WK_EXISTS;
}

/* A key is never lost: --force is for ephemeral forms and what is no key file. */
static enum wk_status check_file(const struct wk_args *args, const char *path,
				 struct wk_err *err)
{
	bool force = wk_args_given(args, "force");
	enum wk_status st = wk_create_check(path, force, err);

	if (st == WK_EXISTS)
		return exists(err);
	return st || !force ? st : wk_long_term_check(path, err);
}

static enum wk_status check_output(const struct wk_args *args,
				   const struct wk_out *out, struct wk_err *err)
{
	const char *path = output_of(args);

	return path ? check_file(args, path, err) :
		      check_stdout(args, out, err);
}

static bool has_direct_slot(const struct wk_keyfile *kf)
{
	for (size_t i = 0; i < kf->slot_count; i++)
		if (wk_slot_is_direct(&kf->slots[i]))
			return true;
	return false;
}

/* What can be said before anything is asked. */
static enum wk_status check_source(const struct wk_args *args,
				   const struct wk_keyfile *kf,
				   struct wk_err *err)
{
	enum wk_status st = wk_ephemeral_check(kf, NULL, err);

	if (st || !wk_args_given(args, "bare"))
		return st;
	wk_fail(err, WK_UNSUPPORTED, "ephemeral.no-bare",
		has_direct_slot(kf) ?
			"--bare: nothing in this build makes a bare form" :
			"--bare: only hardware makes a bare form, and no slot "
			"of this key file is of hardware");
	wk_err_hint(err, "without --bare it becomes a key file that is good "
			 "for this boot");
	return WK_UNSUPPORTED;
}

static enum wk_status write_result(const struct wk_args *args,
				   struct wk_span data, struct wk_out *out,
				   struct wk_err *err)
{
	const char *path = output_of(args);
	struct wk_create_how how = {
		.force = wk_args_given(args, "force"),
		.mode = 0600,
	};
	enum wk_status st = WK_OK;

	if (!path) {
		wk_out_bytes(out, data);
		return WK_OK;
	}
	/* Somebody may have been asked for a secret since it was checked. */
	if (how.force)
		st = wk_long_term_check(path, err);
	if (!st)
		st = wk_create_file(path, data, &how, err);
	if (st == WK_EXISTS)
		return exists(err);
	if (!st && !how.force)
		wk_undo_push_file(path);
	return st;
}

static enum wk_status make(const struct wk_args *args, struct wk_unlocking *u,
			   const struct wk_keyfile *kf,
			   const struct wk_material *m, struct wk_out *out,
			   struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	WK_AUTO_BLOB struct wk_blob pem = { 0 };
	bool as_pem = wk_args_given(args, "pem");
	enum wk_status st = wk_ephemeral_make(u->session, kf, m, &der, err);

	if (!st && as_pem)
		st = wk_keyfile_to_pem(wk_blob_span(&der), &pem, err);
	if (st) {
		wk_err_prefix(err, "%s", wk_args_pos(args, 0));
		return st;
	}
	st = write_result(args, wk_blob_span(as_pem ? &pem : &der), out, err);
	if (!st)
		wk_out_hex(out, "key_id", NULL,
			   wk_span(kf->key_id, WK_KEY_ID_BYTES));
	return st;
}

static enum wk_status unlock(struct wk_unlocking *u, const char *path,
			     const struct wk_keyfile *kf, struct wk_material *m,
			     struct wk_err *err)
{
	enum wk_status st = wk_unlocking_unlock(u, path, kf, m, err);

	if (st)
		return st;
	st = wk_ephemeral_check(kf, m, err);
	if (st)
		wk_err_prefix(err, "%s", path);
	return st;
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	WK_AUTO_UNLOCKING struct wk_unlocking u = { 0 };
	WK_AUTO_KEYFILE struct wk_keyfile *kf = NULL;
	WK_AUTO_MATERIAL struct wk_material m = { 0 };
	const char *path = wk_args_pos(args, 0), *to = output_of(args);
	struct wk_sandbox sandbox = {
		.keep = WK_KEEP_FILES,
		.writes = &to,
		.write_count = to ? 1 : 0,
	};
	enum wk_status st;

	wk_sandbox_enter(&sandbox);
	st = check_output(args, out, err);
	if (!st)
		st = wk_unlocking_init(&u, args, WK_INPUT_UNLOCK, err);
	if (st)
		return st;
	st = wk_unlocking_read(path, &kf, err);
	if (st)
		return st;
	st = check_source(args, kf, err);
	if (st) {
		wk_err_prefix(err, "%s", path);
		return st;
	}
	st = unlock(&u, path, kf, &m, err);
	if (st)
		return st;
	if (!wk_args_given(args, "dry-run"))
		return make(args, &u, kf, &m, out, err);
	wk_plan_say(out, "ephemeralize", path, to);
	return WK_OK;
}

extern const struct wk_command wk_command_ephemeralize;
const struct wk_command wk_command_ephemeralize = {
	.name = "ephemeralize",
	.alias = "prepare",
	.args = "KEYFILE",
	.summary = "make a form of a key file that is good for this boot only",
	.options = tables,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
