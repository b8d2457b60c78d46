/* SPDX-License-Identifier: Apache-2.0 */
/* Adding keys to keyrings and linking them there.  See keyring.h. */
#include "sys/keyring.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/keyctl.h>

#include "base/blob.h"
#include "sys/bootkey.h"
#include "sys/syscalls.h"

/* Room for "key '...'"; what does not fit a message is cut there anyway. */
#define SUBJECT_MAX 256

const char *const wk_key_type_names[WK_KEY_TYPES] = {
	[WK_KEY_LOGON] = "logon",
	[WK_KEY_USER] = "user",
	[WK_KEY_FSCRYPT_PROVISIONING] = "fscrypt-provisioning",
};

bool wk_key_type_of(const char *name, enum wk_key_type *ret_type)
{
	for (size_t i = 0; i < WK_ARRAY_LEN(wk_key_type_names); i++) {
		if (!strcmp(name, wk_key_type_names[i])) {
			*ret_type = (enum wk_key_type)i;
			return true;
		}
	}
	return false;
}

static enum wk_status fail(struct wk_err *err, enum wk_keyring_op op, int rc,
			   const char *description)
{
	char subject[SUBJECT_MAX];

	snprintf(subject, sizeof(subject), "key '%.200s'", description);
	return wk_keyring_fail(err, op, -rc, subject);
}

/* --- the rules for a new key ---------------------------------------------- */

static enum wk_status check_description(const struct wk_keyring_target *to,
					enum wk_key_type type,
					struct wk_err *err)
{
	const char *d = to->description;

	if (!d || !*d)
		return wk_fail(err, WK_FAIL, "usage.bad-value",
			       "description: empty");
	if (strlen(d) > WK_KEYRING_DESCRIPTION_MAX)
		return wk_fail(err, WK_FAIL, "usage.bad-value",
			       "description: longer than %d bytes",
			       WK_KEYRING_DESCRIPTION_MAX);
	if (type == WK_KEY_LOGON && (*d == ':' || !strchr(d, ':'))) {
		wk_fail(err, WK_FAIL, "usage.bad-value",
			"description '%.200s': one of type logon has a prefix "
			"that ends with ':'",
			d);
		wk_err_hint(err, "for example 'wkeyctl:NAME'");
		return WK_FAIL;
	}
	return WK_OK;
}

/* A storage key of that name would be taken for the boot key. */
static enum wk_status reserved(struct wk_err *err)
{
	wk_fail(err, WK_FAIL, "usage.bad-value",
		"description '%s': a user key of that name is the boot key",
		WK_BOOTKEY_DESCRIPTION);
	wk_err_hint(err, "--description names the key otherwise");
	return WK_FAIL;
}

enum wk_status wk_keyring_check(const struct wk_keyring_target *to,
				size_t payload_len, struct wk_err *err)
{
	enum wk_key_type type;
	enum wk_status st;

	if (!to->type || !wk_key_type_of(to->type, &type)) {
		wk_fail(err, WK_FAIL, "usage.bad-value",
			"key type '%.31s': not one that load makes",
			to->type ? to->type : "");
		wk_err_hint(err, "logon, user or fscrypt-provisioning");
		return WK_FAIL;
	}
	st = check_description(to, type, err);
	if (st)
		return st;
	if (type == WK_KEY_USER &&
	    !strcmp(to->description, WK_BOOTKEY_DESCRIPTION))
		return reserved(err);
	if (payload_len == 0 || payload_len > WK_KEYRING_PAYLOAD_MAX)
		return wk_fail(err, WK_FAIL, "usage.bad-value",
			       "key of %zu bytes: a kernel key has 1 to %d",
			       payload_len, WK_KEYRING_PAYLOAD_MAX);
	return WK_OK;
}

/* --- adding --------------------------------------------------------------- */

static int32_t search(const struct wk_keyring_target *to, int32_t dest)
{
	return wk_sys_keyctl_search(to->ring, to->type, to->description, dest);
}

bool wk_keyring_is_absent(int rc)
{
	return rc == -ENOKEY || rc == -EKEYREVOKED || rc == -EKEYEXPIRED;
}

/*
 * Moves the key from the thread keyring to its own.  A revoked or expired key
 * stays linked until the kernel collects it (kernel.keys.gc_delay, 300 s) and
 * makes the move fail, too: it is displaced.
 */
static enum wk_status publish(const struct wk_keyring_target *to,
			      int32_t serial, struct wk_err *err)
{
	int rc = wk_sys_keyctl_move(serial, KEY_SPEC_THREAD_KEYRING, to->ring,
				    true);

	if (rc == -EEXIST && wk_keyring_is_absent(search(to, 0)))
		rc = wk_sys_keyctl_move(serial, KEY_SPEC_THREAD_KEYRING,
					to->ring, false);
	if (rc < 0)
		return fail(err, WK_KEYRING_OP_MOVE, rc, to->description);
	return WK_OK;
}

/*
 * Links the key to the second keyring by a search in the first, because there
 * the keyring vouches for the caller even when the key is not possessed.
 */
static enum wk_status link_second(const struct wk_keyring_target *to,
				  int32_t serial, struct wk_err *err)
{
	int32_t rc;

	if (!to->link_ring || to->link_ring == to->ring)
		return WK_OK;
	rc = search(to, to->link_ring);
	if (rc >= 0 && rc != serial) {
		/* Somebody replaced it meanwhile. */
		(void)wk_sys_keyctl_unlink(rc, to->link_ring);
		rc = -EEXIST;
	}
	if (rc < 0)
		return fail(err, WK_KEYRING_OP_LINK, rc, to->description);
	return WK_OK;
}

static enum wk_status set_lifetime(const struct wk_keyring_target *to,
				   int32_t serial, struct wk_err *err)
{
	int rc;

	if (!to->expire_s)
		return WK_OK;
	/* A replaced key was added in place: take possession first. */
	if (to->replace)
		(void)search(to, KEY_SPEC_THREAD_KEYRING);
	rc = wk_sys_keyctl_set_timeout(serial, to->expire_s);
	if (to->replace)
		(void)wk_sys_keyctl_unlink(serial, KEY_SPEC_THREAD_KEYRING);
	if (rc < 0)
		return fail(err, WK_KEYRING_OP_TIMEOUT, rc, to->description);
	return WK_OK;
}

/* *published: whether it got into its own keyring. */
static enum wk_status complete(const struct wk_keyring_target *to,
			       int32_t serial, bool *published,
			       struct wk_err *err)
{
	enum wk_status st = set_lifetime(to, serial, err);

	*published = to->replace;
	if (!st && !to->replace) {
		st = publish(to, serial, err);
		*published = !st;
	}
	if (!st)
		st = link_second(to, serial, err);
	return st;
}

/*
 * Takes back a key that nobody could see yet, or that is in its keyring.  There
 * it is unlinked only while it is still that one: KEYCTL_UNLINK goes by type
 * and description and would take another.  An updated key may be linked from
 * other keyrings, too: only revoking takes the new bytes out of there, and that
 * needs possession.  Errors are of no use here.
 */
static void discard(const struct wk_keyring_target *to, int32_t serial,
		    bool published)
{
	int32_t there = serial;
	bool ours = true;

	if (published) {
		there = search(to, KEY_SPEC_THREAD_KEYRING);
		/* Not to be searched: it was put there a moment ago. */
		ours = there == serial ||
		       (there < 0 && !wk_keyring_is_absent(there));
	}
	if (ours)
		(void)wk_sys_keyctl_revoke(serial);
	if (ours && published)
		(void)wk_sys_keyctl_unlink(serial, to->ring);
	if (there >= 0)
		(void)wk_sys_keyctl_unlink(there, KEY_SPEC_THREAD_KEYRING);
}

enum wk_status wk_keyring_add(const struct wk_keyring_target *to,
			      const struct wk_secret *payload,
			      int32_t *ret_serial, struct wk_err *err)
{
	int32_t serial;
	bool published;
	enum wk_status st = wk_keyring_check(to, wk_secret_len(payload), err);

	if (st)
		return st;
	serial = wk_sys_add_key(to->type, to->description,
				wk_secret_view(payload), wk_secret_len(payload),
				to->replace ? to->ring :
					      KEY_SPEC_THREAD_KEYRING);
	if (serial < 0)
		return fail(err, WK_KEYRING_OP_ADD, serial, to->description);
	st = complete(to, serial, &published, err);
	if (st) {
		discard(to, serial, published);
		if (to->replace)
			wk_err_prefix(err, "a former key of that name, if any, "
					   "is gone");
		return st;
	}
	*ret_serial = serial;
	return WK_OK;
}

/* --- linking a key that the kernel made ----------------------------------- */

/* A key to link, and to where. */
struct linking {
	struct wk_keyring_info info;
	int32_t serial;
	int32_t rings[2];
	bool present[2]; /* reachable from there already: never undone */
};

/*
 * Whether the keyring has the key already.  KEYCTL_LINK displaces another of
 * the same name silently, so it is looked for; two that link at the same time
 * are not told apart, which displaces a link and loses no key.
 */
static enum wk_status find_present(struct linking *l, size_t i, bool replace,
				   struct wk_err *err)
{
	int32_t rc = wk_sys_keyctl_search(l->rings[i], l->info.type,
					  l->info.description, 0);

	if (rc < 0 && !wk_keyring_is_absent(rc))
		return fail(err, WK_KEYRING_OP_SEARCH, rc, l->info.description);
	if (rc >= 0 && rc != l->serial && !replace)
		return fail(err, WK_KEYRING_OP_LINK, -EEXIST,
			    l->info.description);
	l->present[i] = rc == l->serial;
	return WK_OK;
}

/* The lifetime comes last: it cannot be taken back. */
static enum wk_status link_and_time(struct linking *l, unsigned int expire_s,
				    bool *made, struct wk_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < 2; i++) {
		if (!l->rings[i])
			continue;
		rc = wk_sys_keyctl_link(l->serial, l->rings[i]);
		if (rc < 0)
			return fail(err, WK_KEYRING_OP_LINK, rc,
				    l->info.description);
		made[i] = !l->present[i];
	}
	if (expire_s)
		rc = wk_sys_keyctl_set_timeout(l->serial, expire_s);
	if (rc < 0)
		return fail(err, WK_KEYRING_OP_TIMEOUT, rc,
			    l->info.description);
	return WK_OK;
}

enum wk_status wk_keyring_link(const struct wk_keyring_target *to,
			       int32_t serial, struct wk_err *err)
{
	struct linking l = { .serial = serial, .rings = { to->ring } };
	bool made[2] = { false };
	enum wk_status st = wk_keyring_describe(serial, &l.info, err);

	if (to->link_ring != to->ring)
		l.rings[1] = to->link_ring;
	for (size_t i = 0; !st && i < 2; i++) {
		if (l.rings[i])
			st = find_present(&l, i, to->replace, err);
	}
	if (!st)
		st = link_and_time(&l, to->expire_s, made, err);
	for (size_t i = 0; st && i < 2; i++) {
		if (made[i])
			(void)wk_sys_keyctl_unlink(serial, l.rings[i]);
	}
	return st;
}
