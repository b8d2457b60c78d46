/* SPDX-License-Identifier: Apache-2.0 */
/* open(2) and read(2), with no buffer between the kernel and secret memory. */
#include "cmd/secret_source.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/input.h"
#include "cmd/signals.h"
#include "cmd/tty.h"
#include "cmd/ui.h"

/* Who reads standard input, which can be read once; "" while it is free. */
static char stdin_reader[64];

enum wk_status wk_input_stdin_claim(const char *who, struct wk_err *err)
{
	if (stdin_reader[0])
		return wk_fail(
			err, WK_FAIL, "usage.conflict",
			"standard input is asked for twice: by %s and %s",
			stdin_reader, who);
	snprintf(stdin_reader, sizeof(stdin_reader), "%s", who);
	return WK_OK;
}

static enum wk_status claim_for(const struct wk_option *form,
				struct wk_err *err)
{
	char who[64];

	snprintf(who, sizeof(who), "--%s", form->name);
	return wk_input_stdin_claim(who, err);
}

static void set_source(struct wk_source *s, const struct wk_args *args,
		       const struct wk_option *form)
{
	s->option = form->name;
	s->value = wk_args_str(args, form->name);
	s->fd = -1;
	s->kind = WK_SOURCE_CREDENTIAL;
	if (form->type == WK_OPT_FD) {
		s->kind = WK_SOURCE_FD;
		s->fd = (int)wk_args_num(args, form->name, 0);
	} else if (form->type == WK_OPT_PATH) {
		s->kind = strcmp(s->value, "-") == 0 ? WK_SOURCE_STDIN :
						       WK_SOURCE_FILE;
	}
	if (s->kind == WK_SOURCE_FD && s->fd == 0)
		s->kind = WK_SOURCE_STDIN;
}

enum wk_status wk_source_find(const struct wk_args *args,
			      const struct wk_option *forms, size_t count,
			      struct wk_source *s, struct wk_err *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct wk_option *form = &forms[i];
		enum wk_status st;

		if (!wk_args_declared(args, form->name) ||
		    !wk_args_given(args, form->name))
			continue;
		if (s->kind)
			return wk_fail(
				err, WK_FAIL, "usage.conflict",
				"options '--%s' and '--%s' exclude each other",
				s->option, form->name);
		set_source(s, args, form);
		st = s->kind == WK_SOURCE_STDIN ? claim_for(form, err) : WK_OK;
		if (st)
			return st;
	}
	return WK_OK;
}

void wk_source_describe(const struct wk_source *s, char *buf, size_t cap)
{
	switch (s->kind) {
	case WK_SOURCE_FILE:
		snprintf(buf, cap, "'%s'", s->value);
		break;
	case WK_SOURCE_FD:
		snprintf(buf, cap, "descriptor %d", s->fd);
		break;
	case WK_SOURCE_CREDENTIAL:
		snprintf(buf, cap, "credential '%s'", s->value);
		break;
	case WK_SOURCE_STDIN:
	case WK_SOURCE_NONE:
		snprintf(buf, cap, "standard input");
		break;
	}
}

/*
 * Without waiting: in a batch, where signals are held, nothing could end an
 * open(2) that waits for the writer of a FIFO.  wk_fd_read() waits all the same.
 */
#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

static enum wk_status open_credential(const char *name, int *ret_fd,
				      struct wk_err *err)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	char path[PATH_MAX];
	int n;

	if (name[0] == '\0' || strchr(name, '/') || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return wk_fail(err, WK_FAIL, "usage.bad-value",
			       "credential '%s': not the name of a file", name);
	if (!dir || dir[0] != '/') {
		wk_fail(err, WK_NOT_FOUND, "input.no-credentials",
			"credential '%s': no credentials directory", name);
		wk_err_hint(
			err,
			"systemd sets CREDENTIALS_DIRECTORY for a service with LoadCredential=");
		return WK_NOT_FOUND;
	}
	n = snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (n < 0 || (size_t)n >= sizeof(path))
		return wk_fail_errno(err, ENAMETOOLONG, "credential '%s'",
				     name);
	*ret_fd = openat(AT_FDCWD, path, OPEN_FLAGS);
	if (*ret_fd < 0)
		return wk_fail_errno(err, errno, "credential '%s'", name);
	return WK_OK;
}

static enum wk_status open_source(const struct wk_source *s, int *ret_fd,
				  struct wk_err *err)
{
	switch (s->kind) {
	case WK_SOURCE_CREDENTIAL:
		return open_credential(s->value, ret_fd, err);
	case WK_SOURCE_FILE:
		*ret_fd = openat(AT_FDCWD, s->value, OPEN_FLAGS);
		if (*ret_fd < 0)
			return wk_fail_errno(err, errno, "'%s'", s->value);
		return WK_OK;
	case WK_SOURCE_FD:
		*ret_fd = s->fd;
		return WK_OK;
	case WK_SOURCE_STDIN:
	case WK_SOURCE_NONE:
		break;
	}
	*ret_fd = 0;
	return WK_OK;
}

static enum wk_status check_kind(const struct wk_source *s, int fd,
				 const char *subject, bool *ret_fifo,
				 struct wk_err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return wk_fail_errno(err, errno, "%s", subject);
	if (S_ISDIR(st.st_mode))
		return wk_fail(err, WK_FAIL, "input.directory",
			       "%s: is a directory", subject);
	if (S_ISCHR(st.st_mode) && wk_tty_is(fd)) {
		wk_fail(err, WK_FAIL, "input.terminal",
			"%s: is a terminal, where secrets would show", subject);
		wk_err_hint(
			err,
			"give a file or a pipe; a passphrase is asked for without echo when its option is left out");
		return WK_FAIL;
	}
	if (s->kind == WK_SOURCE_FILE && S_ISREG(st.st_mode) &&
	    (st.st_mode & (S_IRGRP | S_IROTH)))
		wk_ui_warn("%s: can be read by others (mode %03o)", subject,
			   st.st_mode & 0777);
	*ret_fifo = S_ISFIFO(st.st_mode);
	return WK_OK;
}

/* A FIFO that nobody has opened for writing yet would read as empty. */
static enum wk_status await_writer(int fd, struct wk_err *err)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	enum wk_status st = wk_signals_await(fd, POLLIN, err);

	while (!st && poll(&ready, 1, -1) < 0 && errno == EINTR)
		continue;
	return st;
}

static enum wk_status read_all(int fd, struct wk_secret *into,
			       const char *subject, struct wk_err *err)
{
	uint8_t *p = wk_secret_bytes(into);
	size_t cap = wk_secret_cap(into), len = 0;

	while (len < cap) {
		enum wk_status st = wk_signals_await(fd, POLLIN, err);
		ssize_t n;

		if (st)
			return st;
		n = wk_fd_read(fd, p + len, cap - len);
		if (n < 0)
			return wk_fail_errno(err, errno, "%s", subject);
		if (n == 0)
			break;
		len += (size_t)n;
	}
	wk_secret_set_len(into, len);
	return WK_OK;
}

enum wk_status wk_source_read(const struct wk_source *s, size_t cap,
			      struct wk_secret **ret_secret, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *secret = NULL;
	bool ours = s->kind == WK_SOURCE_FILE ||
		    s->kind == WK_SOURCE_CREDENTIAL;
	bool fifo = false;
	char subject[256];
	enum wk_status st;
	int fd;

	wk_source_describe(s, subject, sizeof(subject));
	st = open_source(s, &fd, err);
	if (st)
		return st;
	st = check_kind(s, fd, subject, &fifo, err);
	if (!st && fifo && ours)
		st = await_writer(fd, err);
	if (!st)
		st = wk_secret_new(cap, &secret, err);
	if (!st)
		st = read_all(fd, secret, subject, err);
	/* What we were given stays open. */
	if (ours)
		close(fd);
	if (!st)
		*ret_secret = wk_take_ptr(&secret);
	return st;
}
