/* SPDX-License-Identifier: Apache-2.0 */
/* Causes and remedies behind the errnos of add_key(2) and keyctl(2). */
#include <errno.h>

#include "sys/cause.h"
#include "sys/keyring.h"

/* What means the same everywhere. */
static const struct wk_cause common_causes[] = {
	{ EDQUOT, WK_FAIL, "keyring.quota",
	  "the key quota of this user is used up",
	  "unload keys, or raise the sysctls kernel.keys.maxkeys and maxbytes "
	  "(for root: root_maxkeys and root_maxbytes)" },
	{ ENOMEM, WK_NOMEM, "keyring.memory", "the kernel has no memory for it",
	  NULL },
	{ ENOSYS, WK_UNSUPPORTED, "keyring.no-kernel",
	  "this kernel has no keyrings", "it needs CONFIG_KEYS=y" },
	{ EOPNOTSUPP, WK_UNSUPPORTED, "keyring.no-operation",
	  "this kernel does not have the operation",
	  "moving keys between keyrings needs Linux 5.3" },
	{ 0 },
};

/* Where the errno speaks of the keyring that gets or holds the key. */
static const struct wk_cause ring_causes[] = {
	{ EACCES, WK_DENIED, "keyring.denied",
	  "the keyring may not be searched or written by this process",
	  "name a keyring of your own (@s, @u); `keyctl show` lists them" },
	{ EPERM, WK_DENIED, "keyring.restricted",
	  "the keyring refuses further links, or keyctl is forbidden here",
	  "a keyring can be restricted for good; containers often forbid "
	  "keyctl and add_key by their seccomp profile" },
	{ ENOKEY, WK_NOT_FOUND, "keyring.no-ring", "there is no such keyring",
	  "`keyctl show` lists the keyrings of this session" },
	{ ENOTDIR, WK_FAIL, "keyring.not-a-ring",
	  "the serial is that of a key, not of a keyring",
	  "`keyctl show` lists the keyrings of this session" },
	{ EKEYREVOKED, WK_NOT_FOUND, "keyring.ring-revoked",
	  "the keyring has been revoked",
	  "name another one, or log in again for a new session keyring" },
	{ EKEYEXPIRED, WK_NOT_FOUND, "keyring.ring-expired",
	  "the keyring has expired",
	  "name another one, or log in again for a new session keyring" },
	{ EKEYREJECTED, WK_NOT_FOUND, "keyring.ring-rejected",
	  "the keyring was rejected when it was made", "name another one" },
	{ EDEADLK, WK_FAIL, "keyring.cycle",
	  "a keyring would hold itself, by way of others or directly",
	  "link a key, or link it to another keyring" },
	{ ELOOP, WK_FAIL, "keyring.too-deep",
	  "keyrings would be nested too deep",
	  "link it to a keyring that no other holds" },
	{ ENFILE, WK_FAIL, "keyring.full", "the keyring is full",
	  "unload keys, or name another keyring" },
	{ EEXIST, WK_EXISTS, "keyring.exists",
	  "the keyring holds a key of that type and description",
	  "replace it with --force, or remove it with `wkeyctl unload`" },
	{ ENODEV, WK_UNSUPPORTED, "keyring.no-type",
	  "this kernel does not know the key type",
	  "fscrypt-provisioning needs Linux 5.6 with CONFIG_FS_ENCRYPTION=y" },
	{ EINVAL, WK_FAIL, "keyring.rejected",
	  "the kernel does not take this description, size or keyring",
	  "a logon description has a ':' that is not its first character" },
	{ 0 },
};

/* Of a key that is there by name only. */
#define GONE "its bytes are gone; `wkeyctl load` makes another"

/* Where it speaks of a key that is named by its serial. */
static const struct wk_cause key_causes[] = {
	{ EACCES, WK_DENIED, "keyring.not-possessed",
	  "the key is not in a keyring of this session",
	  "link it first: keyctl link SERIAL @s; or do this in the session "
	  "that loaded it" },
	{ EPERM, WK_DENIED, "keyring.forbidden", "keyctl is forbidden here",
	  "containers often forbid keyctl by their seccomp profile" },
	{ ENOKEY, WK_NOT_FOUND, "keyring.no-key", "there is no such key",
	  "`keyctl show` lists the keys of this session" },
	{ EKEYREVOKED, WK_NOT_FOUND, "keyring.revoked",
	  "the key has been revoked already", GONE },
	{ EKEYEXPIRED, WK_NOT_FOUND, "keyring.expired", "the key has expired",
	  GONE },
	{ EKEYREJECTED, WK_NOT_FOUND, "keyring.negative",
	  "the key was rejected when it was made", GONE },
	{ EINVAL, WK_FAIL, "keyring.rejected",
	  "the kernel does not take this serial",
	  "`keyctl show` lists the keys of this session" },
	{ EOPNOTSUPP, WK_UNSUPPORTED, "keyring.write-only",
	  "keys of this type show their bytes to the kernel only",
	  "one of type user can be read" },
	{ 0 },
};

static const struct {
	const struct wk_cause *causes;
	const char *what;
} ops[] = {
	[WK_KEYRING_OP_ADD] = { ring_causes, "cannot add it" },
	[WK_KEYRING_OP_MOVE] = { ring_causes, "cannot put it in the keyring" },
	[WK_KEYRING_OP_LINK] = { ring_causes, "cannot link it" },
	[WK_KEYRING_OP_SEARCH] = { ring_causes, "cannot look for it" },
	[WK_KEYRING_OP_FIND] = { ring_causes, "cannot look for it" },
	[WK_KEYRING_OP_TIMEOUT] = { key_causes, "cannot set its lifetime" },
	[WK_KEYRING_OP_DESCRIBE] = { key_causes, "cannot describe it" },
	[WK_KEYRING_OP_REVOKE] = { key_causes, "cannot revoke it" },
	[WK_KEYRING_OP_READ] = { key_causes, "cannot read it" },
};
_Static_assert(sizeof(ops) / sizeof(ops[0]) == WK_KEYRING_OPS,
	       "an operation without words");

enum wk_status wk_keyring_fail(struct wk_err *err, enum wk_keyring_op op,
			       int errnum, const char *subject)
{
	const struct wk_cause *c = wk_cause_find(ops[op].causes, errnum);

	if (!c)
		c = wk_cause_find(common_causes, errnum);
	if (!c)
		return wk_fail_errno(err, errnum, "%s: %s", subject,
				     ops[op].what);
	wk_fail(err, c->status, c->code, "%s: %s: %s", subject, ops[op].what,
		c->cause);
	err->errnum = errnum;
	if (c->hint)
		wk_err_hint(err, "%s", c->hint);
	return c->status;
}
