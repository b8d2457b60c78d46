/* SPDX-License-Identifier: Apache-2.0 */
/* Causes and remedies behind the errnos of the fscrypt ioctls. */
#include <errno.h>
#include <string.h>

#include "base/blob.h"
#include "sys/cause.h"
#include "sys/fscrypt.h"
#include "sys/mountinfo.h"
#include "sys/syscalls.h"

static const struct wk_cause add_causes[] = {
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

static const struct wk_cause remove_causes[] = {
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

static const struct wk_cause status_causes[] = {
	{ EACCES, WK_DENIED, "fscrypt.denied",
	  "this process may not ask for the state of keys", NULL },
	{ EINVAL, WK_UNSUPPORTED, "fscrypt.rejected",
	  "the kernel does not take this key identifier", NULL },
	{ 0 },
};

static const struct wk_cause policy_causes[] = {
	{ EACCES, WK_DENIED, "fscrypt.not-owner",
	  "only the owner of the directory may encrypt it",
	  "run as its owner, or with CAP_FOWNER" },
	{ EEXIST, WK_EXISTS, "fscrypt.other-policy",
	  "the directory is encrypted already, with another key or policy",
	  "make a new directory and move the files there; a policy cannot be "
	  "changed" },
	{ EINVAL, WK_UNSUPPORTED, "fscrypt.rejected",
	  "the kernel or the file system does not take this policy",
	  "the modes or flags need a newer kernel or another feature of the "
	  "file system (IV_INO_LBLK_*: ext4 with stable_inodes)" },
	{ ENOKEY, WK_NOT_FOUND, "fscrypt.no-key",
	  "this user has not added the key to the file system",
	  "add it first: wkeyctl add-to-fscrypt KEYFILE MOUNTPOINT" },
	{ ENOENT, WK_NOT_FOUND, "fscrypt.deleted",
	  "the directory has been deleted", NULL },
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
	{ ENOSPC, WK_FAIL, "fscrypt.full", "the file system is full", NULL },
	{ ENOMEM, WK_NOMEM, "fscrypt.memory", "the kernel has no memory for it",
	  NULL },
	{ 0 },
};

static const struct wk_cause try_causes[] = {
	{ ENOKEY, WK_NOT_FOUND, "fscrypt.no-key",
	  "the key is not added to the file system, or too short for the modes",
	  "add it first: wkeyctl add-to-fscrypt KEYFILE MOUNTPOINT; AES-256 "
	  "needs a key of 256bit or more" },
	{ ENOPKG, WK_UNSUPPORTED, "fscrypt.no-cipher",
	  "the kernel lacks a cipher of the policy",
	  "AES-256-XTS and -CTS need CONFIG_CRYPTO_XTS and CONFIG_CRYPTO_CTS" },
	{ EINVAL, WK_UNSUPPORTED, "fscrypt.rejected",
	  "the kernel takes the policy and then no file under it",
	  "the kernel's log says why" },
	{ ENOSPC, WK_FAIL, "fscrypt.full", "the file system is full", NULL },
	{ EDQUOT, WK_FAIL, "fscrypt.quota", "the disk quota is used up", NULL },
	{ ENOMEM, WK_NOMEM, "fscrypt.memory", "the kernel has no memory for it",
	  NULL },
	{ 0 },
};

static const struct {
	const struct wk_cause *causes;
	const char *what;
} ops[] = {
	[WK_FSCRYPT_OP_ADD] = { add_causes, "cannot add the key" },
	[WK_FSCRYPT_OP_REMOVE] = { remove_causes, "cannot remove the key" },
	[WK_FSCRYPT_OP_STATUS] = { status_causes, "cannot find the key" },
	[WK_FSCRYPT_OP_SET_POLICY] = { policy_causes, "cannot set the policy" },
	[WK_FSCRYPT_OP_TRY] = { try_causes,
				"cannot make files under the policy" },
};
_Static_assert(sizeof(ops) / sizeof(ops[0]) == WK_FSCRYPT_OPS,
	       "an operation without words");

/* How the feature is switched on, where that is possible afterwards. */
static const struct {
	const char *type;
	const char *remedy;
} known[] = {
	{ "ext4", "tune2fs -O encrypt" },
	{ "f2fs", "unmount it, then fsck.f2fs -O encrypt" },
	{ "ubifs", NULL },
	{ "ceph", NULL },
};

static void find_mount(int fd, struct wk_mount *m)
{
	dev_t dev;

	if (wk_sys_device(fd, &dev) < 0 || !wk_mount_by_device(dev, m))
		*m = (struct wk_mount){ .type = "unknown", .source = "DEVICE" };
}

/* EOPNOTSUPP: the file system could, but its feature or the kernel's is off. */
static enum wk_status feature_off(struct wk_err *err, const char *what, int fd)
{
	struct wk_mount m;

	find_mount(fd, &m);
	wk_fail(err, WK_UNSUPPORTED, "fscrypt.feature",
		"%s: the %s file system on %s does not have the encrypt feature",
		what, m.type, m.source);
	wk_err_hint(err, "the kernel needs CONFIG_FS_ENCRYPTION=y");
	for (size_t i = 0; i < WK_ARRAY_LEN(known); i++) {
		if (!strcmp(m.type, known[i].type) && known[i].remedy)
			wk_err_hint(err,
				    "%s %s (and CONFIG_FS_ENCRYPTION=y in "
				    "the kernel)",
				    known[i].remedy, m.source);
	}
	return WK_UNSUPPORTED;
}

/* ENOTTY: the file system has no such ioctl. */
static enum wk_status no_fscrypt(struct wk_err *err, const char *what, int fd)
{
	struct wk_mount m;

	find_mount(fd, &m);
	for (size_t i = 0; i < WK_ARRAY_LEN(known); i++) {
		if (strcmp(m.type, known[i].type))
			continue;
		wk_fail(err, WK_UNSUPPORTED, "fscrypt.old-kernel",
			"%s: this kernel has no fscrypt keys for %s", what,
			m.type);
		wk_err_hint(err, "it needs Linux 5.4 with "
				 "CONFIG_FS_ENCRYPTION=y");
		return WK_UNSUPPORTED;
	}
	wk_fail(err, WK_UNSUPPORTED, "fscrypt.no-support",
		"%s: file systems of type %s have no fscrypt", what, m.type);
	wk_err_hint(err,
		    "ext4, f2fs, ubifs and ceph have it; a whole device is "
		    "encrypted with dm-crypt");
	return WK_UNSUPPORTED;
}

enum wk_status wk_fscrypt_fail(struct wk_err *err, enum wk_fscrypt_op op,
			       int errnum, int fd)
{
	const struct wk_cause *c = wk_cause_find(ops[op].causes, errnum);

	if (c) {
		wk_fail(err, c->status, c->code, "%s: %s", ops[op].what,
			c->cause);
		if (c->hint)
			wk_err_hint(err, "%s", c->hint);
	} else if (errnum == EOPNOTSUPP) {
		feature_off(err, ops[op].what, fd);
	} else if (errnum == ENOTTY) {
		no_fscrypt(err, ops[op].what, fd);
	} else {
		wk_fail_errno(err, errnum, "%s", ops[op].what);
	}
	err->errnum = errnum;
	return err->status;
}
