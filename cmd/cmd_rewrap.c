/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl rewrap: a slot in the place of another, in two steps. */
#include <stdio.h>

#include "cmd/command.h"
#include "cmd/rewrap.h"
#include "cmd/slotmaking.h"
#include "cmd/ways.h"

static const struct wk_option rewrap_options[] = {
	{ .name = "stage",
	  .type = WK_OPT_FLAG,
	  .help = "make the new slot, which is not used yet" },
	{ .name = "commit",
	  .type = WK_OPT_FLAG,
	  .help = "let the staged slot take the place of the old one" },
	{ .name = "abort",
	  .type = WK_OPT_FLAG,
	  .help = "take the staged slot out again" },
	{ .name = "slot",
	  .type = WK_OPT_UINT,
	  .metavar = "N",
	  .help = "--stage: the slot to be replaced; else the staged slot",
	  .max = WK_SLOTS_MAX - 1 },
	{ .name = "retire",
	  .type = WK_OPT_FLAG,
	  .help = "--commit: keep the old slot, retired" },
	{ 0 }
};

static const struct wk_option *const tables[] = {
	rewrap_options, wk_opts_slotmaking, wk_opts_slot_text,
	wk_opts_new,	wk_opts_ways,	    WK_OPTS_CHANGING,
#define WK_BACKEND(id) wk_backend_##id##_options,
#include "backends.def"
#undef WK_BACKEND
	NULL,
};

void wk_rewrap_list(uint32_t ids, char text[static WK_REWRAP_LIST])
{
	size_t len = 0;

	text[0] = '\0';
	for (int id = 0; id < WK_SLOTS_MAX; id++)
		if (ids & (uint32_t)1 << id)
			len += (size_t)snprintf(text + len,
						WK_REWRAP_LIST - len, "%s%d",
						len ? ", " : "", id);
}

static enum wk_status not_one_step(struct wk_err *err)
{
	wk_fail(err, WK_FAIL, "usage.missing-option",
		"it takes one of --stage, --commit and --abort");
	wk_err_hint(err, "--stage makes the new slot, --commit uses it, "
			 "--abort takes it out");
	return WK_FAIL;
}

static enum wk_status goes_with(const char *option, const char *step,
				struct wk_err *err)
{
	return wk_fail(err, WK_FAIL, "usage.conflict",
		       "--%s goes with --%s only", option, step);
}

static enum wk_status check_step(const struct wk_args *args, struct wk_err *err)
{
	static const char *const committing[] = { "retire", "force", "proved" };
	static const char *const text[] = { "label", "priority" };
	const char *given = NULL;
	bool commit = wk_args_given(args, "commit");

	if (wk_args_given(args, "stage") + commit +
		    wk_args_given(args, "abort") !=
	    1)
		return not_one_step(err);
	for (size_t i = 0; !commit && i < WK_ARRAY_LEN(committing); i++)
		if (wk_args_given(args, committing[i]))
			return goes_with(committing[i], "commit", err);
	if (wk_args_given(args, "stage"))
		return WK_OK;
	for (size_t i = 0; i < WK_ARRAY_LEN(text); i++)
		if (wk_args_given(args, text[i]))
			given = text[i];
	if (given || wk_slotmaking_given(args, &given))
		return goes_with(given, "stage", err);
	return WK_OK;
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	enum wk_status st = check_step(args, err);

	if (st)
		return st;
	wk_changing_sandbox(args, wk_args_pos(args, 0));
	if (wk_args_given(args, "stage"))
		return wk_rewrap_stage(args, out, err);
	if (wk_args_given(args, "commit"))
		return wk_rewrap_commit(args, out, err);
	return wk_rewrap_abort(args, out, err);
}

extern const struct wk_command wk_command_rewrap;
const struct wk_command wk_command_rewrap = {
	.name = "rewrap",
	.args = "KEYFILE",
	.summary = "replace a slot in two steps, with a way back between",
	.options = tables,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
