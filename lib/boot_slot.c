/* SPDX-License-Identifier: Apache-2.0 */
/* Slots under the boot key. */
#include "boot_slot.h"

#include <string.h>

#include "session.h"
#include "sys/bootkey.h"

/* The boot key's name in key files: it tells nothing of the key. */
static enum wk_status boot_key_id(struct wk_session *s,
				  const struct wk_secret *key,
				  uint8_t ret_id[WK_BOOT_KEY_ID_BYTES],
				  struct wk_err *err)
{
	static const char salt[] = "wkeyctl boot key v1", info[] = "id";
	struct wk_prk *prk;
	enum wk_status st = wk_session_crypto(s, err);

	if (st)
		return st;
	st = s->crypto_ops->hkdf_extract(s->crypto, WK_SHA256,
					 wk_span(salt, sizeof(salt) - 1), key,
					 &prk, err);
	if (st)
		return st;
	st = s->crypto_ops->hkdf_expand(s->crypto, prk,
					wk_span(info, sizeof(info) - 1), ret_id,
					WK_BOOT_KEY_ID_BYTES, err);
	s->crypto_ops->prk_free(prk);
	return st;
}

static enum wk_status stale(struct wk_err *err)
{
	wk_err_hint(err, "ephemeralize the key file again in this boot");
	return err->status;
}

static enum wk_status other_boot(struct wk_err *err)
{
	wk_fail(err, WK_FOREIGN, "boot.other",
		"an ephemeral form of another boot, useless since then");
	return stale(err);
}

static enum wk_status other_key(struct wk_err *err)
{
	wk_fail(err, WK_FOREIGN, "boot.other-key",
		"an ephemeral form under another boot key: that of another "
		"user, or one that was removed since");
	return stale(err);
}

static enum wk_status check_boot(const struct wk_boot_protection *p,
				 struct wk_err *err)
{
	uint8_t now[WK_BOOT_ID_BYTES];
	enum wk_status st = wk_boot_id(now, err);

	if (st)
		return st;
	return memcmp(now, p->boot_id, sizeof(now)) ? other_boot(err) : WK_OK;
}

static enum wk_status check_key(struct wk_session *s,
				const struct wk_boot_protection *p,
				const struct wk_secret *key, struct wk_err *err)
{
	uint8_t id[WK_BOOT_KEY_ID_BYTES];
	enum wk_status st = boot_key_id(s, key, id, err);

	if (st)
		return st;
	return memcmp(id, p->boot_key_id, sizeof(id)) ? other_key(err) : WK_OK;
}

/* The cheapest reason to be stale comes first, and no module is opened for it. */
static enum wk_status slot_open(struct wk_session *s,
				const struct wk_keyfile *kf,
				struct wk_span protection,
				struct wk_slot_secret *ret_secret,
				struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *key = NULL;
	struct wk_boot_protection p;
	enum wk_status st = wk_boot_protection_decode(protection, &p, err);

	(void)kf;
	if (!st)
		st = check_boot(&p, err);
	if (st)
		return st;
	st = wk_bootkey_get(&key, err);
	if (st)
		return st == WK_FOREIGN && !err->hint[0] ? stale(err) : st;
	st = check_key(s, &p, key, err);
	if (st)
		return st;
	ret_secret->secret = key;
	ret_secret->owned = wk_take_ptr(&key);
	return WK_OK;
}

enum wk_status wk_boot_slot_create(struct wk_session *s,
				   struct wk_blob *ret_protection,
				   struct wk_slot_secret *ret_secret,
				   struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *key = NULL;
	struct wk_boot_protection p;
	enum wk_status st = wk_boot_id(p.boot_id, err);

	if (!st)
		st = wk_bootkey_ensure(&key, err);
	if (!st)
		st = boot_key_id(s, key, p.boot_key_id, err);
	if (!st)
		st = wk_boot_protection_encode(&p, ret_protection, err);
	if (st)
		return st;
	ret_secret->secret = key;
	ret_secret->owned = wk_take_ptr(&key);
	return WK_OK;
}

static enum wk_status probe(struct wk_err *err)
{
	(void)err;
	return WK_OK;
}

static enum wk_secret_kind needs(struct wk_span protection)
{
	(void)protection;
	return WK_SECRET_NONE;
}

const struct wk_backend wk_slot_kind_boot = {
	.name = "boot",
	.summary = "ephemeral form, under the boot key",
	.slot_type = WK_SLOT_BOOT,
	.probe = probe,
	.needs = needs,
	.slot_open = slot_open,
};
