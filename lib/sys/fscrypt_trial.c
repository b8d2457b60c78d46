/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proving an fscrypt policy.  SET_ENCRYPTION_POLICY takes a key that is too
 * short, a key that is not there (from CAP_FOWNER) and modes whose cipher the
 * kernel lacks; the first regular file is what fails then (fs/crypto/keysetup.c,
 * fscrypt_setup_encryption_info()), and a policy cannot be taken back.
 */
#include <errno.h>
#include <stdio.h>

#include "base/random.h"
#include "sys/fscrypt_policy.h"
#include "sys/syscalls.h"
#include "uapi/fscrypt.h"

#define TRIAL_FILE "trial"

/* ".wkeyctl-trial-" and 8 hex digits: nobody else's name. */
struct trial_name {
	char text[32];
};

static enum wk_status make_name(struct trial_name *n, struct wk_err *err)
{
	uint32_t random;
	enum wk_status st = wk_random(&random, sizeof(random), err);

	snprintf(n->text, sizeof(n->text), ".wkeyctl-trial-%08x", random);
	return st;
}

/*
 * Whether there is something to prove: an encrypted directory has its policy.
 * A file system without fscrypt says so here, before anything is made in it.
 */
static enum wk_status is_plain(int fd, bool *ret_plain, struct wk_err *err)
{
	struct fscrypt_get_policy_ex_arg arg = {
		.policy_size = sizeof(arg.policy),
	};
	int rc = wk_sys_ioctl(fd, FS_IOC_GET_ENCRYPTION_POLICY_EX, &arg);

	if (rc == -ENOTTY || rc == -EOPNOTSUPP)
		return wk_fscrypt_fail(err, WK_FSCRYPT_OP_SET_POLICY, -rc, fd);
	*ret_plain = rc == -ENODATA;
	return WK_OK;
}

static enum wk_status try_file(int dir, struct wk_err *err)
{
	int rc = wk_sys_make_file(dir, TRIAL_FILE);

	if (rc < 0)
		return wk_fscrypt_fail(err, WK_FSCRYPT_OP_TRY, -rc, dir);
	(void)wk_sys_remove_file(dir, TRIAL_FILE);
	return WK_OK;
}

static enum wk_status try_directory(int parent, const char *name,
				    const struct wk_fscrypt_policy *p,
				    struct wk_err *err)
{
	WK_AUTO_DIR int dir = wk_sys_open_dir_at(parent, name);
	enum wk_status st;

	if (dir < 0)
		return wk_fscrypt_fail(err, WK_FSCRYPT_OP_SET_POLICY, -dir,
				       parent);
	st = wk_fscrypt_put_policy(dir, p, err);
	return st ? st : try_file(dir, err);
}

enum wk_status wk_fscrypt_try_policy(int fd, const struct wk_fscrypt_policy *p,
				     struct wk_err *err)
{
	struct trial_name name;
	bool plain = false;
	enum wk_status st = is_plain(fd, &plain, err);
	int rc;

	if (st || !plain)
		return st;
	st = make_name(&name, err);
	if (st)
		return st;
	rc = wk_sys_make_dir(fd, name.text);
	if (rc < 0)
		return wk_fscrypt_fail(err, WK_FSCRYPT_OP_SET_POLICY, -rc, fd);
	st = try_directory(fd, name.text, p, err);
	(void)wk_sys_remove_dir(fd, name.text);
	return st;
}
