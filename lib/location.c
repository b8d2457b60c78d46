/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a location, and where it leads. */
#include "location.h"

#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/num.h"
#include "rawcopy.h"
#include "sys/blockdev.h"

#define PART "part:"
#define RAW "raw:"
#define DEV "/dev/"
#define BY_LABEL "/dev/disk/by-partlabel/"

static bool begins(const char *text, const char *word)
{
	return strncmp(text, word, strlen(word)) == 0;
}

static enum wk_status bad(const char *text, const char *cause,
			  struct wk_err *err)
{
	(void)wk_fail(err, WK_FAIL, "usage.bad-value", "%s: %s", text, cause);
	wk_err_hint(err,
		    "an offset is 0 or a number with its unit, as in "
		    "%sNAME@4MiB; -1MiB counts from the end; a file of "
		    "such a name is ./NAME",
		    begins(text, PART) ? PART : RAW);
	return WK_FAIL;
}

/* Offsets are signed in the kernel. */
static enum wk_status parse_offset(const char *given, struct wk_location *l,
				   struct wk_err *err)
{
	const char *s = given + (*given == '-');

	l->from_end = s != given;
	if (strcmp(s, "0") != 0 && !wk_num_bytes(s, &l->offset))
		return bad(l->shown, "no number of bytes behind the '@'", err);
	if (l->offset % WK_RAW_ALIGN)
		return bad(l->shown, "the offset is no multiple of 4096", err);
	if (l->offset > INT64_MAX - WK_RAW_REGION_BYTES)
		return bad(l->shown, "the offset is too large", err);
	if (l->from_end && l->offset < WK_RAW_REGION_BYTES)
		return bad(l->shown,
			   "a key file takes 256KiB, so that it begins at "
			   "-256KiB at the latest",
			   err);
	return WK_OK;
}

/* As udev names the link: what is neither of these nor beyond ASCII is \xNN. */
static bool is_plain(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c >= 0x80 || strchr("#+-.:=@_", c);
}

static void put_link(const char *label, char path[static PATH_MAX])
{
	char *to = stpcpy(path, BY_LABEL);

	for (; *label; label++) {
		uint8_t c = (uint8_t)*label;

		if (is_plain(c)) {
			*to++ = *label;
			continue;
		}
		*to++ = '\\';
		*to++ = 'x';
		wk_hex_encode(wk_span(&c, 1), to);
		to += 2;
	}
	*to = '\0';
}

static enum wk_status take_label(const char *name, size_t len,
				 struct wk_location *l, struct wk_err *err)
{
	if (!len)
		return bad(l->shown, "no label", err);
	if (len > WK_PART_LABEL_MAX)
		return bad(l->shown, "the label is too long", err);
	if (memchr(name, '/', len))
		return bad(l->shown, "a label has no '/'", err);
	memcpy(l->label, name, len);
	l->label[len] = '\0';
	put_link(l->label, l->path);
	return WK_OK;
}

static enum wk_status take_path(const char *name, size_t len,
				struct wk_location *l, struct wk_err *err)
{
	if (!len)
		return bad(l->shown, "no device is named", err);
	if (len >= sizeof(l->path))
		return bad(l->shown, "the path is too long", err);
	memcpy(l->path, name, len);
	l->path[len] = '\0';
	return WK_OK;
}

static void parse_empty(const char *text, struct wk_location *l)
{
	l->shown = text;
	l->raw = l->from_end = false;
	l->path[0] = l->label[0] = '\0';
	l->offset = 0;
}

/* A file in /dev/shm may have an '@' in its name. */
static bool is_device(const char *text, const char *at)
{
	const char *offset = at ? at + 1 + (at[1] == '-') : "";

	return begins(text, DEV) && *offset >= '0' && *offset <= '9';
}

enum wk_status wk_location_parse(const char *text, struct wk_location *l,
				 struct wk_err *err)
{
	bool part = begins(text, PART), raw = begins(text, RAW);
	const char *at = strrchr(text, '@');
	const char *name = part ? text + strlen(PART) :
			   raw	? text + strlen(RAW) :
				  text;
	enum wk_status st;

	parse_empty(text, l);
	if (!part && !raw && !is_device(text, at))
		return WK_OK;
	if (!at)
		return bad(text, "no '@' with an offset behind it", err);
	st = part ? take_label(name, (size_t)(at - name), l, err) :
		    take_path(name, (size_t)(at - name), l, err);
	if (!st)
		st = parse_offset(at + 1, l, err);
	l->raw = !st;
	return st;
}

enum wk_status wk_location_device(const struct wk_location *at,
				  char ret_path[static PATH_MAX],
				  struct wk_err *err)
{
	enum wk_status st;

	if (!at->label[0]) {
		memcpy(ret_path, at->path, strlen(at->path) + 1);
		return WK_OK;
	}
	st = wk_blockdev_by_label(at->label, at->path, ret_path, err);
	if (st)
		wk_err_prefix(err, "%s", at->shown);
	return st;
}
