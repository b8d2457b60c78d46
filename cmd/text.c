/* SPDX-License-Identifier: Apache-2.0 */
/* Characters that are safe to show, and the others. */
#include "cmd/text.h"

#include <string.h>

#include "base/utf8.h"

enum wk_char wk_char_at(const char *s, size_t *ret_len)
{
	size_t n = wk_utf8_first(wk_span(s, strnlen(s, 4)));
	const unsigned char *p = (const unsigned char *)s;

	*ret_len = n ? n : 1;
	if (n)
		return WK_CHAR_PLAIN;
	if (p[0] < 0x20 || p[0] == 0x7f)
		return WK_CHAR_CONTROL;
	if (p[0] != 0xc2 || p[1] < 0x80 || p[1] > 0x9f)
		return WK_CHAR_INVALID;
	*ret_len = 2;
	return WK_CHAR_CONTROL;
}

size_t wk_text_plain(const char *s)
{
	size_t n = 0;

	while (s[n] >= 0x20 && s[n] < 0x7f)
		n++;
	return n;
}

/*
 * What turns the direction of text, U+200E, 200F, 202A to 202E, 2066 to 2069:
 * a label could make the rest of its line read as something else.
 */
static bool turns_text(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;

	if (len != 3 || p[0] != 0xe2)
		return false;
	if (p[1] == 0x80)
		return p[2] == 0x8e || p[2] == 0x8f ||
		       (p[2] >= 0xaa && p[2] <= 0xae);
	return p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9;
}

size_t wk_text_unit(const char **s, char buf[static 8])
{
	static const char digits[] = "0123456789abcdef";
	const char *at = *s;
	size_t len;

	if (wk_char_at(at, &len) == WK_CHAR_PLAIN) {
		if (!turns_text(at, len)) {
			memcpy(buf, at, len);
			*s += len;
			return len;
		}
		/* Its bytes, one by one: what follows is no character. */
		len = 1;
	}
	*s += len;
	/* Of a two-byte C1 control the last byte is the code point. */
	buf[0] = '\\';
	buf[1] = 'x';
	buf[2] = digits[(unsigned char)at[len - 1] >> 4];
	buf[3] = digits[(unsigned char)at[len - 1] & 15];
	return 4;
}

void wk_text_clean(char *buf, size_t cap, const char *s)
{
	size_t len = 0;

	while (*s) {
		char unit[8];
		size_t n = wk_text_unit(&s, unit);

		if (n >= cap - len)
			break;
		memcpy(buf + len, unit, n);
		len += n;
	}
	buf[len] = '\0';
}
