/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a region of a disk is that of its partition table: UEFI Specification,
 * 5.2.1 (MBR) and 5.3 (GPT).  The unused end of a GPT is empty, and yet has its
 * checksum.
 */
#include <stdlib.h>
#include <string.h>

#include "sys/blockdev.h"

#define HEAD (2 * WK_BLOCKDEV_ALIGN) /* bytes: LBA 1 of either block size */
#define ENTRIES_MAX 65536	     /* bytes, far above what is in use */

/* Bytes of the header */
enum { ALTERNATE_AT = 32, ENTRIES_AT = 72, COUNT_AT = 80, SIZE_AT = 84 };

/* Bytes of the MBR, and of its records */
enum { RECORDS_AT = 446, RECORD = 16, RECORDS = 4, SIGNATURE_AT = 510 };
enum { STATUS_AT = 0, TYPE_AT = 4, START_AT = 8, SECTORS_AT = 12 };

/* Bytes of the disk; end is behind the last one. */
struct extent {
	uint64_t start, end;
};

static uint64_t get(const uint8_t *p, size_t bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | p[bytes];
	return v;
}

static bool meet(const struct extent *a, const struct extent *b)
{
	return a->start < b->end && b->start < a->end;
}

/* The table before the partitions, and its copy behind them. */
static bool meets_gpt(const uint8_t *head, uint64_t block,
		      const struct extent *region)
{
	const uint8_t *p = head + block;
	uint64_t entries = get(p + COUNT_AT, 4) * get(p + SIZE_AT, 4);
	uint64_t alternate = get(p + ALTERNATE_AT, 8);
	uint64_t first = get(p + ENTRIES_AT, 8);
	struct extent front = { 0 }, back = { 0 };

	if (memcmp(p, "EFI PART", 8) != 0)
		return false;
	if (entries > ENTRIES_MAX)
		entries = ENTRIES_MAX;
	entries = (entries + block - 1) / block * block;
	if (first > UINT32_MAX || alternate > UINT64_MAX / block / 2)
		return region->start < HEAD; /* a broken one */
	front.end = first * block + entries;
	back.end = (alternate + 1) * block;
	back.start = back.end > block + entries ? back.end - block - entries :
						  0;
	return meet(&front, region) || meet(&back, region);
}

/* A boot sector of a file system has code and numbers there. */
static bool is_mbr(const uint8_t *head)
{
	for (size_t i = 0; i < RECORDS; i++)
		if (head[RECORDS_AT + i * RECORD + STATUS_AT] & 0x7f)
			return false;
	return head[SIGNATURE_AT] == 0x55 && head[SIGNATURE_AT + 1] == 0xaa;
}

static bool is_extended(uint8_t type)
{
	return type == 0x05 || type == 0x0f || type == 0x85;
}

/*
 * Each partition in an extended one has a table of its own before it, in what
 * looks like a gap; the kernel tells where the first of them is only.
 */
static bool meets_extended(const uint8_t *head, const struct extent *region)
{
	if (!is_mbr(head))
		return false;
	for (size_t i = 0; i < RECORDS; i++) {
		const uint8_t *p = head + RECORDS_AT + i * RECORD;
		struct extent all = { .start = 512 * get(p + START_AT, 4) };

		all.end = all.start + 512 * get(p + SECTORS_AT, 4);
		if (is_extended(p[TYPE_AT]) && meet(&all, region))
			return true;
	}
	return false;
}

enum wk_status wk_blockdev_beside_table(const struct wk_blockdev *d,
					uint64_t offset, uint64_t len,
					struct wk_err *err)
{
	const struct extent region = { offset, offset + len };
	uint8_t *head = aligned_alloc(WK_BLOCKDEV_ALIGN, HEAD);
	bool meets;

	if (!head)
		return wk_fail(err, WK_NOMEM, "memory", "out of memory");
	meets = offset == 0 && wk_blockdev_has_partitions(d);
	/* What cannot be read has no table that could be lost. */
	if (!wk_blockdev_read(d, head, HEAD, 0))
		meets = meets || meets_gpt(head, 512, &region) ||
			meets_gpt(head, 4096, &region) ||
			meets_extended(head, &region);
	free(head);
	if (!meets)
		return WK_OK;
	(void)wk_fail(err, WK_UNSAFE, "raw.partition-table",
		      "%s: the 256KiB there reach into the partition table of "
		      "'%s'",
		      d->shown, d->path);
	wk_err_hint(
		err,
		"nothing overrides this: choose a partition of its own, or "
		"a gap between partitions, but none within an extended one; "
		"a GPT has its copy at the end of the disk");
	return WK_UNSAFE;
}
