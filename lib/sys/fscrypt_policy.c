/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and setting policies.  See fscrypt_policy.h. */
#include "sys/fscrypt_policy.h"

#include <errno.h>
#include <string.h>

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

static enum wk_status padding_flag(unsigned int padding, uint8_t *ret_flag,
				   struct wk_err *err)
{
	for (uint8_t i = 0; i < WK_ARRAY_LEN(paddings); i++) {
		if (paddings[i] == padding) {
			*ret_flag = i;
			return WK_OK;
		}
	}
	return wk_fail(err, WK_FAIL, "usage.bad-value",
		       "padding of names: %u bytes, not 4, 8, 16 or 32",
		       padding);
}

enum wk_status wk_fscrypt_check_policy(const struct wk_fscrypt_policy *p,
				       struct wk_err *err)
{
	uint8_t ignored;

	return padding_flag(p->padding, &ignored, err);
}

size_t wk_fscrypt_policy_strength(const struct wk_fscrypt_policy *p)
{
	const struct wk_fscrypt_mode *c =
		wk_fscrypt_mode_by_number(p->contents);
	const struct wk_fscrypt_mode *f =
		wk_fscrypt_mode_by_number(p->filenames);
	size_t contents = c ? c->strength : 0;
	size_t filenames = f ? f->strength : 0;

	return contents > filenames ? contents : filenames;
}

enum wk_status wk_fscrypt_open_any(const char *path, int *ret_fd,
				   struct wk_err *err)
{
	int fd = wk_sys_open_any(path);

	if (fd < 0)
		return wk_fail_errno(err, -fd, "%s", path);
	*ret_fd = fd;
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

enum wk_status wk_fscrypt_put_policy(int fd, const struct wk_fscrypt_policy *p,
				     struct wk_err *err)
{
	struct fscrypt_policy_v2 arg = {
		.version = FSCRYPT_POLICY_V2,
		.contents_encryption_mode = p->contents,
		.filenames_encryption_mode = p->filenames,
		.log2_data_unit_size = p->log2_data_unit_size,
	};
	uint8_t pad = 0;
	enum wk_status st = padding_flag(p->padding, &pad, err);
	int rc;

	if (st)
		return st;
	arg.flags = (uint8_t)(p->flags | pad);
	memcpy(arg.master_key_identifier, p->identifier, WK_FSCRYPT_ID_BYTES);
	rc = wk_sys_ioctl(fd, FS_IOC_SET_ENCRYPTION_POLICY, &arg);
	if (rc < 0)
		return wk_fscrypt_fail(err, WK_FSCRYPT_OP_SET_POLICY, -rc, fd);
	return WK_OK;
}
