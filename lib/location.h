/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a key file lies: a path, or a raw region of a block device or image.
 *
 *   FILE                a path; "-" is standard input
 *   /dev/NODE@OFFSET    a raw region of a device
 *   part:LABEL@OFFSET   the same of the partition with that GPT label
 *   raw:PATH@OFFSET     the same of any device or file (images)
 *
 * OFFSET is 0 or a number with its unit (4MiB, 512KiB, 8192B), a multiple of
 * 4096; -OFFSET counts from the end.  The last '@' decides; a path that begins
 * with neither word is a path, whatever it contains, unless it begins with
 * "/dev/" and a digit follows the '@' (or its '-').
 */
#ifndef WK_LOCATION_H
#define WK_LOCATION_H

#include <limits.h>

#include "base/blob.h"

#define WK_PART_LABEL_MAX 108 /* bytes: 36 units of UTF-16 */

struct wk_location {
	const char *shown; /* as it was given; borrowed */
	bool raw;
	char path[PATH_MAX]; /* raw: of the device or image; else empty */
	char label[WK_PART_LABEL_MAX + 1]; /* part: only; path is udev's link */
	uint64_t offset;		   /* bytes; raw only */
	bool from_end;
};

/*
 * WK_FAIL "usage.bad-value": a raw location without a good offset or label.
 * Nothing is opened: a path that does not exist is a fine location.
 */
WK_MUST enum wk_status wk_location_parse(const char *text,
					 struct wk_location *ret_location,
					 struct wk_err *err);
/*
 * The device or image of a raw location: path, or where the partition with the
 * label is now.  WK_NOT_FOUND "raw.no-label"; WK_UNSAFE "raw.same-label": two
 * partitions have it.
 */
WK_MUST enum wk_status wk_location_device(const struct wk_location *at,
					  char ret_path[static PATH_MAX],
					  struct wk_err *err);

#endif
