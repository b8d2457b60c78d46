/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8: RFC 3629, section 3 (the table) and section 4 (the syntax). */
#include "base/utf8.h"

/* What a lead byte announces; len 0 for a byte that leads nothing. */
struct lead {
	size_t len;
	uint32_t bits; /* its part of the code point */
	uint32_t min;  /* less than this would fit a shorter form */
};

static struct lead lead_of(uint8_t b)
{
	if (b < 0x80)
		return (struct lead){ 1, b, 0 };
	if ((b & 0xe0) == 0xc0)
		return (struct lead){ 2, b & 0x1fU, 0x80 };
	if ((b & 0xf0) == 0xe0)
		return (struct lead){ 3, b & 0x0fU, 0x800 };
	if ((b & 0xf8) == 0xf0)
		return (struct lead){ 4, b & 0x07U, 0x10000 };
	return (struct lead){ 0 };
}

static bool is_shown(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7f && c <= 0x9f))
		return false;
	return (c < 0xd800 || c > 0xdfff) && c <= 0x10ffff;
}

size_t wk_utf8_first(struct wk_span s)
{
	struct lead l;
	uint32_t c;

	if (s.len == 0)
		return 0;
	l = lead_of(s.p[0]);
	if (l.len == 0 || l.len > s.len)
		return 0;
	c = l.bits;
	for (size_t i = 1; i < l.len; i++) {
		if ((s.p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s.p[i] & 0x3fU);
	}
	return c >= l.min && is_shown(c) ? l.len : 0;
}

bool wk_utf8_ok(struct wk_span s)
{
	while (s.len > 0) {
		size_t n = wk_utf8_first(s);

		if (n == 0)
			return false;
		s.p += n;
		s.len -= n;
	}
	return true;
}
