/* SPDX-License-Identifier: Apache-2.0 */
/* One copy of a key file in a raw region.  See rawcopy.h. */
#include "rawcopy.h"

#include <stdio.h>
#include <string.h>

#include "base/crc32.h"

#define MAGIC "WKEYCTL RAW COPY"
#define MAGIC_BYTES 16
#define VERSION 1
#define SEQUENCE_MAX INT64_MAX

/* Bytes of the header; CRC_AT is the last field, everything before is covered. */
enum {
	VERSION_AT = 16,
	NUMBER_AT = 20,
	SEQUENCE_AT = 24,
	LEN_AT = 32,
	DER_CRC_AT = 36,
	ZEROS_AT = 40,
	CRC_AT = WK_RAW_HEADER_BYTES - 4,
};

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static uint64_t get64(const uint8_t *p)
{
	return get32(p) | (uint64_t)get32(p + 4) << 32;
}

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static void put64(uint8_t *p, uint64_t v)
{
	put32(p, (uint32_t)v);
	put32(p + 4, (uint32_t)(v >> 32));
}

static bool all(const uint8_t *p, size_t len, uint8_t value)
{
	return !len || (*p == value && !memcmp(p, p + 1, len - 1));
}

static bool is_empty(struct wk_span s)
{
	return all(s.p, s.len, 0) || all(s.p, s.len, 0xff);
}

/* How many bytes of the magic are right. */
static unsigned int magic_matches(const uint8_t *p)
{
	unsigned int n = 0;

	for (size_t i = 0; i < MAGIC_BYTES; i++)
		n += p[i] == (uint8_t)MAGIC[i];
	return n;
}

static void damaged(struct wk_raw_copy *c, const char *why)
{
	c->state = WK_RAW_DAMAGED;
	(void)snprintf(c->why, sizeof(c->why), "%s", why);
}

/* The header as it is in every version: magic, version, CRC. */
static bool judge_frame(const uint8_t *p, struct wk_raw_copy *c)
{
	unsigned int matches = magic_matches(p);

	if (matches < MAGIC_BYTES / 2)
		c->state = WK_RAW_FOREIGN;
	else if (matches < MAGIC_BYTES)
		damaged(c, "its header does not begin as one");
	else if (wk_crc32(wk_span(p, CRC_AT)) != get32(p + CRC_AT))
		damaged(c, "the CRC-32 of its header is wrong");
	else if (get32(p + VERSION_AT) > VERSION)
		c->state = WK_RAW_TOO_NEW;
	else
		return true;
	return false;
}

bool wk_raw_copy_begins(const uint8_t *p, unsigned int *ret_number)
{
	struct wk_raw_copy c = { .state = WK_RAW_GOOD };

	if (!judge_frame(p, &c) && c.state != WK_RAW_TOO_NEW)
		return false;
	*ret_number = get32(p + NUMBER_AT);
	return true;
}

static void judge_fields(struct wk_span bytes, unsigned int number,
			 struct wk_raw_copy *c)
{
	const uint8_t *p = bytes.p;
	uint32_t len = get32(p + LEN_AT), said = get32(p + NUMBER_AT);
	uint64_t sequence = get64(p + SEQUENCE_AT);
	struct wk_span der = wk_span(p + WK_RAW_HEADER_BYTES, len);

	if (get32(p + VERSION_AT) != VERSION)
		damaged(c, "its header has version 0");
	else if (said != number)
		(void)snprintf(c->why, sizeof(c->why),
			       "its header is that of copy %u", said);
	else if (sequence < 1 || sequence > SEQUENCE_MAX)
		damaged(c, "its sequence number is out of range");
	else if (!all(p + ZEROS_AT, CRC_AT - ZEROS_AT, 0))
		damaged(c, "its header has bytes that are not of version 1");
	else if (len < 1 || len > WK_KEYFILE_MAX ||
		 len > bytes.len - WK_RAW_HEADER_BYTES)
		damaged(c, "its length is out of range");
	else if (wk_crc32(der) != get32(p + DER_CRC_AT))
		damaged(c, "the CRC-32 of its key file is wrong");
	else
		*c = (struct wk_raw_copy){ .state = WK_RAW_GOOD,
					   .sequence = sequence,
					   .der = der };
}

void wk_raw_copy_judge(struct wk_span bytes, unsigned int number,
		       struct wk_raw_copy *ret)
{
	*ret = (struct wk_raw_copy){ .state = WK_RAW_DAMAGED };
	if (is_empty(bytes))
		ret->state = WK_RAW_EMPTY;
	else if (bytes.len < WK_RAW_HEADER_BYTES)
		ret->state = WK_RAW_FOREIGN;
	else if (judge_frame(bytes.p, ret))
		judge_fields(bytes, number, ret);
}

static void put_header(uint8_t *p, struct wk_span der, unsigned int number,
		       uint64_t sequence)
{
	memcpy(p, MAGIC, MAGIC_BYTES);
	put32(p + VERSION_AT, VERSION);
	put32(p + NUMBER_AT, number);
	put64(p + SEQUENCE_AT, sequence);
	put32(p + LEN_AT, (uint32_t)der.len);
	put32(p + DER_CRC_AT, wk_crc32(der));
	put32(p + CRC_AT, wk_crc32(wk_span(p, CRC_AT)));
}

enum wk_status wk_raw_copy_encode(struct wk_span der, unsigned int number,
				  uint64_t sequence, struct wk_blob *ret_bytes,
				  struct wk_err *err)
{
	struct wk_blob b = { .len = WK_RAW_COPY_BYTES,
			     .cap = WK_RAW_COPY_BYTES };

	if (der.len < 1 || der.len > WK_KEYFILE_MAX)
		return wk_fail(err, WK_FAIL, "keyfile.too-large",
			       "a key file of %zu bytes: raw storage has room "
			       "for 1 to %d",
			       der.len, WK_KEYFILE_MAX);
	if (sequence < 1 || sequence > SEQUENCE_MAX)
		return wk_fail(err, WK_FAIL, "raw.sequence",
			       "the sequence numbers of the raw copies are "
			       "used up");
	b.p = aligned_alloc(WK_RAW_ALIGN, b.len);
	if (!b.p)
		return wk_fail(err, WK_NOMEM, "memory", "out of memory");
	memset(b.p, 0, b.len);
	memcpy(b.p + WK_RAW_HEADER_BYTES, der.p, der.len);
	put_header(b.p, der, number, sequence);
	*ret_bytes = b;
	return WK_OK;
}

int wk_raw_newest(const struct wk_raw_copy copies[WK_RAW_COPIES])
{
	int newest = -1;

	for (int i = 0; i < WK_RAW_COPIES; i++)
		if (copies[i].state == WK_RAW_GOOD &&
		    (newest < 0 ||
		     copies[i].sequence > copies[newest].sequence))
			newest = i;
	return newest;
}
