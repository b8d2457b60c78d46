/* SPDX-License-Identifier: Apache-2.0 */
/* Causes and remedies behind the errnos of the ioctls for keys. */
#include <errno.h>

#include "sys/fscrypt_causes.h"

#define QUOTA                                                          \
	{                                                              \
		EDQUOT, WK_FAIL, "fscrypt.quota",                      \
			"the key quota of this user is used up",       \
			"remove keys, or raise the sysctls "           \
			"kernel.keys.maxkeys and maxbytes (for root: " \
			"root_maxkeys and root_maxbytes)"              \
	}
#define MEMORY                                                  \
	{                                                       \
		ENOMEM, WK_NOMEM, "fscrypt.memory",             \
			"the kernel has no memory for it", NULL \
	}
#define CIPHER                                                         \
	{                                                              \
		ENOPKG, WK_UNSUPPORTED, "fscrypt.no-cipher",           \
			"the kernel lacks the algorithm that derives " \
			"the keys",                                    \
			"it needs CONFIG_CRYPTO_HMAC and "             \
			"CONFIG_CRYPTO_SHA512"                         \
	}
#define READ_ONLY                                                \
	{                                                        \
		EROFS, WK_FAIL, "fscrypt.read-only",             \
			"the file system is mounted read-only",  \
			"mount it writable: mount -o remount,rw" \
	}

const struct wk_cause wk_fscrypt_add_causes[] = {
	{ EACCES, WK_DENIED, "fscrypt.denied",
	  "a security module forbids this process to add keys",
	  "v2 keys need no privilege: look at the log of the security module" },
	{ EINVAL, WK_UNSUPPORTED, "fscrypt.rejected",
	  "the kernel does not take a key of this size or kind",
	  "a raw key has 16 to 64 bytes" },
	QUOTA,
	MEMORY,
	CIPHER,
	READ_ONLY,
	{ 0 },
};

const struct wk_cause wk_fscrypt_add_wrapped_causes[] = {
	{ EACCES, WK_DENIED, "fscrypt.denied",
	  "a security module forbids this process to add keys",
	  "v2 keys need no privilege: look at the log of the security module" },
	{ EBADMSG, WK_FOREIGN, "fscrypt.foreign-blob",
	  "the hardware does not know the wrapped key in this boot",
	  "make its ephemeral form anew in this boot" },
	{ EINVAL, WK_UNSUPPORTED, "fscrypt.rejected",
	  "the kernel takes no wrapped keys, or none of this size",
	  "it needs Linux 6.16; an ephemeral form has 16 to 128 bytes" },
	QUOTA,
	MEMORY,
	CIPHER,
	READ_ONLY,
	{ 0 },
};

const struct wk_cause wk_fscrypt_add_serial_causes[] = {
	{ EACCES, WK_DENIED, "fscrypt.denied", "this process may not use it",
	  "link it to a keyring of this session first: keyctl link SERIAL @s" },
	{ EBADMSG, WK_FOREIGN, "fscrypt.foreign-blob",
	  "the hardware does not know the wrapped key in this boot",
	  "make its ephemeral form anew in this boot, and load that" },
	{ EINVAL, WK_UNSUPPORTED, "fscrypt.rejected",
	  "the kernel does not take keys from keyrings", "it needs Linux 5.6" },
	{ EKEYEXPIRED, WK_NOT_FOUND, "fscrypt.expired", "it has expired",
	  "load it again" },
	{ EKEYREJECTED, WK_UNSUPPORTED, "fscrypt.key-type",
	  "it is not one for policies of version 2",
	  "load it with --type fscrypt-provisioning" },
	{ EKEYREVOKED, WK_NOT_FOUND, "fscrypt.revoked", "it has been revoked",
	  "load it again" },
	{ ENOKEY, WK_NOT_FOUND, "fscrypt.no-key",
	  "there is no such key in the keyrings",
	  "load it with --type fscrypt-provisioning" },
	QUOTA,
	MEMORY,
	CIPHER,
	READ_ONLY,
	{ 0 },
};

const struct wk_cause wk_fscrypt_remove_causes[] = {
	{ EACCES, WK_DENIED, "fscrypt.denied",
	  "a security module forbids this process to remove keys",
	  "v2 keys need no privilege: look at the log of the security module" },
	{ EINVAL, WK_UNSUPPORTED, "fscrypt.rejected",
	  "the kernel does not take this key identifier",
	  "keys of v2 policies need Linux 5.4" },
	{ ENOKEY, WK_NOT_FOUND, "fscrypt.no-key",
	  "the key is not there, or another user added it",
	  "who added it can remove it; root can with --all-users" },
	MEMORY,
	{ 0 },
};

const struct wk_cause wk_fscrypt_remove_all_causes[] = {
	{ EACCES, WK_DENIED, "fscrypt.not-admin",
	  "the claims of all users are removed with CAP_SYS_ADMIN only",
	  "run it as root of the machine, or without --all-users" },
	{ EINVAL, WK_UNSUPPORTED, "fscrypt.rejected",
	  "the kernel does not take this key identifier",
	  "keys of v2 policies need Linux 5.4" },
	{ ENOKEY, WK_NOT_FOUND, "fscrypt.no-key", "the key is not there",
	  NULL },
	MEMORY,
	{ 0 },
};

const struct wk_cause wk_fscrypt_status_causes[] = {
	{ EACCES, WK_DENIED, "fscrypt.denied",
	  "this process may not ask for the state of keys",
	  "a security module can forbid it: look at its log" },
	{ EINVAL, WK_UNSUPPORTED, "fscrypt.rejected",
	  "the kernel does not take this key identifier",
	  "keys of v2 policies need Linux 5.4" },
	MEMORY,
	{ 0 },
};
