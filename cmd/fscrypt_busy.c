/* SPDX-License-Identifier: Apache-2.0 */
/* Telling who keeps a removed key busy.  See fscrypt_busy.h. */
#include "cmd/fscrypt_busy.h"

#include <stdio.h>
#include <string.h>

#include "cmd/text.h"
#include "sink_fscrypt.h"
#include "sys/openfiles.h"

#define SHOWN 5	      /* in the message; 512 bytes are all there is */
#define PATH_SHOWN 48 /* bytes of a path; what tells it apart is its end */

static size_t clean_length(const char *s)
{
	char unit[8];
	size_t n = 0;

	while (*s)
		n += wk_text_unit(&s, unit);
	return n;
}

/* "pid (comm): path", the path cut at its beginning between two characters. */
static void put_file(char *buf, size_t cap, const struct wk_open_file *f)
{
	char comm[sizeof(f->comm) * 4], path[PATH_SHOWN + 1], unit[8];
	const char *tail = f->path;
	size_t len = clean_length(tail);
	bool cut = len > PATH_SHOWN;

	while (cut && len > PATH_SHOWN - 3)
		len -= wk_text_unit(&tail, unit);
	wk_text_clean(comm, sizeof(comm), f->comm);
	wk_text_clean(path, sizeof(path), tail);
	snprintf(buf, cap, "%d (%s): %s%s", (int)f->pid, comm, cut ? "..." : "",
		 path);
}

/* As many as fit whole, and how many there are besides. */
static void put_message(const struct wk_open_files *f, struct wk_err *err)
{
	struct wk_err before = *err;
	char list[sizeof(err->msg)], one[192];
	size_t shown = 0, at = 0;
	/* ": " before the list, "; and N more" behind it */
	size_t room = sizeof(list) - strlen(before.msg) - 2 - 32;

	list[0] = '\0';
	while (shown < f->count && shown < SHOWN) {
		put_file(one, sizeof(one), &f->files[shown]);
		if (at + 2 + strlen(one) >= room)
			break;
		at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s",
				       shown ? "; " : "", one);
		shown++;
	}
	if (shown && f->total > shown)
		snprintf(list + at, sizeof(list) - at, "; and %zu more",
			 f->total - shown);
	if (shown)
		wk_fail(err, before.status, before.code, "%s: %s", before.msg,
			list);
}

static void put_hint(const struct wk_open_files *f, struct wk_err *err)
{
	if (f->count && f->hidden)
		wk_err_hint(err,
			    "close them and remove the key again; processes "
			    "that this user may not look into can have more");
	else if (f->count)
		wk_err_hint(err, "close them and remove the key again");
	else if (f->hidden)
		wk_err_hint(err,
			    "processes that this user may not look into have "
			    "them open: root can ask, by fscrypt-status; close "
			    "them and remove the key again");
	else
		wk_err_hint(err, "no process has one open: look for loop "
				 "devices, swap files and mounts of it, then "
				 "remove the key again");
}

static void put_json(const struct wk_open_files *f, struct wk_out *out)
{
	wk_out_begin_array(out, "open_files");
	for (size_t i = 0; i < f->count && wk_out_is_json(out); i++) {
		wk_out_begin_object(out, NULL);
		wk_out_int(out, "pid", NULL, f->files[i].pid);
		wk_out_str(out, "comm", NULL, f->files[i].comm);
		wk_out_str(out, "path", NULL, f->files[i].path);
		wk_out_end_object(out);
	}
	wk_out_end_array(out);
	wk_out_int(out, "open_files_total", NULL, (long long)f->total);
}

void wk_fscrypt_tell_busy(const char *mountpoint,
			  const uint8_t id[WK_FSCRYPT_ID_BYTES],
			  struct wk_out *out, struct wk_err *err)
{
	struct wk_open_files f;

	wk_fscrypt_find_busy(mountpoint, id, &f);
	put_json(&f, out);
	if (strlen(err->msg) + 64 < sizeof(err->msg))
		put_message(&f, err);
	put_hint(&f, err);
	wk_open_files_done(&f);
}
