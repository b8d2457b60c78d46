/* SPDX-License-Identifier: Apache-2.0 */
/* From the errno of an fscrypt ioctl to an error. */
#include <errno.h>
#include <string.h>

#include "base/blob.h"
#include "sys/fscrypt.h"
#include "sys/fscrypt_causes.h"
#include "sys/mountinfo.h"
#include "sys/syscalls.h"
#include "uapi/fscrypt.h"

static const struct {
	const struct wk_cause *causes;
	const char *what;
} ops[] = {
	[WK_FSCRYPT_OP_ADD] = { wk_fscrypt_add_causes, "cannot add the key" },
	[WK_FSCRYPT_OP_ADD_WRAPPED] = { wk_fscrypt_add_wrapped_causes,
					"cannot add the wrapped key" },
	[WK_FSCRYPT_OP_ADD_SERIAL] = { wk_fscrypt_add_serial_causes,
				       "cannot add the key of the keyring" },
	[WK_FSCRYPT_OP_REMOVE] = { wk_fscrypt_remove_causes,
				   "cannot remove the key" },
	[WK_FSCRYPT_OP_REMOVE_ALL] = { wk_fscrypt_remove_all_causes,
				       "cannot remove the key" },
	[WK_FSCRYPT_OP_STATUS] = { wk_fscrypt_status_causes,
				   "cannot find the key" },
	[WK_FSCRYPT_OP_SET_POLICY] = { wk_fscrypt_policy_causes,
				       "cannot set the policy" },
	[WK_FSCRYPT_OP_TRY] = { wk_fscrypt_try_causes,
				"cannot make files under the policy" },
	[WK_FSCRYPT_OP_GET_POLICY] = { wk_fscrypt_get_causes,
				       "cannot read the policy" },
	[WK_FSCRYPT_OP_GET_NONCE] = { wk_fscrypt_nonce_causes,
				      "cannot read the nonce" },
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

/* EOPNOTSUPP: the file system could, but its feature or the kernel's is off. */
static enum wk_status feature_off(struct wk_err *err, const char *what, int fd)
{
	struct wk_mount m;

	wk_mount_name(fd, &m);
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

/* Whether the file system has the encrypt feature: then it tells of any key. */
static bool has_feature(int fd)
{
	struct fscrypt_get_key_status_arg arg = {
		.key_spec.type = FSCRYPT_KEY_SPEC_TYPE_IDENTIFIER,
	};

	return wk_sys_ioctl(fd, FS_IOC_GET_ENCRYPTION_KEY_STATUS, &arg) >= 0;
}

/*
 * EOPNOTSUPP for a wrapped key has three reasons that the kernel tells apart in
 * its log only (fs/crypto/inline_crypt.c).
 */
static enum wk_status no_wrapped(struct wk_err *err, const char *what, int fd)
{
	struct wk_mount m;

	if (!has_feature(fd))
		return feature_off(err, what, fd);
	wk_mount_name(fd, &m);
	if (!m.inlinecrypt) {
		wk_fail(err, WK_UNSUPPORTED, "fscrypt.no-inlinecrypt",
			"%s: the %s file system on %s is not mounted with "
			"-o inlinecrypt",
			what, m.type, m.source);
		wk_err_hint(err,
			    "mount it with -o inlinecrypt; the kernel "
			    "needs CONFIG_FS_ENCRYPTION_INLINE_CRYPT=y, or "
			    "it ignores the option");
		return WK_UNSUPPORTED;
	}
	wk_fail(err, WK_UNSUPPORTED, "fscrypt.no-engine",
		"%s: %s has no inline-crypto engine for wrapped keys", what,
		m.source);
	wk_err_hint(err, "/sys/block/DISK/queue/crypto/hw_wrapped_keys says "
			 "which disk has one");
	return WK_UNSUPPORTED;
}

/* ENOTTY: the file system has no such ioctl. */
static enum wk_status no_fscrypt(struct wk_err *err, enum wk_fscrypt_op op,
				 int fd)
{
	const char *what = ops[op].what;
	struct wk_mount m;

	wk_mount_name(fd, &m);
	for (size_t i = 0; i < WK_ARRAY_LEN(known); i++) {
		if (strcmp(m.type, known[i].type))
			continue;
		wk_fail(err, WK_UNSUPPORTED, "fscrypt.old-kernel",
			"%s: this kernel has %s for %s", what,
			op == WK_FSCRYPT_OP_GET_NONCE ? "no fscrypt nonces" :
							"no fscrypt keys",
			m.type);
		wk_err_hint(err,
			    "it needs Linux 5.%d with CONFIG_FS_ENCRYPTION=y",
			    op == WK_FSCRYPT_OP_GET_NONCE ? 7 : 4);
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
	} else if (errnum == EOPNOTSUPP && op == WK_FSCRYPT_OP_ADD_WRAPPED) {
		no_wrapped(err, ops[op].what, fd);
	} else if (errnum == EOPNOTSUPP) {
		feature_off(err, ops[op].what, fd);
	} else if (errnum == ENOTTY) {
		no_fscrypt(err, op, fd);
	} else {
		wk_fail_errno(err, errnum, "%s", ops[op].what);
	}
	err->errnum = errnum;
	return err->status;
}
