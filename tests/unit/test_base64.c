/* SPDX-License-Identifier: Apache-2.0 */
/* base/base64: RFC 4648 section 10, lines, and everything that is refused. */
/* wrap: realloc */
#include "base/base64.h"

#include <string.h>

#include "tests/unit/unit.h"

static bool no_memory;

void *__real_realloc(void *p, size_t n);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_realloc(void *p, size_t n)
{
	return no_memory ? NULL : __real_realloc(p, n);
}

static const struct {
	const char *bytes, *text;
} vectors[] = {
	{ "f", "Zg==" },
	{ "fo", "Zm8=" },
	{ "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" },
	{ "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" },
	{ "\xfb\xff\xbf", "+/+/" },
};

static void encode(struct wk_span in, size_t line, struct wk_blob *out)
{
	struct wk_err err = { 0 };

	out->len = 0;
	assert_int_equal(wk_base64_encode(in, line, out, &err), WK_OK);
}

static bool decode(const char *text, bool last, uint8_t *out, size_t *ret_len)
{
	return wk_base64_decode_line(wk_span(text, strlen(text)), last, out,
				     ret_len);
}

static void published_vectors(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(vectors); i++) {
		const char *bytes = vectors[i].bytes, *text = vectors[i].text;
		size_t len = 99;
		uint8_t out[8];

		encode(wk_span(bytes, strlen(bytes)), 0, &b);
		assert_int_equal(b.len, strlen(text) + 1);
		assert_memory_equal(b.p, text, strlen(text));
		assert_int_equal(b.p[b.len - 1], '\n');
		assert_true(decode(text, true, out, &len));
		assert_int_equal(len, strlen(bytes));
		assert_memory_equal(out, bytes, len);
		len = 99;
		assert_int_equal(decode(text, false, out, &len),
				 strchr(text, '=') == NULL);
	}
}

/* Every length, lines of 64: split again, decoded, compared. */
static void lines_of_64(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };
	uint8_t in[300], out[300];

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 37);
	for (size_t n = 1; n <= sizeof(in); n++) {
		size_t got = 0;
		uint8_t *p;

		encode(wk_span(in, n), 64, &b);
		p = b.p;
		while (p < b.p + b.len) {
			size_t left = (size_t)(b.p + b.len - p), len;
			uint8_t *end = memchr(p, '\n', left);
			bool last = end == b.p + b.len - 1;

			assert_non_null(end);
			assert_true(last ? end - p <= 64 && end > p :
					   end - p == 64);
			assert_true(wk_base64_decode_line(
				wk_span(p, (size_t)(end - p)), last, out + got,
				&len));
			got += len;
			p = end + 1;
		}
		assert_int_equal(got, n);
		assert_memory_equal(out, in, n);
	}
}

static void encoding_appends(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };
	struct wk_err err = { 0 };

	(void)state;
	assert_int_equal(wk_base64_encode(wk_span(NULL, 0), 64, &b, &err),
			 WK_OK);
	assert_int_equal(b.len, 0);
	assert_int_equal(wk_blob_append(&b, wk_span("head\n", 5), &err), WK_OK);
	assert_int_equal(wk_base64_encode(wk_span("foobar", 6), 4, &b, &err),
			 WK_OK);
	assert_int_equal(b.len, 15);
	assert_memory_equal(b.p, "head\nZm9v\nYmFy\n", 15);
}

static void no_memory_is_said(void **state)
{
	WK_AUTO_BLOB struct wk_blob b = { 0 };
	struct wk_err err = { 0 };

	(void)state;
	no_memory = true;
	assert_int_equal(wk_base64_encode(wk_span("f", 1), 64, &b, &err),
			 WK_NOMEM);
	no_memory = false;
	assert_int_equal(wk_base64_encode(wk_span("f", SIZE_MAX / 2), 64, &b,
					  &err),
			 WK_NOMEM);
	assert_int_equal(b.len, 0);
}

static void lax_texts_are_refused(void **state)
{
	static const char *const bad[] = {
		"Z",
		"Zg",
		"Zg=",
		"Zg===",
		"=",
		"==",
		"====",
		"Z===",
		"=Zg=",
		"Z=g=",
		"Zg=a",
		"Zg==Zg==",
		"Zm8=Zm8=",
		" Zg=",
		"Zg==\n",
		"Zm9v\r",
		"Zm9v ",
		"Zm 9",
		"-_-_",
		/* unused bits */
		"Zh==",
		"Zn==",
		"Z/==",
		"Zm9=",
		"Zm+=",
		"ZmB=",
	};
	uint8_t out[16];
	size_t len = 99;

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(bad); i++)
		if (decode(bad[i], true, out, &len))
			fail_msg("'%s' was accepted", bad[i]);
	assert_int_equal(len, 99);
	assert_true(decode("", true, out, &len));
	assert_int_equal(len, 0);
}

static void alphabet_is_exact(void **state)
{
	static const char set[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t out[3];
	size_t len;

	(void)state;
	for (int c = 0; c < 256; c++)
		for (size_t at = 0; at < 4; at++) {
			const char *there = c ? strchr(set, c) : NULL;
			char text[4] = { 'A', 'A', 'A', 'A' };

			text[at] = (char)c;
			assert_int_equal(wk_base64_decode_line(wk_span(text, 4),
							       false, out,
							       &len),
					 there != NULL);
			if (there && at == 3)
				assert_int_equal(out[2], there - set);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_vectors),
		cmocka_unit_test(lines_of_64),
		cmocka_unit_test(encoding_appends),
		cmocka_unit_test(no_memory_is_said),
		cmocka_unit_test(lax_texts_are_refused),
		cmocka_unit_test(alphabet_is_exact),
	};

	return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
