/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes one value of DER and makes the lengths around it right again, and the
 * CRC-32 at the end of a key file: bytes changed at random reach neither.
 */
#include "base/crc32.h"
#include "fuzz.h"

#define ROOM 65536 /* bytes of the largest value that is rebuilt */
#define DEPTH 10

struct change {
	unsigned int target; /* this TLV, counted from the outermost one */
	unsigned int what;
	unsigned int seen;
};

/* The header of the TLV at p; its length, or 0 when it is none. */
static size_t header(const uint8_t *p, size_t left, size_t *ret_len)
{
	size_t n, len = 0;

	if (left < 2)
		return 0;
	if (p[1] < 0x80) {
		*ret_len = p[1];
		return p[1] <= left - 2 ? 2 : 0;
	}
	n = p[1] & 0x7f;
	if (!n || n > 3 || n > left - 2)
		return 0;
	for (size_t i = 0; i < n; i++)
		len = len << 8 | p[2 + i];
	*ret_len = len;
	return len <= left - 2 - n ? 2 + n : 0;
}

/* Tag and length before contents that stand at out + 5, moved up to them. */
static size_t close_up(uint8_t *out, uint8_t tag, size_t len)
{
	size_t n = len < 0x80 ? 0 : len < 0x100 ? 1 : len < 0x10000 ? 2 : 3;

	memmove(out + 2 + n, out + 5, len);
	out[0] = tag;
	out[1] = n ? (uint8_t)(0x80 | n) : (uint8_t)len;
	for (size_t i = 0; i < n; i++)
		out[2 + i] = (uint8_t)(len >> 8 * (n - 1 - i));
	return 2 + n + len;
}

static size_t rebuild(const uint8_t *in, size_t len, uint8_t *out, size_t room,
		      struct change *c, int depth);

/* One TLV, changed when it is the one; 0 when there is no room. */
static size_t rebuild_one(const uint8_t *in, size_t head, size_t len,
			  uint8_t *out, size_t room, struct change *c,
			  int depth)
{
	bool here = c->seen++ == c->target;
	uint8_t tag = in[0];
	size_t n = len, whole;

	if (room < len + 6 || (here && c->what == 0))
		return 0;
	if (here && c->what == 1)
		tag = (uint8_t)(tag ^ 1U << len % 8);
	if ((tag & 0x20) && !(here && c->what >= 3)) {
		n = rebuild(in + head, len, out + 5, room - 5, c, depth + 1);
	} else {
		memcpy(out + 5, in + head, len);
		if (here && c->what >= 3)
			n = LLVMFuzzerMutate(out + 5, len, room - 5);
	}
	whole = close_up(out, tag, n);
	if (here && c->what == 2 && room >= 2 * whole) {
		memcpy(out + whole, out, whole);
		whole *= 2;
	}
	return whole;
}

static size_t rebuild(const uint8_t *in, size_t len, uint8_t *out, size_t room,
		      struct change *c, int depth)
{
	size_t done = 0, n, head;

	while (len && depth < DEPTH && (head = header(in, len, &n))) {
		done += rebuild_one(in, head, n, out + done, room - done, c,
				    depth);
		in += head + n;
		len -= head + n;
	}
	/* What is no TLV stays as it is. */
	if (len > room - done)
		len = room - done;
	memcpy(out + done, in, len);
	return done + len;
}

/* Where a file ends as a key file does. */
static void make_crc(uint8_t *p, size_t len)
{
	uint32_t crc;

	if (len < 8 || p[len - 6] != 4 || p[len - 5] != 4)
		return;
	crc = wk_crc32(wk_span(p, len - 4));
	for (size_t i = 0; i < 4; i++)
		p[len - 4 + i] = (uint8_t)(crc >> 8 * (3 - i));
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed)
{
	static uint8_t out[ROOM + 16];
	struct change c = { .target = ~0U };
	size_t len;

	if (seed % 16 == 0)
		return LLVMFuzzerMutate(data, size, max);
	/* The first time counts. */
	(void)rebuild(data, size, out, ROOM, &c, 0);
	c = (struct change){ .target = c.seen ? (seed >> 8) % c.seen : 0,
			     .what = (seed >> 4) % 16 };
	len = rebuild(data, size, out, ROOM, &c, 0);
	if (!len || len > max)
		return LLVMFuzzerMutate(data, size, max);
	memcpy(data, out, len);
	if (seed % 16 != 1)
		make_crc(data, len);
	return len;
}
