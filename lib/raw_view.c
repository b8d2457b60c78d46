/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a raw region: both copies, and which of them is the key file. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "keyfile_impl.h"
#include "store_impl.h"

#define BLOCKS (WK_RAW_COPY_BYTES / WK_RAW_ALIGN)

enum wk_status wk_raw_place(const struct wk_location *at,
			    const struct wk_blockdev *d, uint64_t *ret_offset,
			    struct wk_err *err)
{
	uint64_t end = d->size / WK_RAW_ALIGN * WK_RAW_ALIGN;
	uint64_t offset = at->offset;

	if (at->from_end)
		offset = at->offset <= end ? end - at->offset : end;
	if (offset <= end && end - offset >= WK_RAW_REGION_BYTES) {
		*ret_offset = offset;
		return WK_OK;
	}
	return wk_fail(err, WK_FAIL, "raw.too-small",
		       "%s: '%s' has %llu bytes; a key file takes %d bytes "
		       "from %s%llu on",
		       at->shown, d->path, (unsigned long long)d->size,
		       WK_RAW_REGION_BYTES, at->from_end ? "-" : "",
		       (unsigned long long)at->offset);
}

/* --- judging --------------------------------------------------------------- */

static void damaged(struct wk_raw_copy *c, const char *why)
{
	*c = (struct wk_raw_copy){ .state = WK_RAW_DAMAGED };
	(void)snprintf(c->why, sizeof(c->why), "%.*s", (int)sizeof(c->why) - 1,
		       why);
}

/*
 * The blocks that can be read; the others are zeros.  The bad ones may be
 * behind the key file.  Returns how many are bad.
 */
static unsigned int read_blocks(const struct wk_blockdev *d, uint8_t *p,
				uint64_t offset)
{
	unsigned int bad = 0;

	if (!wk_blockdev_read(d, p, WK_RAW_COPY_BYTES, offset))
		return 0;
	for (size_t i = 0; i < WK_RAW_COPY_BYTES; i += WK_RAW_ALIGN) {
		if (!wk_blockdev_read(d, p + i, WK_RAW_ALIGN, offset + i))
			continue;
		memset(p + i, 0, WK_RAW_ALIGN);
		bad++;
	}
	return bad;
}

static void look_at_copy(const struct wk_blockdev *d, struct wk_raw_view *v,
			 unsigned int i)
{
	struct wk_raw_copy *c = &v->copies[i];
	size_t at = (size_t)i * WK_RAW_COPY_BYTES;
	uint8_t *p = v->region.p + at;
	unsigned int bad = read_blocks(d, p, v->offset + at);

	v->unread[i] = bad;
	wk_raw_copy_judge(wk_span(p, WK_RAW_COPY_BYTES), i, c);
	/* Of a later version only the header is judged, and that is right. */
	if (!bad || c->state == WK_RAW_GOOD || c->state == WK_RAW_TOO_NEW)
		return;
	damaged(c, "");
	(void)snprintf(c->why, sizeof(c->why),
		       "%u of its %d blocks cannot be read", bad, BLOCKS);
}

/* A copy holds DER, whatever else a key file may be elsewhere. */
static enum wk_status decode(struct wk_span der, struct wk_keyfile *kf,
			     struct wk_err *err)
{
	if (wk_keyfile_is_pem(der))
		return wk_fail(err, WK_CORRUPT, "raw.damaged",
			       "its key file is not DER");
	return wk_keyfile_decode(der, kf, err);
}

static enum wk_status look_at_keyfiles(struct wk_raw_view *v,
				       struct wk_err *err)
{
	struct wk_err why;
	struct wk_keyfile *kf;
	enum wk_status st = wk_keyfile_new(&kf, err);

	if (st)
		return st;
	for (int i = 0; i < WK_RAW_COPIES; i++) {
		struct wk_raw_copy *c = &v->copies[i];

		if (c->state != WK_RAW_GOOD)
			continue;
		st = decode(c->der, kf, &why);
		if (st == WK_NOMEM)
			break;
		if (!st)
			v->epoch[i] = kf->epoch;
		else if (st == WK_TOO_NEW)
			*c = (struct wk_raw_copy){ .state = WK_RAW_TOO_NEW };
		else
			damaged(c, why.msg);
		wk_keyfile_done(kf);
	}
	wk_keyfile_free(kf);
	if (st != WK_NOMEM)
		return WK_OK;
	*err = why;
	return st;
}

/* Where there is a key file, the other copy has to be one, too: the same. */
static void compare(struct wk_raw_view *v)
{
	const struct wk_raw_copy *used;
	struct wk_raw_copy *other;

	v->newest = wk_raw_newest(v->copies);
	v->mend = -1;
	if (v->newest < 0)
		return;
	used = &v->copies[v->newest];
	other = &v->copies[!v->newest];
	if (other->state == WK_RAW_EMPTY)
		damaged(other, "it is empty");
	else if (other->state == WK_RAW_FOREIGN)
		damaged(other, "its header is gone");
	if (other->state == WK_RAW_DAMAGED ||
	    (other->state == WK_RAW_GOOD &&
	     (other->sequence != used->sequence ||
	      other->der.len != used->der.len ||
	      memcmp(other->der.p, used->der.p, used->der.len) != 0)))
		v->mend = !v->newest;
}

enum wk_status wk_raw_look(const struct wk_blockdev *d, struct wk_raw_view *v,
			   struct wk_err *err)
{
	enum wk_status st;

	if (!v->region.p)
		v->region = (struct wk_blob){
			.p = aligned_alloc(WK_RAW_ALIGN, WK_RAW_REGION_BYTES),
			.len = WK_RAW_REGION_BYTES,
			.cap = WK_RAW_REGION_BYTES,
		};
	if (!v->region.p)
		return wk_fail(err, WK_NOMEM, "memory", "out of memory");
	v->epoch[0] = v->epoch[1] = 0;
	for (unsigned int i = 0; i < WK_RAW_COPIES; i++)
		look_at_copy(d, v, i);
	st = look_at_keyfiles(v, err);
	if (!st)
		compare(v);
	return st;
}

/* --- for readers ----------------------------------------------------------- */

/*
 * What looks damaged may be one that somebody is writing.  Where there is no lock
 * to be had, nobody is, and what was seen counts.
 */
static enum wk_status look_again(const struct wk_blockdev *d,
				 struct wk_raw_view *v, struct wk_err *err)
{
	struct wk_err ignored;

	if (wk_blockdev_lock(d, false, &ignored))
		return WK_OK;
	return wk_raw_look(d, v, err);
}

enum wk_status wk_raw_view_read(const struct wk_location *at,
				struct wk_raw_view *ret_view,
				struct wk_err *err)
{
	struct wk_raw_view v = { 0 };
	struct wk_blockdev d;
	enum wk_status st = wk_location_device(at, v.device, err);

	if (!st)
		st = wk_blockdev_open(v.device, at->shown, false, &d, err);
	if (st)
		return st;
	st = wk_raw_place(at, &d, &v.offset, err);
	if (!st)
		st = wk_raw_look(&d, &v, err);
	if (!st && (v.mend >= 0 || v.newest < 0))
		st = look_again(&d, &v, err);
	wk_blockdev_close(&d);
	if (st)
		wk_raw_view_done(&v);
	else
		*ret_view = v;
	return st;
}

void wk_raw_view_done(struct wk_raw_view *v)
{
	wk_blob_done(&v->region);
}

void wk_raw_view_note(const struct wk_raw_view *v, const struct wk_location *at,
		      char note[static WK_NOTE_MAX])
{
	const struct wk_raw_copy *c;

	note[0] = '\0';
	if (v->mend < 0)
		return;
	c = &v->copies[v->mend];
	if (c->state == WK_RAW_DAMAGED)
		snprintf(note, WK_NOTE_MAX, "%s: copy %d is damaged (%s)",
			 at->shown, v->mend, c->why);
	else
		snprintf(note, WK_NOTE_MAX,
			 "%s: copy %d is older than the other one: a change "
			 "was interrupted",
			 at->shown, v->mend);
}

static bool any_is(const struct wk_raw_view *v, enum wk_raw_state state)
{
	return v->copies[0].state == state || v->copies[1].state == state;
}

static const char *in_words(const struct wk_raw_copy *c)
{
	switch (c->state) {
	case WK_RAW_DAMAGED:
		return c->why;
	case WK_RAW_EMPTY:
		return "it is empty";
	case WK_RAW_FOREIGN:
		return "its header is gone";
	default:
		return "";
	}
}

enum wk_status wk_raw_answer(const struct wk_raw_view *v,
			     const struct wk_location *at, struct wk_err *err)
{
	if (v->newest >= 0)
		return WK_OK;
	if (any_is(v, WK_RAW_TOO_NEW))
		return wk_fail(err, WK_TOO_NEW, "keyfile.too-new",
			       "%s: made for a newer wkeyctl", at->shown);
	if (any_is(v, WK_RAW_DAMAGED)) {
		(void)wk_fail(err, WK_CORRUPT, "raw.damaged",
			      "%s: both copies are damaged: copy 0: %s; copy "
			      "1: %s",
			      at->shown, in_words(&v->copies[0]),
			      in_words(&v->copies[1]));
		wk_err_hint(err,
			    "'wkeyctl restore --force' writes a backup there");
		return WK_CORRUPT;
	}
	if (any_is(v, WK_RAW_FOREIGN))
		return wk_fail(err, WK_CORRUPT, "raw.foreign",
			       "%s: no key file, but other data at %llu of "
			       "'%s'",
			       at->shown, (unsigned long long)v->offset,
			       v->device);
	return wk_fail(err, WK_NOT_FOUND, "raw.empty",
		       "%s: no key file: '%s' is empty at %llu", at->shown,
		       v->device, (unsigned long long)v->offset);
}

static void note_for_reader(const struct wk_raw_view *v,
			    const struct wk_location *at,
			    char note[static WK_NOTE_MAX])
{
	size_t len;

	wk_raw_view_note(v, at, note);
	len = strlen(note);
	if (len)
		snprintf(note + len, WK_NOTE_MAX - len,
			 "; 'wkeyctl restore --repair %s' or the next change "
			 "mends it",
			 at->shown);
	else if (v->copies[!v->newest].state == WK_RAW_TOO_NEW)
		snprintf(note, WK_NOTE_MAX,
			 "%s: copy %d is made for a newer wkeyctl; the other "
			 "one is used",
			 at->shown, !v->newest);
}

enum wk_status wk_raw_read(const struct wk_location *at,
			   struct wk_blob *ret_der,
			   char ret_note[static WK_NOTE_MAX],
			   struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	struct wk_raw_view v;
	enum wk_status st = wk_raw_view_read(at, &v, err);

	if (st)
		return st;
	st = wk_raw_answer(&v, at, err);
	if (!st)
		st = wk_blob_append(&der, v.copies[v.newest].der, err);
	if (!st) {
		note_for_reader(&v, at, ret_note);
		*ret_der = der;
		der = (struct wk_blob){ 0 };
	}
	wk_raw_view_done(&v);
	return st;
}
