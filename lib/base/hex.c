/* SPDX-License-Identifier: Apache-2.0 */
/* Hexadecimal text (RFC 4648, section 8). */
#include "base/hex.h"

#include <string.h>

/* All ones when lo <= c <= hi, else 0.  All far below 2^31. */
static uint32_t in_range(uint32_t c, uint32_t lo, uint32_t hi)
{
	return (((c - lo) | (hi - c)) >> 31) - 1;
}

static char digit(uint32_t n)
{
	return (char)('0' + n + (in_range(n, 10, 15) & ('a' - '0' - 10)));
}

/* 0 to 15, or a value above 15 for what is no digit. */
static uint32_t value(char digit)
{
	uint32_t c = (uint8_t)digit;
	uint32_t decimal = in_range(c, '0', '9');
	uint32_t letter = in_range(c | 0x20, 'a', 'f');

	return (decimal & (c - '0')) | (letter & ((c | 0x20) - 'a' + 10)) |
	       (~(decimal | letter) & 0x100);
}

void wk_hex_encode(struct wk_span s, char *out)
{
	for (size_t i = 0; i < s.len; i++) {
		*out++ = digit(s.p[i] >> 4);
		*out++ = digit(s.p[i] & 0x0f);
	}
	*out = '\0';
}

bool wk_hex_decode(const char *hex, uint8_t *out, size_t len)
{
	uint32_t all = 0;

	if (strlen(hex) != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		uint32_t both = value(hex[2 * i]) << 4 | value(hex[2 * i + 1]);

		out[i] = (uint8_t)both;
		all |= both;
	}
	return all <= 0xff;
}
