/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets from a file, a descriptor, a systemd credential or the terminal;
 * read(2) straight into secret memory, with one byte more than the limit so
 * that "too long" is seen.
 */
#ifndef WK_CMD_INPUT_H
#define WK_CMD_INPUT_H

#include "cmd/args.h"

/* The options of the three forms for one purpose, e.g. --passphrase-file. */
extern const struct wk_option wk_opts_unlock[]; /* passphrase-*, wrapping-key-* */
extern const struct wk_option wk_opts_rescue[]; /* recovery-*, kek-* */
extern const struct wk_option
	wk_opts_new[]; /* new-passphrase-*, new-wrapping-key-* */
extern const struct wk_option
	wk_opts_raw[]; /* raw-file, raw-fd, raw-credential */

enum wk_input_role {
	WK_INPUT_UNLOCK, /* what opens a key file; not --new-* */
	/*
	 * What protects a new slot; a prompt is confirmed.  CREATE: there is
	 * nothing to unlock, so that both spellings mean that slot, and both
	 * together are "usage.conflict".  NEW: only --new-*.
	 */
	WK_INPUT_CREATE,
	WK_INPUT_NEW,
};

/*
 * The host of a session, fed from the options above: reads each secret once,
 * when it is first asked for.  A command with a flag --recovery means by it that
 * --recovery-file is an output.
 */
struct wk_input;
enum wk_status wk_input_new(const struct wk_args *args, enum wk_input_role role,
			    struct wk_input **ret_input, struct wk_err *err);
struct wk_input *wk_input_free(struct wk_input *in);
const struct wk_host *wk_input_host(const struct wk_input *in);

/*
 * Raw key bytes for import, byte for byte: --raw-*, else standard input.
 * WK_FAIL "input.*": longer than max bytes, shorter than min, a terminal.
 */
enum wk_status wk_input_raw(const struct wk_args *args, size_t min, size_t max,
			    struct wk_secret **ret_raw, struct wk_err *err);

/*
 * The same source, for bytes that are yet to be decoded, from none to max.
 * subject is filled with a description of it, for messages.
 */
WK_MUST enum wk_status wk_input_raw_text(const struct wk_args *args, size_t max,
					 struct wk_secret **ret_text,
					 char *subject, size_t subject_cap,
					 struct wk_err *err);

/*
 * Standard input can be read once: the first caller has it, the second gets
 * "usage.conflict" naming both.  who: "--files-from", "the key file".  The
 * options of this header claim it by themselves.
 */
WK_MUST enum wk_status wk_input_stdin_claim(const char *who,
					    struct wk_err *err);

#endif
