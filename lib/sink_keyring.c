/* SPDX-License-Identifier: Apache-2.0 */
/* Material into kernel keyrings. */
#include "sink_keyring.h"

#include "base/secret.h"
#include "sink.h"
#include "sys/fscrypt.h"
#include "sys/keyring.h"

#define ANY (WK_USAGE_SET(WK_USAGE_ANY) | WK_USAGE_SET(WK_USAGE_KEYRING))

/*
 * A keyring is a place where others fetch keys, so that a key goes into a type
 * when those who read that type are what it was made for.  logon is what
 * dm-crypt, dm-inlinecrypt and old fscrypt policies read, and nobody else can:
 * it takes every usage.  user can be read by programs and by dm-crypt; what
 * was made for the kernel alone is kept out of their reach.
 */
static const struct {
	unsigned int usages;
	enum wk_usage wanted; /* the usage to suggest */
	const char *what;
} rules[WK_KEY_TYPES] = {
	[WK_KEY_LOGON] = { ~0U, WK_USAGE_KEYRING, "the key type logon" },
	[WK_KEY_USER] = {
		ANY | WK_USAGE_SET(WK_USAGE_DM_CRYPT), WK_USAGE_KEYRING,
		"the key type user, which programs can read",
	},
	[WK_KEY_FSCRYPT_PROVISIONING] = {
		ANY | WK_USAGE_SET(WK_USAGE_FSCRYPT), WK_USAGE_FSCRYPT,
		"the key type fscrypt-provisioning",
	},
};

static enum wk_status check_wrapped(enum wk_key_type type, struct wk_err *err)
{
	if (type == WK_KEY_LOGON)
		return WK_OK;
	wk_fail(err, WK_UNSUPPORTED, "sink.material",
		"hardware-wrapped key: it can be loaded as a logon key only");
	wk_err_hint(err, "--type logon, which dm-inlinecrypt reads");
	return WK_UNSUPPORTED;
}

static enum wk_status check_size(enum wk_key_type type, size_t len,
				 struct wk_err *err)
{
	if (type != WK_KEY_FSCRYPT_PROVISIONING ||
	    (len >= WK_FSCRYPT_KEY_MIN && len <= WK_FSCRYPT_KEY_MAX))
		return WK_OK;
	wk_fail(err, WK_UNSUPPORTED, "sink.size",
		"key of %zu bytes: one for fscrypt has %d to %d", len,
		WK_FSCRYPT_KEY_MIN, WK_FSCRYPT_KEY_MAX);
	wk_err_hint(err, "make another with generate --usage fscrypt");
	return WK_UNSUPPORTED;
}

/*
 * A key that the kernel holds already is linked as it is: it keeps its type,
 * and with that its readers.
 */
enum wk_status wk_load_check(const struct wk_keyfile *kf,
			     const struct wk_material *m,
			     const struct wk_keyring_target *to,
			     struct wk_err *err)
{
	enum wk_key_type type;
	enum wk_status st = wk_sink_check_material(WK_SINK_KEYRING, m, err);

	if (st || m->kind == WK_MATERIAL_KERNEL_KEY)
		return st;
	st = wk_keyring_check(to, wk_secret_len(m->key), err);
	if (st)
		return st;
	(void)wk_key_type_of(to->type, &type); /* wk_keyring_check() did */
	st = wk_sink_check_usage(kf, rules[type].usages, rules[type].what,
				 rules[type].wanted, err);
	if (!st && m->kind == WK_MATERIAL_HW_WRAPPED)
		st = check_wrapped(type, err);
	return st ? st : check_size(type, wk_secret_len(m->key), err);
}

static enum wk_status link_existing(const struct wk_material *m,
				    const struct wk_keyring_target *to,
				    int32_t *ret_serial, struct wk_err *err)
{
	enum wk_status st = wk_keyring_link(to, m->serial, err);

	if (!st)
		*ret_serial = m->serial;
	return st;
}

static enum wk_status add_provisioning(const struct wk_material *m,
				       const struct wk_keyring_target *to,
				       int32_t *ret_serial, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *payload = NULL;
	enum wk_status st = wk_fscrypt_provisioning(m->key, &payload, err);

	return st ? st : wk_keyring_add(to, payload, ret_serial, err);
}

enum wk_status wk_load_to_keyring(const struct wk_keyfile *kf,
				  const struct wk_material *m,
				  const struct wk_keyring_target *to,
				  int32_t *ret_serial, struct wk_err *err)
{
	enum wk_key_type type;
	enum wk_status st = wk_load_check(kf, m, to, err);

	if (st)
		return st;
	if (m->kind == WK_MATERIAL_KERNEL_KEY)
		return link_existing(m, to, ret_serial, err);
	if (wk_key_type_of(to->type, &type) &&
	    type == WK_KEY_FSCRYPT_PROVISIONING)
		return add_provisioning(m, to, ret_serial, err);
	return wk_keyring_add(to, m->key, ret_serial, err);
}
