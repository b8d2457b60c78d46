/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl: reads the command line, runs one command, reports once. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend.h"
#include "cmd/args.h"
#include "cmd/fscryptctl.h"
#include "cmd/out.h"
#include "cmd/process.h"
#include "cmd/signals.h"
#include "cmd/ui.h"
#include "cmd/undo.h"
#include "cmd/usage.h"

/* Envelope backends open slots, direct ones wrap; absent ones do neither. */
static bool is_built(const struct wk_backend *b)
{
	return b->direct || b->slot_open;
}

/* The first line is for scripts. */
static void print_version(struct wk_out *out)
{
	wk_out_text(out, "wkeyctl %s\nbackends:", wk_version());
	wk_out_str(out, "version", NULL, wk_version());
	wk_out_begin_array(out, "backends");
	for (size_t i = 0; wk_backends[i]; i++) {
		if (!is_built(wk_backends[i]))
			continue;
		wk_out_text(out, " %s", wk_backends[i]->name);
		wk_out_str(out, NULL, NULL, wk_backends[i]->name);
	}
	wk_out_end_array(out);
	wk_out_text(out, "\n");
}

static void print_help(const struct wk_command *command, struct wk_out *out)
{
	if (command)
		wk_usage_command(out, command);
	else
		wk_usage_overview(out);
}

/* Said, not swallowed: what is not locked can be swapped out. */
static void warn_unlocked(void)
{
	if (wk_secret_arena_kind() == WK_ARENA_UNLOCKED)
		wk_ui_warn("secrets are not locked in memory (%s): they may be "
			   "swapped out; raise RLIMIT_MEMLOCK",
			   strerrordesc_np(wk_secret_lock_errno()));
}

/* An option that could do nothing is refused. */
static enum wk_status check_tcti(const struct wk_args *args, struct wk_err *err)
{
	if (!wk_args_given(args, "tcti"))
		return WK_OK;
	return wk_backend_by_name("tpm")->probe(err);
}

static enum wk_status run_command(const struct wk_args *args,
				  struct wk_out *out, struct wk_err *err)
{
	const struct wk_command *command = wk_args_command(args);
	uint64_t timeout = wk_args_num(args, "timeout", 0);
	enum wk_status st = check_tcti(args, err);

	if (st)
		return st;
	wk_process_harden();
	wk_signals_init(command->name, wk_out_is_json(out));
	if (timeout)
		wk_signals_deadline(timeout);
	st = command->run(args, out, err);
	warn_unlocked();
	return st;
}

/* Help and version need none of the protection that commands need. */
static enum wk_status act(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	if (wk_args_given(args, "help"))
		print_help(wk_args_command(args), out);
	else if (wk_args_given(args, "version"))
		print_version(out);
	else
		return run_command(args, out, err);
	return WK_OK;
}

/* What "schema" names: what was run, or failed to be. */
static const char *subject_of(const struct wk_args *args)
{
	const struct wk_command *command = wk_args_command(args);

	if (wk_args_given(args, "help"))
		return "help";
	return command ? command->name : NULL;
}

/* -q hides explanations, but not what help was asked to explain. */
static bool is_quiet(const struct wk_args *args)
{
	const struct wk_command *command = wk_args_command(args);

	return wk_args_given(args, "quiet") && !wk_args_given(args, "help") &&
	       !wk_args_given(args, "version") &&
	       !(command && strcmp(command->name, "help") == 0);
}

static void init_ui(const struct wk_args *args)
{
	const struct wk_command *command = wk_args_command(args);

	wk_ui_init(command ? command->name : NULL, wk_args_given(args, "quiet"),
		   wk_args_given(args, "verbose"),
		   wk_args_given(args, "batch"));
}

/*
 * Runs what was parsed (st: whether that went well) and ends the output.  With
 * --json the failure is in the object, unless that could not be written.
 */
static enum wk_status carry_out(const struct wk_args *args, enum wk_status st,
				struct wk_err *err)
{
	struct wk_out *out = NULL;
	struct wk_err out_err;
	enum wk_status out_st = wk_out_new(wk_args_given(args, "json"),
					   is_quiet(args), &out, &out_err);

	if (out_st) {
		wk_ui_error(&out_err);
		return out_st;
	}
	if (!st)
		st = act(args, out, err);
	wk_signals_output_begins();
	out_st =
		wk_out_finish(out, subject_of(args), st ? err : NULL, &out_err);
	if (st && (out_st || !wk_out_is_json(out)))
		wk_ui_error(err);
	/* Of a batch, what succeeded is lost as well. */
	if (out_st && (!st || st == WK_PARTIAL))
		wk_ui_error(&out_err);
	wk_undo_finish(out_st);
	wk_out_free(out);
	return st ? st : out_st;
}

/*
 * Nothing of ours waits for exit(3), and libcrypto's handler there takes a
 * third of a millisecond to free what the kernel frees anyway.  Builds that
 * report at exit (leaks, coverage) define WK_EXIT_HANDLERS.
 */
static _Noreturn void leave(int status)
{
#if defined(__SANITIZE_ADDRESS__) || defined(WK_EXIT_HANDLERS)
	exit(status);
#else
	_exit(status);
#endif
}

int main(int argc, char **argv)
{
	struct wk_args *args = NULL;
	struct wk_err err;
	enum wk_status st;

	if (wk_fscryptctl_is_name(argv[0]))
		leave(wk_fscryptctl_main(argc, argv));
	st = wk_args_parse(argc, argv, &args, &err);
	if (args) {
		init_ui(args);
		st = carry_out(args, st, &err);
		wk_args_free(args);
	} else {
		wk_ui_error(&err);
	}
	leave((int)st);
}
