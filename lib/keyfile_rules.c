/* SPDX-License-Identifier: Apache-2.0 */
/* The strings of a key file: what may stand in them. */
#include "keyfile_impl.h"

#include <string.h>

#include "base/utf8.h"

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_lower(uint8_t c)
{
	return c >= 'a' && c <= 'z';
}

static bool name_ok(struct wk_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_letter(s.p[i]) && !is_digit(s.p[i]) &&
		    !memchr("._+:@-", s.p[i], 6))
			return false;
	return true;
}

static bool maker_ok(struct wk_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			return false;
	return true;
}

static bool cipher_ok(struct wk_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < 0x21 || s.p[i] > 0x7e)
			return false;
	return true;
}

static bool dialect_ok(struct wk_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_lower(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '.' &&
		    s.p[i] != '-')
			return false;
	return true;
}

const struct wk_text_rule wk_rule_name = {
	1, WK_NAME_MAX, name_ok, "has a character outside [A-Za-z0-9._+:@-]"
};
const struct wk_text_rule wk_rule_label = {
	0, WK_LABEL_MAX, wk_utf8_ok,
	"is not valid UTF-8 without control characters"
};
const struct wk_text_rule wk_rule_maker = { 1, WK_MAKER_MAX, maker_ok,
					    "is not printable ASCII" };
const struct wk_text_rule wk_rule_cipher = {
	1, WK_CIPHER_MAX, cipher_ok, "is not printable ASCII without space"
};
const struct wk_text_rule wk_rule_dialect = {
	1, WK_DIALECT_MAX, dialect_ok, "has a character outside [a-z0-9.-]"
};

void wk_rule_get_text(struct wk_der *d, unsigned int tag,
		      const struct wk_text_rule *rule, char *out,
		      const char *field)
{
	struct wk_span s =
		wk_der_get_sized(d, tag, rule->min, rule->max, field);

	if (!rule->ok(s)) {
		wk_der_fail(d, "%s %s", field, rule->broken);
		s.len = 0;
	}
	memcpy(out, s.p, s.len);
	out[s.len] = '\0';
}

void wk_rule_put_text(struct wk_der_out *w, unsigned int tag, const char *text,
		      size_t cap)
{
	wk_der_put(w, tag, wk_span(text, strnlen(text, cap - 1)));
}

bool wk_keyfile_name_ok(const char *name)
{
	size_t len = strnlen(name, WK_NAME_MAX + 1);

	return len >= 1 && len <= WK_NAME_MAX && name_ok(wk_span(name, len));
}

/* --- time ------------------------------------------------------------------ */

#define NO_NUMBER 10000 /* too large for every part of a date, even a year */

static unsigned int two_digits(const uint8_t *p)
{
	unsigned int tens = (unsigned int)p[0] - '0';
	unsigned int ones = (unsigned int)p[1] - '0';

	return tens < 10 && ones < 10 ? tens * 10 + ones : NO_NUMBER;
}

static unsigned int days_of(unsigned int year, unsigned int month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30,
					31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* YYYYMMDDHHMMSSZ as DER wants it (11.7), without fractions or leap seconds. */
static bool time_ok(struct wk_span s)
{
	unsigned int year = two_digits(s.p) * 100 + two_digits(s.p + 2);
	unsigned int month = two_digits(s.p + 4);
	unsigned int day = two_digits(s.p + 6);

	return s.p[WK_DIGITS_OF_TIME] == 'Z' && year >= 1970 && year <= 9999 &&
	       month >= 1 && month <= 12 && day >= 1 &&
	       day <= days_of(year, month) && two_digits(s.p + 8) < 24 &&
	       two_digits(s.p + 10) < 60 && two_digits(s.p + 12) < 60;
}

void wk_rule_get_time(struct wk_der *d, char out[static 16], const char *field)
{
	struct wk_span s = wk_der_get_sized(d, WK_DER_TIME,
					    WK_DIGITS_OF_TIME + 1,
					    WK_DIGITS_OF_TIME + 1, field);

	if (s.len && !time_ok(s)) {
		wk_der_fail(
			d,
			"%s is no date and time YYYYMMDDHHMMSSZ from 1970 on",
			field);
		s.len = 0;
	}
	memcpy(out, s.p, s.len);
	out[s.len] = '\0';
}
