/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recovery keys as text.  wkeyctl-keyfile(5), RECOVERY KEY.
 *
 * No address and no branch depends on a letter of a key that is right: letters
 * are looked up by going over the whole alphabet.  What is wrong may show in
 * time, as it does in the message.
 */
#include "recovery_key.h"

#include "base/blob.h"

#define GROUP_DATA (WK_RECOVERY_GROUP_CHARS - 1)
#define LETTERS (WK_RECOVERY_GROUPS * WK_RECOVERY_GROUP_CHARS)
#define STRIDE (WK_RECOVERY_GROUP_CHARS + 1)
#define NO_LETTER 16

static const char alphabet[] = "cbdefghijklnrtuv";

/* All ones when a equals b, else 0.  Both far below 2^31. */
static uint32_t equal(uint32_t a, uint32_t b)
{
	return ((a ^ b) - 1) >> 31 ? ~0U : 0;
}

static uint8_t letter_of(uint32_t value)
{
	uint32_t c = 0;

	for (uint32_t i = 0; i < 16; i++)
		c |= equal(i, value) & (uint8_t)alphabet[i];
	return (uint8_t)c;
}

/* 0 to 15, or NO_LETTER.  Bit 5 makes lower case of letters. */
static uint32_t value_of(uint8_t c)
{
	uint32_t value = 0, found = 0;

	for (uint32_t i = 0; i < 16; i++) {
		uint32_t is = equal(c, (uint8_t)alphabet[i]) |
			      equal(c, (uint8_t)alphabet[i] & ~0x20U);

		value |= is & i;
		found |= is;
	}
	return value | (~found & NO_LETTER);
}

static bool is_separator(uint8_t c)
{
	return c == '-' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Times a, in GF(16) over x^4 + x + 1. */
static uint32_t times_a(uint32_t v)
{
	return v << 1 ^ (0x13 & (0U - (v >> 3)));
}

/* a^1 v1 + … + a^8 v8 by Horner's rule, and the number of the group from 0. */
static uint32_t check_value(const uint8_t *values, uint32_t group)
{
	uint32_t sum = 0;

	for (size_t i = GROUP_DATA; i > 0; i--)
		sum = times_a(sum ^ values[i - 1]);
	return sum ^ group;
}

/* --- to text --------------------------------------------------------------- */

/* Values and then letters of one group, in place. */
static void write_group(const uint8_t *bytes, uint32_t group, uint8_t *out)
{
	for (size_t i = 0; i < GROUP_DATA / 2; i++) {
		out[2 * i] = bytes[i] >> 4;
		out[2 * i + 1] = bytes[i] & 0x0f;
	}
	out[GROUP_DATA] = (uint8_t)check_value(out, group);
	for (size_t i = 0; i < WK_RECOVERY_GROUP_CHARS; i++)
		out[i] = letter_of(out[i]);
}

static void write_text(const uint8_t *bytes, uint8_t *out)
{
	for (uint32_t g = 0; g < WK_RECOVERY_GROUPS; g++) {
		write_group(bytes + g * GROUP_DATA / 2, g, out + g * STRIDE);
		if (g + 1 < WK_RECOVERY_GROUPS)
			out[g * STRIDE + WK_RECOVERY_GROUP_CHARS] = '-';
	}
}

enum wk_status wk_recovery_key_new(struct wk_secret **ret_text,
				   struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *bytes = NULL;
	WK_AUTO_SECRET struct wk_secret *text = NULL;
	enum wk_status st = wk_secret_new(WK_RECOVERY_BYTES, &bytes, err);

	if (!st)
		st = wk_secret_new(WK_RECOVERY_TEXT, &text, err);
	if (!st)
		st = wk_secret_random(bytes, err);
	if (st)
		return st;
	write_text(wk_secret_view(bytes), wk_secret_bytes(text));
	wk_secret_set_len(text, WK_RECOVERY_TEXT);
	*ret_text = wk_take_ptr(&text);
	return WK_OK;
}

/* --- from text ------------------------------------------------------------- */

/* What reading finds; values: those of the letters, LETTERS at most. */
struct reading {
	uint8_t *values;
	size_t count; /* letters seen, more than LETTERS being possible */
	size_t stray; /* group of the first character that is no letter, or 0 */
	/* Letters between separators: how many runs, and in the present one. */
	size_t runs, run;
	size_t odd; /* the first run that is no whole group, from 1; or 0 */
};

static void end_run(struct reading *r)
{
	if (!r->run)
		return;
	r->runs++;
	if (r->run != WK_RECOVERY_GROUP_CHARS && !r->odd)
		r->odd = r->runs;
	r->run = 0;
}

static void read_char(struct reading *r, uint8_t c)
{
	uint32_t value;

	if (is_separator(c)) {
		end_run(r);
		return;
	}
	value = value_of(c);
	if (value == NO_LETTER && !r->stray)
		r->stray = r->count / WK_RECOVERY_GROUP_CHARS + 1;
	if (r->count < LETTERS)
		r->values[r->count] = (uint8_t)value;
	r->count++;
	r->run++;
}

static enum wk_status wrong_letter(const struct reading *r, struct wk_err *err)
{
	if (r->stray > WK_RECOVERY_GROUPS)
		wk_fail(err, WK_AUTH, "recovery.letter",
			"recovery key: after group %d: a character that recovery "
			"keys do not have",
			WK_RECOVERY_GROUPS);
	else
		wk_fail(err, WK_AUTH, "recovery.letter",
			"recovery key: group %zu: a character that recovery keys "
			"do not have",
			r->stray);
	wk_err_hint(err, "its letters are %s", alphabet);
	return WK_AUTH;
}

/* Where the groups were kept apart, it is known which of them it is. */
static enum wk_status wrong_length(const struct reading *r, struct wk_err *err)
{
	wk_fail(err, WK_AUTH, "recovery.length",
		"recovery key: %zu letters, and not %d", r->count, LETTERS);
	if (r->runs == WK_RECOVERY_GROUPS)
		wk_err_hint(err, "group %zu has not %d letters", r->odd,
			    WK_RECOVERY_GROUP_CHARS);
	else
		wk_err_hint(err, "it has %d groups of %d letters",
			    WK_RECOVERY_GROUPS, WK_RECOVERY_GROUP_CHARS);
	return WK_AUTH;
}

static enum wk_status check_groups(const uint8_t *values, struct wk_err *err)
{
	for (uint32_t g = 0; g < WK_RECOVERY_GROUPS; g++) {
		const uint8_t *group = values + g * WK_RECOVERY_GROUP_CHARS;

		if (check_value(group, g) != group[GROUP_DATA])
			return wk_fail(err, WK_AUTH, "recovery.group",
				       "recovery key: group %u: mistyped",
				       g + 1);
	}
	return WK_OK;
}

static enum wk_status read_values(const struct wk_secret *text, uint8_t *values,
				  struct wk_err *err)
{
	const uint8_t *p = wk_secret_view(text);
	struct reading r = { .values = values };

	for (size_t i = 0; i < wk_secret_len(text); i++)
		read_char(&r, p[i]);
	end_run(&r);
	if (r.stray)
		return wrong_letter(&r, err);
	if (r.count != LETTERS)
		return wrong_length(&r, err);
	return check_groups(values, err);
}

static void pack(const uint8_t *values, uint8_t *bytes)
{
	for (size_t i = 0; i < WK_RECOVERY_BYTES; i++) {
		const uint8_t *two =
			values + 2 * i / GROUP_DATA * WK_RECOVERY_GROUP_CHARS +
			2 * i % GROUP_DATA;

		bytes[i] = (uint8_t)(two[0] << 4 | two[1]);
	}
}

enum wk_status wk_recovery_key_parse(const struct wk_secret *text,
				     struct wk_secret **ret_bytes,
				     struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *values = NULL;
	WK_AUTO_SECRET struct wk_secret *bytes = NULL;
	enum wk_status st = wk_secret_new(LETTERS, &values, err);

	if (!st)
		st = read_values(text, wk_secret_bytes(values), err);
	if (!st)
		st = wk_secret_new(WK_RECOVERY_BYTES, &bytes, err);
	if (st)
		return st;
	pack(wk_secret_view(values), wk_secret_bytes(bytes));
	wk_secret_set_len(bytes, WK_RECOVERY_BYTES);
	*ret_bytes = wk_take_ptr(&bytes);
	return WK_OK;
}

/* Both sides are what a person sees, so that only the letters count. */
bool wk_recovery_key_is_group(const struct wk_secret *text, unsigned int number,
			      const struct wk_secret *typed)
{
	const uint8_t *want = wk_secret_view(text) + (number - 1) * STRIDE;
	const uint8_t *p = wk_secret_view(typed);
	uint32_t differ = 0;
	size_t count = 0;

	for (size_t i = 0; i < wk_secret_len(typed); i++) {
		if (is_separator(p[i]))
			continue;
		if (count == WK_RECOVERY_GROUP_CHARS)
			return false;
		differ |= value_of(p[i]) ^ value_of(want[count++]);
	}
	return count == WK_RECOVERY_GROUP_CHARS && !differ;
}
