/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The documented errnos.  Sources:
 *
 *   add_key(2), keyctl(2), keyctl_search(3) and its siblings
 *   security/keys/keyctl.c, keyring.c: what those leave out (marked "kernel")
 *   Documentation/filesystems/fscrypt.rst, "User API", and fs/crypto/
 *   open(2), mkdir(2): making files under a policy
 *
 * EFAULT is documented for all of them: only a mistake of ours can bring it.
 */
#include "tests/unit/errno_table.h"

#include <errno.h>

#define ROW(e, st, needed)                                    \
	{                                                     \
		.errnum = (e), .name = #e, .status = WK_##st, \
		.need = NEED_##needed                         \
	}

/* --- keyrings ------------------------------------------------------------- */

static const struct errno_row add_key[] = {
	ROW(EACCES, DENIED, HINT),
	ROW(EDQUOT, FAIL, HINT),
	ROW(EFAULT, FAIL, TEXT),
	ROW(EINVAL, FAIL, HINT),
	ROW(EKEYEXPIRED, NOT_FOUND, HINT),
	ROW(EKEYREVOKED, NOT_FOUND, HINT),
	ROW(ENOKEY, NOT_FOUND, HINT),
	ROW(ENOMEM, NOMEM, CAUSE),
	ROW(EPERM, DENIED, HINT),
	/* kernel */
	ROW(EKEYREJECTED, NOT_FOUND, HINT),
	ROW(ENODEV, UNSUPPORTED, HINT),
	ROW(ENOSYS, UNSUPPORTED, HINT),
	ROW(ENOTDIR, FAIL, HINT),
	{ 0 },
};

/* keyctl_move(3) says ENOKEY for a key that is there already; it is EEXIST. */
static const struct errno_row move[] = {
	ROW(EACCES, DENIED, HINT),
	ROW(EDQUOT, FAIL, HINT),
	ROW(EKEYEXPIRED, NOT_FOUND, HINT),
	ROW(EKEYREVOKED, NOT_FOUND, HINT),
	ROW(ENOKEY, NOT_FOUND, HINT),
	ROW(ENOMEM, NOMEM, CAUSE),
	/* kernel */
	ROW(EEXIST, EXISTS, HINT),
	ROW(ENOTDIR, FAIL, HINT),
	ROW(EOPNOTSUPP, UNSUPPORTED, HINT),
	ROW(EPERM, DENIED, HINT),
	{ 0 },
};

static const struct errno_row link[] = {
	ROW(EACCES, DENIED, HINT),
	ROW(EDEADLK, FAIL, HINT),
	ROW(EDQUOT, FAIL, HINT),
	ROW(EKEYEXPIRED, NOT_FOUND, HINT),
	ROW(EKEYREJECTED, NOT_FOUND, HINT),
	ROW(EKEYREVOKED, NOT_FOUND, HINT),
	ROW(ELOOP, FAIL, HINT),
	ROW(ENFILE, FAIL, HINT),
	ROW(ENOKEY, NOT_FOUND, HINT),
	ROW(ENOMEM, NOMEM, CAUSE),
	ROW(ENOTDIR, FAIL, HINT),
	/* kernel */
	ROW(EPERM, DENIED, HINT),
	{ 0 },
};

/* KEYCTL_SEARCH with a keyring that gets a link. */
static const struct errno_row link_second[] = {
	ROW(EACCES, DENIED, HINT),
	ROW(EDQUOT, FAIL, HINT),
	ROW(EINVAL, FAIL, HINT),
	ROW(EKEYEXPIRED, NOT_FOUND, HINT),
	ROW(EKEYREJECTED, NOT_FOUND, HINT),
	ROW(EKEYREVOKED, NOT_FOUND, HINT),
	ROW(ENOKEY, NOT_FOUND, HINT),
	ROW(ENOMEM, NOMEM, CAUSE),
	ROW(ENOTDIR, FAIL, HINT),
	/* kernel */
	ROW(EPERM, DENIED, HINT),
	{ 0 },
};

/* Tidying up behind what has succeeded or failed already. */
static const struct errno_row unlink[] = {
	ROW(EACCES, OK, NOTHING),
	ROW(EKEYEXPIRED, OK, NOTHING),
	ROW(EKEYREVOKED, OK, NOTHING),
	ROW(ENOENT, OK, NOTHING),
	ROW(ENOKEY, OK, NOTHING),
	ROW(ENOTDIR, OK, NOTHING),
	{ 0 },
};

static const struct errno_row search[] = {
	ROW(EACCES, DENIED, HINT),
	ROW(EFAULT, FAIL, TEXT),
	ROW(EINVAL, FAIL, HINT),
	ROW(EKEYEXPIRED, NOT_FOUND, HINT),
	ROW(EKEYREJECTED, NOT_FOUND, HINT),
	ROW(EKEYREVOKED, NOT_FOUND, HINT),
	ROW(ENOKEY, NOT_FOUND, HINT),
	ROW(ENOMEM, NOMEM, CAUSE),
	ROW(ENOTDIR, FAIL, HINT),
	/* kernel */
	ROW(ENOSYS, UNSUPPORTED, HINT),
	ROW(EPERM, DENIED, HINT),
	{ 0 },
};

/* Whether a keyring has the key already: absence is what is hoped for. */
static const struct errno_row search_present[] = {
	ROW(EACCES, DENIED, HINT),
	ROW(EKEYEXPIRED, OK, NOTHING),
	ROW(EKEYREVOKED, OK, NOTHING),
	ROW(ENOKEY, OK, NOTHING),
	ROW(ENOMEM, NOMEM, CAUSE),
	ROW(ENOTDIR, FAIL, HINT),
	{ 0 },
};

/* The same of a key that is to be borrowed, in two keyrings. */
static const struct errno_row search_take[] = {
	ROW(EACCES, DENIED, HINT),     ROW(EDQUOT, FAIL, HINT),
	ROW(EKEYEXPIRED, OK, NOTHING), ROW(EKEYREVOKED, OK, NOTHING),
	ROW(ENOKEY, OK, NOTHING),      ROW(ENOMEM, NOMEM, CAUSE),
	ROW(ENOTDIR, FAIL, HINT),      { 0 },
};

/* find_key_by_type_and_desc(3): KEYCTL_SEARCH and /proc/keys. */
static const struct errno_row find[] = {
	ROW(EACCES, DENIED, HINT),
	ROW(EKEYEXPIRED, NOT_FOUND, HINT),
	ROW(EKEYREVOKED, NOT_FOUND, HINT),
	ROW(ENOKEY, NOT_FOUND, HINT),
	ROW(ENOMEM, NOMEM, CAUSE),
	ROW(ENOSYS, UNSUPPORTED, HINT),
	{ 0 },
};

static const struct errno_row set_timeout[] = {
	ROW(EACCES, DENIED, HINT),
	ROW(EKEYEXPIRED, NOT_FOUND, HINT),
	ROW(EKEYREVOKED, NOT_FOUND, HINT),
	ROW(ENOKEY, NOT_FOUND, HINT),
	{ 0 },
};

static const struct errno_row describe[] = {
	ROW(EACCES, DENIED, HINT),
	ROW(EFAULT, FAIL, TEXT),
	ROW(EINVAL, FAIL, HINT),
	ROW(EKEYEXPIRED, NOT_FOUND, HINT),
	ROW(EKEYREJECTED, NOT_FOUND, HINT),
	ROW(EKEYREVOKED, NOT_FOUND, HINT),
	ROW(ENOKEY, NOT_FOUND, HINT),
	/* kernel */
	ROW(ENOSYS, UNSUPPORTED, HINT),
	ROW(EPERM, DENIED, HINT),
	{ 0 },
};

static const struct errno_row revoke[] = {
	ROW(EACCES, DENIED, HINT),	    ROW(EKEYEXPIRED, NOT_FOUND, HINT),
	ROW(EKEYREJECTED, NOT_FOUND, HINT), ROW(EKEYREVOKED, NOT_FOUND, HINT),
	ROW(ENOKEY, NOT_FOUND, HINT),	    { 0 },
};

/* The boot key. */
static const struct errno_row read[] = {
	ROW(EACCES, DENIED, HINT),	    ROW(EKEYEXPIRED, NOT_FOUND, HINT),
	ROW(EKEYREVOKED, NOT_FOUND, HINT),  ROW(ENOKEY, NOT_FOUND, HINT),
	ROW(EOPNOTSUPP, UNSUPPORTED, HINT), { 0 },
};

/* --- fscrypt --------------------------------------------------------------
 * FS_IOC_ADD_ENCRYPTION_KEY has three forms; an errno stands with each that can
 * bring it.
 */

#define NO_FSCRYPT \
	ROW(EOPNOTSUPP, UNSUPPORTED, HINT), ROW(ENOTTY, UNSUPPORTED, HINT)

static const struct errno_row fs_add[] = {
	ROW(EACCES, DENIED,
	    HINT), /* a security module: version 1 has no way here */
	ROW(EDQUOT, FAIL, HINT),
	ROW(EINVAL, UNSUPPORTED, HINT),
	NO_FSCRYPT,
	/* kernel */
	ROW(ENOMEM, NOMEM, CAUSE),
	ROW(ENOPKG, UNSUPPORTED, HINT),
	{ 0 },
};

static const struct errno_row fs_add_wrapped[] = {
	ROW(EACCES, DENIED, HINT),
	ROW(EBADMSG, FOREIGN, HINT),
	ROW(EDQUOT, FAIL, HINT),
	ROW(EINVAL, UNSUPPORTED, HINT),
	NO_FSCRYPT,
	/* kernel */
	ROW(ENOMEM, NOMEM, CAUSE),
	{ 0 },
};

static const struct errno_row fs_add_serial[] = {
	ROW(EACCES, DENIED, HINT),
	ROW(EBADMSG, FOREIGN, HINT),
	ROW(EDQUOT, FAIL, HINT),
	ROW(EINVAL, UNSUPPORTED, HINT),
	ROW(EKEYREJECTED, UNSUPPORTED, HINT),
	ROW(ENOKEY, NOT_FOUND, HINT),
	NO_FSCRYPT,
	/* kernel */
	ROW(EKEYEXPIRED, NOT_FOUND, HINT),
	ROW(EKEYREVOKED, NOT_FOUND, HINT),
	ROW(ENOMEM, NOMEM, CAUSE),
	{ 0 },
};

static const struct errno_row fs_remove[] = {
	ROW(EACCES, DENIED, HINT),
	ROW(EINVAL, UNSUPPORTED, HINT),
	ROW(ENOKEY, NOT_FOUND, HINT),
	NO_FSCRYPT,
	/* kernel */
	ROW(ENOMEM, NOMEM, CAUSE),
	{ 0 },
};

static const struct errno_row fs_remove_all[] = {
	ROW(EACCES, DENIED, HINT),
	ROW(EINVAL, UNSUPPORTED, HINT),
	ROW(ENOKEY, NOT_FOUND, CAUSE),
	NO_FSCRYPT,
	/* kernel */
	ROW(ENOMEM, NOMEM, CAUSE),
	{ 0 },
};

static const struct errno_row fs_status[] = {
	ROW(EINVAL, UNSUPPORTED, HINT),
	NO_FSCRYPT,
	/* kernel */
	ROW(EACCES, DENIED, HINT),
	ROW(ENOMEM, NOMEM, CAUSE),
	{ 0 },
};

static const struct errno_row fs_set_policy[] = {
	ROW(EACCES, DENIED, HINT),
	ROW(EEXIST, EXISTS, HINT),
	ROW(EINVAL, UNSUPPORTED, HINT),
	ROW(ENOKEY, NOT_FOUND, HINT),
	ROW(ENOTDIR, FAIL, HINT),
	ROW(ENOTEMPTY, FAIL, HINT),
	NO_FSCRYPT,
	ROW(EPERM, FAIL, HINT),
	ROW(EROFS, FAIL, HINT),
	/* kernel */
	ROW(EDQUOT, FAIL, HINT),
	ROW(ENOENT, NOT_FOUND, HINT),
	ROW(ENOMEM, NOMEM, CAUSE),
	ROW(ENOSPC, FAIL, HINT),
	{ 0 },
};

static const struct errno_row trial_directory[] = {
	ROW(EACCES, DENIED, HINT), ROW(EDQUOT, FAIL, HINT),
	ROW(EIO, FAIL, TEXT),	   ROW(ENOENT, NOT_FOUND, HINT),
	ROW(ENOMEM, NOMEM, CAUSE), ROW(ENOSPC, FAIL, HINT),
	ROW(EROFS, FAIL, HINT),	   { 0 },
};

static const struct errno_row trial_file[] = {
	ROW(EACCES, DENIED, HINT),	ROW(EDQUOT, FAIL, HINT),
	ROW(EINVAL, UNSUPPORTED, HINT), ROW(EIO, FAIL, TEXT),
	ROW(ENOKEY, NOT_FOUND, HINT),	ROW(ENOMEM, NOMEM, CAUSE),
	ROW(ENOPKG, UNSUPPORTED, HINT), ROW(ENOSPC, FAIL, HINT),
	ROW(EROFS, FAIL, HINT),		{ 0 },
};

static const struct errno_row fs_get_policy[] = {
	ROW(EINVAL, UNSUPPORTED, HINT),
	ROW(ENODATA, NOT_FOUND, HINT),
	ROW(EOVERFLOW, UNSUPPORTED, HINT),
	NO_FSCRYPT,
	{ 0 },
};

static const struct errno_row fs_get_nonce[] = {
	ROW(ENODATA, NOT_FOUND, HINT),
	NO_FSCRYPT,
	{ 0 },
};

const struct errno_row *const errno_rows[ERRNO_OPS] = {
	[OP_ADD_KEY] = add_key,
	[OP_MOVE] = move,
	[OP_LINK] = link,
	[OP_LINK_SECOND] = link_second,
	[OP_UNLINK] = unlink,
	[OP_SEARCH] = search,
	[OP_SEARCH_PRESENT] = search_present,
	[OP_SEARCH_TAKE] = search_take,
	[OP_FIND] = find,
	[OP_SET_TIMEOUT] = set_timeout,
	[OP_DESCRIBE] = describe,
	[OP_REVOKE] = revoke,
	[OP_READ] = read,
	[OP_ADD] = fs_add,
	[OP_ADD_WRAPPED] = fs_add_wrapped,
	[OP_ADD_SERIAL] = fs_add_serial,
	[OP_REMOVE] = fs_remove,
	[OP_REMOVE_ALL] = fs_remove_all,
	[OP_STATUS] = fs_status,
	[OP_SET_POLICY] = fs_set_policy,
	[OP_TRIAL_DIRECTORY] = trial_directory,
	[OP_TRIAL_FILE] = trial_file,
	[OP_GET_POLICY] = fs_get_policy,
	[OP_GET_NONCE] = fs_get_nonce,
};

const struct errno_alike errno_alike[] = {
	{ OP_SEARCH, ENOKEY, EKEYREVOKED,
	  "a key that is revoked is gone for whoever looks for it" },
	{ OP_SEARCH, ENOKEY, EKEYEXPIRED,
	  "a key that has expired is gone for whoever looks for it" },
	{ OP_SEARCH, EKEYEXPIRED, EKEYREVOKED, "for the same reason" },
	{ .reason = NULL },
};
