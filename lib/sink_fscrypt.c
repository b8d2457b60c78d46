/* SPDX-License-Identifier: Apache-2.0 */
/* Material into the fscrypt keyring of a file system. */
#include "sink_fscrypt.h"

#include <string.h>

#include "base/hex.h"
#include "keyfile.h"
#include "sink.h"
#include "sys/openfiles.h"

static enum wk_status check_usage(const struct wk_keyfile *kf,
				  struct wk_err *err)
{
	return wk_sink_check_usage(
		kf, WK_USAGE_SET(WK_USAGE_ANY) | WK_USAGE_SET(WK_USAGE_FSCRYPT),
		"fscrypt", WK_USAGE_FSCRYPT, err);
}

static enum wk_status check_size(size_t len, struct wk_err *err)
{
	if (len >= WK_FSCRYPT_KEY_MIN && len <= WK_FSCRYPT_KEY_MAX)
		return WK_OK;
	wk_fail(err, WK_UNSUPPORTED, "sink.size",
		"key of %zu bytes: fscrypt takes %d to %d", len,
		WK_FSCRYPT_KEY_MIN, WK_FSCRYPT_KEY_MAX);
	wk_err_hint(err, "make another with generate --usage fscrypt");
	return WK_UNSUPPORTED;
}

enum wk_status wk_fscrypt_check(const struct wk_keyfile *kf,
				const struct wk_material *m, struct wk_err *err)
{
	enum wk_status st = check_usage(kf, err);

	if (!st)
		st = wk_sink_check_material(WK_SINK_FSCRYPT, m, err);
	return st ? st : check_size(wk_secret_len(m->key), err);
}

enum wk_status wk_fscrypt_check_header(const struct wk_keyfile *kf,
				       struct wk_err *err)
{
	enum wk_status st = check_usage(kf, err);

	if (!st)
		st = check_size(kf->key_bits / 8, err);
	if (st || kf->has_fscrypt_id)
		return st;
	return wk_fail(err, WK_UNSUPPORTED, "sink.no-identifier",
		       "the key file has no fscrypt identifier");
}

/*
 * The key file knows the identifier that its key has; another one means that
 * these are not the bytes that encrypted the data.  The claim is taken back; an
 * earlier one of this user under that wrong identifier goes with it, because
 * the kernel counts one claim per user.
 */
enum wk_status wk_fscrypt_check_id(const struct wk_keyfile *kf, int fd,
				   const uint8_t id[WK_FSCRYPT_ID_BYTES],
				   struct wk_err *err)
{
	char text[2 * WK_FSCRYPT_ID_BYTES + 1];
	struct wk_err unused;
	bool others;

	if (!kf->has_fscrypt_id ||
	    !memcmp(id, kf->fscrypt_id, WK_FSCRYPT_ID_BYTES))
		return WK_OK;
	/* The mismatch is the news, whatever becomes of this. */
	(void)!wk_fscrypt_remove_key(fd, id, false, &others, &unused);
	wk_hex_encode(wk_span(id, WK_FSCRYPT_ID_BYTES), text);
	wk_fail(err, WK_CORRUPT, "fscrypt.identifier",
		"the key has the identifier %s, which is not the one in the "
		"key file",
		text);
	wk_err_hint(err, "the key file is damaged or was altered: use a copy");
	return WK_CORRUPT;
}

static enum wk_status add(const struct wk_keyfile *kf,
			  const struct wk_material *m, const char *dir,
			  uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
			  struct wk_err *err)
{
	WK_AUTO_DIR int fd = -1;
	uint8_t id[WK_FSCRYPT_ID_BYTES];
	enum wk_status st = wk_fscrypt_open(dir, &fd, err);

	if (st)
		return st;
	st = wk_fscrypt_add_key(fd, m->key, false, id, err);
	if (!st)
		st = wk_fscrypt_check_id(kf, fd, id, err);
	if (st)
		wk_err_prefix(err, "%s", dir);
	else
		memcpy(ret_id, id, sizeof(id));
	return st;
}

enum wk_status wk_add_to_fscrypt(const struct wk_keyfile *kf,
				 const struct wk_material *m, const char *dir,
				 uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
				 struct wk_err *err)
{
	enum wk_status st = wk_fscrypt_check(kf, m, err);

	return st ? st : add(kf, m, dir, ret_id, err);
}

void wk_fscrypt_find_busy(const char *dir,
			  const uint8_t id[WK_FSCRYPT_ID_BYTES],
			  struct wk_open_files *ret_files)
{
	WK_AUTO_DIR int fd = -1;
	struct wk_err ignored;

	*ret_files = (struct wk_open_files){ 0 };
	if (wk_fscrypt_open(dir, &fd, &ignored))
		return;
	/* Or else what is found is ours. */
	(void)wk_fscrypt_leave(&fd);
	wk_fscrypt_busy_files(fd, id, ret_files);
}

enum wk_status wk_fscrypt_remove(const char *dir,
				 const uint8_t id[WK_FSCRYPT_ID_BYTES],
				 bool all_users, bool *ret_other_users,
				 struct wk_err *err)
{
	WK_AUTO_DIR int fd = -1;
	enum wk_status st = wk_fscrypt_open(dir, &fd, err);

	if (st)
		return st;
	st = wk_fscrypt_remove_key(fd, id, all_users, ret_other_users, err);
	/* When dir itself is encrypted, we are who keeps it busy. */
	if (st == WK_EXISTS && wk_fscrypt_leave(&fd)) {
		st = wk_fscrypt_remove_key(fd, id, all_users, ret_other_users,
					   err);
		/* With its last file, ours perhaps, the key went by itself. */
		if (st == WK_NOT_FOUND) {
			*ret_other_users = false;
			st = WK_OK;
		}
	}
	if (st)
		wk_err_prefix(err, "%s", dir);
	return st;
}

enum wk_status wk_fscrypt_check_all_users(const char *dir, struct wk_err *err)
{
	WK_AUTO_DIR int fd = -1;
	enum wk_status st = wk_fscrypt_open(dir, &fd, err);

	if (st)
		return st;
	st = wk_fscrypt_may_remove_all(fd, err);
	if (st)
		wk_err_prefix(err, "%s", dir);
	return st;
}

enum wk_status wk_fscrypt_find(const char *dir,
			       const uint8_t id[WK_FSCRYPT_ID_BYTES],
			       struct wk_fscrypt_status *ret_status,
			       struct wk_err *err)
{
	WK_AUTO_DIR int fd = -1;
	enum wk_status st = wk_fscrypt_open(dir, &fd, err);

	if (st)
		return st;
	st = wk_fscrypt_key_status(fd, id, ret_status, err);
	if (st)
		wk_err_prefix(err, "%s", dir);
	return st;
}

enum wk_status wk_fscrypt_set_policy(const char *dir,
				     const struct wk_fscrypt_policy *policy,
				     struct wk_err *err)
{
	WK_AUTO_DIR int fd = -1;
	enum wk_status st = wk_fscrypt_open(dir, &fd, err);

	if (st)
		return st;
	st = wk_fscrypt_try_policy(fd, policy, err);
	if (!st)
		st = wk_fscrypt_put_policy(fd, policy, err);
	if (st)
		wk_err_prefix(err, "%s", dir);
	return st;
}

enum wk_status wk_fscrypt_plan(const char *dir,
			       const struct wk_fscrypt_policy *policy,
			       struct wk_err *err)
{
	WK_AUTO_DIR int fd = -1;
	enum wk_status st = wk_fscrypt_open(dir, &fd, err);

	if (st)
		return st;
	st = wk_fscrypt_plan_policy(fd, policy, err);
	if (st)
		wk_err_prefix(err, "%s", dir);
	return st;
}

enum wk_status wk_fscrypt_read_file(const char *path,
				    struct wk_fscrypt_file *ret_file,
				    struct wk_err *err)
{
	WK_AUTO_DIR int fd = -1;
	struct wk_fscrypt_file f = { 0 };
	struct wk_err ignored;
	enum wk_status st = wk_fscrypt_open_any(path, &fd, err);

	if (st)
		return st;
	st = wk_fscrypt_get_policy(fd, &f.policy, err);
	if (st) {
		wk_err_prefix(err, "%s", path);
		return st;
	}
	f.has_nonce = !wk_fscrypt_get_nonce(fd, f.nonce, &ignored);
	*ret_file = f;
	return WK_OK;
}
