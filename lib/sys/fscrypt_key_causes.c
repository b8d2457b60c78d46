/* SPDX-License-Identifier: Apache-2.0 */
/* Causes and remedies behind the errnos of the ioctls for keys. */
#include <errno.h>

#include "sys/fscrypt_causes.h"

const struct wk_cause wk_fscrypt_add_causes[] = {
	{ EACCES, WK_DENIED, "fscrypt.denied",
	  "this process may not use the key",
	  "a security module can forbid it; a key that is named by its serial "
	  "must be in a keyring of this session" },
	{ EBADMSG, WK_FOREIGN, "fscrypt.foreign-blob",
	  "the hardware does not know the wrapped key in this boot",
	  "make its ephemeral form anew in this boot" },
	{ EDQUOT, WK_FAIL, "fscrypt.quota",
	  "the key quota of this user is used up",
	  "remove keys, or raise the sysctls kernel.keys.maxkeys and maxbytes "
	  "(for root: root_maxkeys and root_maxbytes)" },
	{ EINVAL, WK_UNSUPPORTED, "fscrypt.rejected",
	  "the kernel does not take a key of this size or kind",
	  "a raw key has 16 to 64 bytes" },
	{ EKEYREJECTED, WK_UNSUPPORTED, "fscrypt.key-type",
	  "the key in the keyring is not one for policies of version 2",
	  "load it with --type fscrypt-provisioning" },
	{ ENOKEY, WK_NOT_FOUND, "fscrypt.no-key",
	  "there is no such key in the keyrings",
	  "load it with --type fscrypt-provisioning" },
	{ ENOMEM, WK_NOMEM, "fscrypt.memory", "the kernel has no memory for it",
	  NULL },
	{ ENOPKG, WK_UNSUPPORTED, "fscrypt.no-cipher",
	  "the kernel lacks the algorithm that derives the keys",
	  "it needs CONFIG_CRYPTO_HMAC and CONFIG_CRYPTO_SHA512" },
	{ EROFS, WK_FAIL, "fscrypt.read-only",
	  "the file system is mounted read-only", NULL },
	{ 0 },
};

const struct wk_cause wk_fscrypt_remove_causes[] = {
	{ EACCES, WK_DENIED, "fscrypt.denied",
	  "this process may not remove keys",
	  "a security module can forbid it" },
	{ EINVAL, WK_UNSUPPORTED, "fscrypt.rejected",
	  "the kernel does not take this key identifier", NULL },
	{ ENOKEY, WK_NOT_FOUND, "fscrypt.no-key",
	  "the key is not there, or another user added it",
	  "who added it can remove it" },
	{ ENOMEM, WK_NOMEM, "fscrypt.memory", "the kernel has no memory for it",
	  NULL },
	{ 0 },
};

const struct wk_cause wk_fscrypt_status_causes[] = {
	{ EACCES, WK_DENIED, "fscrypt.denied",
	  "this process may not ask for the state of keys", NULL },
	{ EINVAL, WK_UNSUPPORTED, "fscrypt.rejected",
	  "the kernel does not take this key identifier", NULL },
	{ 0 },
};
