/* SPDX-License-Identifier: Apache-2.0 */
/* Module "argon2" against published vectors, and what becomes of its memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <argon2.h>
#include <cmocka.h>

#include "base/hex.h"
#include "crypto/crypto.h"
#include "module.h"

static const struct wk_argon2_ops *ops;
static struct wk_err err;

static int setup(void **state)
{
	const struct wk_module *m;

	(void)state;
	assert_int_equal(wk_module_open("argon2", &m, &err), WK_OK);
	ops = m->ops;
	return 0;
}

static enum wk_status derive(const char *passphrase, const char *salt,
			     const struct wk_argon2_cost *cost,
			     unsigned int threads, char text[65])
{
	WK_AUTO_SECRET struct wk_secret *s = NULL;
	uint8_t out[32];
	enum wk_status st;

	memset(out, 0xee, sizeof(out));
	st = wk_secret_from(passphrase, strlen(passphrase), &s, &err);
	assert_int_equal(st, WK_OK);
	st = ops->derive(s, wk_span(salt, strlen(salt)), cost, threads, out,
			 &err);
	wk_hex_encode(wk_span(out, sizeof(out)), text);
	assert_memory_equal(wk_secret_view(s), passphrase, strlen(passphrase));
	return st;
}

/* The test program of phc-winner-argon2, Argon2id, version 0x13. */
static const struct vector {
	const char *passphrase, *salt;
	struct wk_argon2_cost cost;
	const char *out;
} vectors[] = {
	{ "password",
	  "somesalt",
	  { 1 << 16, 2, 1 },
	  "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7" },
	{ "password",
	  "somesalt",
	  { 1 << 8, 2, 1 },
	  "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe" },
	{ "password",
	  "somesalt",
	  { 1 << 8, 2, 2 },
	  "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037" },
	{ "password",
	  "somesalt",
	  { 1 << 16, 1, 1 },
	  "f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98" },
	{ "differentpassword",
	  "somesalt",
	  { 1 << 16, 2, 1 },
	  "0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde" },
	{ "password",
	  "diffsalt",
	  { 1 << 16, 2, 1 },
	  "bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c" },
};

static void published(void **state)
{
	char text[65];

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(vectors); i++) {
		const struct vector *v = &vectors[i];

		assert_int_equal(derive(v->passphrase, v->salt, &v->cost, 1,
					text),
				 WK_OK);
		assert_string_equal(text, v->out);
	}
}

static void threads_change_nothing(void **state)
{
	const struct wk_argon2_cost cost = { 4096, 3, 4 };
	static const unsigned int threads[] = { 2, 3, 4, 64, 0 };
	char wanted[65], text[65];

	(void)state;
	assert_int_equal(derive("p", "somesalt", &cost, 1, wanted), WK_OK);
	for (size_t i = 0; i < WK_ARRAY_LEN(threads); i++) {
		assert_int_equal(derive("p", "somesalt", &cost, threads[i],
					text),
				 WK_OK);
		assert_string_equal(text, wanted);
	}
}

/* --- the library itself --------------------------------------------------- */

static size_t released, not_wiped;

static int allocate(uint8_t **memory, size_t len)
{
	*memory = malloc(len);
	return *memory ? ARGON2_OK : ARGON2_MEMORY_ALLOCATION_ERROR;
}

static void release(uint8_t *memory, size_t len)
{
	released += len;
	for (size_t i = 0; i < len; i++)
		not_wiped += memory[i] != 0;
	free(memory);
}

/*
 * RFC 9106, 5.3, has a secret and associated data, which derive() does not
 * take.  wk_argon2_release() relies on the memory having been wiped.
 */
static void library_rfc9106_and_wipes(void **state)
{
	uint8_t password[32], salt[16], secret[8], ad[12], out[32];
	argon2_context ctx = {
		.out = out,
		.outlen = sizeof(out),
		.pwd = password,
		.pwdlen = sizeof(password),
		.salt = salt,
		.saltlen = sizeof(salt),
		.secret = secret,
		.secretlen = sizeof(secret),
		.ad = ad,
		.adlen = sizeof(ad),
		.t_cost = 3,
		.m_cost = 32,
		.lanes = 4,
		.threads = 4,
		.version = ARGON2_VERSION_13,
		.allocate_cbk = allocate,
		.free_cbk = release,
	};
	char text[65];

	(void)state;
	memset(password, 1, sizeof(password));
	memset(salt, 2, sizeof(salt));
	memset(secret, 3, sizeof(secret));
	memset(ad, 4, sizeof(ad));
	assert_int_equal(argon2id_ctx(&ctx), ARGON2_OK);
	wk_hex_encode(wk_span(out, sizeof(out)), text);
	assert_string_equal(text, "0d640df58d78766c08c037a34a8b53c9"
				  "d01ef0452d75b65eb52520e96b01e659");
	assert_int_equal(released, 32 * 1024);
	assert_int_equal(not_wiped, 0);
}

/* --- refusals ------------------------------------------------------------- */

static const char zeros[65] = "00000000000000000000000000000000"
			      "00000000000000000000000000000000";

static void bad_parameters(void **state)
{
	const struct wk_argon2_cost good = { 64, 1, 1 }, little = { 7, 1, 1 };
	const struct wk_argon2_cost none = { 64, 0, 1 };
	char text[65];

	(void)state;
	assert_int_equal(derive("p", "short", &good, 1, text), WK_FAIL);
	assert_string_equal(err.code, "argon2.parameter");
	assert_string_equal(text, zeros);
	assert_int_equal(derive("p", "somesalt", &little, 1, text), WK_FAIL);
	assert_int_equal(derive("p", "somesalt", &none, 1, text), WK_FAIL);
}

static void too_large_to_count(void **state)
{
	const struct wk_argon2_cost cost = { 1ULL << 40, 1, 1 };
	char text[65];

	(void)state;
	assert_int_equal(derive("p", "somesalt", &cost, 1, text), WK_NOMEM);
	assert_string_equal(err.code, "memory.argon2");
	assert_non_null(strstr(err.msg, "1073741824 MiB"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published),
		cmocka_unit_test(threads_change_nothing),
		cmocka_unit_test(library_rfc9106_and_wipes),
		cmocka_unit_test(bad_parameters),
		cmocka_unit_test(too_large_to_count),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
