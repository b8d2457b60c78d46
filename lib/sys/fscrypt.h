/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fscrypt keys: include/uapi/linux/fscrypt.h, since Linux 5.4;
 * Documentation/filesystems/fscrypt.rst.  Keys of policies of version 2;
 * policies are in fscrypt_policy.h.
 *
 * Messages speak of the file system without naming the path; who knows it puts
 * it before them.
 */
#ifndef WK_SYS_FSCRYPT_H
#define WK_SYS_FSCRYPT_H

#include "base/secret.h"

/* What the ioctl takes.  Policies with AES-256 need 32 bytes at least. */
#define WK_FSCRYPT_KEY_MIN 16	   /* bytes */
#define WK_FSCRYPT_KEY_MAX 64	   /* bytes */
#define WK_FSCRYPT_WRAPPED_MAX 128 /* bytes, wrapped by hardware */

/*
 * Opens a directory for the calls below; any of the file system serves for
 * keys.  WK_NOT_FOUND, WK_DENIED; WK_FAIL: not a directory.
 */
WK_MUST enum wk_status wk_fscrypt_open(const char *path, int *ret_fd,
				       struct wk_err *err);
/* Closes *fd unless it is negative; for WK_AUTO_DIR int fd = -1. */
void wk_fscrypt_close(int *fd);
#define WK_AUTO_DIR __attribute__((cleanup(wk_fscrypt_close)))
/*
 * Goes from a directory to a mount point of its file system that is not
 * encrypted: of all of it, as on ext4 always, or else of a part.  False: it stays
 * where it is.
 */
bool wk_fscrypt_leave(int *fd);

/*
 * Adds the key for the calling user and returns the identifier that the kernel
 * computes from it.  Adding it again succeeds.  hw_wrapped: the key is an
 * engine's ephemerally wrapped one (since Linux 6.16), not raw.
 * WK_UNSUPPORTED: not on this file system; WK_FAIL "fscrypt.quota".
 */
WK_MUST enum wk_status wk_fscrypt_add_key(int fd, const struct wk_secret *key,
					  bool hw_wrapped,
					  uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
					  struct wk_err *err);
/*
 * As above, from a key of type fscrypt-provisioning in a keyring, which the
 * caller must possess or may search.  Its bytes stay in the kernel, so that it
 * can be added again after a remount.  WK_NOT_FOUND: no such key
 * ("fscrypt.no-key"), revoked or expired; WK_UNSUPPORTED "fscrypt.key-type": of
 * another type or version.
 */
WK_MUST enum wk_status
wk_fscrypt_add_serial(int fd, int32_t serial,
		      uint8_t ret_id[WK_FSCRYPT_ID_BYTES], struct wk_err *err);

/*
 * The payload of an fscrypt-provisioning key for policies of version 2: a
 * header of 8 bytes before the key.
 */
WK_MUST enum wk_status wk_fscrypt_provisioning(const struct wk_secret *key,
					       struct wk_secret **ret_payload,
					       struct wk_err *err);

/*
 * Takes back the caller's claim; with the last one the key goes.
 * all_users: everybody's claims, with CAP_SYS_ADMIN; else WK_DENIED.
 * *ret_other_users: others added it, too, and it stays.
 * WK_NOT_FOUND: absent, or not added by this user; WK_EXISTS "fscrypt.busy":
 * the key is wiped, but files that were open stay readable: close them, and
 * remove the key again.
 */
WK_MUST enum wk_status wk_fscrypt_remove_key(
	int fd, const uint8_t id[WK_FSCRYPT_ID_BYTES], bool all_users,
	bool *ret_other_users, struct wk_err *err);

/*
 * Whether everybody's claims could be taken back, by asking the kernel to do so
 * for a key that cannot exist.  WK_DENIED, WK_UNSUPPORTED.
 */
WK_MUST enum wk_status wk_fscrypt_may_remove_all(int fd, struct wk_err *err);

/*
 * The claims of this user on all file systems, from /proc/keys: each is a key
 * of type .fscrypt.  To be freed; NULL: they cannot be known.
 */
char *wk_fscrypt_claims(void);
/*
 * Whether this user has a claim on the key that is not among those of before:
 * then it was made in between.  Also true when it cannot be known.
 */
bool wk_fscrypt_is_new_claim(const char *before,
			     const uint8_t id[WK_FSCRYPT_ID_BYTES]);

enum wk_fscrypt_presence {
	WK_FSCRYPT_ABSENT = 1,
	WK_FSCRYPT_PRESENT = 2,
	WK_FSCRYPT_INCOMPLETELY_REMOVED = 3,
};
struct wk_fscrypt_status {
	enum wk_fscrypt_presence presence;
	bool added_by_self;
	uint32_t user_count;  /* users that added it */
	uint32_t other_flags; /* that mean nothing here yet */
};
WK_MUST enum wk_status
wk_fscrypt_key_status(int fd, const uint8_t id[WK_FSCRYPT_ID_BYTES],
		      struct wk_fscrypt_status *ret_status, struct wk_err *err);

struct wk_open_files;
/*
 * The open files of fd's file system that are encrypted under the key, after it
 * was removed while they were.  To be ended with wk_open_files_done().
 */
void wk_fscrypt_busy_files(int fd, const uint8_t id[WK_FSCRYPT_ID_BYTES],
			   struct wk_open_files *ret_files);

/* --- shared by the files of this module ---------------------------------- */

enum wk_fscrypt_op {
	WK_FSCRYPT_OP_ADD,
	WK_FSCRYPT_OP_ADD_WRAPPED,
	WK_FSCRYPT_OP_ADD_SERIAL,
	WK_FSCRYPT_OP_REMOVE,
	WK_FSCRYPT_OP_REMOVE_ALL,
	WK_FSCRYPT_OP_STATUS,
	WK_FSCRYPT_OP_SET_POLICY,
	WK_FSCRYPT_OP_TRY,
	WK_FSCRYPT_OP_GET_POLICY,
	WK_FSCRYPT_OP_GET_NONCE,
};
#define WK_FSCRYPT_OPS 10
/* Fills *err from an errno of that ioctl on fd, or of making a file below it. */
enum wk_status wk_fscrypt_fail(struct wk_err *err, enum wk_fscrypt_op op,
			       int errnum, int fd);

#endif
