/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl generate: new keys, long-term wrapped. */
#include <string.h>

#include "cmd/batch.h"
#include "cmd/command.h"
#include "cmd/keymaking.h"
#include "cmd/sandbox.h"

static const struct wk_option generate_options[] = {
	{ .name = "if-absent",
	  .type = WK_OPT_FLAG,
	  .help = "succeed when an intact file of the same name, usage and size "
		  "is there" },
	{ 0 }
};

static const struct wk_option *const tables[] = {
	wk_opts_keymaking,
	generate_options,
	wk_opts_batch,
	wk_opts_unlock,
	wk_opts_new,
	wk_opts_kdf_limit,
#define WK_BACKEND(id) wk_backend_##id##_options,
#include "backends.def"
#undef WK_BACKEND
	NULL,
};

static enum wk_status differs(const char *path, const char *what,
			      struct wk_err *err)
{
	return wk_fail(err, WK_EXISTS, "file.exists",
		       "%s: exists, but its %s is another", path, what);
}

/* *ret_there: the file that is there is the one that was asked for. */
static enum wk_status is_there(const struct wk_keymaking *k, const char *path,
			       struct wk_out *out, bool *ret_there,
			       struct wk_err *err)
{
	WK_AUTO_KEYFILE struct wk_keyfile *kf = NULL;
	char name[WK_NAME_MAX + 1];
	enum wk_status st = wk_keymaking_name(k, path, name, err);

	if (st)
		return st;
	*ret_there = false;
	st = wk_keyfile_read(path, &kf, err);
	if (st == WK_NOT_FOUND)
		return WK_OK;
	if (st)
		return st;
	if (strcmp(kf->name, name) != 0)
		return differs(path, "name", err);
	if (kf->usage != k->usage)
		return differs(path, "usage", err);
	if (kf->key_bits != k->key_bits)
		return differs(path, "key size", err);
	wk_out_value_hex(out, "key_id", wk_span(kf->key_id, WK_KEY_ID_BYTES));
	*ret_there = true;
	return WK_OK;
}

static enum wk_status unit(void *context, const char *path, struct wk_out *out,
			   struct wk_err *err)
{
	struct wk_keymaking *k = context;
	bool if_absent = wk_args_given(k->args, "if-absent"), there = false;
	enum wk_status st = WK_OK;

	if (if_absent)
		st = is_there(k, path, out, &there, err);
	if (st || there)
		return st;
	st = wk_keymaking_unit(k, path, out, err);
	if (st != WK_EXISTS || !if_absent)
		return st;
	/* Another process made it meanwhile: is it what was asked for? */
	st = is_there(k, path, out, &there, err);
	return st || there ? st : wk_keymaking_unit(k, path, out, err);
}

static enum wk_status check_conflicts(const struct wk_args *args,
				      const struct wk_batch *batch,
				      struct wk_err *err)
{
	if (wk_args_given(args, "if-absent") && wk_args_given(args, "force"))
		return wk_fail(err, WK_FAIL, "usage.conflict",
			       "--if-absent and --force exclude each other");
	if (wk_args_given(args, "name") && batch->count > 1)
		return wk_fail(err, WK_FAIL, "usage.conflict",
			       "--name would name %zu keys the same",
			       batch->count);
	return WK_OK;
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	WK_AUTO_BATCH struct wk_batch batch = { 0 };
	WK_AUTO_KEYMAKING struct wk_keymaking k = { 0 };
	enum wk_status st =
		wk_batch_init(&batch, args, wk_args_npos(args), err);

	if (!st)
		st = check_conflicts(args, &batch, err);
	if (!st)
		st = wk_keymaking_init(&k, args, NULL, err);
	batch.makes = true;
	/* For files of others in sticky directories. */
	batch.keep |= WK_KEEP_FOWNER;
	return st ? st : wk_batch_run(&batch, args, out, unit, &k, err);
}

extern const struct wk_command wk_command_generate;
const struct wk_command wk_command_generate = {
	.name = "generate",
	.args = "KEYFILE...",
	.summary = "make a new key, long-term wrapped",
	.options = tables,
	.min_args = 0,
	.max_args = -1,
	.run = run,
};
