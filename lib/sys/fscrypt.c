/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and policies of encrypted directories.  See fscrypt.h. */
#include "sys/fscrypt.h"

#include <errno.h>
#include <string.h>

#include "sys/syscalls.h"
#include "uapi/fscrypt.h"

_Static_assert(WK_FSCRYPT_ID_BYTES == FSCRYPT_KEY_IDENTIFIER_SIZE,
	       "identifier");
_Static_assert(WK_FSCRYPT_KEY_MAX == FSCRYPT_MAX_KEY_SIZE, "key size");
_Static_assert((int)WK_FSCRYPT_INCOMPLETELY_REMOVED ==
		       FSCRYPT_KEY_STATUS_INCOMPLETELY_REMOVED,
	       "status");

enum wk_status wk_fscrypt_open(const char *path, int *ret_fd,
			       struct wk_err *err)
{
	int fd = wk_sys_open_dir(path);

	if (fd < 0)
		return wk_fail_errno(err, -fd, "%s", path);
	*ret_fd = fd;
	return WK_OK;
}

void wk_fscrypt_close(int *fd)
{
	if (*fd >= 0)
		wk_sys_close(*fd);
	*fd = -1;
}

static struct fscrypt_key_specifier
specifier(const uint8_t id[WK_FSCRYPT_ID_BYTES])
{
	struct fscrypt_key_specifier spec = {
		.type = FSCRYPT_KEY_SPEC_TYPE_IDENTIFIER,
	};

	memcpy(spec.u.identifier, id, WK_FSCRYPT_ID_BYTES);
	return spec;
}

/* The argument carries the key, so it is a secret as a whole, of its kind. */
static enum wk_status add_argument(const struct wk_secret *key, bool hw_wrapped,
				   struct wk_secret **ret_arg,
				   struct wk_err *err)
{
	size_t len = wk_secret_len(key);
	struct fscrypt_add_key_arg head = {
		.key_spec.type = FSCRYPT_KEY_SPEC_TYPE_IDENTIFIER,
		.raw_size = (uint32_t)len,
		.flags = hw_wrapped ? FSCRYPT_ADD_KEY_FLAG_HW_WRAPPED : 0,
	};
	struct wk_secret *arg;
	enum wk_status st =
		wk_secret_new_beside(key, sizeof(head) + len, &arg, err);

	if (st)
		return st;
	memcpy(wk_secret_bytes(arg), &head, sizeof(head));
	wk_copy_secret(wk_secret_bytes(arg) + sizeof(head), wk_secret_view(key),
		       len);
	wk_secret_set_len(arg, sizeof(head) + len);
	*ret_arg = arg;
	return WK_OK;
}

enum wk_status wk_fscrypt_add_key(int fd, const struct wk_secret *key,
				  bool hw_wrapped,
				  uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
				  struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *arg = NULL;
	struct fscrypt_key_specifier spec;
	enum wk_status st = add_argument(key, hw_wrapped, &arg, err);
	int rc;

	if (st)
		return st;
	rc = wk_sys_ioctl(fd, FS_IOC_ADD_ENCRYPTION_KEY, wk_secret_bytes(arg));
	if (rc < 0)
		return wk_fscrypt_fail(err,
				       hw_wrapped ? WK_FSCRYPT_OP_ADD_WRAPPED :
						    WK_FSCRYPT_OP_ADD,
				       -rc, fd);
	memcpy(&spec, wk_secret_view(arg), sizeof(spec));
	memcpy(ret_id, spec.u.identifier, WK_FSCRYPT_ID_BYTES);
	return WK_OK;
}

enum wk_status wk_fscrypt_add_serial(int fd, int32_t serial,
				     uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
				     struct wk_err *err)
{
	struct fscrypt_add_key_arg arg = {
		.key_spec.type = FSCRYPT_KEY_SPEC_TYPE_IDENTIFIER,
		.key_id = (uint32_t)serial,
	};
	int rc = wk_sys_ioctl(fd, FS_IOC_ADD_ENCRYPTION_KEY, &arg);

	if (rc < 0)
		return wk_fscrypt_fail(err, WK_FSCRYPT_OP_ADD_SERIAL, -rc, fd);
	memcpy(ret_id, arg.key_spec.u.identifier, WK_FSCRYPT_ID_BYTES);
	return WK_OK;
}

enum wk_status wk_fscrypt_provisioning(const struct wk_secret *key,
				       struct wk_secret **ret_payload,
				       struct wk_err *err)
{
	/* The second word became `flags` in Linux 6.16; 0 means a raw key. */
	const struct fscrypt_provisioning_key_payload head = {
		.type = FSCRYPT_KEY_SPEC_TYPE_IDENTIFIER,
	};
	size_t len = wk_secret_len(key);
	struct wk_secret *payload;
	enum wk_status st = wk_secret_new(sizeof(head) + len, &payload, err);

	if (st)
		return st;
	memcpy(wk_secret_bytes(payload), &head, sizeof(head));
	wk_copy_secret(wk_secret_bytes(payload) + sizeof(head),
		       wk_secret_view(key), len);
	wk_secret_set_len(payload, sizeof(head) + len);
	*ret_payload = payload;
	return WK_OK;
}

enum wk_status wk_fscrypt_remove_key(int fd,
				     const uint8_t id[WK_FSCRYPT_ID_BYTES],
				     bool all_users, bool *ret_other_users,
				     struct wk_err *err)
{
	struct fscrypt_remove_key_arg arg = { .key_spec = specifier(id) };
	int rc = wk_sys_ioctl(fd,
			      all_users ?
				      FS_IOC_REMOVE_ENCRYPTION_KEY_ALL_USERS :
				      FS_IOC_REMOVE_ENCRYPTION_KEY,
			      &arg);

	if (rc < 0)
		return wk_fscrypt_fail(err,
				       all_users ? WK_FSCRYPT_OP_REMOVE_ALL :
						   WK_FSCRYPT_OP_REMOVE,
				       -rc, fd);
	if (arg.removal_status_flags &
	    FSCRYPT_KEY_REMOVAL_STATUS_FLAG_FILES_BUSY) {
		wk_fail(err, WK_EXISTS, "fscrypt.busy",
			"the key is removed, but files that use it are open "
			"and stay readable");
		wk_err_hint(err, "close the files (fuser -vm MOUNTPOINT shows "
				 "who has them open) and remove the key again");
		return WK_EXISTS;
	}
	*ret_other_users = arg.removal_status_flags &
			   FSCRYPT_KEY_REMOVAL_STATUS_FLAG_OTHER_USERS;
	return WK_OK;
}

/*
 * No key has a specifier of type 0, and who may do it at all is asked before that
 * is looked at (fs/crypto/keyring.c, fscrypt_ioctl_remove_key_all_users()).
 */
enum wk_status wk_fscrypt_may_remove_all(int fd, struct wk_err *err)
{
	struct fscrypt_remove_key_arg arg = { 0 };
	int rc = wk_sys_ioctl(fd, FS_IOC_REMOVE_ENCRYPTION_KEY_ALL_USERS, &arg);

	if (rc >= 0 || rc == -EINVAL)
		return WK_OK;
	return wk_fscrypt_fail(err, WK_FSCRYPT_OP_REMOVE_ALL, -rc, fd);
}

enum wk_status wk_fscrypt_key_status(int fd,
				     const uint8_t id[WK_FSCRYPT_ID_BYTES],
				     struct wk_fscrypt_status *ret_status,
				     struct wk_err *err)
{
	struct fscrypt_get_key_status_arg arg = { .key_spec = specifier(id) };
	int rc = wk_sys_ioctl(fd, FS_IOC_GET_ENCRYPTION_KEY_STATUS, &arg);

	if (rc < 0)
		return wk_fscrypt_fail(err, WK_FSCRYPT_OP_STATUS, -rc, fd);
	*ret_status = (struct wk_fscrypt_status){
		.presence = (enum wk_fscrypt_presence)arg.status,
		.added_by_self = arg.status_flags &
				 FSCRYPT_KEY_STATUS_FLAG_ADDED_BY_SELF,
		.user_count = arg.user_count,
		.other_flags = arg.status_flags &
			       ~(uint32_t)FSCRYPT_KEY_STATUS_FLAG_ADDED_BY_SELF,
	};
	return WK_OK;
}
