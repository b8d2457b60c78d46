/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl test: does the key file unlock now, slot by slot? */
#include "backend.h"
#include "cmd/command.h"
#include "cmd/out.h"
#include "cmd/sandbox.h"
#include "cmd/unlocking.h"
#include "unlock.h"

static const struct wk_option test_options[] = {
	{ .name = "slot",
	  .type = WK_OPT_UINT,
	  .metavar = "N",
	  .help = "try this slot only",
	  .max = WK_SLOTS_MAX - 1 },
	{ .name = "all",
	  .type = WK_OPT_FLAG,
	  .help = "try every active slot, and demand that every one opens that "
		  "can be tested here" },
	{ 0 }
};

static const struct wk_option *const tables[] = {
	test_options,	   wk_opts_unlock,    wk_opts_rescue,
	wk_opts_kdf_limit, wk_opts_key_check, NULL,
};

static const char *const verdict_names[] = {
	[WK_SLOT_NOT_TRIED] = "not-tried",
	[WK_SLOT_OPENED] = "opens",
	[WK_SLOT_FAILED] = "fails",
};

static void print_verdict(const struct wk_slot_verdict *v, struct wk_out *out)
{
	const struct wk_backend *b = wk_backend_by_slot(v->slot->type);
	const char *backend = b ? b->name : "unknown";
	const char *verdict = verdict_names[v->verdict];

	wk_out_begin_object(out, NULL);
	wk_out_int(out, "id", NULL, v->slot->id);
	wk_out_str(out, "backend", NULL, backend);
	wk_out_str(out, "verdict", NULL, verdict);
	if (v->err.status) {
		wk_out_begin_array(out, "errors");
		wk_out_error(out, &v->err);
		wk_out_end_array(out);
	}
	wk_out_end_object(out);
	if (v->err.status)
		wk_out_text(out, "slot %u (%s): %s (%d): %s\n", v->slot->id,
			    backend, verdict, v->err.status, v->err.msg);
	else
		wk_out_text(out, "slot %u (%s): %s\n", v->slot->id, backend,
			    verdict);
}

/* --- slots in escrow ---------------------------------------------------------- */

static bool in_escrow(const struct wk_slot_verdict *v)
{
	return v->slot->type == WK_SLOT_RECIPIENT &&
	       v->verdict == WK_SLOT_NOT_TRIED;
}

/* Without --kek-*; whatever the reason was that nobody tried it. */
static void tell_escrow(struct wk_unlock_report *r)
{
	for (size_t i = 0; i < r->count; i++) {
		struct wk_slot_verdict *v = &r->slots[i];

		if (!in_escrow(v))
			continue;
		wk_fail(&v->err, WK_AUTH, "escrow.not-here",
			"slot %u: not testable here: its holder opens it",
			v->slot->id);
		wk_err_hint(&v->err,
			    "'wkeyctl export --format=cms' writes the message "
			    "for the holder; what comes out goes to "
			    "--kek-file");
	}
}

/* The one slot that was asked for: its reason instead of a general one. */
static enum wk_status only_escrow(const struct wk_unlock_report *r, int slot,
				  struct wk_err *err)
{
	for (size_t i = 0; i < r->count; i++) {
		if (r->slots[i].slot->id == slot && in_escrow(&r->slots[i]))
			*err = r->slots[i].err;
	}
	return err->status;
}

/* --- all of them ---------------------------------------------------------------- */

/*
 * The first active slot that did not open is the failure of --all; what only
 * somebody elsewhere can open is told, and demanded of nobody.
 */
static enum wk_status demand_all(const struct wk_unlock_report *r,
				 struct wk_err *err)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct wk_slot_verdict *v = &r->slots[i];

		if (v->verdict == WK_SLOT_OPENED || !v->err.status ||
		    in_escrow(v))
			continue;
		*err = v->err;
		return err->status;
	}
	return WK_OK;
}

static void print_report(const struct wk_unlock_report *r, struct wk_out *out)
{
	wk_out_begin_array(out, "slots");
	for (size_t i = 0; i < r->count; i++)
		print_verdict(&r->slots[i], out);
	wk_out_end_array(out);
}

/* The command ends with the first failure; "errors" lists the others, too. */
static void note_others(const struct wk_unlock_report *r, struct wk_out *out)
{
	bool first = true;

	for (size_t i = 0; i < r->count; i++) {
		if (r->slots[i].verdict != WK_SLOT_FAILED)
			continue;
		if (!first)
			wk_out_note_error(out, &r->slots[i].err);
		first = false;
	}
}

static enum wk_status test_keyfile(const struct wk_args *args,
				   struct wk_unlocking *u,
				   const struct wk_keyfile *kf,
				   struct wk_unlock_report *report,
				   struct wk_err *err)
{
	WK_AUTO_MATERIAL struct wk_material m = { 0 };
	struct wk_unlock_how how = {
		.slot = wk_args_given(args, "slot") ?
				(int)wk_args_num(args, "slot", 0) :
				-1,
		.all = wk_args_given(args, "all"),
	};
	enum wk_status st;

	st = wk_unlock_slots(u->session, kf, &how, report, &m, err);
	if (wk_session_supply(u->session, WK_SECRET_KEK) == WK_SUPPLY_NO)
		tell_escrow(report);
	if (st && how.slot >= 0)
		st = only_escrow(report, how.slot, err);
	if (!st && how.all)
		st = demand_all(report, err);
	return st ? st :
		    wk_key_expected_check(&u->expected, u->session, &m, err);
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	WK_AUTO_UNLOCKING struct wk_unlocking u = { 0 };
	WK_AUTO_KEYFILE struct wk_keyfile *kf = NULL;
	struct wk_unlock_report *report;
	const char *path = wk_args_pos(args, 0);
	enum wk_status st;

	if (wk_args_given(args, "slot") && wk_args_given(args, "all"))
		return wk_fail(err, WK_FAIL, "usage.conflict",
			       "--slot and --all exclude each other");
	st = wk_unlocking_init(&u, args, WK_INPUT_UNLOCK, err);
	if (st)
		return st;
	wk_sandbox_enter(&(struct wk_sandbox){ .keep = WK_KEEP_FILES });
	st = wk_unlocking_read(path, &kf, err);
	if (st)
		return st;
	report = calloc(1, sizeof(*report));
	if (!report)
		return wk_fail(err, WK_NOMEM, "memory.report",
			       "no memory for the report");
	st = test_keyfile(args, &u, kf, report, err);
	print_report(report, out);
	if (st)
		note_others(report, out);
	free(report);
	if (st)
		wk_err_prefix(err, "%s", path);
	return st;
}

extern const struct wk_command wk_command_test;
const struct wk_command wk_command_test = {
	.name = "test",
	.args = "KEYFILE",
	.summary = "say whether a key file unlocks now, slot by slot",
	.options = tables,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
