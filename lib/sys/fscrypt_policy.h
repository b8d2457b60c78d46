/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fscrypt policies: include/uapi/linux/fscrypt.h; fs/crypto/policy.c and
 * keysetup.c say which are taken.  Versions 1 and 2 are read, 2 is written.
 *
 * Messages speak of the directory without naming the path; who knows it puts it
 * before them.
 */
#ifndef WK_SYS_FSCRYPT_POLICY_H
#define WK_SYS_FSCRYPT_POLICY_H

#include "sys/fscrypt.h"

/* --- modes ---------------------------------------------------------------- */

/* The kernel's numbers, FSCRYPT_MODE_*. */
enum {
	WK_FSCRYPT_AES_256_XTS = 1,
	WK_FSCRYPT_AES_256_CTS = 4,
	WK_FSCRYPT_AES_128_CBC = 5,
	WK_FSCRYPT_AES_128_CTS = 6,
	WK_FSCRYPT_SM4_XTS = 7,
	WK_FSCRYPT_SM4_CTS = 8,
	WK_FSCRYPT_ADIANTUM = 9,
	WK_FSCRYPT_AES_256_HCTR2 = 10,
};

struct wk_fscrypt_mode {
	uint8_t number;
	const char *name;    /* "AES-256-XTS" */
	uint8_t key_bytes;   /* of the cipher */
	uint8_t strength;    /* bytes that the storage key has at least */
	const char *kconfig; /* kernel options that it needs */
};
/* Ends with number 0. */
extern const struct wk_fscrypt_mode wk_fscrypt_modes[];
/* NULL: unknown. */
const struct wk_fscrypt_mode *wk_fscrypt_mode_by_number(uint8_t number);
/* "unknown" for what is not in the table. */
const char *wk_fscrypt_mode_name(uint8_t number);
/* Exact names. */
const struct wk_fscrypt_mode *wk_fscrypt_mode_by_name(const char *name);

/* --- policies -------------------------------------------------------------- */

/* FSCRYPT_POLICY_FLAG_*; at most one of them. */
enum {
	WK_FSCRYPT_DIRECT_KEY = 0x04,
	WK_FSCRYPT_IV_INO_LBLK_64 = 0x08,
	WK_FSCRYPT_IV_INO_LBLK_32 = 0x10,
};
#define WK_FSCRYPT_DESCRIPTOR_BYTES 8

struct wk_fscrypt_policy {
	uint8_t version; /* 1 (FSCRYPT_POLICY_V1, the kernel's 0) or 2 */
	/* Version 2: the key's identifier.  Version 1: descriptor, zeros. */
	uint8_t identifier[WK_FSCRYPT_ID_BYTES];
	uint8_t contents, filenames; /* modes */
	uint8_t padding;	     /* of names: 4, 8, 16 or 32 bytes */
	uint8_t flags;		     /* as above */
	uint8_t log2_data_unit_size; /* 9 to 16; 0: the block size; Linux 6.7 */
};
#define WK_FSCRYPT_POLICY_DEFAULT                                   \
	{                                                           \
		.version = 2, .contents = WK_FSCRYPT_AES_256_XTS,   \
		.filenames = WK_FSCRYPT_AES_256_CTS, .padding = 32, \
	}

/* The mode that usually stands beside that one, or 0. */
uint8_t wk_fscrypt_filenames_for(uint8_t contents);
uint8_t wk_fscrypt_contents_for(uint8_t filenames);

/*
 * The rules that the kernel would answer with a bare EINVAL: which modes go
 * together, one of the three flags, IV_INO_LBLK_* with AES-256-XTS only,
 * DIRECT_KEY with Adiantum only, size of the data unit.  WK_UNSUPPORTED
 * "fscrypt.policy", naming the rule; padding: WK_FAIL "usage.bad-value".
 */
WK_MUST enum wk_status
wk_fscrypt_check_policy(const struct wk_fscrypt_policy *p, struct wk_err *err);
/* As above, and what depends on the block size of fd's file system. */
WK_MUST enum wk_status wk_fscrypt_check_policy_on(
	int fd, const struct wk_fscrypt_policy *p, struct wk_err *err);
/* Bytes that a storage key needs for it: the greater of the modes' strengths. */
size_t wk_fscrypt_policy_strength(const struct wk_fscrypt_policy *p);

/*
 * Opens a file or directory to ask for its policy; does not wait for a FIFO.
 * WK_NOT_FOUND, WK_DENIED; WK_NOT_FOUND "fscrypt.no-key": a regular file whose
 * key is not there: ask for its directory; WK_NOT_FOUND "fscrypt.not-encrypted":
 * neither file nor directory.
 */
WK_MUST enum wk_status wk_fscrypt_open_any(const char *path, int *ret_fd,
					   struct wk_err *err);
/*
 * WK_NOT_FOUND "fscrypt.not-encrypted"; WK_UNSUPPORTED: a version that is not
 * known here, or no fscrypt.
 */
WK_MUST enum wk_status wk_fscrypt_get_policy(int fd,
					     struct wk_fscrypt_policy *ret_p,
					     struct wk_err *err);
/* The nonce of a file or directory.  As above; since Linux 5.7. */
#define WK_FSCRYPT_NONCE_BYTES 16
WK_MUST enum wk_status wk_fscrypt_get_nonce(
	int fd, uint8_t ret_nonce[WK_FSCRYPT_NONCE_BYTES], struct wk_err *err);

/*
 * Makes an empty directory encrypted, with a policy of version 2 that keeps the
 * rules.  Setting the policy that it has succeeds.  WK_EXISTS: it has another; WK_NOT_FOUND "fscrypt.no-key": this
 * user did not add the key.
 */
WK_MUST enum wk_status wk_fscrypt_put_policy(int fd,
					     const struct wk_fscrypt_policy *p,
					     struct wk_err *err);
/* The same by the kernel's rules only: err->errnum is what it answered. */
WK_MUST enum wk_status wk_fscrypt_put_unchecked(
	int fd, const struct wk_fscrypt_policy *p, struct wk_err *err);

/*
 * Proves that directories and files can be made under the policy, in a
 * directory of its own below fd that is removed again, before it is set for
 * good.  Succeeds at once when fd is encrypted.  WK_NOT_FOUND "fscrypt.no-key":
 * the key is not there or too short; WK_UNSUPPORTED "fscrypt.no-cipher": the
 * kernel lacks the one that is named; WK_FAIL "fscrypt.trial-left": what was
 * made cannot be removed.
 */
WK_MUST enum wk_status wk_fscrypt_try_policy(int fd,
					     const struct wk_fscrypt_policy *p,
					     struct wk_err *err);
/*
 * What of this can be told without making anything: the rules, whether fd is
 * empty and not encrypted otherwise, whether the key is there.
 */
WK_MUST enum wk_status wk_fscrypt_plan_policy(int fd,
					      const struct wk_fscrypt_policy *p,
					      struct wk_err *err);

/* --- shared by the files of this module ---------------------------------- */

/* EINVAL for a policy that keeps the rules: what it lacks here. */
enum wk_status wk_fscrypt_rejected(int fd, const struct wk_fscrypt_policy *p,
				   struct wk_err *err);

#endif
