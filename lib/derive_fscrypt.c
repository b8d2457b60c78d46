/* SPDX-License-Identifier: Apache-2.0 */
/* Which keys fscrypt derives.  See derive_fscrypt.h. */
#include "derive_fscrypt.h"

#include <string.h>

/* fs/crypto/fscrypt_private.h, HKDF_CONTEXT_*. */
enum {
	PER_FILE_KEY = 2,
	DIRECT_KEY = 3,
	IV_INO_LBLK_64 = 4,
	DIRHASH_KEY = 5,
	IV_INO_LBLK_32 = 6,
	INODE_HASH_KEY = 7,
};
#define SIPHASH "SipHash-2-4"
#define SIPHASH_KEY_BYTES 16

static void add_info(struct wk_derived *k, const void *p, size_t len)
{
	memcpy(k->info + k->info_len, p, len);
	k->info_len += len;
}

/* The next key; its info is "fscrypt", a NUL, and the context so far. */
static struct wk_derived *add(struct wk_derivation *d, uint8_t context)
{
	struct wk_derived *k = &d->keys[d->count++];

	*k = (struct wk_derived){ .context = context };
	add_info(k, "fscrypt", sizeof("fscrypt"));
	add_info(k, &context, 1);
	return k;
}

/* What the keys of contents and of names have in common. */
static void add_cipher_key(const struct wk_fscrypt_policy *p,
			   const struct wk_fscrypt_place *at, uint8_t mode,
			   const char *name, const char *use,
			   struct wk_derivation *d)
{
	const struct wk_fscrypt_mode *m = wk_fscrypt_mode_by_number(mode);
	struct wk_derived *k;

	if (p->flags & WK_FSCRYPT_IV_INO_LBLK_64)
		k = add(d, IV_INO_LBLK_64);
	else if (p->flags & WK_FSCRYPT_IV_INO_LBLK_32)
		k = add(d, IV_INO_LBLK_32);
	else if (p->flags & WK_FSCRYPT_DIRECT_KEY)
		k = add(d, DIRECT_KEY);
	else
		k = add(d, PER_FILE_KEY);
	k->name = name;
	k->use = use;
	k->algorithm = m->name;
	k->bytes = m->key_bytes;
	if (k->context == PER_FILE_KEY) {
		k->scope = "file";
		add_info(k, at->nonce, sizeof(at->nonce));
		return;
	}
	add_info(k, &m->number, 1);
	k->scope = "storage key";
	if (k->context == DIRECT_KEY)
		return;
	k->scope = "file system";
	add_info(k, at->uuid, sizeof(at->uuid));
}

static void add_dirhash_key(const struct wk_fscrypt_place *at,
			    struct wk_derivation *d)
{
	struct wk_derived *k = add(d, DIRHASH_KEY);

	k->name = "dirhash";
	k->use = "directory hash key";
	k->algorithm = SIPHASH;
	k->scope = "file";
	k->bytes = SIPHASH_KEY_BYTES;
	add_info(k, at->nonce, sizeof(at->nonce));
}

static void add_inode_hash_key(struct wk_derivation *d)
{
	struct wk_derived *k = add(d, INODE_HASH_KEY);

	k->name = "inode_hash";
	k->use = "inode hash key";
	k->algorithm = SIPHASH;
	k->scope = "storage key";
	k->bytes = SIPHASH_KEY_BYTES;
}

static void add_all(const struct wk_fscrypt_policy *p,
		    const struct wk_fscrypt_place *at, struct wk_derivation *d)
{
	/* Keys of the policy serve both kinds, whatever is looked at. */
	bool shared = p->flags != 0;
	bool file = shared ||
		    (at->has_nonce && at->kind != WK_FSCRYPT_DIRECTORY);
	bool dir = shared || (at->has_nonce && at->kind != WK_FSCRYPT_FILE);

	if (file)
		add_cipher_key(p, at, p->contents, "contents", "contents key",
			       d);
	if (dir)
		add_cipher_key(p, at, p->filenames, "filenames",
			       "filenames key", d);
	if (at->has_nonce && at->kind != WK_FSCRYPT_FILE)
		add_dirhash_key(at, d);
	if (p->flags & WK_FSCRYPT_IV_INO_LBLK_32)
		add_inode_hash_key(d);
}

static enum wk_status check_version(const struct wk_fscrypt_policy *p,
				    struct wk_err *err)
{
	if (p->version == 2)
		return WK_OK;
	wk_fail(err, WK_UNSUPPORTED, "derive.policy-version",
		"the policy is of version %u, whose keys are made by "
		"AES-128-ECB, which this build does not have",
		p->version);
	wk_err_hint(err, "keys of policies of version 2 can be derived");
	return WK_UNSUPPORTED;
}

/* The kernel takes such a key, and then refuses every file: keysetup.c. */
static enum wk_status check_strength(const struct wk_fscrypt_policy *p,
				     size_t key_bytes, struct wk_err *err)
{
	size_t min = wk_fscrypt_policy_strength(p);

	if (key_bytes >= min)
		return WK_OK;
	wk_fail(err, WK_UNSUPPORTED, "sink.size",
		"a key of %zubit is too short for this policy, which needs "
		"%zubit",
		8 * key_bytes, 8 * min);
	wk_err_hint(err, "make a key with 'wkeyctl generate --usage fscrypt'");
	return WK_UNSUPPORTED;
}

static enum wk_status check_modes(const struct wk_fscrypt_policy *p,
				  struct wk_err *err)
{
	if (wk_fscrypt_mode_by_number(p->contents) &&
	    wk_fscrypt_mode_by_number(p->filenames))
		return wk_fscrypt_check_policy(p, err);
	return wk_fail(err, WK_UNSUPPORTED, "fscrypt.policy",
		       "the modes %u and %u are not both known here",
		       p->contents, p->filenames);
}

static enum wk_status check_uuid(const struct wk_fscrypt_policy *p,
				 const struct wk_fscrypt_place *at,
				 struct wk_err *err)
{
	if (at->has_uuid || !(p->flags & (WK_FSCRYPT_IV_INO_LBLK_64 |
					  WK_FSCRYPT_IV_INO_LBLK_32)))
		return WK_OK;
	wk_fail(err, WK_FAIL, "derive.no-uuid",
		"keys of IV_INO_LBLK_64 and 32 depend on the file system's "
		"UUID, which is not known");
	wk_err_hint(err, "name it with --fs-uuid; blkid DEVICE shows it");
	return WK_FAIL;
}

enum wk_status wk_derive_fscrypt(const struct wk_fscrypt_policy *policy,
				 const struct wk_fscrypt_place *place,
				 size_t key_bytes, struct wk_derivation *ret_d,
				 struct wk_err *err)
{
	enum wk_status st = check_version(policy, err);

	if (!st)
		st = check_modes(policy, err);
	if (!st)
		st = check_strength(policy, key_bytes, err);
	if (!st)
		st = check_uuid(policy, place, err);
	if (st)
		return st;
	*ret_d = (struct wk_derivation){ 0 };
	add_all(policy, place, ret_d);
	return WK_OK;
}
