/* SPDX-License-Identifier: Apache-2.0 */
/* Messages for people. */
#include "cmd/ui.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/text.h"
#include "cmd/tty.h"

static struct {
	const char *command;
	bool quiet, verbose, batch;
} ui;

void wk_ui_init(const char *command, bool quiet, bool verbose, bool batch)
{
	ui.command = command;
	ui.quiet = quiet;
	ui.verbose = verbose;
	ui.batch = batch;
}

/* Lines that are written at once, so that they do not mix with others'. */
struct lines {
	char text[2048];
	size_t len;
};

static void add(struct lines *l, const char *s)
{
	wk_text_clean(l->text + l->len, sizeof(l->text) - l->len, s);
	l->len += strlen(l->text + l->len);
}

static void add_subject(struct lines *l)
{
	add(l, "wkeyctl: ");
	if (ui.command) {
		add(l, ui.command);
		add(l, ": ");
	}
}

static void end_line(struct lines *l)
{
	if (l->len >= sizeof(l->text) - 1)
		l->len = sizeof(l->text) - 2;
	l->text[l->len++] = '\n';
	l->text[l->len] = '\0';
}

/* There is nowhere left to report that stderr is closed or full. */
static void send(const struct lines *l)
{
	ssize_t n = write(2, l->text, l->len);

	(void)n;
}

void wk_ui_error(const struct wk_err *err)
{
	struct lines l = { .len = 0 };

	add_subject(&l);
	add(&l, err->msg);
	end_line(&l);
	if (err->hint[0]) {
		add(&l, "hint: ");
		add(&l, err->hint);
		end_line(&l);
	}
	send(&l);
}

WK_PRINTF(2, 0)
static void message(const char *kind, const char *fmt, va_list ap)
{
	struct lines l = { .len = 0 };
	char text[1024];

	vsnprintf(text, sizeof(text), fmt, ap);
	add_subject(&l);
	add(&l, kind);
	add(&l, text);
	end_line(&l);
	send(&l);
}

void wk_ui_warn(const char *fmt, ...)
{
	va_list ap;

	if (ui.quiet)
		return;
	va_start(ap, fmt);
	message("warning: ", fmt, ap);
	va_end(ap);
}

void wk_ui_trace(const char *fmt, ...)
{
	va_list ap;

	if (!ui.verbose)
		return;
	va_start(ap, fmt);
	message("", fmt, ap);
	va_end(ap);
}

bool wk_ui_can_ask(void)
{
	WK_AUTO_FD int fd = ui.batch ? -1 : wk_tty_open();

	return fd >= 0;
}

static enum wk_status ask(int tty, const char *prompt, bool confirm,
			  struct wk_secret **ret_secret, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *first = NULL;
	WK_AUTO_SECRET struct wk_secret *second = NULL;
	enum wk_status st;
	char shown[512];

	wk_text_clean(shown, sizeof(shown), prompt);
	st = wk_tty_read_secret(tty, shown, WK_PASSPHRASE_MAX, &first, err);
	if (st)
		return st;
	if (confirm) {
		st = wk_tty_read_secret(tty, "Again: ", WK_PASSPHRASE_MAX,
					&second, err);
		if (st)
			return st;
		if (!wk_secret_equal(first, second))
			return wk_fail(err, WK_FAIL, "input.mismatch",
				       "the two entries differ");
	}
	*ret_secret = wk_take_ptr(&first);
	return WK_OK;
}

enum wk_status wk_ui_ask_secret(const char *prompt, bool confirm,
				struct wk_secret **ret_secret,
				struct wk_err *err)
{
	WK_AUTO_FD int tty = ui.batch ? -1 : wk_tty_open();

	if (tty < 0)
		return wk_fail(err, WK_FAIL, "input.no-terminal",
			       "there is nobody to ask: %s",
			       ui.batch ? "--batch was given" : "no terminal");
	return ask(tty, prompt, confirm, ret_secret, err);
}
