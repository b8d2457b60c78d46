/* SPDX-License-Identifier: Apache-2.0 */
/* Causes and remedies behind the errnos of the ioctls for policies. */
#include <errno.h>

#include "sys/fscrypt_causes.h"

const struct wk_cause wk_fscrypt_policy_causes[] = {
	{ EACCES, WK_DENIED, "fscrypt.not-owner",
	  "only the owner of the directory may encrypt it, who must be able to "
	  "write in it",
	  "run as its owner, or with CAP_FOWNER" },
	{ EEXIST, WK_EXISTS, "fscrypt.other-policy",
	  "the directory is encrypted already, with another key or policy",
	  "make a new directory and move the files there; a policy cannot be "
	  "changed" },
	{ EINVAL, WK_UNSUPPORTED, "fscrypt.rejected",
	  "the kernel or the file system does not take this policy",
	  "the kernel's log says why; other modes or flags may serve" },
	{ ENOKEY, WK_NOT_FOUND, "fscrypt.no-key",
	  "this user has not added the key to the file system",
	  "add it first: wkeyctl add-to-fscrypt KEYFILE MOUNTPOINT" },
	{ ENOENT, WK_NOT_FOUND, "fscrypt.deleted",
	  "the directory has been deleted", "make it again" },
	{ ENOTDIR, WK_FAIL, "fscrypt.not-a-directory", "not a directory",
	  "a policy is set on a directory and holds for all below it" },
	{ ENOTEMPTY, WK_FAIL, "fscrypt.not-empty",
	  "the directory is not empty, and existing files cannot be encrypted",
	  "make a new directory, set the policy there and copy the files" },
	{ EPERM, WK_FAIL, "fscrypt.root-directory",
	  "the root directory of an ext4 file system cannot be encrypted",
	  "encrypt a directory below it (or clear the immutable attribute)" },
	{ EROFS, WK_FAIL, "fscrypt.read-only",
	  "the file system is mounted read-only",
	  "mount -o remount,rw MOUNTPOINT" },
	{ ENOSPC, WK_FAIL, "fscrypt.full", "the file system is full",
	  "a policy needs room for an attribute, and the trial for a block" },
	{ EDQUOT, WK_FAIL, "fscrypt.quota", "the disk quota is used up",
	  "remove files of this user, or raise the quota" },
	{ ENOMEM, WK_NOMEM, "fscrypt.memory", "the kernel has no memory for it",
	  "try again when there is more" },
	{ 0 },
};

const struct wk_cause wk_fscrypt_try_causes[] = {
	{ ENOKEY, WK_NOT_FOUND, "fscrypt.no-key",
	  "the key is not added to the file system, or too short for the modes",
	  "add it first: wkeyctl add-to-fscrypt KEYFILE MOUNTPOINT; AES-256, "
	  "Adiantum and HCTR2 need a key of 256bit or more" },
	{ ENOPKG, WK_UNSUPPORTED, "fscrypt.no-cipher",
	  "the kernel lacks a cipher of the policy",
	  "the kernel needs the CONFIG_CRYPTO option of the modes, or its "
	  "module" },
	{ EINVAL, WK_UNSUPPORTED, "fscrypt.rejected",
	  "the kernel takes the policy and then no file under it",
	  "a key wrapped by hardware needs one of the flags IV_INO_LBLK_* and "
	  "a mount with -o inlinecrypt; else the kernel's log says why" },
	{ EACCES, WK_DENIED, "fscrypt.denied",
	  "this process may not make files here",
	  "a security module can forbid it" },
	{ EROFS, WK_FAIL, "fscrypt.read-only",
	  "the file system is mounted read-only",
	  "mount -o remount,rw MOUNTPOINT" },
	{ ENOSPC, WK_FAIL, "fscrypt.full", "the file system is full",
	  "the trial needs room for two blocks" },
	{ EDQUOT, WK_FAIL, "fscrypt.quota", "the disk quota is used up",
	  "remove files of this user, or raise the quota" },
	{ ENOMEM, WK_NOMEM, "fscrypt.memory", "the kernel has no memory for it",
	  "try again when there is more" },
	{ 0 },
};

const struct wk_cause wk_fscrypt_get_causes[] = {
	{ ENODATA, WK_NOT_FOUND, "fscrypt.not-encrypted", "it is not encrypted",
	  "encrypt an empty directory: wkeyctl set-fscrypt-policy KEYFILE DIR" },
	{ EINVAL, WK_UNSUPPORTED, "fscrypt.policy-version",
	  "its policy has a version that is not known here",
	  "a newer wkeyctl or a newer kernel may know it" },
	{ EOVERFLOW, WK_UNSUPPORTED, "fscrypt.policy-version",
	  "its policy is longer than any that is known here",
	  "a newer wkeyctl may know it" },
	{ 0 },
};

const struct wk_cause wk_fscrypt_nonce_causes[] = {
	{ ENODATA, WK_NOT_FOUND, "fscrypt.not-encrypted", "it is not encrypted",
	  "only what stands in an encrypted directory has a nonce" },
	{ 0 },
};
