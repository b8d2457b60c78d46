/* SPDX-License-Identifier: Apache-2.0 */
/* Module "crypto" against published vectors, and its refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "base/hex.h"
#include "crypto/crypto.h"
#include "module.h"

#define TEXT_MAX 128

static const struct wk_crypto_ops *ops;
static struct wk_crypto *crypto;
static struct wk_err err;

/* Bytes from hexadecimal; the result is overwritten by the fourth call after. */
static struct wk_span hex(const char *text)
{
	static uint8_t bytes[4][TEXT_MAX];
	static unsigned int turn;
	uint8_t *to = bytes[turn++ % 4];
	size_t len = strlen(text) / 2;

	assert_true(len <= TEXT_MAX);
	assert_true(wk_hex_decode(text, to, len));
	return wk_span(to, len);
}

/* first, first + 1, …, as the RFC's second vector has them. */
static struct wk_span run(uint8_t *to, uint8_t first, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)(first + i);
	return wk_span(to, len);
}

static int setup(void **state)
{
	const struct wk_module *m;

	(void)state;
	assert_int_equal(wk_module_open("crypto", &m, &err), WK_OK);
	assert_int_equal(m->abi, WK_MODULE_ABI);
	ops = m->ops;
	return (int)ops->open(&crypto, &err);
}

static int teardown(void **state)
{
	(void)state;
	ops->close(crypto);
	ops->close(NULL);
	return 0;
}

/* --- HKDF ----------------------------------------------------------------- */

static struct wk_prk *extract(enum wk_hash hash, struct wk_span salt,
			      struct wk_span ikm)
{
	WK_AUTO_SECRET struct wk_secret *s = NULL;
	struct wk_prk *prk;

	assert_int_equal(wk_secret_from(ikm.p, ikm.len, &s, &err), WK_OK);
	assert_int_equal(ops->hkdf_extract(crypto, hash, salt, s, &prk, &err),
			 WK_OK);
	return prk;
}

static void check_hkdf(enum wk_hash hash, struct wk_span ikm,
		       struct wk_span salt, struct wk_span info,
		       struct wk_span okm)
{
	struct wk_prk *prk = extract(hash, salt, ikm);
	uint8_t out[TEXT_MAX];

	/* Twice: expanding must leave the key as it is. */
	for (int i = 0; i < 2; i++) {
		memset(out, 0xee, sizeof(out));
		assert_int_equal(ops->hkdf_expand(crypto, prk, info, out,
						  okm.len, &err),
				 WK_OK);
		assert_memory_equal(out, okm.p, okm.len);
		assert_int_equal(out[okm.len], 0xee);
	}
	ops->prk_free(prk);
}

static void hkdf_rfc5869_a1(void **state)
{
	(void)state;
	check_hkdf(WK_SHA256,
		   hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"),
		   hex("000102030405060708090a0b0c"),
		   hex("f0f1f2f3f4f5f6f7f8f9"),
		   hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d"
		       "56ecc4c5bf34007208d5b887185865"));
}

/* Salt and key longer than a block, output of three. */
static void hkdf_rfc5869_a2(void **state)
{
	uint8_t ikm[80], salt[80], info[80];

	(void)state;
	check_hkdf(WK_SHA256, run(ikm, 0x00, 80), run(salt, 0x60, 80),
		   run(info, 0xb0, 80),
		   hex("b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc"
		       "4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f"
		       "09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d"
		       "87"));
}

static void hkdf_rfc5869_a3(void **state)
{
	(void)state;
	check_hkdf(WK_SHA256,
		   hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"),
		   wk_span(NULL, 0), wk_span(NULL, 0),
		   hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e"
		       "5f3c738d2d9d201395faa4b61a96c8"));
}

/* The identifier that the kernel gives the raw key 01 02 … 40. */
static void hkdf_sha512_fscrypt(void **state)
{
	uint8_t key[64];

	(void)state;
	check_hkdf(WK_SHA512, run(key, 1, 64), wk_span(NULL, 0),
		   wk_span("fscrypt\0\1", 9),
		   hex("69b2f6edeee720cce0577937eb8a6751"));
}

static void hkdf_limits(void **state)
{
	struct wk_prk *prk = extract(WK_SHA256, wk_span(NULL, 0), hex("00"));
	static uint8_t out[255 * 32 + 1];
	uint8_t info[WK_HKDF_INFO_MAX + 1] = { 0 };

	(void)state;
	assert_int_equal(ops->hkdf_expand(crypto, prk,
					  wk_span(info, WK_HKDF_INFO_MAX), out,
					  sizeof(out) - 1, &err),
			 WK_OK);
	assert_int_equal(ops->hkdf_expand(crypto, prk, wk_span(info, 1), out,
					  sizeof(out), &err),
			 WK_FAIL);
	assert_string_equal(err.code, "crypto.length");
	assert_int_equal(ops->hkdf_expand(crypto, prk,
					  wk_span(info, sizeof(info)), out, 32,
					  &err),
			 WK_FAIL);
	ops->prk_free(prk);
	ops->prk_free(NULL);
}

/* --- AES-256-GCM ---------------------------------------------------------- */

/* McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B. */
#define KEY_15 \
	"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
#define PLAIN_15                                                           \
	"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72" \
	"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
#define CIPHER_15                                                          \
	"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa" \
	"8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
#define AAD_16 "feedfacedeadbeeffeedfacedeadbeefabaddad2"
#define ZERO_16 "00000000000000000000000000000000"

static const struct gcm_vector {
	const char *key, *nonce, *aad, *pt, *box;
} gcm_vectors[] = {
	/* 13 */
	{ ZERO_16 ZERO_16, "000000000000000000000000", "", "",
	  "530f8afbc74536b9a963b4f1c4cb738b" },
	/* 14 */
	{ ZERO_16 ZERO_16, "000000000000000000000000", "", ZERO_16,
	  "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919" },
	/* 15 */
	{ KEY_15, "cafebabefacedbaddecaf888", "", PLAIN_15 "1aafd255",
	  CIPHER_15 "898015adb094dac5d93471bdec1a502270e3cc6c" },
	/* 16 */
	{ KEY_15, "cafebabefacedbaddecaf888", AAD_16, PLAIN_15,
	  CIPHER_15 "76fc6ece0f4e1768cddf8853bb2d551b" },
};

struct gcm {
	uint8_t key[32], nonce[12], aad[TEXT_MAX], pt[TEXT_MAX], box[TEXT_MAX];
	size_t aad_len, pt_len;
};

static size_t put(uint8_t *to, const char *text)
{
	struct wk_span s = hex(text);

	if (s.len)
		memcpy(to, s.p, s.len);
	return s.len;
}

static void read_vector(const struct gcm_vector *v, struct gcm *g)
{
	put(g->key, v->key);
	put(g->nonce, v->nonce);
	g->aad_len = put(g->aad, v->aad);
	g->pt_len = put(g->pt, v->pt);
	assert_int_equal(put(g->box, v->box), g->pt_len + WK_AEAD_TAG_BYTES);
}

static enum wk_status open_box(const struct gcm *g, uint8_t *out)
{
	struct wk_span aad = wk_span(g->aad, g->aad_len);

	return ops->open_box(crypto, g->key, g->nonce, &aad, 1,
			     wk_span(g->box, g->pt_len + WK_AEAD_TAG_BYTES),
			     out, &err);
}

static void gcm_published(void **state)
{
	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(gcm_vectors); i++) {
		uint8_t box[TEXT_MAX] = { 0 }, pt[TEXT_MAX] = { 0 };
		struct wk_span aad;
		struct gcm g;

		read_vector(&gcm_vectors[i], &g);
		aad = wk_span(g.aad, g.aad_len);
		assert_int_equal(ops->seal(crypto, g.key, g.nonce, &aad, 1,
					   g.pt, g.pt_len, box, &err),
				 WK_OK);
		assert_memory_equal(box, g.box, g.pt_len + WK_AEAD_TAG_BYTES);
		assert_int_equal(open_box(&g, pt), WK_OK);
		assert_memory_equal(pt, g.pt, g.pt_len);
	}
}

/* Several spans are one string; empty ones and none count as nothing. */
static void gcm_aad_in_pieces(void **state)
{
	struct wk_span aad[4];
	uint8_t box[TEXT_MAX];
	struct gcm g;

	(void)state;
	read_vector(&gcm_vectors[3], &g);
	aad[0] = wk_span(g.aad, 1);
	aad[1] = wk_span(NULL, 0);
	aad[2] = wk_span(g.aad + 1, 16);
	aad[3] = wk_span(g.aad + 17, g.aad_len - 17);
	assert_int_equal(ops->seal(crypto, g.key, g.nonce, aad, 4, g.pt,
				   g.pt_len, box, &err),
			 WK_OK);
	assert_memory_equal(box, g.box, g.pt_len + WK_AEAD_TAG_BYTES);
	read_vector(&gcm_vectors[2], &g);
	assert_int_equal(ops->seal(crypto, g.key, g.nonce, NULL, 0, g.pt,
				   g.pt_len, box, &err),
			 WK_OK);
	assert_memory_equal(box, g.box, g.pt_len + WK_AEAD_TAG_BYTES);
}

static void refused(const struct gcm *g)
{
	static const uint8_t zeros[TEXT_MAX];
	uint8_t out[TEXT_MAX];

	memset(out, 0xee, sizeof(out));
	assert_int_equal(open_box(g, out), WK_AUTH);
	assert_string_equal(err.code, "crypto.tag");
	assert_memory_equal(out, zeros, g->pt_len);
	assert_int_equal(out[g->pt_len], 0xee);
	/* A host's next TLS call would stumble over an entry. */
	assert_int_equal(ERR_peek_error(), 0);
}

static void flip_each_bit(struct gcm *g, uint8_t *bytes, size_t len)
{
	for (size_t bit = 0; bit < 8 * len; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		refused(g);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void gcm_tampered(void **state)
{
	uint8_t pt[TEXT_MAX];
	struct gcm g;

	(void)state;
	read_vector(&gcm_vectors[3], &g);
	flip_each_bit(&g, g.box, g.pt_len + WK_AEAD_TAG_BYTES);
	flip_each_bit(&g, g.aad, g.aad_len);
	flip_each_bit(&g, g.nonce, sizeof(g.nonce));
	flip_each_bit(&g, g.key, sizeof(g.key));
	g.aad_len--;
	refused(&g);
	g.aad_len++;
	assert_int_equal(open_box(&g, pt), WK_OK);
}

static void gcm_short_box(void **state)
{
	const uint8_t key[32] = { 0 }, nonce[12] = { 0 };
	uint8_t box[15] = { 0 }, out = 0xee;

	(void)state;
	assert_int_equal(ops->open_box(crypto, key, nonce, NULL, 0,
				       wk_span(box, sizeof(box)), &out, &err),
			 WK_AUTH);
	assert_int_equal(out, 0xee);
}

/* --- what libcrypto must not do ------------------------------------------- */

static void reads_no_configuration(void **state)
{
	char conf[] = "/tmp/wkey-test-XXXXXX";
	int file = mkstemp(conf), watch = inotify_init1(IN_NONBLOCK);
	char events[512];

	(void)state;
	assert_true(file >= 0 && watch >= 0);
	assert_true(inotify_add_watch(watch, conf, IN_OPEN) >= 0);
	setenv("OPENSSL_CONF", conf, 1);
	assert_int_equal(teardown(NULL), 0);
	assert_int_equal(setup(NULL), 0);
	gcm_published(NULL);
	hkdf_rfc5869_a1(NULL);
	unsetenv("OPENSSL_CONF");
	assert_int_equal(read(watch, events, sizeof(events)), -1);
	unlink(conf);
	close(watch);
	close(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* First: what a process reads once, it reads at its first use. */
		cmocka_unit_test(reads_no_configuration),
		cmocka_unit_test(hkdf_rfc5869_a1),
		cmocka_unit_test(hkdf_rfc5869_a2),
		cmocka_unit_test(hkdf_rfc5869_a3),
		cmocka_unit_test(hkdf_sha512_fscrypt),
		cmocka_unit_test(hkdf_limits),
		cmocka_unit_test(gcm_published),
		cmocka_unit_test(gcm_aad_in_pieces),
		cmocka_unit_test(gcm_tampered),
		cmocka_unit_test(gcm_short_box),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
