/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key files of other regions that a new one would damage: whoever is asked whether
 * these data are nobody's cannot know it.
 */
#include <stdlib.h>
#include <string.h>

#include "store_impl.h"

/* A copy that begins so far before the region, or nearer, reaches into it. */
#define BEFORE (WK_RAW_COPY_BYTES - WK_RAW_ALIGN)

static bool is_own(size_t at, unsigned int number)
{
	return at % WK_RAW_COPY_BYTES == 0 && at / WK_RAW_COPY_BYTES == number;
}

/* own: these are the bytes of the region, where its own headers do not count. */
static bool find_header(struct wk_span s, bool own, size_t *ret_at)
{
	unsigned int number;

	for (size_t at = 0; at < s.len; at += WK_RAW_ALIGN) {
		if (!wk_raw_copy_begins(s.p + at, &number) ||
		    (own && is_own(at, number)))
			continue;
		*ret_at = at;
		return true;
	}
	return false;
}

/* What cannot be read is no header. */
static void read_before(const struct wk_blockdev *d, uint8_t *p, size_t len,
			uint64_t offset)
{
	if (!wk_blockdev_read(d, p, len, offset))
		return;
	for (size_t i = 0; i < len; i += WK_RAW_ALIGN)
		if (wk_blockdev_read(d, p + i, WK_RAW_ALIGN, offset + i))
			memset(p + i, 0, WK_RAW_ALIGN);
}

static enum wk_status reaches(const struct wk_blockdev *d, uint64_t begin,
			      bool force, struct wk_err *err)
{
	enum wk_status st = force ? WK_UNSAFE : WK_EXISTS;

	(void)wk_fail(
		err, st, force ? "raw.holds-key" : "file.exists",
		"%s: the 256KiB there reach into another key file, a copy "
		"of which begins at %llu",
		d->shown, (unsigned long long)begin);
	wk_err_hint(err,
		    "choose another offset; if it is nobody's, 'dd "
		    "if=/dev/zero of=%s bs=4096 seek=%llu count=1 "
		    "conv=notrunc' takes it away",
		    d->path, (unsigned long long)begin / WK_RAW_ALIGN);
	return st;
}

enum wk_status wk_raw_check_near(const struct wk_blockdev *d,
				 const struct wk_raw_view *v, bool force,
				 struct wk_err *err)
{
	size_t len = v->offset < BEFORE ? (size_t)v->offset : BEFORE, at;
	uint64_t begin = v->offset - len;
	uint8_t *before;
	bool found;

	if (find_header(wk_blob_span(&v->region), true, &at))
		return reaches(d, v->offset + at, force, err);
	if (!len)
		return WK_OK;
	before = aligned_alloc(WK_RAW_ALIGN, BEFORE);
	if (!before)
		return wk_fail(err, WK_NOMEM, "memory", "out of memory");
	read_before(d, before, len, begin);
	found = find_header(wk_span(before, len), false, &at);
	free(before);
	return found ? reaches(d, begin + at, force, err) : WK_OK;
}
