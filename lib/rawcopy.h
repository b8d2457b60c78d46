/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two copies of a key file in a raw region, wkeyctl-keyfile(5), RAW STORAGE:
 * bytes only, no I/O.
 *
 * A region has 256 KiB, a copy 128 KiB, so that no two copies share a flash
 * block of common size.  A copy is a header of 4096 bytes and the key file (DER)
 * behind it.  Header, little endian: magic "WKEYCTL RAW COPY" (16), version 1
 * (u32), copy 0 or 1 (u32), sequence (u64, 1 upwards), length of the key file
 * (u32), CRC-32 of the key file (u32), zeros to 4092, CRC-32 of these 4092 bytes
 * (u32).  The copy with the higher sequence is the key file.  Magic, version and
 * the CRC of the header stand there in every version.
 */
#ifndef WK_RAWCOPY_H
#define WK_RAWCOPY_H

#include "keyfile.h"

#define WK_RAW_COPIES 2
#define WK_RAW_COPY_BYTES 131072
#define WK_RAW_REGION_BYTES (WK_RAW_COPIES * WK_RAW_COPY_BYTES)
#define WK_RAW_HEADER_BYTES 4096
#define WK_RAW_ALIGN 4096

enum wk_raw_state {
	WK_RAW_EMPTY, /* all of the copy zeros, or all 0xff */
	WK_RAW_GOOD,  /* header and CRCs right; the key file is decoded later */
	WK_RAW_DAMAGED, /* the magic is there, or half of it; something is wrong */
	WK_RAW_TOO_NEW, /* version above 1 */
	WK_RAW_FOREIGN, /* something else's data */
};

struct wk_raw_copy {
	enum wk_raw_state state;
	uint64_t sequence;  /* when GOOD */
	struct wk_span der; /* when GOOD: points into the region */
	char why[80];	    /* when DAMAGED: what is wrong, for people */
};

/*
 * Judges copy `number` from its WK_RAW_COPY_BYTES; any bytes terminate.  A copy
 * whose header is gone beside a good one is DAMAGED, which the caller decides.
 */
void wk_raw_copy_judge(struct wk_span bytes, unsigned int number,
		       struct wk_raw_copy *ret);
/*
 * Whether these WK_RAW_HEADER_BYTES are a copy's header, of any version and
 * whatever is behind it: magic and CRC are right.  *ret_number: the copy that it
 * says it is of.
 */
bool wk_raw_copy_begins(const uint8_t *p, unsigned int *ret_number);
/*
 * A whole copy, WK_RAW_COPY_BYTES, aligned to WK_RAW_ALIGN; what is behind the
 * key file is zero, so that nothing of a longer one before it stays.
 * WK_FAIL: der empty or longer than WK_KEYFILE_MAX, "raw.sequence": there is no
 * such number; WK_NOMEM.
 */
WK_MUST enum wk_status wk_raw_copy_encode(struct wk_span der,
					  unsigned int number,
					  uint64_t sequence,
					  struct wk_blob *ret_bytes,
					  struct wk_err *err);
/* Of the two: the copy that is the key file, or -1. */
int wk_raw_newest(const struct wk_raw_copy copies[WK_RAW_COPIES]);

#endif
