/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CRC-32, eight bytes at a time: table k holds what a byte contributes that k
 * more bytes follow.  A CRC is linear, so that a table of 256 entries follows
 * from the eight bytes with one bit set; the compiler makes the tables.
 */
#include "base/crc32.h"

#include <endian.h>
#include <string.h>

/* What byte n contributes, from the contributions of 0x80, 0x40, ... 0x01. */
#define ENTRY(n, b7, b6, b5, b4, b3, b2, b1, b0)         \
	(((n)&0x80 ? (b7) : 0) ^ ((n)&0x40 ? (b6) : 0) ^ \
	 ((n)&0x20 ? (b5) : 0) ^ ((n)&0x10 ? (b4) : 0) ^ \
	 ((n)&0x08 ? (b3) : 0) ^ ((n)&0x04 ? (b2) : 0) ^ \
	 ((n)&0x02 ? (b1) : 0) ^ ((n)&0x01 ? (b0) : 0))
#define ROW4(n, ...)                                        \
	ENTRY(n, __VA_ARGS__), ENTRY((n) + 1, __VA_ARGS__), \
		ENTRY((n) + 2, __VA_ARGS__), ENTRY((n) + 3, __VA_ARGS__)
#define ROW16(n, ...)                                     \
	ROW4(n, __VA_ARGS__), ROW4((n) + 4, __VA_ARGS__), \
		ROW4((n) + 8, __VA_ARGS__), ROW4((n) + 12, __VA_ARGS__)
#define ROW64(n, ...)                                        \
	ROW16(n, __VA_ARGS__), ROW16((n) + 16, __VA_ARGS__), \
		ROW16((n) + 32, __VA_ARGS__), ROW16((n) + 48, __VA_ARGS__)
#define TABLE(...)                                                       \
	{                                                                \
		ROW64(0, __VA_ARGS__), ROW64(64, __VA_ARGS__),           \
			ROW64(128, __VA_ARGS__), ROW64(192, __VA_ARGS__) \
	}

/* Each constant is the one before it, divided by x modulo the polynomial. */
static const uint32_t tables[8][256] = {
	TABLE(0xedb88320, 0x76dc4190, 0x3b6e20c8, 0x1db71064, 0x0edb8832,
	      0x076dc419, 0xee0e612c, 0x77073096),
	TABLE(0x3b83984b, 0xf0794f05, 0x958424a2, 0x4ac21251, 0xc8d98a08,
	      0x646cc504, 0x32366282, 0x191b3141),
	TABLE(0xe1351b80, 0x709a8dc0, 0x384d46e0, 0x1c26a370, 0x0e1351b8,
	      0x0709a8dc, 0x0384d46e, 0x01c26a37),
	TABLE(0xed59b63b, 0x9b14583d, 0xa032af3e, 0x5019579f, 0xc5b428ef,
	      0x8f629757, 0xaa09c88b, 0xb8bc6765),
	TABLE(0xb1e6b092, 0x58f35849, 0xc1c12f04, 0x60e09782, 0x30704bc1,
	      0xf580a6c0, 0x7ac05360, 0x3d6029b0),
	TABLE(0x1eb014d8, 0x0f580a6c, 0x07ac0536, 0x03d6029b, 0xec53826d,
	      0x9b914216, 0x4dc8a10b, 0xcb5cd3a5),
	TABLE(0x8816eaf2, 0x440b7579, 0xcfbd399c, 0x67de9cce, 0x33ef4e67,
	      0xf44f2413, 0x979f1129, 0xa6770bb4),
	TABLE(0x533b85da, 0x299dc2ed, 0xf9766256, 0x7cbb312b, 0xd3e51bb5,
	      0x844a0efa, 0x4225077d, 0xccaa009e),
};

/* The CRC so far only touches the first four bytes. */
static uint32_t eight_bytes(uint32_t crc, const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	v = le32toh(v) ^ crc;
	return tables[7][v & 0xff] ^ tables[6][v >> 8 & 0xff] ^
	       tables[5][v >> 16 & 0xff] ^ tables[4][v >> 24] ^
	       tables[3][p[4]] ^ tables[2][p[5]] ^ tables[1][p[6]] ^
	       tables[0][p[7]];
}

uint32_t wk_crc32(struct wk_span s)
{
	uint32_t crc = 0xffffffff;

	for (; s.len >= 8; s.p += 8, s.len -= 8)
		crc = eight_bytes(crc, s.p);
	for (; s.len > 0; s.p++, s.len--)
		crc = crc >> 8 ^ tables[0][(crc ^ *s.p) & 0xff];
	return ~crc;
}
