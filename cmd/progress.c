/* SPDX-License-Identifier: Apache-2.0 */
/* Progress of long work. */
#include "cmd/progress.h"

#include <poll.h>
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

void wk_progress_begin(struct wk_progress *p, const struct wk_args *args,
		       size_t total)
{
	*p = (struct wk_progress){
		.status_fd = (int)wk_args_num(args, "status-fd", UINT64_MAX),
		.total = total,
	};
	if (!wk_args_given(args, "status-fd"))
		p->status_fd = -1;
	p->terminal = total > 1 && !wk_args_given(args, "quiet") &&
		      wk_tty_is(STDERR_FILENO);
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
