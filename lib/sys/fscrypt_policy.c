/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and setting policies.  See fscrypt_policy.h. */
#include "sys/fscrypt_policy.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/blob.h"
#include "sys/syscalls.h"
#include "uapi/fscrypt.h"

_Static_assert((int)WK_FSCRYPT_AES_256_HCTR2 == FSCRYPT_MODE_AES_256_HCTR2,
	       "mode");
_Static_assert((int)WK_FSCRYPT_IV_INO_LBLK_32 ==
		       FSCRYPT_POLICY_FLAG_IV_INO_LBLK_32,
	       "flag");
_Static_assert(WK_FSCRYPT_DESCRIPTOR_BYTES == FSCRYPT_KEY_DESCRIPTOR_SIZE,
	       "descriptor");

/* Bytes of padding, by FSCRYPT_POLICY_FLAGS_PAD_*. */
static const uint8_t paddings[] = { 4, 8, 16, 32 };

/* Of a policy that was checked. */
static uint8_t padding_flag(uint8_t padding)
{
	uint8_t i = 0;

	while (i < WK_ARRAY_LEN(paddings) - 1 && paddings[i] != padding)
		i++;
	return i;
}

/*
 * A FIFO or device is never encrypted itself, and its driver has other ioctls
 * under these numbers or none.
 */
static enum wk_status check_type(int fd, struct wk_err *err)
{
	mode_t type;
	int rc = wk_sys_file_type(fd, &type);

	if (rc < 0)
		return wk_fail_errno(err, -rc, "cannot find out what it is");
	if (type == S_IFREG || type == S_IFDIR)
		return WK_OK;
	wk_fail(err, WK_NOT_FOUND, "fscrypt.not-encrypted",
		"neither a regular file nor a directory");
	wk_err_hint(err, "ask for the directory that it stands in");
	return WK_NOT_FOUND;
}

enum wk_status wk_fscrypt_open_any(const char *path, int *ret_fd,
				   struct wk_err *err)
{
	WK_AUTO_DIR int fd = wk_sys_open_any(path);
	enum wk_status st;

	if (fd == -ENOKEY) {
		wk_fail(err, WK_NOT_FOUND, "fscrypt.no-key",
			"%s: the file is locked: its key is not there", path);
		wk_err_hint(err, "ask for the directory that it stands in, "
				 "which has the same policy");
		return WK_NOT_FOUND;
	}
	if (fd < 0)
		return wk_fail_errno(err, -fd, "%s", path);
	st = check_type(fd, err);
	if (st) {
		wk_err_prefix(err, "%s", path);
		return st;
	}
	*ret_fd = fd;
	fd = -1;
	return WK_OK;
}

/* The kernel's form as ours. */
static void read_v1(const struct fscrypt_policy_v1 *in,
		    struct wk_fscrypt_policy *out)
{
	*out = (struct wk_fscrypt_policy){
		.version = 1,
		.contents = in->contents_encryption_mode,
		.filenames = in->filenames_encryption_mode,
		.padding = paddings[in->flags & FSCRYPT_POLICY_FLAGS_PAD_MASK],
		.flags = in->flags & (uint8_t)~FSCRYPT_POLICY_FLAGS_PAD_MASK,
	};
	memcpy(out->identifier, in->master_key_descriptor,
	       FSCRYPT_KEY_DESCRIPTOR_SIZE);
}

static void read_v2(const struct fscrypt_policy_v2 *in,
		    struct wk_fscrypt_policy *out)
{
	*out = (struct wk_fscrypt_policy){
		.version = 2,
		.contents = in->contents_encryption_mode,
		.filenames = in->filenames_encryption_mode,
		.padding = paddings[in->flags & FSCRYPT_POLICY_FLAGS_PAD_MASK],
		.flags = in->flags & (uint8_t)~FSCRYPT_POLICY_FLAGS_PAD_MASK,
		.log2_data_unit_size = in->log2_data_unit_size,
	};
	memcpy(out->identifier, in->master_key_identifier,
	       FSCRYPT_KEY_IDENTIFIER_SIZE);
}

enum wk_status wk_fscrypt_get_policy(int fd, struct wk_fscrypt_policy *ret_p,
				     struct wk_err *err)
{
	struct fscrypt_get_policy_ex_arg arg = {
		.policy_size = sizeof(arg.policy),
	};
	int rc = wk_sys_ioctl(fd, FS_IOC_GET_ENCRYPTION_POLICY_EX, &arg);

	if (rc < 0)
		return wk_fscrypt_fail(err, WK_FSCRYPT_OP_GET_POLICY, -rc, fd);
	if (arg.policy.version == FSCRYPT_POLICY_V1)
		read_v1(&arg.policy.v1, ret_p);
	else if (arg.policy.version == FSCRYPT_POLICY_V2)
		read_v2(&arg.policy.v2, ret_p);
	else
		return wk_fscrypt_fail(err, WK_FSCRYPT_OP_GET_POLICY, EINVAL,
				       fd);
	return WK_OK;
}

enum wk_status wk_fscrypt_get_nonce(int fd,
				    uint8_t ret_nonce[WK_FSCRYPT_NONCE_BYTES],
				    struct wk_err *err)
{
	int rc = wk_sys_ioctl(fd, FS_IOC_GET_ENCRYPTION_NONCE, ret_nonce);

	if (rc < 0)
		return wk_fscrypt_fail(err, WK_FSCRYPT_OP_GET_NONCE, -rc, fd);
	return WK_OK;
}

/* Only version 2 is written. */
static enum wk_status check_version(const struct wk_fscrypt_policy *p,
				    struct wk_err *err)
{
	if (p->version == 2)
		return WK_OK;
	wk_fail(err, WK_UNSUPPORTED, "fscrypt.policy",
		"policies of version %u are read, not set", p->version);
	wk_err_hint(err, "take version 2");
	return WK_UNSUPPORTED;
}

/* 0 or a negative errno. */
static int set(int fd, const struct wk_fscrypt_policy *p)
{
	struct fscrypt_policy_v2 arg = {
		.version = FSCRYPT_POLICY_V2,
		.contents_encryption_mode = p->contents,
		.filenames_encryption_mode = p->filenames,
		.flags = (uint8_t)(p->flags | padding_flag(p->padding)),
		.log2_data_unit_size = p->log2_data_unit_size,
	};

	memcpy(arg.master_key_identifier, p->identifier, WK_FSCRYPT_ID_BYTES);
	return wk_sys_ioctl(fd, FS_IOC_SET_ENCRYPTION_POLICY, &arg);
}

enum wk_status wk_fscrypt_put_policy(int fd, const struct wk_fscrypt_policy *p,
				     struct wk_err *err)
{
	enum wk_status st = check_version(p, err);
	int rc;

	if (!st)
		st = wk_fscrypt_check_policy_on(fd, p, err);
	if (st)
		return st;
	rc = set(fd, p);
	if (rc == -EINVAL)
		return wk_fscrypt_rejected(fd, p, err);
	if (rc < 0)
		return wk_fscrypt_fail(err, WK_FSCRYPT_OP_SET_POLICY, -rc, fd);
	return WK_OK;
}

enum wk_status wk_fscrypt_put_unchecked(int fd,
					const struct wk_fscrypt_policy *p,
					struct wk_err *err)
{
	int rc = set(fd, p);

	if (rc < 0)
		return wk_fscrypt_fail(err, WK_FSCRYPT_OP_SET_POLICY, -rc, fd);
	return WK_OK;
}
