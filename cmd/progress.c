/* SPDX-License-Identifier: Apache-2.0 */
/* Progress of long work. */
#include "cmd/progress.h"

#include <poll.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/json.h"
#include "cmd/signals.h"
#include "cmd/tty.h"

#define REDRAW_MS 100

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* The options that name the descriptor of a secret. */
static const char *const secret_fds[] = {
	"passphrase-fd",
	"new-passphrase-fd",
	"wrapping-key-fd",
	"new-wrapping-key-fd",
};

static enum wk_status check_fd(const struct wk_args *args, int fd,
			       struct wk_err *err)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
		return wk_fail(err, WK_FAIL, "usage.bad-value",
			       "--status-fd %d: not open for writing", fd);
	for (size_t i = 0; i < WK_ARRAY_LEN(secret_fds); i++) {
		if (!wk_args_declared(args, secret_fds[i]) ||
		    wk_args_num(args, secret_fds[i], UINT64_MAX) !=
			    (uint64_t)fd)
			continue;
		return wk_fail(err, WK_FAIL, "usage.conflict",
			       "--status-fd and --%s name the same descriptor",
			       secret_fds[i]);
	}
	return WK_OK;
}

enum wk_status wk_progress_begin(struct wk_progress *p,
				 const struct wk_args *args, size_t total,
				 struct wk_err *err)
{
	*p = (struct wk_progress){ .status_fd = -1, .total = total };
	p->terminal = total > 1 && !wk_args_given(args, "quiet") &&
		      wk_tty_is(STDERR_FILENO);
	if (!wk_args_given(args, "status-fd"))
		return WK_OK;
	p->status_fd = (int)wk_args_num(args, "status-fd", 0);
	return check_fd(args, p->status_fd, err);
}

/* The line is decoration: that it cannot be written is no failure. */
static void put(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		return;
}

void wk_progress_clear(struct wk_progress *p)
{
	if (p->terminal && p->shown_ms)
		put("\r\033[K");
	p->shown_ms = 0;
}

static void draw(struct wk_progress *p)
{
	uint64_t now = now_ms();
	char text[64];

	if (p->shown_ms && now - p->shown_ms < REDRAW_MS)
		return;
	snprintf(text, sizeof(text), "\r\033[K%zu of %zu", p->done, p->total);
	put(text);
	p->shown_ms = now;
}

static enum wk_status report(const struct wk_progress *p, const char *file,
			     bool ok, struct wk_err *err)
{
	struct wk_json j = { 0 };
	enum wk_status st;

	wk_json_object(&j, NULL);
	wk_json_str(&j, "event", "unit");
	wk_json_str(&j, "file", file);
	wk_json_bool(&j, "ok", ok);
	wk_json_int(&j, "done", (long long)p->done);
	wk_json_int(&j, "total", (long long)p->total);
	wk_json_int(&j, "failed", (long long)p->failed);
	wk_json_end_all(&j);
	st = j.st ? wk_fail(err, WK_NOMEM, "memory.output",
			    "no memory for the status line") :
		    wk_blob_append(&j.buf, wk_span("\n", 1), err);
	if (!st)
		st = wk_signals_await(p->status_fd, POLLOUT, err);
	if (!st && wk_fd_write(p->status_fd, wk_blob_span(&j.buf)))
		st = wk_fail(err, WK_FAIL, "output.write",
			     "--status-fd %d: cannot be written to",
			     p->status_fd);
	wk_json_done(&j);
	return st;
}

enum wk_status wk_progress_step(struct wk_progress *p, const char *file,
				bool ok, struct wk_err *err)
{
	p->done++;
	p->failed += !ok;
	if (p->terminal)
		draw(p);
	return p->status_fd < 0 ? WK_OK : report(p, file, ok, err);
}
