/* SPDX-License-Identifier: Apache-2.0 */
/* termios(3): one line without echo. */
#include "cmd/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/blob.h"
#include "cmd/signals.h"

/*
 * The line discipline keeps 4095 bytes of a line and drops the rest silently
 * (Linux, N_TTY_BUF_SIZE), so a longer line cannot be told from that length.
 */
#define TTY_LINE_MAX 4095

/* What a signal handler needs to know; set before silent. */
static struct {
	int fd;
	const char *prompt;
	struct termios before, quiet;
	struct sigaction old_stop;
} tty;
static volatile sig_atomic_t silent;

bool wk_tty_is(int fd)
{
	struct termios mode;

	return tcgetattr(fd, &mode) == 0;
}

int wk_tty_open(void)
{
	return openat(AT_FDCWD, "/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
}

/* A prompt that cannot be shown is no reason not to read. */
static void show(const char *text)
{
	ssize_t n = write(tty.fd, text, strlen(text));

	(void)n;
}

/* TCSANOW, as a handler must not wait for a terminal that is held by ^S. */
static void set_mode(const struct termios *mode)
{
	tcflush(tty.fd, TCIFLUSH);
	tcsetattr(tty.fd, TCSANOW, mode);
}

void wk_tty_restore(void)
{
	if (!silent)
		return;
	set_mode(&tty.before);
	/* What comes next does not belong on the prompt's line. */
	show("\n");
}

static void catch_stop(void);

/* SA_RESETHAND and SA_NODEFER: raise() stops at once, and returns later. */
static void on_stop(int sig)
{
	int saved = errno;

	wk_tty_restore();
	raise(sig);
	catch_stop();
	if (silent) {
		set_mode(&tty.quiet);
		show(tty.prompt);
	}
	errno = saved;
}

static void catch_stop(void)
{
	struct sigaction sa = {
		.sa_handler = on_stop,
		.sa_flags = SA_RESTART | SA_RESETHAND | SA_NODEFER,
	};

	sigaction(SIGTSTP, &sa, NULL);
}

static enum wk_status begin_silence(int fd, const char *prompt,
				    struct wk_err *err)
{
	if (tcgetattr(fd, &tty.before) < 0)
		return wk_fail_errno(err, errno, "terminal");
	tty.fd = fd;
	tty.prompt = prompt;
	tty.quiet = tty.before;
	tty.quiet.c_lflag &= ~(tcflag_t)ECHO;
	tty.quiet.c_lflag |= ICANON | ECHONL;
	silent = 1;
	/* A shell without job control lets its children ignore the stop. */
	sigaction(SIGTSTP, NULL, &tty.old_stop);
	if (tty.old_stop.sa_handler != SIG_IGN)
		catch_stop();
	if (tcsetattr(fd, TCSAFLUSH, &tty.quiet) == 0)
		return WK_OK;
	silent = 0;
	return wk_fail_errno(err, errno, "terminal");
}

static void end_silence(void)
{
	set_mode(&tty.before);
	silent = 0;
	sigaction(SIGTSTP, &tty.old_stop, NULL);
}

/* Reads until the end of the line; the length is without it. */
static enum wk_status read_line(int fd, struct wk_secret *s, struct wk_err *err)
{
	uint8_t *p = wk_secret_bytes(s);
	size_t cap = wk_secret_cap(s), len = 0;

	while (len < cap) {
		enum wk_status st = wk_signals_await(fd, POLLIN, err);
		ssize_t n;

		if (st)
			return st;
		n = read(fd, p + len, cap - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return wk_fail_errno(err, errno, "terminal");
		len += (size_t)n;
		if (n == 0)
			break;
		if (p[len - 1] == '\n') {
			len--;
			break;
		}
	}
	wk_secret_set_len(s, len);
	return WK_OK;
}

enum wk_status wk_tty_read_secret(int fd, const char *prompt, size_t max,
				  struct wk_secret **ret_secret,
				  struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *s = NULL;
	enum wk_status st;
	size_t len;

	/* The end of the line, and one byte that shows "too long". */
	st = wk_secret_new(max + 2, &s, err);
	if (st)
		return st;
	st = begin_silence(fd, prompt, err);
	if (st)
		return st;
	show(prompt);
	st = read_line(fd, s, err);
	end_silence();
	if (st)
		return st;
	len = wk_secret_len(s);
	if (len == 0)
		return wk_fail(err, WK_FAIL, "input.empty",
			       "terminal: nothing was entered");
	if (len > max || len >= TTY_LINE_MAX)
		return wk_fail(err, WK_FAIL, "input.too-long",
			       "terminal: more than %zu bytes",
			       max < TTY_LINE_MAX ? max :
						    (size_t)TTY_LINE_MAX - 1);
	*ret_secret = wk_take_ptr(&s);
	return WK_OK;
}
