/* SPDX-License-Identifier: Apache-2.0 */
/* One copy of a raw region: onto the medium, and from there again. */
#include "raw_write.h"

#include <string.h>

#include "store_impl.h"

static const uint8_t *old_at(const struct wk_raw_writing *w,
			     unsigned int number)
{
	return w->old->region.p + (size_t)number * WK_RAW_COPY_BYTES;
}

static uint64_t offset_of(const struct wk_raw_writing *w, unsigned int number)
{
	return w->old->offset + (uint64_t)number * WK_RAW_COPY_BYTES;
}

/*
 * Up to the last block that differs: the rest of a copy is mostly zeros.  What a
 * block held that cannot be read is not known, and writing to it may mend it.
 */
static size_t changed(const struct wk_raw_writing *w, unsigned int number,
		      const uint8_t *new)
{
	const uint8_t *old = old_at(w, number);
	size_t len = WK_RAW_COPY_BYTES;

	while (!w->old->unread[number] && len &&
	       !memcmp(old + len - WK_RAW_ALIGN, new + len - WK_RAW_ALIGN,
		       WK_RAW_ALIGN))
		len -= WK_RAW_ALIGN;
	return len;
}

void wk_raw_put_back(const struct wk_raw_writing *w, unsigned int number)
{
	(void)!wk_blockdev_write(w->dev,
				 wk_span(old_at(w, number), WK_RAW_COPY_BYTES),
				 offset_of(w, number));
}

static enum wk_status read_back(const struct wk_raw_writing *w,
				unsigned int number, struct wk_span image,
				uint8_t *there, struct wk_err *err)
{
	int e = wk_blockdev_read(w->dev, there, image.len,
				 offset_of(w, number));

	if (e) {
		(void)wk_fail(err, WK_FAIL, "raw.read-back",
			      "%s: reading copy %u back: %s", w->shown, number,
			      strerrordesc_np(e));
		err->errnum = e;
		return WK_FAIL;
	}
	if (memcmp(there, image.p, image.len) != 0)
		return wk_fail(err, WK_FAIL, "raw.read-back",
			       "%s: copy %u does not read back as it was "
			       "written: the medium is worn out",
			       w->shown, number);
	if (!w->prove)
		return WK_OK;
	return wk_store_prove_bytes(wk_span(there + WK_RAW_HEADER_BYTES,
					    w->der.len),
				    w->prove, w->context, err);
}

static enum wk_status write_image(const struct wk_raw_writing *w,
				  unsigned int number, struct wk_span image,
				  struct wk_err *err)
{
	size_t len = changed(w, number, image.p);
	int e = wk_blockdev_write(w->dev, wk_span(image.p, len),
				  offset_of(w, number));

	if (!e)
		return WK_OK;
	(void)wk_fail(err, WK_FAIL, "raw.write",
		      "%s: writing copy %u to the medium: %s", w->shown, number,
		      strerrordesc_np(e));
	err->errnum = e;
	return WK_FAIL;
}

enum wk_status wk_raw_write(const struct wk_raw_writing *w, unsigned int number,
			    uint64_t sequence, struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob image = { 0 };
	uint8_t *there = aligned_alloc(WK_RAW_ALIGN, WK_RAW_COPY_BYTES);
	enum wk_status st;

	if (!there)
		return wk_fail(err, WK_NOMEM, "memory", "out of memory");
	st = wk_raw_copy_encode(w->der, number, sequence, &image, err);
	if (st) {
		wk_err_prefix(err, "%s", w->shown);
	} else {
		st = write_image(w, number, wk_blob_span(&image), err);
		if (!st)
			st = read_back(w, number, wk_blob_span(&image), there,
				       err);
		if (st)
			wk_raw_put_back(w, number);
	}
	free(there);
	return st;
}
