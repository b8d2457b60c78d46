/* SPDX-License-Identifier: Apache-2.0 */
/* Many key files in one process. */
#include "cmd/batch.h"

#include <string.h>

#include "base/file.h"
#include "cmd/input.h"
#include "cmd/progress.h"
#include "cmd/sandbox.h"
#include "cmd/signals.h"
#include "cmd/ui.h"

#define LIST_MAX (16 << 20) /* bytes of names */

const struct wk_option wk_opts_batch[] = {
	{ .name = "files-from",
	  .type = WK_OPT_PATH,
	  .metavar = "FILE",
	  .help = "read more key file names from FILE, one a line" },
	{ .name = "status-fd",
	  .type = WK_OPT_FD,
	  .metavar = "FD",
	  .help = "report progress there, one JSON object a line" },
	{ .name = "null",
	  .letter = '0',
	  .type = WK_OPT_FLAG,
	  .help = "with --files-from: names end with NUL, not newline" },
	{ 0 }
};

static enum wk_status push(struct wk_batch *b, const char *path,
			   struct wk_err *err)
{
	if (b->count == b->cap) {
		/* Bounded by LIST_MAX and the kernel's limit of arguments. */
		size_t cap = b->cap ? 2 * b->cap : 64;
		const char **p = realloc(b->paths, cap * sizeof(*p));

		if (!p)
			return wk_fail(err, WK_NOMEM, "memory.list",
				       "no memory for the list of files");
		b->paths = p;
		b->cap = cap;
	}
	b->paths[b->count++] = path;
	return WK_OK;
}

/* Cuts the list at its separators, in place. */
static enum wk_status split(struct wk_batch *b, char separator,
			    struct wk_err *err)
{
	char *at = (char *)b->list.p, *end = at + b->list.len - 1;

	while (at < end) {
		char *stop = memchr(at, separator, (size_t)(end - at));
		enum wk_status st;

		if (!stop)
			stop = end;
		*stop = '\0';
		st = *at ? push(b, at, err) : WK_OK;
		if (st)
			return st;
		at = stop + 1;
	}
	return WK_OK;
}

static enum wk_status read_list(struct wk_batch *b, const struct wk_args *args,
				struct wk_err *err)
{
	const char *from = wk_args_str(args, "files-from");
	bool null = wk_args_given(args, "null");
	enum wk_status st;

	if (!from)
		return null ? wk_fail(err, WK_FAIL, "usage.missing-option",
				      "--null needs --files-from") :
			      WK_OK;
	if (strcmp(from, "-") == 0) {
		st = wk_input_stdin_claim("--files-from", err);
		if (st)
			return st;
	}
	st = wk_file_read(from, LIST_MAX, &b->list, err);
	if (st)
		return st;
	if (!null && b->list.len && memchr(b->list.p, 0, b->list.len)) {
		wk_fail(err, WK_FAIL, "usage.bad-value",
			"%s: a NUL byte in a list of lines", from);
		wk_err_hint(err, "use --null for names that end with NUL");
		return WK_FAIL;
	}
	/* The last name may lack its separator: one more byte to end it. */
	st = wk_blob_append(&b->list, wk_span("", 1), err);
	return st ? st : split(b, null ? '\0' : '\n', err);
}

enum wk_status wk_batch_init(struct wk_batch *b, const struct wk_args *args,
			     size_t npos, struct wk_err *err)
{
	enum wk_status st = WK_OK;

	*b = (struct wk_batch){ .keep = WK_KEEP_FILES };
	for (size_t i = 0; !st && i < npos; i++)
		st = push(b, wk_args_pos(args, i), err);
	if (!st)
		st = read_list(b, args, err);
	if (!st && !b->count)
		st = wk_fail(err, WK_FAIL, "usage.missing-argument",
			     "no key file is named");
	return st;
}

void wk_batch_done(struct wk_batch *b)
{
	free(b->paths);
	wk_blob_done(&b->list);
	*b = (struct wk_batch){ 0 };
}

static enum wk_status run_unit(const char *path, struct wk_out *out,
			       wk_batch_unit *unit, void *context,
			       struct wk_err *err)
{
	bool json = wk_out_is_json(out);
	enum wk_status st;

	/* In text a unit is a line, not an indented object. */
	if (json)
		wk_out_begin_object(out, NULL);
	wk_out_str(out, "file", NULL, path);
	st = unit(context, path, out, err);
	wk_out_bool(out, "ok", NULL, !st);
	if (st) {
		wk_out_begin_array(out, "errors");
		wk_out_error(out, err);
		wk_out_end_array(out);
	}
	if (json)
		wk_out_end_object(out);
	return st;
}

/* What a batch has come to. */
struct course {
	const struct wk_batch *b;
	struct wk_out *out;
	wk_batch_unit *unit;
	void *context;
	struct wk_progress progress;
};

static enum wk_status step(struct course *c, size_t i, struct wk_err *err)
{
	const char *path = c->b->paths[i];
	struct wk_err unit_err;
	enum wk_status st;

	st = run_unit(path, c->out, c->unit, c->context, &unit_err);
	if (st && !wk_out_is_json(c->out)) {
		wk_progress_clear(&c->progress);
		wk_ui_error(&unit_err);
	}
	return wk_progress_step(&c->progress, path, !st, err);
}

/*
 * A signal ends a batch between two units: what was done is told.  Before the
 * first is done there is nothing to tell, and a question may be waiting for an
 * answer: there it ends the program at once.
 */
static enum wk_status run_rest(struct course *c, struct wk_err *err)
{
	const struct wk_progress *p = &c->progress;
	enum wk_status st = WK_OK;

	while (!st && p->done < c->b->count && !wk_signals_waiting())
		st = step(c, p->done, err);
	/* The last may have failed by the signal itself. */
	if (st || !wk_signals_waiting() ||
	    (p->done == c->b->count && !p->failed))
		return st;
	st = wk_signals_fail(err);
	wk_err_prefix(err, "%zu of %zu key files done", p->done, c->b->count);
	return st;
}

static enum wk_status run_many(struct course *c, struct wk_err *err)
{
	enum wk_status st = step(c, 0, err);

	if (st)
		return st;
	/* Until main() begins to tell the results. */
	wk_signals_hold();
	st = run_rest(c, err);
	wk_progress_clear(&c->progress);
	if (st || !c->progress.failed)
		return st;
	return wk_fail(err, WK_PARTIAL, "batch.partial",
		       "%zu of %zu key files failed", c->progress.failed,
		       c->b->count);
}

static enum wk_status run_one(struct course *c, struct wk_err *err)
{
	const char *path = c->b->paths[0];
	struct wk_err ignored;
	enum wk_status st = run_unit(path, c->out, c->unit, c->context, err);

	if (!st)
		return wk_progress_step(&c->progress, path, true, err);
	/* The unit's own failure counts for more than that of telling it. */
	(void)!wk_progress_step(&c->progress, path, false, &ignored);
	return st;
}

static void enter_sandbox(const struct wk_batch *b)
{
	struct wk_sandbox s = { .keep = b->keep };

	if (b->makes) {
		s.writes = b->paths;
		s.write_count = b->count;
	}
	wk_sandbox_enter(&s);
}

enum wk_status wk_batch_run(const struct wk_batch *b,
			    const struct wk_args *args, struct wk_out *out,
			    wk_batch_unit *unit, void *context,
			    struct wk_err *err)
{
	struct course c = { b, out, unit, context, { 0 } };
	enum wk_status st;

	st = wk_progress_begin(&c.progress, args, b->count, err);
	if (st)
		return st;
	enter_sandbox(b);
	wk_out_begin_array(out, "units");
	st = b->count == 1 ? run_one(&c, err) : run_many(&c, err);
	wk_out_end_array(out);
	return st;
}
