/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Material into fscrypt by way of the kernel's keyrings: a key of type
 * fscrypt-provisioning outlives an umount, and can be added again without
 * unlocking anything.
 *
 * Its bytes cannot be read back.  Whether it is the key file's shows only in
 * the identifier that the kernel answers with when it has been added.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/num.h"
#include "keyfile.h"
#include "sink_fscrypt.h"
#include "sink_keyring.h"
#include "sys/keyring.h"

_Static_assert(WK_FSCRYPT_KEY_NAME == sizeof(WK_KEYRING_PREFIX) + WK_NAME_MAX,
	       "description");

void wk_fscrypt_key_name(const struct wk_keyfile *kf,
			 char ret_name[WK_FSCRYPT_KEY_NAME])
{
	snprintf(ret_name, WK_FSCRYPT_KEY_NAME, WK_KEYRING_PREFIX "%s",
		 kf->name);
}

/* Takes the claim back, unless it is an earlier one of this user. */
static void unclaim(int fd, const uint8_t *id, const char *claims_before)
{
	struct wk_err ignored;
	bool others;

	/* The mismatch is the news, whatever becomes of this. */
	if (wk_fscrypt_is_new_claim(claims_before, id))
		(void)!wk_fscrypt_remove_key(fd, id, false, &others, &ignored);
}

static enum wk_status fail_namesake(const struct wk_keyfile *kf, int32_t serial,
				    const uint8_t *id, struct wk_err *err)
{
	char text[2 * WK_FSCRYPT_ID_BYTES + 1];

	wk_hex_encode(wk_span(id, WK_FSCRYPT_ID_BYTES), text);
	wk_fail(err, WK_EXISTS, "fscrypt.namesake",
		"key %d '" WK_KEYRING_PREFIX "%s' of the keyring has the "
		"identifier %s, which is not the one in the key file",
		serial, kf->name, text);
	wk_err_hint(err,
		    "it was loaded from another key file of that name; "
		    "'wkeyctl unload %d' makes room",
		    serial);
	return WK_EXISTS;
}

/* A key that the tool did not make can be of version 1, which has no room. */
static enum wk_status fail_add(int32_t serial, struct wk_err *err)
{
	if (err->errnum == EKEYREJECTED)
		wk_err_hint(err,
			    "'wkeyctl unload %d' makes room for the one "
			    "of the key file",
			    serial);
	wk_err_prefix(err, "key %d", serial);
	return err->status;
}

/* serial is possessed.  *ret_gone: it was revoked or expired meanwhile. */
static enum wk_status add_and_check(const struct wk_keyfile *kf, int fd,
				    int32_t serial, bool *ret_gone,
				    uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
				    struct wk_err *err)
{
	uint8_t id[WK_FSCRYPT_ID_BYTES];
	char *before = wk_fscrypt_claims();
	enum wk_status st = wk_fscrypt_add_serial(fd, serial, id, err);

	*ret_gone = st && wk_keyring_is_absent(-err->errnum);
	if (st) {
		st = fail_add(serial, err);
	} else if (memcmp(id, kf->fscrypt_id, sizeof(id))) {
		unclaim(fd, id, before);
		st = fail_namesake(kf, serial, id, err);
	} else {
		memcpy(ret_id, id, sizeof(id));
	}
	free(before);
	return st;
}

static enum wk_status add_stored(const struct wk_keyfile *kf, int fd,
				 int32_t *ret_serial,
				 uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
				 struct wk_err *err)
{
	char name[WK_FSCRYPT_KEY_NAME];
	int32_t serial;
	bool gone = false;
	enum wk_status st;

	wk_fscrypt_key_name(kf, name);
	st = wk_keyring_take(WK_KEY_FSCRYPT_PROVISIONING, name, &serial, err);
	if (st)
		return st;
	if (serial)
		st = add_and_check(kf, fd, serial, &gone, ret_id, err);
	wk_keyring_let_go(serial);
	if (gone) {
		serial = 0;
		st = WK_OK;
	}
	if (!st)
		*ret_serial = serial;
	return st;
}

enum wk_status wk_fscrypt_add_stored(const struct wk_keyfile *kf,
				     const char *dir, int32_t *ret_serial,
				     uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
				     struct wk_err *err)
{
	WK_AUTO_DIR int fd = -1;
	enum wk_status st = wk_fscrypt_open(dir, &fd, err);

	if (st)
		return st;
	st = add_stored(kf, fd, ret_serial, ret_id, err);
	if (st)
		wk_err_prefix(err, "%s", dir);
	return st;
}

static void unload(int32_t serial)
{
	char text[WK_NUM_TEXT];
	struct wk_err ignored;
	int32_t same;

	/* Revoked or unloaded by somebody else: it is gone as well. */
	(void)!wk_keyring_unload(wk_num_text(serial, text), &same, &ignored);
}

/* A key that was just made: the key file is to blame for what does not fit. */
static enum wk_status add_made(const struct wk_keyfile *kf, int fd,
			       const char *name, int32_t serial,
			       uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
			       struct wk_err *err)
{
	uint8_t id[WK_FSCRYPT_ID_BYTES];
	int32_t taken = 0;
	enum wk_status st;

	st = wk_keyring_take(WK_KEY_FSCRYPT_PROVISIONING, name, &taken, err);
	if (!st)
		st = wk_fscrypt_add_serial(fd, serial, id, err);
	if (!st)
		st = wk_fscrypt_check_id(kf, fd, id, err);
	wk_keyring_let_go(taken);
	if (st)
		unload(serial);
	else
		memcpy(ret_id, id, sizeof(id));
	return st;
}

static enum wk_status store(const struct wk_keyfile *kf,
			    const struct wk_material *m, const char *name,
			    int fd, int32_t *ret_serial,
			    uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
			    struct wk_err *err)
{
	const struct wk_keyring_target to = {
		.type = wk_key_type_names[WK_KEY_FSCRYPT_PROVISIONING],
		.description = name,
		.ring = WK_KEYRING_USER,
		.link_ring = WK_KEYRING_SESSION,
	};
	int32_t serial;
	enum wk_status st = wk_load_to_keyring(kf, m, &to, &serial, err);

	if (st)
		return st;
	st = add_made(kf, fd, name, serial, ret_id, err);
	if (!st)
		*ret_serial = serial;
	return st;
}

enum wk_status wk_fscrypt_store(const struct wk_keyfile *kf,
				const struct wk_material *m, const char *dir,
				struct wk_fscrypt_stored *ret,
				struct wk_err *err)
{
	struct wk_fscrypt_stored s = { .made = true };
	char name[WK_FSCRYPT_KEY_NAME];
	WK_AUTO_DIR int fd = -1;
	enum wk_status st = wk_fscrypt_check(kf, m, err);

	if (!st)
		st = wk_fscrypt_open(dir, &fd, err);
	if (st)
		return st;
	wk_fscrypt_key_name(kf, name);
	st = store(kf, m, name, fd, &s.serial, s.id, err);
	/* Somebody else was faster: then that key is as good as ours. */
	if (st == WK_EXISTS && !strcmp(err->code, "keyring.exists")) {
		s.made = false;
		st = add_stored(kf, fd, &s.serial, s.id, err);
		if (!st && !s.serial)
			st = wk_fail(err, WK_TRANSIENT, "keyring.changing",
				     "key '%s': it comes and goes", name);
	}
	if (st)
		wk_err_prefix(err, "%s", dir);
	else
		*ret = s;
	return st;
}
