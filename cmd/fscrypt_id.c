/* SPDX-License-Identifier: Apache-2.0 */
/* Which fscrypt key a command means. */
#include "cmd/fscrypt_id.h"

#include <string.h>

#include "base/hex.h"
#include "cmd/keymaking.h"

static enum wk_status no_identifier(const char *path,
				    const struct wk_keyfile *kf,
				    struct wk_err *err)
{
	wk_fail(err, WK_UNSUPPORTED, "sink.usage",
		"%s: a %ubit key of usage '%s' has no fscrypt identifier", path,
		kf->key_bits, wk_usage_name(kf->usage));
	wk_err_hint(err, "make a key with 'wkeyctl generate --usage fscrypt'");
	return WK_UNSUPPORTED;
}

static enum wk_status too_short(const char *path, const struct wk_keyfile *kf,
				uint32_t min_bits, struct wk_err *err)
{
	wk_fail(err, WK_UNSUPPORTED, "sink.size",
		"%s: a key of %ubit is too short for this policy, which needs "
		"%ubit",
		path, kf->key_bits, min_bits);
	wk_err_hint(err, "make a key with 'wkeyctl generate --usage fscrypt'");
	return WK_UNSUPPORTED;
}

static enum wk_status from_keyfile(const char *path, uint32_t min_bits,
				   struct wk_fscrypt_which *ret_which,
				   struct wk_err *err)
{
	WK_AUTO_KEYFILE struct wk_keyfile *kf = NULL;
	enum wk_status st = wk_unlocking_read(path, &kf, err);

	if (st)
		return st;
	if (!kf->has_fscrypt_id)
		return no_identifier(path, kf, err);
	if (kf->key_bits < min_bits)
		return too_short(path, kf, min_bits, err);
	memcpy(ret_which->id, kf->fscrypt_id, WK_FSCRYPT_ID_BYTES);
	memcpy(ret_which->name, kf->name, sizeof(kf->name));
	return WK_OK;
}

enum wk_status wk_fscrypt_which(const char *word, uint32_t min_bits,
				struct wk_fscrypt_which *ret_which,
				struct wk_err *err)
{
	if (strlen(word) != 2 * WK_FSCRYPT_ID_BYTES ||
	    !wk_hex_decode(word, ret_which->id, WK_FSCRYPT_ID_BYTES))
		return from_keyfile(word, min_bits, ret_which, err);
	ret_which->name[0] = '\0';
	return WK_OK;
}

enum wk_status wk_fscrypt_id_from(const char *word, uint32_t min_bits,
				  uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
				  struct wk_err *err)
{
	struct wk_fscrypt_which w;
	enum wk_status st = wk_fscrypt_which(word, min_bits, &w, err);

	if (!st)
		memcpy(ret_id, w.id, WK_FSCRYPT_ID_BYTES);
	return st;
}
