/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EINVAL for a policy that keeps our own rules: what the kernel or the file
 * system lacks for it (fs/crypto/policy.c, supported_iv_ino_lblk_policy()).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/blob.h"
#include "sys/fscrypt_policy.h"
#include "sys/mountinfo.h"
#include "sys/syscalls.h"

#define IV_INO_LBLK (WK_FSCRYPT_IV_INO_LBLK_64 | WK_FSCRYPT_IV_INO_LBLK_32)

/* The kernel that has it first. */
struct since {
	const char *what;
	unsigned int major, minor;
};

/* "6.18.1" or the like; what cannot be read is taken for new. */
static bool kernel_is_older(const struct since *s, char release[static 64])
{
	unsigned int major, minor;
	ssize_t n = wk_sys_read_file("/proc/sys/kernel/osrelease", release, 64);

	if (n <= 0 || sscanf(release, "%u.%u", &major, &minor) != 2)
		return false;
	release[strcspn(release, "\n")] = '\0';
	return major < s->major || (major == s->major && minor < s->minor);
}

/* False: nothing of the policy is newer than all of version 2 (Linux 5.4). */
static bool newest_part(const struct wk_fscrypt_policy *p, struct since *ret)
{
	if (p->log2_data_unit_size)
		*ret = (struct since){ "a data unit size of its own", 6, 7 };
	else if (p->contents == WK_FSCRYPT_SM4_XTS)
		*ret = (struct since){ "SM4-XTS", 6, 2 };
	else if (p->filenames == WK_FSCRYPT_AES_256_HCTR2)
		*ret = (struct since){ "AES-256-HCTR2", 6, 0 };
	else if (p->flags & WK_FSCRYPT_IV_INO_LBLK_32)
		*ret = (struct since){ "IV_INO_LBLK_32", 5, 8 };
	else if (p->flags & WK_FSCRYPT_IV_INO_LBLK_64)
		*ret = (struct since){ "IV_INO_LBLK_64", 5, 5 };
	else
		return false;
	return true;
}

static enum wk_status old_kernel(const struct since *s, const char *release,
				 struct wk_err *err)
{
	wk_fail(err, WK_UNSUPPORTED, "fscrypt.old-kernel",
		"cannot set the policy: this kernel (%s) does not know %s",
		release, s->what);
	wk_err_hint(err, "it needs Linux %u.%u, or a policy without", s->major,
		    s->minor);
	return WK_UNSUPPORTED;
}

static enum wk_status no_data_units(const struct wk_mount *m,
				    struct wk_err *err)
{
	wk_fail(err, WK_UNSUPPORTED, "fscrypt.data-unit",
		"cannot set the policy: the %s file system on %s has no data "
		"units of another size than its blocks",
		m->type, m->source);
	wk_err_hint(err, "leave the data unit size out; ext4 and f2fs have it");
	return WK_UNSUPPORTED;
}

/* The flags leave 32 bits for the index of a data unit in its file. */
static enum wk_status too_many_units(const struct wk_mount *m,
				     struct wk_err *err)
{
	wk_fail(err, WK_UNSUPPORTED, "fscrypt.data-unit",
		"cannot set the policy: files of the %s file system on %s can "
		"have more data units of this size than IV_INO_LBLK_64 counts",
		m->type, m->source);
	wk_err_hint(err, "leave the data unit size or the flag out");
	return WK_UNSUPPORTED;
}

static enum wk_status unstable_inodes(const struct wk_mount *m,
				      struct wk_err *err)
{
	wk_fail(err, WK_UNSUPPORTED, "fscrypt.stable-inodes",
		"cannot set the policy: IV_INO_LBLK flags need inode numbers "
		"that never change, which the %s file system on %s does not "
		"promise",
		m->type, m->source);
	if (!strcmp(m->type, "ext4"))
		wk_err_hint(err,
			    "unmount it, then tune2fs -O stable_inodes %s (it "
			    "can then no longer be shrunk)",
			    m->source);
	else
		wk_err_hint(err, "leave the flag out; ext4 with stable_inodes "
				 "and f2fs have such numbers");
	return WK_UNSUPPORTED;
}

static bool is_sub_block(int fd, const struct wk_fscrypt_policy *p)
{
	uint64_t block;

	return p->log2_data_unit_size && wk_sys_block_size(fd, &block) >= 0 &&
	       1ULL << p->log2_data_unit_size < block;
}

enum wk_status wk_fscrypt_rejected(int fd, const struct wk_fscrypt_policy *p,
				   struct wk_err *err)
{
	struct wk_mount m;
	struct since s;
	char release[64];
	bool known;

	if (newest_part(p, &s) && kernel_is_older(&s, release))
		return old_kernel(&s, release, err);
	wk_mount_name(fd, &m);
	known = !strcmp(m.type, "ext4") || !strcmp(m.type, "f2fs");
	if (p->log2_data_unit_size && !known)
		return no_data_units(&m, err);
	if (p->flags & IV_INO_LBLK)
		return is_sub_block(fd, p) ? too_many_units(&m, err) :
					     unstable_inodes(&m, err);
	return wk_fscrypt_fail(err, WK_FSCRYPT_OP_SET_POLICY, EINVAL, fd);
}
