/* SPDX-License-Identifier: Apache-2.0 */
/* keyfile: the text form, and files that are read by path. */
#include "tests/unit/sample_keyfile.h"

#include <unistd.h>

#define FIRST "-----BEGIN WKEYCTL KEY-----"
#define LAST "-----END WKEYCTL KEY-----"

static struct wk_blob sample_der(size_t i)
{
	struct wk_blob der = { 0 };
	struct wk_keyfile kf;
	struct wk_err err;

	samples[i].make(&kf);
	assert_int_equal(wk_keyfile_encode(&kf, &der, &err), WK_OK);
	return der;
}

static struct wk_blob sample_pem(size_t i)
{
	WK_AUTO_BLOB struct wk_blob der = sample_der(i);
	struct wk_blob pem = { 0 };
	struct wk_err err;

	assert_int_equal(wk_keyfile_to_pem(wk_blob_span(&der), &pem, &err),
			 WK_OK);
	return pem;
}

static void reads_what_it_writes(void **state)
{
	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(samples); i++) {
		WK_AUTO_BLOB struct wk_blob der = sample_der(i),
					    pem = sample_pem(i);
		struct wk_keyfile kf;
		struct wk_err err;

		if (wk_keyfile_decode(sample_guarded(wk_blob_span(&pem)), &kf,
				      &err))
			fail_msg("%s", err.msg);
		assert_int_equal(kf.image.len, der.len);
		assert_memory_equal(kf.image.p, der.p, der.len);
		wk_keyfile_done(&kf);
	}
}

/* Lengths around whole lines; their contents are of no interest. */
static void lines_have_64_characters(void **state)
{
	static const uint8_t bytes[200] = { 0x30 };

	(void)state;
	for (size_t len = 1; len < sizeof(bytes); len++) {
		WK_AUTO_BLOB struct wk_blob pem = { 0 };
		struct wk_err err;
		const char *text, *line;
		size_t base64 = (len + 2) / 3 * 4;

		assert_int_equal(wk_keyfile_to_pem(wk_span(bytes, len), &pem,
						   &err),
				 WK_OK);
		assert_int_equal(pem.len, strlen(FIRST "\n" LAST "\n") +
						  base64 + (base64 + 63) / 64);
		text = (const char *)pem.p;
		assert_memory_equal(text, FIRST "\n", strlen(FIRST "\n"));
		line = text + strlen(FIRST "\n");
		for (; base64 > 64; base64 -= 64, line += 65)
			assert_int_equal(line[64], '\n');
		assert_int_equal(line[base64], '\n');
		assert_memory_equal(line + base64 + 1, LAST "\n",
				    strlen(LAST "\n"));
	}
}

/* Copies pem, with `with` in place of each (or the first) `what`. */
static struct wk_blob replace(const struct wk_blob *pem, const char *what,
			      const char *with, bool all)
{
	struct wk_blob out = { 0 };
	struct wk_err err;
	struct wk_span rest = wk_blob_span(pem);
	const uint8_t *hit;
	enum wk_status st = WK_OK;

	while (!st && (hit = memmem(rest.p, rest.len, what, strlen(what)))) {
		size_t before = (size_t)(hit - rest.p);

		st = wk_blob_append(&out, wk_span(rest.p, before), &err);
		if (!st)
			st = wk_blob_append(&out, wk_span(with, strlen(with)),
					    &err);
		rest.p += before + strlen(what);
		rest.len -= before + strlen(what);
		if (!all)
			break;
	}
	if (!st)
		st = wk_blob_append(&out, rest, &err);
	assert_int_equal(st, WK_OK);
	return out;
}

static enum wk_status decode(const struct wk_blob *text, struct wk_err *err)
{
	struct wk_keyfile kf;
	enum wk_status st =
		wk_keyfile_decode(sample_guarded(wk_blob_span(text)), &kf, err);

	wk_keyfile_done(&kf);
	return st;
}

static void line_ends(void **state)
{
	WK_AUTO_BLOB struct wk_blob pem = sample_pem(0);
	WK_AUTO_BLOB struct wk_blob crlf = replace(&pem, "\n", "\r\n", true);
	struct wk_err err;

	(void)state;
	assert_int_equal(decode(&crlf, &err), WK_OK);
	crlf.len -= 2;
	assert_int_equal(decode(&crlf, &err), WK_OK);
	pem.len--;
	assert_int_equal(decode(&pem, &err), WK_OK);
}

static const struct pem_case {
	const char *what, *with;
	const char *code, *why;
} cases[] = {
	{ FIRST, "-----BEGIN CERTIFICATE-----", "keyfile.not-a-keyfile",
	  "PEM of 'CERTIFICATE'" },
	{ FIRST, "-----BEGIN \x1b[31m-----", "keyfile.not-a-keyfile",
	  "PEM of ''" },
	{ FIRST, FIRST " ", "keyfile.not-a-keyfile", "not a wkeyctl key file" },
	{ FIRST, " " FIRST, "keyfile.not-a-keyfile", "not a wkeyctl key file" },
	{ FIRST "\n", FIRST "\n\n", "keyfile.damaged", "64 characters" },
	{ FIRST "\n", FIRST "\nA: b\n\n", "keyfile.damaged", "64 characters" },
	{ FIRST "\n", FIRST "\n ", "keyfile.damaged", "64 characters" },
	{ FIRST "\nM", FIRST "\n\rM", "keyfile.damaged", "64 characters" },
	{ FIRST "\nM", FIRST "\n-", "keyfile.damaged", "canonical base64" },
	{ "\n" LAST, "\nAAAA\n" LAST, "keyfile.damaged", "64 characters" },
	{ "\n" LAST, "A\n" LAST, "keyfile.damaged", "canonical base64" },
	{ "\n" LAST, "\n\n" LAST, "keyfile.damaged", "64 characters" },
	{ "\n" LAST, "", "keyfile.damaged", "END line is missing" },
	{ "\n" LAST, "\n-----END CERTIFICATE-----", "keyfile.damaged",
	  "64 characters" },
	{ LAST, LAST "-", "keyfile.damaged", "64 characters" },
	{ LAST "\n", LAST "\n\n", "keyfile.damaged", "follows its END line" },
	{ LAST "\n", LAST "\nx", "keyfile.damaged", "follows its END line" },
};

static void refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(cases); i++) {
		WK_AUTO_BLOB struct wk_blob pem = sample_pem(2);
		WK_AUTO_BLOB struct wk_blob bad =
			replace(&pem, cases[i].what, cases[i].with, false);
		struct wk_err err = { 0 };

		assert_int_equal(decode(&bad, &err), WK_CORRUPT);
		if (!strstr(err.msg, cases[i].why) ||
		    strcmp(err.code, cases[i].code))
			fail_msg("%zu: %s: %s", i, err.code, err.msg);
	}
}

static void refuses_sizes(void **state)
{
	static char text[98304 + 1];
	static const uint8_t bytes[WK_KEYFILE_MAX + 1] = { 0x30 };
	WK_AUTO_BLOB struct wk_blob pem = { 0 }, empty = { 0 };
	struct wk_keyfile kf;
	struct wk_err err;

	(void)state;
	memset(text, 'A', sizeof(text));
	memcpy(text, FIRST, strlen(FIRST));
	assert_int_equal(wk_keyfile_decode(wk_span(text, sizeof(text)), &kf,
					   &err),
			 WK_CORRUPT);
	assert_string_equal(err.code, "keyfile.too-large");
	assert_int_equal(wk_keyfile_to_pem(wk_span(bytes, sizeof(bytes)), &pem,
					   &err),
			 WK_OK);
	assert_int_equal(decode(&pem, &err), WK_CORRUPT);
	assert_string_equal(err.code, "keyfile.too-large");
	assert_int_equal(wk_keyfile_to_pem(RAW(""), &empty, &err), WK_OK);
	assert_int_equal(decode(&empty, &err), WK_CORRUPT);
}

/* Only without its last newline it is still the same file. */
static void damage(void **state)
{
	WK_AUTO_BLOB struct wk_blob pem = sample_pem(0);
	const size_t len = pem.len;
	struct wk_err err;

	(void)state;
	for (pem.len = 0; pem.len < len - 1; pem.len++)
		assert_int_equal(decode(&pem, &err), WK_CORRUPT);
	pem.len = len;
	for (size_t bit = 0; bit < (len - 1) * 8; bit++) {
		pem.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(decode(&pem, &err), WK_CORRUPT);
		pem.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

/* --- by path -------------------------------------------------------------------------- */

static void write_file(char *path, struct wk_span s)
{
	int fd;

	strcpy(path, "/tmp/wkey-test-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, s.p, s.len), s.len);
	close(fd);
}

static enum wk_status read_file(struct wk_span contents, struct wk_err *err)
{
	char path[32];
	struct wk_keyfile *kf = NULL;
	enum wk_status st;

	write_file(path, contents);
	st = wk_keyfile_read(path, &kf, err);
	unlink(path);
	assert_int_equal(kf != NULL, st == WK_OK);
	if (st)
		assert_memory_equal(err->msg, path, strlen(path));
	wk_keyfile_free(kf);
	return st;
}

static void reads_files(void **state)
{
	static const uint8_t large[98304 + 1];
	WK_AUTO_BLOB struct wk_blob der = sample_der(1), pem = sample_pem(1);
	struct wk_keyfile *kf = NULL;
	struct wk_err err = { 0 };

	(void)state;
	assert_int_equal(read_file(wk_blob_span(&der), &err), WK_OK);
	assert_int_equal(read_file(wk_blob_span(&pem), &err), WK_OK);
	assert_int_equal(read_file(RAW(""), &err), WK_CORRUPT);
	assert_string_equal(err.code, "keyfile.not-a-keyfile");
	assert_int_equal(read_file(RAW("-----BEGIN X-----\n"), &err),
			 WK_CORRUPT);
	assert_non_null(
		strstr(err.msg, ": not a wkeyctl key file: PEM of 'X'"));
	assert_int_equal(read_file(wk_span(large, sizeof(large)), &err),
			 WK_CORRUPT);
	assert_string_equal(err.code, "keyfile.too-large");
	assert_int_equal(wk_keyfile_read("/nonexistent/k", &kf, &err),
			 WK_NOT_FOUND);
	assert_int_equal(wk_keyfile_new(&kf, &err), WK_OK);
	assert_int_equal(kf->slot_count, 0);
	assert_null(wk_keyfile_free(kf));
	assert_null(wk_keyfile_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_it_writes),
		cmocka_unit_test(lines_have_64_characters),
		cmocka_unit_test(line_ends),
		cmocka_unit_test(refuses),
		cmocka_unit_test(refuses_sizes),
		cmocka_unit_test(damage),
		cmocka_unit_test(reads_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
