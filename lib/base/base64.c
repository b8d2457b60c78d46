/* SPDX-License-Identifier: Apache-2.0 */
/* Base64: RFC 4648, sections 3.5 (canonical encoding) and 4. */
#include "base/base64.h"

#include <assert.h>

static const char alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* n is 1 to 3; what is missing of a group becomes padding. */
static void encode_group(const uint8_t *in, size_t n, uint8_t *out)
{
	uint32_t v = (uint32_t)in[0] << 16;

	if (n > 1)
		v |= (uint32_t)in[1] << 8;
	if (n > 2)
		v |= in[2];
	for (size_t i = 0; i < 4; i++)
		out[i] = i > n ? '=' :
				 (uint8_t)alphabet[v >> (18 - 6 * i) & 63];
}

enum wk_status wk_base64_encode(struct wk_span in, size_t line,
				struct wk_blob *out, struct wk_err *err)
{
	enum wk_status st;
	size_t column = 0;
	uint8_t *to;

	assert(line % 4 == 0);
	if (in.len == 0)
		return WK_OK;
	if (in.len > SIZE_MAX / 8)
		return wk_fail(err, WK_NOMEM, "memory", "out of memory");
	/* At most one newline after each group of four. */
	st = wk_blob_reserve(out, (in.len / 3 + 1) * 5 + 1, err);
	if (st)
		return st;
	to = out->p + out->len;
	for (size_t i = 0; i < in.len; i += 3) {
		encode_group(in.p + i, in.len - i < 3 ? in.len - i : 3, to);
		to += 4;
		column += 4;
		if (column == line || i + 3 >= in.len) {
			*to++ = '\n';
			column = 0;
		}
	}
	out->len = (size_t)(to - out->p);
	return WK_OK;
}

/* 0 to 63, or 64 for what is not in the alphabet. */
static uint32_t value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26U;
	if (c >= '0' && c <= '9')
		return c - '0' + 52U;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : 64;
}

/* Four characters, of which the last `pad` are padding. */
static bool decode_group(const uint8_t *in, size_t pad, uint8_t *out)
{
	uint32_t v = 0;

	for (size_t i = 0; i < 4; i++) {
		uint32_t six = i < 4 - pad ? value(in[i]) : 0;

		if (six > 63)
			return false;
		v = v << 6 | six;
	}
	if (v & ((1U << 8 * pad) - 1))
		return false;
	for (size_t i = 0; i < 3 - pad; i++)
		out[i] = (uint8_t)(v >> (16 - 8 * i));
	return true;
}

bool wk_base64_decode_line(struct wk_span line, bool last, uint8_t *out,
			   size_t *ret_len)
{
	size_t pad = 0, len = line.len / 4 * 3;

	if (line.len % 4 != 0)
		return false;
	if (last && line.len > 0 && line.p[line.len - 1] == '=')
		pad = line.p[line.len - 2] == '=' ? 2 : 1;
	for (size_t i = 0; i < line.len; i += 4) {
		bool end = i + 4 == line.len;

		if (!decode_group(line.p + i, end ? pad : 0, out + i / 4 * 3))
			return false;
	}
	*ret_len = len - pad;
	return true;
}
