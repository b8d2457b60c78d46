/* SPDX-License-Identifier: Apache-2.0 */
/* Taking a key out of the kernel.  See keyring.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/keyctl.h>

#include "base/blob.h"
#include "sys/keyring.h"
#include "sys/syscalls.h"

/* Nearest first. */
static const int32_t rings[] = {
	KEY_SPEC_SESSION_KEYRING,
	KEY_SPEC_USER_KEYRING,
};

/* What is to be unloaded. */
struct target {
	int32_t serial;
	struct wk_keyring_info info;
};

/* Returns the serial, -ENOKEY, or the errno that hid one. */
static int32_t search_rings(const char *type, const char *description)
{
	int32_t worst = -ENOKEY;

	for (size_t i = 0; i < WK_ARRAY_LEN(rings); i++) {
		int32_t rc =
			wk_sys_keyctl_search(rings[i], type, description, 0);

		if (rc >= 0)
			return rc;
		if (!wk_keyring_is_absent(rc))
			worst = rc;
	}
	return worst;
}

/* Fills *t; the result is as above. */
static int32_t search_types(const char *description, struct target *t)
{
	int32_t worst = -ENOKEY;

	for (size_t i = 0; i < WK_KEY_TYPES; i++) {
		int32_t rc = search_rings(wk_key_type_names[i], description);

		if (rc >= 0) {
			t->serial = rc;
			snprintf(t->info.type, sizeof(t->info.type), "%s",
				 wk_key_type_names[i]);
			snprintf(t->info.description,
				 sizeof(t->info.description), "%s",
				 description);
			return rc;
		}
		if (rc != -ENOKEY)
			worst = rc;
	}
	return worst;
}

static enum wk_status find_by_description(const char *what, struct target *t,
					  struct wk_err *err)
{
	char subject[256], own[WK_NAME_MAX + sizeof(WK_KEYRING_PREFIX)];
	int32_t rc = -ENOKEY;

	if (*what && strlen(what) <= WK_KEYRING_DESCRIPTION_MAX)
		rc = search_types(what, t);
	if (rc == -ENOKEY && strlen(what) <= WK_NAME_MAX) {
		snprintf(own, sizeof(own), WK_KEYRING_PREFIX "%s", what);
		rc = search_types(own, t);
	}
	if (rc >= 0)
		return WK_OK;
	if (rc == -ENOKEY) {
		wk_fail(err, WK_NOT_FOUND, "keyring.no-key",
			"key '%.200s': not in the session or the user keyring",
			what);
		err->errnum = ENOKEY;
		wk_err_hint(err,
			    "`keyctl show` lists the keys of this session; "
			    "a key of another keyring is named by its serial");
		return WK_NOT_FOUND;
	}
	snprintf(subject, sizeof(subject), "key '%.200s'", what);
	return wk_keyring_fail(err, WK_KEYRING_OP_SEARCH, -rc, subject);
}

/* Refuses what load does not make. */
static enum wk_status find_by_serial(int32_t serial, struct target *t,
				     struct wk_err *err)
{
	enum wk_key_type type;
	enum wk_status st = wk_keyring_describe(serial, &t->info, err);

	if (st)
		return st;
	t->serial = serial;
	if (wk_key_type_of(t->info.type, &type))
		return WK_OK;
	if (!strcmp(t->info.type, "keyring"))
		wk_fail(err, WK_UNSAFE, "keyring.foreign-type",
			"key %d: a keyring, with all that it holds", serial);
	else
		wk_fail(err, WK_UNSAFE, "keyring.foreign-type",
			"key %d: of type %s, which load does not make", serial,
			t->info.type);
	wk_err_hint(err, "if it is meant: keyctl revoke %d", serial);
	return WK_UNSAFE;
}

/*
 * Whether the ring leads to the key.  If so it is linked to the thread keyring
 * as well: then it is possessed and can be revoked although only the user
 * keyring has it.
 */
static bool take_from(int32_t ring, const struct target *t)
{
	int32_t rc = wk_sys_keyctl_search(ring, t->info.type,
					  t->info.description,
					  KEY_SPEC_THREAD_KEYRING);

	if (rc >= 0 && rc != t->serial) /* a namesake: let go of it */
		(void)wk_sys_keyctl_unlink(rc, KEY_SPEC_THREAD_KEYRING);
	return rc == t->serial;
}

/*
 * Revoking destroys the bytes wherever the key is linked; unlinking tidies up,
 * but only where the name leads to this key, because KEYCTL_UNLINK would take
 * a namesake as well.
 */
static enum wk_status remove_key(const struct target *t, struct wk_err *err)
{
	bool there[WK_ARRAY_LEN(rings)];
	char subject[32];
	int rc;

	for (size_t i = 0; i < WK_ARRAY_LEN(rings); i++)
		there[i] = take_from(rings[i], t);
	rc = wk_sys_keyctl_revoke(t->serial);
	(void)wk_sys_keyctl_unlink(t->serial, KEY_SPEC_THREAD_KEYRING);
	if (rc < 0) {
		snprintf(subject, sizeof(subject), "key %d", t->serial);
		return wk_keyring_fail(err, WK_KEYRING_OP_REVOKE, -rc, subject);
	}
	for (size_t i = 0; i < WK_ARRAY_LEN(rings); i++) {
		if (there[i])
			(void)wk_sys_keyctl_unlink(t->serial, rings[i]);
	}
	return WK_OK;
}

static enum wk_status find(const char *what, struct target *t,
			   struct wk_err *err)
{
	return wk_keyring_is_serial(what, &t->serial) ?
		       find_by_serial(t->serial, t, err) :
		       find_by_description(what, t, err);
}

enum wk_status wk_keyring_find(const char *what, int32_t *ret_serial,
			       struct wk_err *err)
{
	struct target t;
	enum wk_status st = find(what, &t, err);

	if (!st)
		*ret_serial = t.serial;
	return st;
}

enum wk_status wk_keyring_unload(const char *what, int32_t *ret_serial,
				 struct wk_err *err)
{
	struct target t;
	enum wk_status st = find(what, &t, err);

	if (!st)
		st = remove_key(&t, err);
	if (!st)
		*ret_serial = t.serial;
	return st;
}
