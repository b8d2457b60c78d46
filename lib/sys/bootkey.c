/* SPDX-License-Identifier: Apache-2.0 */
/* Boot id and boot key.  See bootkey.h. */
#include "sys/bootkey.h"

#include <errno.h>
#include <string.h>

#include <linux/keyctl.h>

#include "base/blob.h"
#include "base/num.h"
#include "sys/keyring.h"
#include "sys/syscalls.h"

#define TYPE "user"
#define SUBJECT "the boot key"
#define APART KEY_SPEC_THREAD_KEYRING
#define HOME KEY_SPEC_USER_KEYRING
#define UUID_CHARS 36

enum wk_status wk_boot_id(uint8_t ret_id[16], struct wk_err *err)
{
	char text[64];
	ssize_t len = wk_sys_read_file(WK_BOOT_ID_FILE, text, sizeof(text));

	if (len >= UUID_CHARS) {
		text[UUID_CHARS] = '\0';
		if (wk_num_uuid(text, ret_id))
			return WK_OK;
	}
	wk_fail(err, WK_UNSUPPORTED, "boot.no-id",
		"%s: it does not tell which boot this is", WK_BOOT_ID_FILE);
	if (len < 0)
		err->errnum = (int)-len;
	wk_err_hint(err, "mount proc on /proc");
	return err->status;
}

static enum wk_status bad_size(int len, enum wk_status st, struct wk_err *err)
{
	wk_fail(err, st, "boot.bad-key",
		"the boot key: user key '%s' has %d bytes, not %d: another "
		"program made it",
		WK_BOOTKEY_DESCRIPTION, len, WK_BOOTKEY_BYTES);
	wk_err_hint(err,
		    "remove it with `wkeyctl unload %s`; a boot key is "
		    "made by the next ephemeralize",
		    WK_BOOTKEY_DESCRIPTION);
	return st;
}

/* Nobody loads a boot key. */
static enum wk_status cannot_read(int errnum, struct wk_err *err)
{
	enum wk_status st =
		wk_keyring_fail(err, WK_KEYRING_OP_READ, errnum, SUBJECT);

	if (st == WK_NOT_FOUND)
		wk_err_hint(err, "its bytes are gone; the next ephemeralize "
				 "makes another");
	return st;
}

static enum wk_status read_bytes(int32_t serial, enum wk_status if_bad,
				 struct wk_secret **ret_key, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *key = NULL;
	enum wk_status st = wk_secret_new(WK_BOOTKEY_BYTES, &key, err);
	int len;

	if (st)
		return st;
	len = wk_sys_keyctl_read(serial, wk_secret_bytes(key),
				 WK_BOOTKEY_BYTES);
	if (len < 0)
		return cannot_read(-len, err);
	if (len != WK_BOOTKEY_BYTES)
		return bad_size(len, if_bad, err);
	wk_secret_set_len(key, WK_BOOTKEY_BYTES);
	*ret_key = wk_take_ptr(&key);
	return WK_OK;
}

/* *ret_key stays NULL when there is none. */
static enum wk_status find(enum wk_status if_bad, struct wk_secret **ret_key,
			   struct wk_err *err)
{
	int32_t serial =
		wk_sys_keyctl_search(HOME, TYPE, WK_BOOTKEY_DESCRIPTION, APART);
	enum wk_status st;

	if (wk_keyring_is_absent(serial))
		return WK_OK;
	if (serial < 0)
		return wk_keyring_fail(err, WK_KEYRING_OP_SEARCH, -serial,
				       SUBJECT);
	st = read_bytes(serial, if_bad, ret_key, err);
	(void)wk_sys_keyctl_unlink(serial, APART);
	return st;
}

enum wk_status wk_bootkey_get(struct wk_secret **ret_key, struct wk_err *err)
{
	struct wk_secret *key = NULL;
	enum wk_status st = find(WK_FOREIGN, &key, err);

	if (st)
		return st;
	if (!key)
		return wk_fail(err, WK_FOREIGN, "boot.no-key",
			       "this user has no boot key: it was removed, or "
			       "another user ephemeralized the key file");
	*ret_key = key;
	return WK_OK;
}

/*
 * What is revoked or expired keeps its place until the kernel collects it
 * (kernel.keys.gc_delay, 300 s).
 */
static bool is_dead(int32_t serial)
{
	return serial != -ENOKEY && wk_keyring_is_absent(serial);
}

/*
 * A dead key in the place is displaced, for which the kernel has no exclusive
 * way: of two that do it at the same moment the later one wins, and what the
 * earlier one then wraps is stale from the start.  wk_ephemeral_make() opens
 * what it made by the key that is there in the end, and fails then.
 */
static int move_home(int32_t serial)
{
	int rc = wk_sys_keyctl_move(serial, APART, HOME, true);

	if (rc == -EEXIST && is_dead(wk_sys_keyctl_search(
				     HOME, TYPE, WK_BOOTKEY_DESCRIPTION, 0)))
		rc = wk_sys_keyctl_move(serial, APART, HOME, false);
	return rc;
}

/* WK_OK also when another was faster: what there is counts. */
static enum wk_status make(struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *key = NULL;
	enum wk_status st = wk_secret_new(WK_BOOTKEY_BYTES, &key, err);
	int32_t serial;
	int rc;

	if (!st)
		st = wk_secret_random(key, err);
	if (st)
		return st;
	serial = wk_sys_add_key(TYPE, WK_BOOTKEY_DESCRIPTION,
				wk_secret_view(key), WK_BOOTKEY_BYTES, APART);
	if (serial < 0)
		return wk_keyring_fail(err, WK_KEYRING_OP_ADD, -serial,
				       SUBJECT);
	rc = move_home(serial);
	if (rc >= 0)
		return WK_OK;
	(void)wk_sys_keyctl_unlink(serial, APART);
	if (rc == -EEXIST)
		return WK_OK;
	return wk_keyring_fail(err, WK_KEYRING_OP_MOVE, -rc, SUBJECT);
}

enum wk_status wk_bootkey_ensure(struct wk_secret **ret_key, struct wk_err *err)
{
	struct wk_secret *key = NULL;
	enum wk_status st = find(WK_EXISTS, &key, err);

	if (!st && !key) {
		st = make(err);
		if (!st)
			st = find(WK_EXISTS, &key, err);
	}
	if (st)
		return st;
	if (!key) {
		wk_fail(err, WK_TRANSIENT, "boot.vanished",
			"the boot key: removed while it was made");
		wk_err_hint(err, "run the command again");
		return WK_TRANSIENT;
	}
	*ret_key = key;
	return WK_OK;
}
