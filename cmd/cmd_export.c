/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl export: a key file, or a part of it, for other programs. */
#include <string.h>

#include "base/base64.h"
#include "base/create.h"
#include "cmd/command.h"
#include "cmd/json.h"
#include "cmd/long_term.h"
#include "cmd/out.h"
#include "cmd/sandbox.h"
#include "cmd/tty.h"
#include "cmd/undo.h"
#include "cmd/unlocking.h"
#include "ephemeral.h"
#include "keyfile.h"

#define STDOUT 1

static const char *const formats[] = { "pem", "der", "cms", "luks2-token",
				       NULL };

static const struct wk_option export_options[] = {
	{ .name = "format",
	  .type = WK_OPT_CHOICE,
	  .metavar = "FORMAT",
	  .help = "what to write",
	  .choices = formats },
	{ .name = "slot",
	  .type = WK_OPT_UINT,
	  .metavar = "N",
	  .help = "cms: the message of this slot (default: the only one)",
	  .max = WK_SLOTS_MAX - 1 },
	{ .name = "output",
	  .letter = 'o',
	  .type = WK_OPT_PATH,
	  .metavar = "FILE",
	  .help = "write to FILE, mode 0600 (default: standard output)" },
	{ .name = "force",
	  .type = WK_OPT_FLAG,
	  .help = "replace FILE, but never a long-term key file" },
	{ 0 }
};

static const struct wk_option *const tables[] = { export_options, NULL };

/* --- what --------------------------------------------------------------------- */

struct export
{
	const struct wk_args *args;
	const struct wk_keyfile *kf;
	int slot; /* id of the slot that was exported, or -1 */
	struct wk_blob data;
};

static enum wk_status make_der(struct export *x, struct wk_err *err)
{
	return wk_blob_append(&x->data, wk_blob_span(&x->kf->image), err);
}

static enum wk_status make_pem(struct export *x, struct wk_err *err)
{
	return wk_keyfile_to_pem(wk_blob_span(&x->kf->image), &x->data, err);
}

static enum wk_status not_in_escrow(struct wk_err *err)
{
	wk_err_hint(err, "'wkeyctl add-slot --recipient CERT.pem' puts a key "
			 "in escrow");
	return WK_NOT_FOUND;
}

static enum wk_status named_slot(const struct wk_keyfile *kf, uint64_t id,
				 const struct wk_slot **ret_slot,
				 struct wk_err *err)
{
	for (size_t i = 0; i < kf->slot_count; i++) {
		if (kf->slots[i].id != id)
			continue;
		*ret_slot = &kf->slots[i];
		if ((*ret_slot)->type == WK_SLOT_RECIPIENT)
			return WK_OK;
		wk_fail(err, WK_NOT_FOUND, "export.no-recipient",
			"slot %u: not in escrow", kf->slots[i].id);
		return not_in_escrow(err);
	}
	wk_fail(err, WK_NOT_FOUND, "keyfile.no-slot",
		"the key file has no slot %u", (unsigned int)id);
	wk_err_hint(err, "'wkeyctl inspect' shows the slots");
	return WK_NOT_FOUND;
}

static enum wk_status only_slot(const struct wk_keyfile *kf,
				const struct wk_slot **ret_slot,
				struct wk_err *err)
{
	const struct wk_slot *found = NULL;

	for (size_t i = 0; i < kf->slot_count; i++) {
		if (kf->slots[i].type != WK_SLOT_RECIPIENT)
			continue;
		if (found) {
			wk_fail(err, WK_FAIL, "usage.missing-option",
				"more than one slot is in escrow");
			wk_err_hint(err, "choose with --slot: %u, %u, ...",
				    found->id, kf->slots[i].id);
			return WK_FAIL;
		}
		found = &kf->slots[i];
	}
	if (!found) {
		wk_fail(err, WK_NOT_FOUND, "export.no-recipient",
			"no slot is in escrow");
		return not_in_escrow(err);
	}
	*ret_slot = found;
	return WK_OK;
}

static enum wk_status make_cms(struct export *x, struct wk_err *err)
{
	struct wk_recipient_protection p;
	const struct wk_slot *slot;
	enum wk_status st;

	if (wk_args_given(x->args, "slot"))
		st = named_slot(x->kf, wk_args_num(x->args, "slot", 0), &slot,
				err);
	else
		st = only_slot(x->kf, &slot, err);
	if (!st)
		st = wk_recipient_protection_decode(slot->protection, &p, err);
	if (!st)
		st = wk_blob_append(&x->data, p.cms, err);
	if (!st)
		x->slot = slot->id;
	return st;
}

/* Of a LUKS2 header; that it is bound to no keyslot is a list of none. */
static enum wk_status put_token(struct export *x, const char *base64,
				struct wk_err *err)
{
	struct wk_json j = { 0 };
	enum wk_status st;

	wk_json_object(&j, NULL);
	wk_json_str(&j, "type", "wkeyctl");
	wk_json_array(&j, "keyslots");
	wk_json_end(&j, ']');
	wk_json_hex(&j, "wkeyctl-key-id",
		    wk_span(x->kf->key_id, WK_KEY_ID_BYTES));
	wk_json_str(&j, "wkeyctl-keyfile", base64);
	wk_json_end(&j, '}');
	st = j.st ? wk_fail(err, j.st, "memory", "out of memory") :
		    wk_blob_append(&x->data, wk_blob_span(&j.buf), err);
	if (!st)
		st = wk_blob_append(&x->data, wk_span("\n", 1), err);
	wk_json_done(&j);
	return st;
}

static enum wk_status make_token(struct export *x, struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob base64 = { 0 };
	enum wk_status st;

	if (wk_ephemeral_is(x->kf)) {
		wk_fail(err, WK_UNSUPPORTED, "export.ephemeral",
			"an ephemeral form is worth nothing after this boot, "
			"and a token stays");
		wk_err_hint(err, "export the key file that it was made from");
		return WK_UNSUPPORTED;
	}
	st = wk_base64_encode(wk_blob_span(&x->kf->image), 0, &base64, err);
	if (st)
		return st;
	/* It ends its line; a string ends by a zero. */
	base64.p[base64.len - 1] = '\0';
	return put_token(x, (const char *)base64.p, err);
}

/* In the order of formats[]. */
static const struct {
	bool binary;
	enum wk_status (*make)(struct export *x, struct wk_err *err);
} makers[] = {
	{ false, make_pem },
	{ true, make_der },
	{ true, make_cms },
	{ false, make_token },
};

/* --- where --------------------------------------------------------------------- */

/* The file of -o, or NULL: standard output. */
static const char *output_of(const struct wk_args *args)
{
	const char *path = wk_args_str(args, "output");

	return path && strcmp(path, "-") != 0 ? path : NULL;
}

static enum wk_status check_stdout(const struct wk_args *args, bool binary,
				   const struct wk_out *out, struct wk_err *err)
{
	if (wk_args_given(args, "force"))
		return wk_fail(err, WK_FAIL, "usage.conflict",
			       "--force goes with -o FILE only");
	if (wk_out_is_json(out)) {
		wk_fail(err, WK_FAIL, "usage.missing-option",
			"--json: what is exported needs another place than "
			"standard output");
		wk_err_hint(err, "-o FILE");
		return WK_FAIL;
	}
	if (!binary || !wk_tty_is(STDOUT))
		return WK_OK;
	wk_fail(err, WK_UNSAFE, "output.terminal",
		"standard output: bytes are not written to a terminal");
	wk_err_hint(err, "-o FILE writes a file; or pipe it into the command "
			 "that takes it");
	return WK_UNSAFE;
}

static enum wk_status exists(struct wk_err *err)
{
	wk_err_hint(err, "--force replaces it, unless it is a long-term key "
			 "file");
	return WK_EXISTS;
}

static enum wk_status check_file(const struct wk_args *args, const char *path,
				 struct wk_err *err)
{
	bool force = wk_args_given(args, "force");
	enum wk_status st = wk_create_check(path, force, err);

	if (st == WK_EXISTS)
		return exists(err);
	return st || !force ? st : wk_long_term_check(path, err);
}

static enum wk_status write_file(const char *path, struct wk_span data,
				 bool force, struct wk_err *err)
{
	struct wk_create_how how = { .force = force, .mode = 0600 };
	enum wk_status st = wk_create_file(path, data, &how, err);

	if (st == WK_EXISTS)
		return exists(err);
	if (!st && !force)
		wk_undo_push_file(path);
	return st;
}

/* --- the command ----------------------------------------------------------------- */

static enum wk_status find_format(const struct wk_args *args,
				  size_t *ret_format, struct wk_err *err)
{
	const char *name = wk_args_str(args, "format");
	size_t i = 0;

	if (!name) {
		wk_fail(err, WK_FAIL, "usage.missing-option",
			"--format is missing");
		wk_err_hint(err, "--format=pem, der, cms or luks2-token");
		return WK_FAIL;
	}
	while (strcmp(formats[i], name) != 0)
		i++;
	if (wk_args_given(args, "slot") && makers[i].make != make_cms)
		return wk_fail(err, WK_FAIL, "usage.conflict",
			       "--slot is for --format=cms");
	*ret_format = i;
	return WK_OK;
}

static enum wk_status make(struct export *x, size_t format, struct wk_err *err)
{
	WK_AUTO_KEYFILE struct wk_keyfile *kf = NULL;
	const char *path = wk_args_pos(x->args, 0);
	enum wk_status st = wk_unlocking_read(path, &kf, err);

	if (st)
		return st;
	x->kf = kf;
	st = makers[format].make(x, err);
	if (st)
		wk_err_prefix(err, "%s", path);
	return st;
}

static enum wk_status hand_out(const struct export *x, struct wk_out *out,
			       struct wk_err *err)
{
	const char *to = output_of(x->args);
	enum wk_status st;

	if (!to) {
		wk_out_bytes(out, wk_blob_span(&x->data));
		return WK_OK;
	}
	st = write_file(to, wk_blob_span(&x->data),
			wk_args_given(x->args, "force"), err);
	if (st)
		return st;
	wk_out_str(out, "format", NULL, wk_args_str(x->args, "format"));
	if (x->slot >= 0)
		wk_out_int(out, "slot", NULL, x->slot);
	wk_out_int(out, "size_bytes", NULL, (long long)x->data.len);
	return WK_OK;
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	struct export x = { .args = args, .slot = -1 };
	const char *to = output_of(args);
	size_t format = 0;
	enum wk_status st;

	wk_sandbox_enter(&(struct wk_sandbox){
		.keep = WK_KEEP_FILES,
		.writes = &to,
		.write_count = to ? 1 : 0,
	});
	st = find_format(args, &format, err);
	if (!st)
		st = to ? check_file(args, to, err) :
			  check_stdout(args, makers[format].binary, out, err);
	if (!st)
		st = make(&x, format, err);
	if (!st)
		st = hand_out(&x, out, err);
	wk_blob_done(&x.data);
	return st;
}

extern const struct wk_command wk_command_export;
const struct wk_command wk_command_export = {
	.name = "export",
	.args = "KEYFILE",
	.summary = "write a key file, or its escrow, for other programs",
	.options = tables,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
