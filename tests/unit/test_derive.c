/* SPDX-License-Identifier: Apache-2.0 */
/* derive_fscrypt: which keys a policy has, and their bytes. */
/* link: fake_syscalls */
#include <errno.h>
#include <string.h>

#include "base/hex.h"
#include "derive_fscrypt.h"
#include "sys/fs_uuid.h"
#include "tests/unit/fake_syscalls.h"
#include "tests/unit/unit.h"

/* From tests/derive/fscrypt.py: storage key 01 to 40, nonce a0 to af, UUID f0 to ff. */
#define PER_FILE                                                           \
	"5cca3d5e15246eceab6b2341f94053aefa3d35a60735d2df98fe94d21108dd5c" \
	"aebd3b75b465b6bed2ba834b87ff23d7cb1151ed2625e913c2b4b26d9afc5653"
#define DIRECT \
	"119cdfc84d03a78e39bf41d4f29f6d76db9636f6fce4da764411d8f77e31b19e"
#define LBLK_64                                                            \
	"6ce5769dd74455b1505e2798be0840ab80dec080d2bba8207070177d3014178e" \
	"111aca95edc73bfe4299f94af38401b5eef36e667d8b1a8653b235f6571fa79d"
#define LBLK_64_NAMES \
	"dc524ef5bb3df37391e92380cade8056def36737d9ea0a1819e309d2145a9a66"
#define LBLK_32                                                            \
	"51ed021a11567bafeee298443559e2bdb15fa2a8656b6b08b7ba4c82892870b5" \
	"13a4a79639a057f0d51e884b03526b541142e09df317564b59d87c24fde92986"
#define LBLK_32_NAMES \
	"50d50616bcda394d7953f212d3f870785e6757f266543015383711fd77ad05bd"
#define DIRHASH "4d0fdf86fd93547cffb6f47b2d1d43a7"
#define INODE_HASH "47646c0b607504d327bc9a6569f9a372"

struct wanted {
	const char *name, *hex; /* a prefix of hex, by bytes */
	size_t bytes;
	uint8_t context;
};

static const struct vector {
	struct wk_fscrypt_policy policy;
	enum wk_fscrypt_kind kind;
	bool nonce;
	struct wanted keys[WK_DERIVED_MAX + 1];
} vectors[] = {
	{ WK_FSCRYPT_POLICY_DEFAULT, WK_FSCRYPT_UNKNOWN, false, { { 0 } } },
	{ WK_FSCRYPT_POLICY_DEFAULT,
	  WK_FSCRYPT_FILE,
	  true,
	  { { "contents", PER_FILE, 64, 2 } } },
	{ WK_FSCRYPT_POLICY_DEFAULT,
	  WK_FSCRYPT_DIRECTORY,
	  true,
	  { { "filenames", PER_FILE, 32, 2 }, { "dirhash", DIRHASH, 16, 5 } } },
	{ { .version = 2,
	    .contents = WK_FSCRYPT_AES_128_CBC,
	    .filenames = WK_FSCRYPT_AES_128_CTS,
	    .padding = 4 },
	  WK_FSCRYPT_UNKNOWN,
	  true,
	  { { "contents", PER_FILE, 16, 2 },
	    { "filenames", PER_FILE, 16, 2 },
	    { "dirhash", DIRHASH, 16, 5 } } },
	{ { .version = 2,
	    .contents = WK_FSCRYPT_ADIANTUM,
	    .filenames = WK_FSCRYPT_ADIANTUM,
	    .padding = 32,
	    .flags = WK_FSCRYPT_DIRECT_KEY },
	  WK_FSCRYPT_FILE,
	  true,
	  { { "contents", DIRECT, 32, 3 }, { "filenames", DIRECT, 32, 3 } } },
	{ { .version = 2,
	    .contents = WK_FSCRYPT_AES_256_XTS,
	    .filenames = WK_FSCRYPT_AES_256_CTS,
	    .padding = 32,
	    .flags = WK_FSCRYPT_IV_INO_LBLK_64 },
	  WK_FSCRYPT_UNKNOWN,
	  false,
	  { { "contents", LBLK_64, 64, 4 },
	    { "filenames", LBLK_64_NAMES, 32, 4 } } },
	{ { .version = 2,
	    .contents = WK_FSCRYPT_AES_256_XTS,
	    .filenames = WK_FSCRYPT_AES_256_CTS,
	    .padding = 32,
	    .flags = WK_FSCRYPT_IV_INO_LBLK_32 },
	  WK_FSCRYPT_DIRECTORY,
	  true,
	  { { "contents", LBLK_32, 64, 6 },
	    { "filenames", LBLK_32_NAMES, 32, 6 },
	    { "dirhash", DIRHASH, 16, 5 },
	    { "inode_hash", INODE_HASH, 16, 7 } } },
};

static struct wk_fscrypt_place place(const struct vector *v)
{
	struct wk_fscrypt_place at = {
		.kind = v->kind,
		.has_nonce = v->nonce,
		.has_uuid = true,
	};

	for (uint8_t i = 0; i < 16; i++) {
		at.nonce[i] = 0xa0 + i;
		at.uuid[i] = 0xf0 + i;
	}
	return at;
}

static struct wk_secret *storage_key(void)
{
	struct wk_secret *key;
	struct wk_err err;

	assert_int_equal(wk_secret_new(64, &key, &err), WK_OK);
	for (uint8_t i = 0; i < 64; i++)
		wk_secret_bytes(key)[i] = i + 1;
	wk_secret_set_len(key, 64);
	return key;
}

static void check_key(const struct wk_derived *k, const struct wanted *w)
{
	uint8_t bytes[64];
	char hex[129];

	assert_string_equal(k->name, w->name);
	assert_int_equal(k->context, w->context);
	assert_int_equal(k->bytes, w->bytes);
	assert_int_equal(wk_secret_len(k->key), w->bytes);
	snprintf(hex, sizeof(hex), "%.*s", (int)(2 * w->bytes), w->hex);
	assert_true(wk_hex_decode(hex, bytes, w->bytes));
	assert_memory_equal(wk_secret_view(k->key), bytes, w->bytes);
}

static void keys(void **state)
{
	WK_AUTO_SECRET struct wk_secret *key = storage_key();
	struct wk_session *s;
	struct wk_err err;

	(void)state;
	assert_int_equal(wk_session_open(NULL, &s, &err), WK_OK);
	for (size_t i = 0; i < WK_ARRAY_LEN(vectors); i++) {
		const struct vector *v = &vectors[i];
		struct wk_fscrypt_place at = place(v);
		WK_AUTO_DERIVATION struct wk_derivation d = { 0 };
		size_t n;

		assert_int_equal(wk_derive_fscrypt(&v->policy, &at, 64, &d,
						   &err),
				 WK_OK);
		assert_int_equal(wk_derive_hkdf(s, WK_SHA512, key, &d, &err),
				 WK_OK);
		for (n = 0; v->keys[n].name; n++)
			check_key(&d.keys[n], &v->keys[n]);
		assert_int_equal(d.count, n);
	}
	wk_session_close(s);
}

static void refused(const struct wk_fscrypt_policy *p, bool uuid, size_t bytes,
		    enum wk_status want, const char *code)
{
	struct wk_fscrypt_place at = { .has_uuid = uuid };
	struct wk_derivation d = { .count = 77 };
	struct wk_err err;

	assert_int_equal(wk_derive_fscrypt(p, &at, bytes, &d, &err), want);
	assert_string_equal(err.code, code);
	assert_int_equal(d.count, 77);
}

static void refusals(void **state)
{
	struct wk_fscrypt_policy p = WK_FSCRYPT_POLICY_DEFAULT;

	(void)state;
	refused(&p, true, 31, WK_UNSUPPORTED, "sink.size");
	p.flags = WK_FSCRYPT_IV_INO_LBLK_64;
	refused(&p, false, 64, WK_FAIL, "derive.no-uuid");
	p.flags = WK_FSCRYPT_IV_INO_LBLK_32;
	refused(&p, false, 64, WK_FAIL, "derive.no-uuid");
	p.flags |= WK_FSCRYPT_IV_INO_LBLK_64;
	refused(&p, true, 64, WK_UNSUPPORTED, "fscrypt.policy");
	p.flags = 0;
	p.contents = 99;
	refused(&p, true, 64, WK_UNSUPPORTED, "fscrypt.policy");
	p.version = 1;
	refused(&p, true, 64, WK_UNSUPPORTED, "derive.policy-version");
}

/* --- UUID of a file system --------------------------------------------------- */

static const uint8_t uuid[16] = "0123456789abcde";

static void uuid_of_any(void **state)
{
	uint8_t got[16], out[17] = { 16 };
	struct wk_err err;

	(void)state;
	memcpy(out + 1, uuid, 16);
	fake_output("ioctl", 0, 0, out, sizeof(out));
	assert_int_equal(wk_fs_uuid(5, got, &err), WK_OK);
	assert_memory_equal(got, uuid, 16);
	/* _IOR(0x15, 0, struct fsuuid2) */
	assert_int_equal(fake_find("ioctl", 0)->num[1], 0x80111500);
	assert_int_equal(fake_count(), 1);
}

static void uuid_of_ext4(void **state)
{
	uint8_t got[16], out[24] = { 16 };
	struct wk_err err;

	(void)state;
	memcpy(out + 8, uuid, 16);
	fake_result("ioctl", -ENOTTY);
	fake_output("ioctl", 0, 0, out, sizeof(out));
	assert_int_equal(wk_fs_uuid(5, got, &err), WK_OK);
	assert_memory_equal(got, uuid, 16);
	/* _IOR('f', 44, struct fsuuid), which counts its head only */
	assert_int_equal(fake_find("ioctl", 1)->num[1], 0x8008662c);
}

static void uuid_unknown(void **state)
{
	uint8_t got[16] = "before";
	struct wk_err err;

	(void)state;
	fake_result("ioctl", -ENOTTY);
	fake_result("ioctl", -ENOTTY);
	assert_int_equal(wk_fs_uuid(5, got, &err), WK_UNSUPPORTED);
	assert_string_equal(err.code, "fs.no-uuid");
	assert_int_equal(err.errnum, ENOTTY);
	assert_string_equal((const char *)got, "before");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys),
		cmocka_unit_test(refusals),
		cmocka_unit_test_setup(uuid_of_any, fake_setup),
		cmocka_unit_test_setup(uuid_of_ext4, fake_setup),
		cmocka_unit_test_setup(uuid_unknown, fake_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
