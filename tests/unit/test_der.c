/* SPDX-License-Identifier: Apache-2.0 */
/* base/der: every rule of the reader, the writer, and that they agree. */
/* wrap: realloc */
#include "tests/unit/sample_keyfile.h"

static struct wk_der reader(struct wk_span in)
{
	struct wk_der d;

	wk_der_init(&d, sample_guarded(in));
	return d;
}

/* --- INTEGER ------------------------------------------------------------------- */

static const struct uint_case {
	struct wk_span in;
	uint64_t min, max, want;
	const char *why; /* NULL: it is good */
} uints[] = {
	{ RAW("\x02\x01\x00"), 0, 9, 0, NULL },
	{ RAW("\x02\x01\x7f"), 0, 127, 127, NULL },
	{ RAW("\x02\x02\x00\x80"), 128, 255, 128, NULL },
	{ RAW("\x02\x02\x01\x00"), 0, 256, 256, NULL },
	{ RAW("\x02\x08\x7f\xff\xff\xff\xff\xff\xff\xff"), 0, INT64_MAX,
	  INT64_MAX, NULL },
	{ RAW("\x02\x01\x05"), 6, 9, 0, "n is 5, not 6 to 9" },
	{ RAW("\x02\x01\x0a"), 6, 9, 0, "n is 10, not 6 to 9" },
	{ RAW("\x02\x00"), 0, 9, 0, "n is an empty INTEGER (X.690 8.3.1)" },
	{ RAW("\x02\x02\x00\x7f"), 0, 999, 0,
	  "n is an INTEGER not minimal (X.690 8.3.2)" },
	{ RAW("\x02\x02\xff\x80"), 0, 999, 0,
	  "n is an INTEGER not minimal (X.690 8.3.2)" },
	{ RAW("\x02\x01\x80"), 0, 999, 0, "n is negative" },
	{ RAW("\x02\x09\xff\x00\x00\x00\x00\x00\x00\x00\x00"), 0, 9, 0,
	  "n is negative" },
	{ RAW("\x02\x09\x00\x80\x00\x00\x00\x00\x00\x00\x00"), 0, UINT64_MAX, 0,
	  "n is above 2^63-1" },
	{ RAW(""), 0, 9, 0, "n is missing or misplaced" },
	{ RAW("\x0a\x01\x00"), 0, 9, 0, "n is missing or misplaced" },
	{ RAW("\x02"), 0, 9, 0, "n is cut short" },
	{ RAW("\x02\x01"), 0, 9, 0, "n is cut short" },
	{ RAW("\x02\x02\x01"), 0, 9, 0, "n is cut short" },
	{ RAW("\x02\x80\x01\x00\x00"), 0, 9, 0,
	  "n has an indefinite length (X.690 10.1)" },
	{ RAW("\x02\x81\x01\x05"), 0, 9, 0,
	  "n has a length that is not minimal (X.690 10.1)" },
	{ RAW("\x02\x82\x00\x01\x05"), 0, 9, 0,
	  "n has a length that is not minimal (X.690 10.1)" },
	{ RAW("\x02\x82\x00\x80"), 0, 9, 0,
	  "n has a length that is not minimal (X.690 10.1)" },
	{ RAW("\x02\x82\x01"), 0, 9, 0, "n is cut short" },
	{ RAW("\x02\x84\xff\xff\xff\xff\x01"), 0, 9, 0, "n is cut short" },
	{ RAW("\x02\x85\x01\x00\x00\x00\x00\x01"), 0, 9, 0, "n is cut short" },
	{ RAW("\x02\xff\x01"), 0, 9, 0, "n is cut short" },
};

static void reads_integers(void **state)
{
	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(uints); i++) {
		const struct uint_case *c = &uints[i];
		struct wk_der d = reader(c->in);
		uint64_t n = wk_der_get_uint(&d, WK_DER_INTEGER, c->min, c->max,
					     "n");

		assert_int_equal(n, c->want);
		assert_int_equal(d.bad, c->why != NULL);
		if (c->why)
			assert_string_equal(d.why, c->why);
		else
			assert_false(wk_der_more(&d));
	}
}

/* --- OBJECT IDENTIFIER ---------------------------------------------------------- */

static void reads_oids(void **state)
{
	static const struct {
		struct wk_span in;
		bool good;
	} cases[] = {
		{ RAW("\x06\x01\x2a"), true },
		{ RAW("\x06\x03\x2a\x86\x48"), true },
		{ RAW("\x06\x04\x2a\x81\x80\x00"), true },
		{ RAW("\x06\x00"), false },
		{ RAW("\x06\x02\x80\x2a"), false },
		{ RAW("\x06\x03\x2a\x80\x01"), false },
		{ RAW("\x06\x02\x2a\x86"), false },
		{ RAW("\x06\x01\x80"), false },
	};

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(cases); i++) {
		struct wk_der d = reader(cases[i].in);
		struct wk_span got = wk_der_get_oid(&d, "id");

		assert_int_equal(!d.bad, cases[i].good);
		assert_int_equal(got.len, d.bad ? 0 : cases[i].in.len - 2);
		if (d.bad)
			assert_non_null(strstr(d.why, "8.19.2"));
	}
}

/* --- any TLV ---------------------------------------------------------------------- */

static void reads_any_tlv(void **state)
{
	static const struct {
		struct wk_span in;
		size_t len;
		const char *why;
	} cases[] = {
		{ RAW("\x05\x00"), 2, NULL },
		{ RAW("\x05\x00\x05\x00"), 2, NULL },
		{ RAW("\x30\x00\x05"), 2, NULL },
		{ RAW("\xa9\x06\x31\x00\x30\x02\x05\x00"), 8, NULL },
		{ RAW("\x30\x0e\x30\x0c\x30\x0a\x30\x08\x30\x06\x30\x04\x30\x02\x30\x00"),
		  16, NULL },
		{ RAW("\x30\x10\x30\x0e\x30\x0c\x30\x0a\x30\x08\x30\x06\x30\x04\x30\x02\x30\x00"),
		  0, "x is nested more than 8 deep" },
		{ RAW("\x30\x03\x05\x00\x05"), 0, "x is cut short" },
		{ RAW("\x30\x02\x05\x01\x00"), 0, "x is cut short" },
		{ RAW("\x30\x04\x30\x80\x00\x00"), 0,
		  "x has an indefinite length (X.690 10.1)" },
		{ RAW("\x30\x03\x04\x81\x00"), 0,
		  "x has a length that is not minimal (X.690 10.1)" },
		{ RAW("\x30\x03\x1f\x20\x00"), 0,
		  "x has a tag above 30 (X.690 8.1.2.4)" },
		{ RAW("\xbf\x20\x00"), 0,
		  "x has a tag above 30 (X.690 8.1.2.4)" },
		{ RAW(""), 0, "x is cut short" },
	};

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(cases); i++) {
		struct wk_der d = reader(cases[i].in);

		assert_int_equal(wk_der_get_any(&d, "x").len, cases[i].len);
		assert_int_equal(d.bad, cases[i].why != NULL);
		if (d.bad)
			assert_string_equal(d.why, cases[i].why);
		else
			assert_int_equal(wk_der_left(&d),
					 cases[i].in.len - cases[i].len);
	}
}

/* --- latching, nesting ------------------------------------------------------------- */

static void first_failure_stays(void **state)
{
	struct wk_der d =
		reader(RAW("\x30\x06\x02\x01\x80\x04\x01\x61\x05\x00"));
	const uint8_t *outer = wk_der_enter(&d, WK_DER_SEQUENCE, "list");
	uint8_t bytes[3] = "xyz";

	(void)state;
	assert_int_equal(wk_der_get_uint(&d, WK_DER_INTEGER, 0, 9, "n"), 0);
	assert_int_equal(wk_der_get(&d, WK_DER_OCTETS, "s").len, 0);
	wk_der_get_bytes(&d, WK_DER_OCTETS, bytes, sizeof(bytes), "s");
	assert_memory_equal(bytes, "\0\0\0", 3);
	assert_int_equal(wk_der_get_any(&d, "x").len, 0);
	assert_int_equal(wk_der_get_oid(&d, "id").len, 0);
	assert_false(wk_der_at(&d, WK_DER_OCTETS));
	assert_false(wk_der_more(&d));
	wk_der_leave(&d, outer, "list");
	assert_true(d.bad);
	assert_string_equal(d.why, "n is negative");
	wk_der_prefix(&d, "slot %d", 2);
	assert_string_equal(d.why, "slot 2: n is negative");
}

static void enters_and_leaves(void **state)
{
	struct wk_der d = reader(RAW("\x30\x03\x02\x01\x05\x05\x00"));
	const uint8_t *outer = wk_der_enter(&d, WK_DER_SEQUENCE, "list");

	(void)state;
	assert_int_equal(wk_der_get_uint(&d, WK_DER_INTEGER, 0, 9, "n"), 5);
	assert_false(wk_der_more(&d));
	wk_der_leave(&d, outer, "list");
	assert_true(wk_der_at(&d, 0x05));

	d = reader(RAW("\x30\x05\x02\x01\x05\x05\x00"));
	outer = wk_der_enter(&d, WK_DER_SEQUENCE, "list");
	wk_der_get_uint(&d, WK_DER_INTEGER, 0, 9, "n");
	wk_der_leave(&d, outer, "list");
	assert_string_equal(
		d.why,
		"list has a member that is unknown, repeated or misplaced");
}

/* One byte is lacking, for whoever reads it. */
static void reads_nothing_past_the_end(void **state)
{
	struct wk_der d = reader(RAW("\x04\x03hi"));
	uint8_t bytes[3];

	(void)state;
	assert_int_equal(wk_der_get(&d, WK_DER_OCTETS, "s").len, 0);
	assert_string_equal(d.why, "s is cut short");
	d = reader(RAW("\x04\x03hi"));
	wk_der_get_bytes(&d, WK_DER_OCTETS, bytes, sizeof(bytes), "s");
	assert_string_equal(d.why, "s is cut short");
	d = reader(RAW("\x30\x03\x05\x00"));
	wk_der_enter(&d, WK_DER_SEQUENCE, "list");
	assert_string_equal(d.why, "list is cut short");
	assert_false(wk_der_more(&d));
}

static void checks_sizes(void **state)
{
	struct wk_der d = reader(RAW("\x04\x02hi"));

	(void)state;
	assert_int_equal(wk_der_get_sized(&d, WK_DER_OCTETS, 3, 3, "s").len, 0);
	assert_string_equal(d.why, "s is 2 bytes long, not 3");
	d = reader(RAW("\x04\x02hi"));
	assert_int_equal(wk_der_get_sized(&d, WK_DER_OCTETS, 0, 1, "s").len, 0);
	assert_string_equal(d.why, "s is 2 bytes long, not 0 to 1");
	d = reader(RAW("\x04\x02hi"));
	assert_int_equal(wk_der_get_sized(&d, WK_DER_OCTETS, 2, 9, "s").len, 2);
}

/* --- writer ------------------------------------------------------------------------ */

static void writes_integers(void **state)
{
	static const uint64_t values[] = {
		0, 1, 127, 128, 255, 256, 32767, 32768, 65536, INT64_MAX
	};

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(values); i++) {
		WK_AUTO_BLOB struct wk_blob out = { 0 };
		struct wk_err err;
		struct wk_der_out w = { .blob = &out, .err = &err };
		struct wk_der d;

		wk_der_put_uint(&w, WK_DER_INTEGER, values[i]);
		assert_int_equal(w.status, WK_OK);
		d = reader(wk_blob_span(&out));
		assert_int_equal(wk_der_get_uint(&d, WK_DER_INTEGER, 0,
						 WK_DER_UINT_MAX, "n"),
				 values[i]);
		assert_false(d.bad || wk_der_more(&d));
	}
}

/* Lengths on both sides of where their form changes, nested. */
static void writes_lengths(void **state)
{
	static const size_t lengths[] = { 0,   1,     125,   126,   127,
					  128, 251,   252,   253,   255,
					  256, 65531, 65535, 65536, 70000 };
	static uint8_t bytes[70000];

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(lengths); i++) {
		WK_AUTO_BLOB struct wk_blob out = { 0 };
		struct wk_err err;
		struct wk_der_out w = { .blob = &out, .err = &err };
		size_t outer = wk_der_begin(&w, WK_DER_SEQUENCE);
		size_t inner = wk_der_begin(&w, WK_DER_CONTEXT_SEQ(3));
		const uint8_t *end;
		struct wk_der d;

		wk_der_put(&w, WK_DER_OCTETS, wk_span(bytes, lengths[i]));
		wk_der_end(&w, inner);
		wk_der_end(&w, outer);
		assert_int_equal(w.status, WK_OK);
		d = reader(wk_blob_span(&out));
		end = wk_der_enter(&d, WK_DER_SEQUENCE, "outer");
		wk_der_enter(&d, WK_DER_CONTEXT_SEQ(3), "inner");
		assert_int_equal(wk_der_get(&d, WK_DER_OCTETS, "s").len,
				 lengths[i]);
		assert_ptr_equal(d.p, end);
		assert_false(d.bad);
	}
}

/* --- no memory ---------------------------------------------------------------------- */

static long allowed = -1; /* reallocs that still succeed; -1: all */

void *__real_realloc(void *p, size_t len);
void *__wrap_realloc(void *p, size_t len);
void *__wrap_realloc(void *p, size_t len)
{
	if (allowed == 0)
		return NULL;
	if (allowed > 0)
		allowed--;
	return __real_realloc(p, len);
}

/* Fails at the first allocation, the second, ... until none is left to fail. */
static void survives_lack_of_memory(void **state)
{
	struct wk_keyfile kf;
	enum wk_status st = WK_NOMEM;

	(void)state;
	sample_full(&kf);
	for (long n = 0; st; n++) {
		WK_AUTO_BLOB struct wk_blob der = { 0 };
		struct wk_err err;

		allowed = n;
		st = wk_keyfile_encode(&kf, &der, &err);
		allowed = -1;
		assert_true(n < 20);
		assert_int_equal(st, n ? st : WK_NOMEM);
		assert_true(st == WK_OK || st == WK_NOMEM);
		assert_int_equal(der.len != 0, st == WK_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_integers),
		cmocka_unit_test(reads_oids),
		cmocka_unit_test(reads_any_tlv),
		cmocka_unit_test(first_failure_stays),
		cmocka_unit_test(enters_and_leaves),
		cmocka_unit_test(reads_nothing_past_the_end),
		cmocka_unit_test(checks_sizes),
		cmocka_unit_test(writes_integers),
		cmocka_unit_test(writes_lengths),
		cmocka_unit_test(survives_lack_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
