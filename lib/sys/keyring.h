/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel keyrings: keyrings(7), Documentation/security/keys/core.rst.
 *
 * A key can be timed, linked and revoked only by who possesses it: who reaches
 * it from the thread, process or session keyring.  The user keyring alone
 * does not count, and the session of a service or a container often does not
 * link it.  So a key is made in the thread keyring, finished there and then
 * moved: it is possessed until it is complete, nobody sees it unfinished, and
 * the kernel itself refuses a second key of that name (KEYCTL_MOVE_EXCL, since
 * Linux 5.3), however many race.
 */
#ifndef WK_SYS_KEYRING_H
#define WK_SYS_KEYRING_H

#include "base/secret.h"

#define WK_KEYRING_TYPE_MAX 31		/* bytes, without the NUL */
#define WK_KEYRING_DESCRIPTION_MAX 4095 /* bytes, without the NUL */
#define WK_KEYRING_PAYLOAD_MAX 32767	/* bytes, of user and logon */

/* Key types that load makes and unload removes. */
enum wk_key_type {
	WK_KEY_LOGON,
	WK_KEY_USER,
	WK_KEY_FSCRYPT_PROVISIONING,
};
#define WK_KEY_TYPES 3
extern const char *const wk_key_type_names[WK_KEY_TYPES];
/* False when it is none of them. */
bool wk_key_type_of(const char *name, enum wk_key_type *ret_type);

/* What load puts before the name of a key file. */
#define WK_KEYRING_PREFIX "wkeyctl:"

/* The keyrings that load uses by itself; other words by wk_keyring_parse(). */
enum {
	WK_KEYRING_SESSION = -3, /* @s */
	WK_KEYRING_USER = -4,	 /* @u */
};

/* Whether keyrings work here.  WK_UNSUPPORTED: no kernel support; WK_DENIED. */
WK_MUST enum wk_status wk_keyring_probe(struct wk_err *err);

/* Whether the word is a serial: decimal digits, 1 to INT32_MAX. */
bool wk_keyring_is_serial(const char *word, int32_t *ret_serial);

/*
 * "@t", "@p", "@s", "@u", "@us", a decimal serial, or "%:NAME" for a keyring
 * by its description.  The result is a serial or a KEY_SPEC_ value.
 * WK_FAIL "usage.bad-value"; WK_NOT_FOUND: no keyring of that name.
 */
WK_MUST enum wk_status wk_keyring_parse(const char *word, int32_t *ret_serial,
					struct wk_err *err);

/*
 * What the kernel would answer with a bare EINVAL: the rules for type,
 * description and payload length.  WK_FAIL "usage.bad-value".
 */
WK_MUST enum wk_status wk_keyring_check(const struct wk_keyring_target *to,
					size_t payload_len, struct wk_err *err);

/*
 * Makes a key.  Three system calls at most without a lifetime and without
 * replace.  On failure nothing of it is left.
 * to->replace: a user or logon key of that name is updated in place, so that
 * whoever holds its serial sees the new bytes; should a later step fail, it is
 * revoked and gone: its old bytes were lost with the update, and what would
 * stay is a key without the lifetime or link that was asked for.
 * to->link_ring: a key of that name there is displaced.
 * WK_EXISTS "keyring.exists"; WK_NOT_FOUND, WK_DENIED: the keyring.
 */
WK_MUST enum wk_status wk_keyring_add(const struct wk_keyring_target *to,
				      const struct wk_secret *payload,
				      int32_t *ret_serial, struct wk_err *err);

/*
 * Links a key that exists; type and description of *to do not matter.  On
 * failure the links that were made are removed again.  Statuses as above.
 */
WK_MUST enum wk_status wk_keyring_link(const struct wk_keyring_target *to,
				       int32_t serial, struct wk_err *err);

struct wk_keyring_info {
	char type[WK_KEYRING_TYPE_MAX + 1];
	char description[WK_KEYRING_DESCRIPTION_MAX + 1];
};
/* WK_NOT_FOUND: no such key, revoked or expired; WK_DENIED. */
WK_MUST enum wk_status wk_keyring_describe(int32_t serial,
					   struct wk_keyring_info *ret_info,
					   struct wk_err *err);

/*
 * Revokes a key and unlinks it from the user and the session keyring.  what:
 * a serial, or a description, searched as logon, user and fscrypt-provisioning
 * below the session and the user keyring, first as it stands and then as
 * "wkeyctl:WHAT".  WK_UNSAFE: of another type, a keyring for example.
 */
WK_MUST enum wk_status wk_keyring_unload(const char *what, int32_t *ret_serial,
					 struct wk_err *err);
/* The key that wk_keyring_unload() would remove. */
WK_MUST enum wk_status wk_keyring_find(const char *what, int32_t *ret_serial,
				       struct wk_err *err);

/*
 * Finds a key in the user or the session keyring and links it to the thread
 * keyring: so it is possessed, and can be named by its serial to other
 * interfaces, although only the user keyring may hold it.  *ret_serial is 0
 * when there is none that is neither revoked nor expired.
 */
WK_MUST enum wk_status wk_keyring_take(enum wk_key_type type,
				       const char *description,
				       int32_t *ret_serial, struct wk_err *err);
/* Undoes that link; 0 is fine. */
void wk_keyring_let_go(int32_t serial);

/* --- shared by the files of this module ---------------------------------- */

/* What was tried; chooses the table of causes and the words. */
enum wk_keyring_op {
	WK_KEYRING_OP_ADD,
	WK_KEYRING_OP_MOVE,
	WK_KEYRING_OP_LINK,
	WK_KEYRING_OP_SEARCH,
	WK_KEYRING_OP_FIND,
	WK_KEYRING_OP_TIMEOUT,
	WK_KEYRING_OP_DESCRIBE,
	WK_KEYRING_OP_REVOKE,
	WK_KEYRING_OP_READ,
};
#define WK_KEYRING_OPS 9
/* Fills *err from an errno of that operation on the key (or keyring) subject. */
enum wk_status wk_keyring_fail(struct wk_err *err, enum wk_keyring_op op,
			       int errnum, const char *subject);
/* The negative errno of a search that means: nothing alive of that name. */
bool wk_keyring_is_absent(int rc);

#endif
