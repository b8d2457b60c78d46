/* SPDX-License-Identifier: Apache-2.0 */
/* A new recovery key is shown or written, and one group asked back. */
#include "cmd/recovery_out.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/create.h"
#include "base/file.h"
#include "base/random.h"
#include "cmd/signals.h"
#include "cmd/text.h"
#include "cmd/tty.h"
#include "cmd/ui.h"
#include "recovery_key.h"

#define TRIES 3
#define TYPED_MAX 64 /* bytes: a group with anything harmless around it */

/* The file that nobody keeps yet, for a signal handler; set before is_void. */
static struct {
	const char *path;
	dev_t dev;
	ino_t ino;
} file;
static volatile sig_atomic_t is_void;

/* --- where to ---------------------------------------------------------------- */

static enum wk_status nowhere(struct wk_err *err)
{
	wk_fail(err, WK_FAIL, "usage.missing-option",
		"a recovery key is shown on a terminal, and there is none to "
		"show it on");
	wk_err_hint(err, "--recovery-file=FILE writes it to a file; a terminal "
			 "is used without --batch only");
	return WK_FAIL;
}

enum wk_status wk_recovery_out_init(struct wk_recovery_out *r,
				    const struct wk_args *args,
				    struct wk_err *err)
{
	*r = (struct wk_recovery_out){
		.path = wk_args_str(args, "recovery-file"),
	};
	if (!r->path)
		return wk_ui_can_ask() ? WK_OK : nowhere(err);
	if (strcmp(r->path, "-") != 0)
		return wk_create_check(r->path, false, err);
	wk_fail(err, WK_FAIL, "usage.bad-value",
		"-: a recovery key is not written to standard output");
	wk_err_hint(err, "a file of that name is ./-");
	return WK_FAIL;
}

/* --- the file ------------------------------------------------------------------ */

/* Only the file that was made: another may have replaced it since. */
static void remove_file(void)
{
	struct stat st;

	if (!fstatat(AT_FDCWD, file.path, &st, AT_SYMLINK_NOFOLLOW) &&
	    st.st_dev == file.dev && st.st_ino == file.ino)
		(void)unlinkat(AT_FDCWD, file.path, 0);
}

void wk_recovery_out_abort_signal(void)
{
	if (is_void)
		remove_file();
}

static void remember_file(const char *path)
{
	struct stat st;

	if (fstatat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW))
		return;
	file.path = path;
	file.dev = st.st_dev;
	file.ino = st.st_ino;
	is_void = 1;
}

static enum wk_status write_line(const char *path, const struct wk_secret *line,
				 struct wk_err *err)
{
	static const struct wk_create_how how = { .mode = 0600 };
	struct wk_span s = wk_span(wk_secret_view(line), wk_secret_len(line));
	enum wk_status st;

	/* No signal between the file and the knowledge of it. */
	wk_signals_hold();
	st = wk_create_file(path, s, &how, err);
	if (!st)
		remember_file(path);
	wk_signals_release();
	return st;
}

/* --- the terminal -------------------------------------------------------------- */

static enum wk_status put(int tty, struct wk_span s, struct wk_err *err)
{
	int errnum = wk_fd_write(tty, s);

	return errnum ? wk_fail_errno(err, errnum, "terminal") : WK_OK;
}

static enum wk_status put_text(int tty, const char *text, struct wk_err *err)
{
	return put(tty, wk_span(text, strlen(text)), err);
}

static enum wk_status show_on(int tty, const struct wk_secret *line,
			      const char *subject, struct wk_err *err)
{
	char heading[600], shown[512];
	enum wk_status st;

	wk_text_clean(shown, sizeof(shown), subject);
	snprintf(heading, sizeof(heading), "Recovery key for %s:\n", shown);
	st = put_text(tty, heading, err);
	if (!st)
		st = put(tty,
			 wk_span(wk_secret_view(line), wk_secret_len(line)),
			 err);
	if (!st)
		st = put_text(tty,
			      "Write it down; it is shown only this once.\n",
			      err);
	return st;
}

/* Nothing, or too much, is as wrong as anything else. */
static bool is_answer(const struct wk_err *err)
{
	return strcmp(err->code, "input.empty") == 0 ||
	       strcmp(err->code, "input.too-long") == 0;
}

static enum wk_status ask_group(int tty, const struct wk_secret *text,
				unsigned int number, bool *ret_right,
				struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *typed = NULL;
	char prompt[64];
	enum wk_status st;

	snprintf(prompt, sizeof(prompt),
		 "Group %u of the recovery key: ", number);
	st = wk_tty_read_secret(tty, prompt, TYPED_MAX, &typed, err);
	if (st && !is_answer(err))
		return st;
	*ret_right = !st && wk_recovery_key_is_group(text, number, typed);
	return WK_OK;
}

static enum wk_status not_confirmed(struct wk_err *err)
{
	wk_fail(err, WK_FAIL, "recovery.not-confirmed",
		"recovery key: three answers were wrong");
	wk_err_hint(err, "write the key down when it is shown, then answer "
			 "from what is written");
	return WK_FAIL;
}

static enum wk_status confirm(int tty, const struct wk_secret *text,
			      struct wk_err *err)
{
	uint8_t random;
	unsigned int number;
	enum wk_status st = wk_random(&random, sizeof(random), err);

	if (st)
		return st;
	number = random % WK_RECOVERY_GROUPS + 1U;
	for (int i = 0; i < TRIES; i++) {
		bool right;

		st = ask_group(tty, text, number, &right, err);
		if (st || right)
			return st;
		st = put_text(tty, "That is not it.\n", err);
		if (st)
			return st;
	}
	return not_confirmed(err);
}

/* --- both ----------------------------------------------------------------------- */

static enum wk_status make_line(const struct wk_secret *text,
				struct wk_secret **ret_line, struct wk_err *err)
{
	size_t len = wk_secret_len(text);
	struct wk_secret *line;
	enum wk_status st = wk_secret_new(len + 1, &line, err);

	if (st)
		return st;
	wk_copy_secret(wk_secret_bytes(line), wk_secret_view(text), len);
	wk_secret_bytes(line)[len] = '\n';
	wk_secret_set_len(line, len + 1);
	*ret_line = line;
	return WK_OK;
}

static enum wk_status give_out(struct wk_recovery_out *r, int tty,
			       const struct wk_secret *text,
			       const char *subject, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *line = NULL;
	enum wk_status st = make_line(text, &line, err);

	if (!st)
		st = r->path ? write_line(r->path, line, err) :
			       show_on(tty, line, subject, err);
	r->written = !st;
	return st;
}

enum wk_status wk_recovery_out_show(struct wk_recovery_out *r,
				    const struct wk_secret *text,
				    const char *subject, struct wk_err *err)
{
	WK_AUTO_FD int tty = wk_ui_can_ask() ? wk_tty_open() : -1;
	enum wk_status st;

	if (tty < 0 && !r->path)
		return nowhere(err);
	st = give_out(r, tty, text, subject, err);
	if (!st && tty >= 0)
		st = confirm(tty, text, err);
	if (st)
		wk_recovery_out_done(r);
	return st;
}

void wk_recovery_out_keep(struct wk_recovery_out *r)
{
	is_void = 0;
	r->written = false;
}

void wk_recovery_out_done(struct wk_recovery_out *r)
{
	if (!r->written)
		return;
	if (!r->path)
		wk_ui_warn("the recovery key that was shown opens nothing");
	else if (is_void)
		remove_file();
	wk_recovery_out_keep(r);
}
