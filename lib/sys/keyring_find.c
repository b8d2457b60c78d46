/* SPDX-License-Identifier: Apache-2.0 */
/* Names of keyrings, descriptions of keys.  See keyring.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/keyctl.h>

#include "base/blob.h"
#include "base/num.h"
#include "sys/keyring.h"
#include "sys/syscalls.h"

static const struct {
	const char *word;
	int32_t id;
} special[] = {
	{ "@t", KEY_SPEC_THREAD_KEYRING },
	{ "@p", KEY_SPEC_PROCESS_KEYRING },
	{ "@s", KEY_SPEC_SESSION_KEYRING },
	{ "@u", KEY_SPEC_USER_KEYRING },
	{ "@us", KEY_SPEC_USER_SESSION_KEYRING },
};

_Static_assert((int)WK_KEYRING_SESSION == KEY_SPEC_SESSION_KEYRING, "@s");
_Static_assert((int)WK_KEYRING_USER == KEY_SPEC_USER_KEYRING, "@u");

bool wk_keyring_is_serial(const char *word, int32_t *ret_serial)
{
	uint64_t n;

	if (!wk_num_uint(word, 1, INT32_MAX, &n))
		return false;
	*ret_serial = (int32_t)n;
	return true;
}

enum wk_status wk_keyring_probe(struct wk_err *err)
{
	char none;
	int rc = wk_sys_keyctl_describe(KEY_SPEC_USER_KEYRING, &none, 0);

	return rc < 0 ? wk_keyring_fail(err, WK_KEYRING_OP_DESCRIBE, -rc,
					"the user keyring") :
			WK_OK;
}

static enum wk_status find_by_name(const char *name, int32_t *ret_serial,
				   struct wk_err *err)
{
	char subject[256];
	int32_t rc = wk_sys_keyctl_find("keyring", name);

	if (rc < 0) {
		snprintf(subject, sizeof(subject), "keyring '%.200s'", name);
		return wk_keyring_fail(err, WK_KEYRING_OP_FIND, -rc, subject);
	}
	*ret_serial = rc;
	return WK_OK;
}

enum wk_status wk_keyring_parse(const char *word, int32_t *ret_serial,
				struct wk_err *err)
{
	for (size_t i = 0; i < WK_ARRAY_LEN(special); i++) {
		if (!strcmp(word, special[i].word)) {
			*ret_serial = special[i].id;
			return WK_OK;
		}
	}
	if (wk_keyring_is_serial(word, ret_serial))
		return WK_OK;
	if (!strncmp(word, "%:", 2) && word[2])
		return find_by_name(word + 2, ret_serial, err);
	wk_fail(err, WK_FAIL, "usage.bad-value",
		"keyring '%.200s': not a keyring", word);
	wk_err_hint(err, "@s, @u, @us, @t, @p, a serial number, or %%:NAME");
	return WK_FAIL;
}

/* "type;uid;gid;permissions;description", whose last may hold ';' itself. */
static bool parse_description(const char *text, struct wk_keyring_info *ret)
{
	const char *p = text;
	size_t type_len = strcspn(text, ";");

	for (int i = 0; i < 4; i++) {
		p = strchr(p, ';');
		if (!p)
			return false;
		p++;
	}
	if (type_len >= sizeof(ret->type) ||
	    strlen(p) >= sizeof(ret->description))
		return false;
	memcpy(ret->type, text, type_len);
	ret->type[type_len] = '\0';
	strcpy(ret->description, p);
	return true;
}

enum wk_status wk_keyring_describe(int32_t serial,
				   struct wk_keyring_info *ret_info,
				   struct wk_err *err)
{
	/* Type and description, and 64 bytes for the three numbers between. */
	char text[sizeof(*ret_info) + 64];
	char subject[32];
	int rc = wk_sys_keyctl_describe(serial, text, sizeof(text));

	snprintf(subject, sizeof(subject), "key %d", serial);
	if (rc < 0)
		return wk_keyring_fail(err, WK_KEYRING_OP_DESCRIBE, -rc,
				       subject);
	if ((size_t)rc > sizeof(text) || !memchr(text, '\0', (size_t)rc) ||
	    !parse_description(text, ret_info))
		return wk_fail(err, WK_FAIL, "keyring.description",
			       "%s: its description is not understood",
			       subject);
	return WK_OK;
}
