/* SPDX-License-Identifier: Apache-2.0 */
/* recovery keys: what people write down, and every way to copy it wrongly once. */
#include "recovery_key.h"

#include <ctype.h>
#include <string.h>

#include "tests/unit/unit.h"

#define KEYS 4 /* the code is linear, so that more show nothing more */
#define GROUP WK_RECOVERY_GROUP_CHARS
#define STRIDE (GROUP + 1)

static const char letters[] = "cbdefghijklnrtuv";

static struct wk_secret *secret_of(const char *text, size_t len)
{
	struct wk_secret *s;
	struct wk_err err;

	assert_int_equal(wk_secret_from(text, len, &s, &err), WK_OK);
	return s;
}

/* A new key, as text that a test may change. */
static void new_text(char text[WK_RECOVERY_TEXT + 1])
{
	WK_AUTO_SECRET struct wk_secret *s = NULL;
	struct wk_err err;

	assert_int_equal(wk_recovery_key_new(&s, &err), WK_OK);
	assert_int_equal(wk_secret_len(s), WK_RECOVERY_TEXT);
	memcpy(text, wk_secret_view(s), WK_RECOVERY_TEXT);
	text[WK_RECOVERY_TEXT] = '\0';
}

static enum wk_status parse(const char *text, uint8_t *bytes,
			    struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *typed = secret_of(text, strlen(text));
	WK_AUTO_SECRET struct wk_secret *out = NULL;
	enum wk_status st = wk_recovery_key_parse(typed, &out, err);

	if (st)
		return st;
	assert_int_equal(wk_secret_len(out), WK_RECOVERY_BYTES);
	memcpy(bytes, wk_secret_view(out), WK_RECOVERY_BYTES);
	return WK_OK;
}

static void same_key(const char *text, const uint8_t *want)
{
	uint8_t bytes[WK_RECOVERY_BYTES];
	struct wk_err err;

	assert_int_equal(parse(text, bytes, &err), WK_OK);
	assert_memory_equal(bytes, want, WK_RECOVERY_BYTES);
}

static void refused(const char *text, const char *code, const char *says)
{
	uint8_t bytes[WK_RECOVERY_BYTES];
	struct wk_err err;

	assert_int_equal(parse(text, bytes, &err), WK_AUTH);
	assert_string_equal(err.code, code);
	assert_non_null(strstr(err.msg, says));
}

static void mistyped(const char *text, size_t group)
{
	char says[32];

	snprintf(says, sizeof(says), "group %zu: mistyped", group);
	refused(text, "recovery.group", says);
}

/* --- an independent reading ---------------------------------------------------- */

static unsigned int value(char c)
{
	const char *p = strchr(letters, c);

	assert_non_null(p);
	return (unsigned int)(p - letters);
}

/* By powers of a instead of Horner's rule. */
static unsigned int times(unsigned int v, unsigned int power)
{
	while (power--) {
		v <<= 1;
		if (v & 16)
			v ^= 0x13;
	}
	return v;
}

static void text_says_the_bytes(void **state)
{
	char text[WK_RECOVERY_TEXT + 1];
	uint8_t bytes[WK_RECOVERY_BYTES];
	struct wk_err err;

	(void)state;
	new_text(text);
	assert_int_equal(parse(text, bytes, &err), WK_OK);
	for (unsigned int g = 0; g < WK_RECOVERY_GROUPS; g++) {
		const char *group = text + g * STRIDE;
		unsigned int sum = g;

		for (unsigned int i = 0; i < 8; i++) {
			unsigned int byte = bytes[4 * g + i / 2];

			assert_int_equal(value(group[i]),
					 i % 2 ? byte & 15 : byte >> 4);
			sum ^= times(value(group[i]), i + 1);
		}
		assert_int_equal(value(group[8]), sum);
		assert_int_equal(group[9], g == 7 ? '\0' : '-');
	}
}

static void each_is_another(void **state)
{
	char a[WK_RECOVERY_TEXT + 1], b[WK_RECOVERY_TEXT + 1];

	(void)state;
	new_text(a);
	new_text(b);
	for (size_t g = 0; g < WK_RECOVERY_GROUPS; g++)
		assert_memory_not_equal(a + g * STRIDE, b + g * STRIDE, GROUP);
}

/* --- every mistake --------------------------------------------------------------- */

static void other_letters(char *text, size_t group, size_t at)
{
	char *c = text + group * STRIDE + at, was = *c;

	for (size_t i = 0; i < 16; i++) {
		*c = letters[i];
		if (*c != was)
			mistyped(text, group + 1);
	}
	*c = was;
}

static void every_wrong_letter_is_found(void **state)
{
	char text[WK_RECOVERY_TEXT + 1];

	(void)state;
	for (int k = 0; k < KEYS; k++) {
		new_text(text);
		for (size_t g = 0; g < WK_RECOVERY_GROUPS; g++)
			for (size_t at = 0; at < GROUP; at++)
				other_letters(text, g, at);
	}
}

static void exchange(char *a, char *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = a[i];

		a[i] = b[i];
		b[i] = c;
	}
}

/* Returns whether there was something to find. */
static bool exchanged(char *text, size_t group, size_t i, size_t j)
{
	char *p = text + group * STRIDE;
	bool differ = p[i] != p[j];

	exchange(p + i, p + j, 1);
	if (differ)
		mistyped(text, group + 1);
	exchange(p + i, p + j, 1);
	return differ;
}

static void every_exchange_of_letters_is_found(void **state)
{
	char text[WK_RECOVERY_TEXT + 1];
	unsigned int found = 0;

	(void)state;
	for (int k = 0; k < KEYS; k++) {
		new_text(text);
		for (size_t g = 0; g < WK_RECOVERY_GROUPS; g++)
			for (size_t i = 0; i < GROUP; i++)
				for (size_t j = i + 1; j < GROUP; j++)
					found += exchanged(text, g, i, j);
	}
	assert_true(found > KEYS * WK_RECOVERY_GROUPS * 18);
}

/*
 * Exhaustive over the code itself: all pairs of values in all pairs of places,
 * the rest being what it is, as the check is linear.
 */
static void every_pair_of_values_is_found(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < GROUP; i++)
		for (unsigned int j = i + 1; j < GROUP; j++)
			for (unsigned int d = 1; d < 16; d++)
				/* Place 9 has the weight a^0. */
				assert_int_not_equal(times(d, (i + 1) % GROUP),
						     times(d, (j + 1) % GROUP));
}

static void every_exchange_of_groups_is_found(void **state)
{
	char text[WK_RECOVERY_TEXT + 1];

	(void)state;
	for (int k = 0; k < KEYS; k++) {
		new_text(text);
		for (size_t i = 0; i < WK_RECOVERY_GROUPS; i++)
			for (size_t j = i + 1; j < WK_RECOVERY_GROUPS; j++) {
				char *a = text + i * STRIDE;
				char *b = text + j * STRIDE;

				exchange(a, b, GROUP);
				mistyped(text, i + 1);
				exchange(a, b, GROUP);
			}
	}
}

/* --- as people type ---------------------------------------------------------------- */

static void forms_of_text(void **state)
{
	static const char seps[] = "- \t\n\r";
	char text[WK_RECOVERY_TEXT + 1], form[WK_RECOVERY_TEXT_MAX + 1];
	uint8_t want[WK_RECOVERY_BYTES];
	struct wk_err err;
	size_t n = 0;

	(void)state;
	new_text(text);
	assert_int_equal(parse(text, want, &err), WK_OK);
	for (const char *s = seps; *s; s++) {
		for (size_t i = 0; i <= WK_RECOVERY_TEXT; i++)
			form[i] = text[i] == '-' ? *s : text[i];
		same_key(form, want);
	}
	for (size_t i = 0; i <= WK_RECOVERY_TEXT; i++)
		form[i] = (char)toupper(text[i]);
	same_key(form, want);
	for (size_t i = 0; i <= WK_RECOVERY_TEXT; i++)
		if (text[i] != '-')
			form[n++] = text[i];
	assert_int_equal(n, 73);
	same_key(form, want);
	snprintf(form, sizeof(form), "\n  %.30s - \r\n\t%s \n", text,
		 text + 30);
	same_key(form, want);
}

static void only_its_letters(void **state)
{
	char text[WK_RECOVERY_TEXT + 1];

	(void)state;
	new_text(text);
	for (int c = 1; c < 256; c++) {
		char was = text[2 * STRIDE + 4];

		if (strchr(letters, tolower(c)) || strchr("- \t\r\n", c))
			continue;
		text[2 * STRIDE + 4] = (char)c;
		refused(text, "recovery.letter", "group 3: a character");
		text[2 * STRIDE + 4] = was;
	}
}

static void of_wrong_length(void **state)
{
	char text[WK_RECOVERY_TEXT + 1], form[WK_RECOVERY_TEXT_MAX + 1];
	uint8_t bytes[WK_RECOVERY_BYTES];
	struct wk_err err;

	(void)state;
	new_text(text);
	refused(" - \n", "recovery.length", "0 letters, and not 72");
	for (size_t len = 1; len < WK_RECOVERY_TEXT; len++) {
		snprintf(form, sizeof(form), "%.*s", (int)len, text);
		refused(form, "recovery.length", "letters, and not 72");
	}
	snprintf(form, sizeof(form), "%s-%s", text, text);
	refused(form, "recovery.length", "144 letters, and not 72");
	snprintf(form, sizeof(form), "%s\n!", text);
	refused(form, "recovery.letter", "after group 8");
	/* The sixth group lost its third letter. */
	snprintf(form, sizeof(form), "%.52s%s", text, text + 53);
	assert_int_equal(parse(form, bytes, &err), WK_AUTH);
	assert_string_equal(err.hint, "group 6 has not 9 letters");
}

static bool is_group(const char *text, unsigned int number, const char *typed)
{
	WK_AUTO_SECRET struct wk_secret *t = secret_of(text, strlen(text));
	WK_AUTO_SECRET struct wk_secret *s = secret_of(typed, strlen(typed));

	return wk_recovery_key_is_group(t, number, s);
}

static void one_group(void **state)
{
	char text[WK_RECOVERY_TEXT + 1], form[32];

	(void)state;
	new_text(text);
	for (unsigned int g = 1; g <= WK_RECOVERY_GROUPS; g++)
		for (unsigned int h = 1; h <= WK_RECOVERY_GROUPS; h++) {
			const char *typed = text + (h - 1) * STRIDE;

			snprintf(form, sizeof(form), " %.4s-%.5s ", typed,
				 typed + 4);
			assert_int_equal(is_group(text, g, form), g == h);
			for (char *c = form; *c; c++)
				*c = (char)toupper(*c);
			assert_int_equal(is_group(text, g, form), g == h);
			form[2] = form[2] == 'C' ? 'D' : 'C';
			assert_false(is_group(text, g, form));
		}
	assert_false(is_group(text, 1, "-"));
	assert_false(is_group(text, 1, text));
	snprintf(form, sizeof(form), "%.8s", text);
	assert_false(is_group(text, 1, form));
	snprintf(form, sizeof(form), "%.9sc", text);
	assert_false(is_group(text, 1, form));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_says_the_bytes),
		cmocka_unit_test(each_is_another),
		cmocka_unit_test(every_wrong_letter_is_found),
		cmocka_unit_test(every_exchange_of_letters_is_found),
		cmocka_unit_test(every_pair_of_values_is_found),
		cmocka_unit_test(every_exchange_of_groups_is_found),
		cmocka_unit_test(forms_of_text),
		cmocka_unit_test(only_its_letters),
		cmocka_unit_test(of_wrong_length),
		cmocka_unit_test(one_group),
	};

	return cmocka_run_group_tests_name("recovery_key", tests, NULL, NULL);
}
