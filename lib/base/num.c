/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, sizes, durations and UUIDs: strict parsing; decimal digits. */
#include "base/num.h"

#include <string.h>

#include "base/hex.h"

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit key_units[] = { { "bit", 1 }, { "byte", 8 }, { 0 } };

static const struct unit byte_units[] = {
	{ "B", 1 },
	{ "KiB", 1ULL << 10 },
	{ "MiB", 1ULL << 20 },
	{ "GiB", 1ULL << 30 },
	{ "TiB", 1ULL << 40 },
	{ 0 },
};

static const struct unit time_units[] = {
	{ "ms", 1 },
	{ "s", 1000 },
	{ "min", 60 * 1000 },
	{ "h", 60 * 60 * 1000 },
	{ "d", 24 * 60 * 60 * 1000 },
	{ 0 },
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads the digits at *s and leaves *s behind them. */
static bool take_digits(const char **s, uint64_t *ret)
{
	const char *p = *s;
	uint64_t v = 0;

	if (!is_digit(*p) || (*p == '0' && is_digit(p[1])))
		return false;
	for (; is_digit(*p); p++) {
		uint64_t d = (uint64_t)(*p - '0');

		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, d, &v))
			return false;
	}
	*s = p;
	*ret = v;
	return true;
}

static bool with_unit(const char *s, const struct unit *units, uint64_t *ret)
{
	uint64_t v;

	if (!take_digits(&s, &v))
		return false;
	while (units->name && strcmp(units->name, s) != 0)
		units++;
	if (!units->name || __builtin_mul_overflow(v, units->factor, &v))
		return false;
	*ret = v;
	return true;
}

bool wk_num_uint(const char *s, uint64_t min, uint64_t max, uint64_t *ret)
{
	uint64_t v;

	if (!take_digits(&s, &v) || *s != '\0' || v < min || v > max)
		return false;
	*ret = v;
	return true;
}

bool wk_num_key_bits(const char *s, uint64_t *ret_bits)
{
	return with_unit(s, key_units, ret_bits);
}

bool wk_num_bytes(const char *s, uint64_t *ret_bytes)
{
	return with_unit(s, byte_units, ret_bytes);
}

bool wk_num_ms(const char *s, uint64_t *ret_ms)
{
	return with_unit(s, time_units, ret_ms);
}

char *wk_num_text(int64_t n, char buf[static WK_NUM_TEXT])
{
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;
	char *p = buf + WK_NUM_TEXT - 1;

	*p = '\0';
	do
		*--p = (char)('0' + rest % 10);
	while (rest /= 10);
	if (n < 0)
		*--p = '-';
	return p;
}

bool wk_num_uuid(const char *s, uint8_t ret[16])
{
	uint8_t uuid[16];
	char hex[33];
	size_t n = 0;

	if (strlen(s) != 36)
		return false;
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash != (s[i] == '-'))
			return false;
		if (!dash)
			hex[n++] = s[i];
	}
	hex[n] = '\0';
	if (!wk_hex_decode(hex, uuid, sizeof(uuid)))
		return false;
	memcpy(ret, uuid, sizeof(uuid));
	return true;
}
