/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proving an fscrypt policy.  SET_ENCRYPTION_POLICY takes a key that is too
 * short, a key that is not there (from CAP_FOWNER) and modes whose cipher the
 * kernel lacks; making files is what fails then (fs/crypto/keysetup.c,
 * fscrypt_setup_encryption_info()), and a policy cannot be taken back.
 *
 * A subdirectory needs the cipher of names only, a regular file that of
 * contents as well, and both when they are made: nothing has to be written.  So
 * the one that fails tells which cipher it is.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "sys/fscrypt_policy.h"
#include "sys/syscalls.h"
#include "uapi/fscrypt.h"

#define TRIAL_FILE "file"
#define TRIAL_DIR "directory"

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

static enum wk_status lacks_cipher(uint8_t mode, struct wk_err *err)
{
	const struct wk_fscrypt_mode *m = wk_fscrypt_mode_by_number(mode);

	wk_fail(err, WK_UNSUPPORTED, "fscrypt.no-cipher",
		"cannot make files under the policy: the kernel lacks the "
		"cipher %s",
		wk_fscrypt_mode_name(mode));
	wk_err_hint(err,
		    "the kernel needs %s, or its module; or choose other modes",
		    m ? m->kconfig : "it");
	err->errnum = ENOPKG;
	return WK_UNSUPPORTED;
}

/* The key is there and does not serve, or is not there. */
static enum wk_status no_key(int dir, const struct wk_fscrypt_policy *p,
			     struct wk_err *err)
{
	struct wk_fscrypt_status s;
	struct wk_err ignored;

	wk_fscrypt_fail(err, WK_FSCRYPT_OP_TRY, ENOKEY, dir);
	if (wk_fscrypt_key_status(dir, p->identifier, &s, &ignored) ||
	    s.presence != WK_FSCRYPT_PRESENT)
		return err->status;
	wk_fail(err, WK_NOT_FOUND, "fscrypt.no-key",
		"cannot make files under the policy: the key is too short for "
		"%s, which needs %zubit",
		wk_fscrypt_mode_name(p->contents),
		8 * wk_fscrypt_policy_strength(p));
	wk_err_hint(err, "make a key with 'wkeyctl generate --usage fscrypt'");
	err->errnum = ENOKEY;
	return WK_NOT_FOUND;
}

static enum wk_status cannot_make(int dir, const struct wk_fscrypt_policy *p,
				  uint8_t mode, int errnum, struct wk_err *err)
{
	if (errnum == ENOPKG)
		return lacks_cipher(mode, err);
	if (errnum == ENOKEY)
		return no_key(dir, p, err);
	return wk_fscrypt_fail(err, WK_FSCRYPT_OP_TRY, errnum, dir);
}

/* What stays of a trial is told, also when something else failed before. */
static enum wk_status removed(int rc, const char *name, enum wk_status st,
			      struct wk_err *err)
{
	if (rc >= 0)
		return st;
	if (st) {
		wk_err_prefix(err, "'%s' is left behind", name);
		return st;
	}
	wk_fail(err, WK_FAIL, "fscrypt.trial-left",
		"'%s' of the trial cannot be removed: %s", name, strerror(-rc));
	wk_err_hint(err, "remove it and run the command again");
	err->errnum = -rc;
	return WK_FAIL;
}

static enum wk_status try_entries(int dir, const struct wk_fscrypt_policy *p,
				  struct wk_err *err)
{
	int rc = wk_sys_make_dir(dir, TRIAL_DIR);
	enum wk_status st;

	if (rc < 0)
		return cannot_make(dir, p, p->filenames, -rc, err);
	rc = wk_sys_make_file(dir, TRIAL_FILE);
	if (rc < 0)
		st = cannot_make(dir, p, p->contents, -rc, err);
	else
		st = removed(wk_sys_remove_file(dir, TRIAL_FILE), TRIAL_FILE,
			     WK_OK, err);
	return removed(wk_sys_remove_dir(dir, TRIAL_DIR), TRIAL_DIR, st, err);
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
	return st ? st : try_entries(dir, p, err);
}

enum wk_status wk_fscrypt_try_policy(int fd, const struct wk_fscrypt_policy *p,
				     struct wk_err *err)
{
	struct trial_name name;
	bool plain = false;
	enum wk_status st = wk_fscrypt_check_policy_on(fd, p, err);
	int rc;

	if (!st)
		st = is_plain(fd, &plain, err);
	if (st || !plain)
		return st;
	st = make_name(&name, err);
	if (st)
		return st;
	rc = wk_sys_make_dir(fd, name.text);
	if (rc < 0)
		return wk_fscrypt_fail(err, WK_FSCRYPT_OP_SET_POLICY, -rc, fd);
	st = try_directory(fd, name.text, p, err);
	return removed(wk_sys_remove_dir(fd, name.text), name.text, st, err);
}

static bool is_equal(const struct wk_fscrypt_policy *a,
		     const struct wk_fscrypt_policy *b)
{
	return a->version == b->version && a->contents == b->contents &&
	       a->filenames == b->filenames && a->padding == b->padding &&
	       a->flags == b->flags &&
	       a->log2_data_unit_size == b->log2_data_unit_size &&
	       !memcmp(a->identifier, b->identifier, WK_FSCRYPT_ID_BYTES);
}

/* Of a directory that is encrypted. */
static enum wk_status plan_again(int fd, const struct wk_fscrypt_policy *p,
				 struct wk_err *err)
{
	struct wk_fscrypt_policy old;
	enum wk_status st = wk_fscrypt_get_policy(fd, &old, err);

	if (st || is_equal(&old, p))
		return st;
	return wk_fscrypt_fail(err, WK_FSCRYPT_OP_SET_POLICY, EEXIST, fd);
}

enum wk_status wk_fscrypt_plan_policy(int fd, const struct wk_fscrypt_policy *p,
				      struct wk_err *err)
{
	struct wk_fscrypt_status s;
	bool plain = false;
	enum wk_status st = wk_fscrypt_check_policy_on(fd, p, err);
	int rc;

	if (!st)
		st = is_plain(fd, &plain, err);
	if (st)
		return st;
	if (!plain)
		return plan_again(fd, p, err);
	rc = wk_sys_may_encrypt(fd);
	if (rc < 0)
		return wk_fscrypt_fail(err, WK_FSCRYPT_OP_SET_POLICY, -rc, fd);
	st = wk_fscrypt_key_status(fd, p->identifier, &s, err);
	if (st)
		return st;
	if (s.presence != WK_FSCRYPT_PRESENT)
		return wk_fscrypt_fail(err, WK_FSCRYPT_OP_SET_POLICY, ENOKEY,
				       fd);
	if (wk_sys_is_empty(fd) == 0)
		return wk_fscrypt_fail(err, WK_FSCRYPT_OP_SET_POLICY, ENOTEMPTY,
				       fd);
	return WK_OK;
}
