/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the commands of fscryptctl read and write: write(2) and a buffer, because
 * stdio would cost a short program more than it does, and keys stay out of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hex.h"
#include "cmd/fscryptctl.h"
#include "cmd/sandbox.h"
#include "sys/fscrypt.h"

/* By descriptor.  Room for a path, which open(2) let pass, or for the usage. */
static struct {
	char text[8192];
	size_t len;
} said[STDERR_FILENO + 1];

bool wk_fscryptctl_write(int fd, const void *p, size_t len)
{
	int errnum = wk_fd_write(fd, wk_span(p, len));

	if (errnum && fd != STDERR_FILENO)
		(void)wk_fscryptctl_fail("writing output: %s",
					 strerror(errnum));
	return !errnum;
}

bool wk_fscryptctl_flush(int fd)
{
	size_t len = said[fd].len;

	said[fd].len = 0;
	return !len || wk_fscryptctl_write(fd, said[fd].text, len);
}

/* False: it did not fit. */
static bool append(int fd, const char *fmt, va_list args)
{
	size_t room = sizeof(said[fd].text) - said[fd].len;
	int n = vsnprintf(said[fd].text + said[fd].len, room, fmt, args);

	if (n < 0 || (size_t)n >= room)
		return false;
	said[fd].len += (size_t)n;
	return true;
}

void wk_fscryptctl_say(int fd, const char *fmt, ...)
{
	va_list args, again;

	va_start(args, fmt);
	va_copy(again, args);
	if (!append(fd, fmt, args) && wk_fscryptctl_flush(fd))
		(void)append(fd, fmt, again);
	va_end(again);
	va_end(args);
}

/* Of any length: arguments stand in it. */
int wk_fscryptctl_fail(const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) >= 0) {
		dprintf(STDERR_FILENO, "error: %s\n", text);
		free(text);
	}
	va_end(args);
	return EXIT_FAILURE;
}

/* As if nothing caught it, but for the wiping. */
static void on_fatal(int sig)
{
	wk_secret_wipe_all();
	raise(sig);
}

static void wipe_on_signals(void)
{
	static const int caught[] = { SIGINT,  SIGTERM, SIGHUP,
				      SIGQUIT, SIGPIPE, SIGALRM };
	const struct sigaction sa = {
		.sa_handler = on_fatal,
		.sa_flags = (int)(SA_RESETHAND | SA_NODEFER),
	};
	struct sigaction old;

	for (size_t i = 0; i < WK_ARRAY_LEN(caught); i++) {
		sigaction(caught[i], &sa, &old);
		if (old.sa_handler == SIG_IGN)
			sigaction(caught[i], &old, NULL);
	}
}

/* Up to the capacity, one more than is allowed, so that more is noticed. */
static bool fill(struct wk_secret *key)
{
	size_t len = 0;
	ssize_t n = 1;

	while (n > 0 && len < wk_secret_cap(key)) {
		n = wk_fd_read(STDIN_FILENO, wk_secret_bytes(key) + len,
			       wk_secret_cap(key) - len);
		len += n > 0 ? (size_t)n : 0;
	}
	if (n < 0) {
		(void)wk_fscryptctl_fail("reading from stdin: %s",
					 strerror(errno));
		return false;
	}
	wk_secret_set_len(key, len);
	return true;
}

static enum wk_status check_size(const struct wk_secret *key, size_t max)
{
	size_t len = wk_secret_len(key);

	if (len >= WK_FSCRYPT_KEY_MIN && len <= max)
		return WK_OK;
	if (len > max)
		(void)wk_fscryptctl_fail("key was too long; it can be at most "
					 "%zu bytes",
					 max);
	else
		(void)wk_fscryptctl_fail("key was too short; it must be at "
					 "least %d bytes",
					 WK_FSCRYPT_KEY_MIN);
	return WK_FAIL;
}

/*
 * Locked pages, not secretmem: to take one out of the kernel's map and give it
 * back costs a tenth of what all of the program does, for a key that is here
 * for less than a millisecond.
 */
enum wk_status wk_fscryptctl_read_key(size_t max, struct wk_secret **ret_key)
{
	WK_AUTO_SECRET struct wk_secret *key = NULL;
	struct wk_err err;
	enum wk_status st = wk_secret_new_pinnable(max + 1, &key, &err);

	if (st) {
		(void)wk_fscryptctl_fail("out of memory");
		return st;
	}
	wipe_on_signals();
	if (!fill(key))
		return WK_FAIL;
	st = check_size(key, max);
	if (!st)
		*ret_key = wk_take_ptr(&key);
	return st;
}

enum wk_status wk_fscryptctl_open(const char *path, unsigned int keep,
				  int *ret_fd)
{
	/* Not waiting for a FIFO, but any file: the kernel says what it takes. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0) {
		(void)wk_fscryptctl_fail("opening %s: %s", path,
					 strerror(errno));
		return WK_FAIL;
	}
	*ret_fd = fd;
	wk_sandbox_enter(&(struct wk_sandbox){ .keep = keep, .brief = true });
	return WK_OK;
}

/*
 * sscanf(3) takes a blank or a sign for the first digit of two.  So does the
 * original, and no harm comes of it.
 */
static bool lax_decode(const char *hex, uint8_t id[WK_FSCRYPT_ID_BYTES])
{
	if (strlen(hex) != 2 * WK_FSCRYPT_ID_BYTES)
		return false;
	for (size_t i = 0; i < WK_FSCRYPT_ID_BYTES; i++, hex += 2) {
		int used = 0;

		if (sscanf(hex, "%2hhx%n", &id[i], &used) != 1 || used != 2)
			return false;
	}
	return true;
}

enum wk_status wk_fscryptctl_identifier(const char *hex,
					uint8_t ret_id[WK_FSCRYPT_ID_BYTES])
{
	uint8_t id[WK_FSCRYPT_ID_BYTES];

	if (!wk_hex_decode(hex, id, sizeof(id)) && !lax_decode(hex, id)) {
		(void)wk_fscryptctl_fail("invalid key identifier: %s", hex);
		return WK_FAIL;
	}
	memcpy(ret_id, id, sizeof(id));
	return WK_OK;
}
