/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libwkey: long-term wrapped storage keys, from the key file to the kernel.
 *
 * The only public header.  The library never prints, prompts, exits or reads
 * argv; it fills a struct wk_err that the caller owns.  One session serves one
 * thread.  All functions that return enum wk_status set *err on failure and
 * leave every ret_ argument untouched; on success they always set it.
 */
#ifndef WKEY_H
#define WKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WK_API __attribute__((visibility("default")))
#define WK_MUST __attribute__((warn_unused_result))

/* The outcome of every fallible call, and the tool's exit status. */
enum wk_status {
	WK_OK = 0,
	WK_FAIL = 1,	  /* failed, or wrong usage (err->code "usage.*") */
	WK_AUTH = 2,	  /* passphrase, PIN or wrapping key wrong or absent */
	WK_NOMEM = 3,	  /* out of memory, or a KDF cost above the limit */
	WK_NOT_FOUND = 4, /* no such file, device, key, mapping */
	WK_EXISTS = 5,	  /* exists already, or busy */
	WK_REJECTED = 6,  /* the hardware rejects the blob */
	WK_FOREIGN = 7,	  /* of another device, TPM, boot or lifecycle state */
	WK_POLICY = 8,	  /* a policy (PCR) is not satisfied */
	WK_LOCKOUT = 9,	  /* dictionary-attack lockout */
	WK_UNSUPPORTED = 10, /* backend, kernel feature or combination absent */
	WK_TRANSIENT = 11,   /* safe to retry */
	WK_PARTIAL = 12,     /* some units of a batch failed */
	WK_CORRUPT = 13,     /* key file damaged */
	WK_TOO_NEW = 14,     /* key file needs a newer wkeyctl */
	WK_UNSAFE = 15,	 /* refused for safety; err->hint names the override */
	WK_TIMEOUT = 16, /* the deadline passed */
	WK_DENIED = 17,	 /* permission denied */
};

/*
 * What went wrong, for a person and for a program.  Owned by the caller,
 * usually on the stack: reporting an error allocates nothing.  Strings are
 * NUL-terminated, free of control characters and of key material; what does
 * not fit is cut at the end.
 */
struct wk_err {
	enum wk_status status;
	int errnum;	 /* errno of the failing call, or 0 */
	uint32_t tpm_rc; /* TSS2_RC, or 0 */
	char code[40];	 /* stable, dotted: "file.exists" */
	char msg[512];	 /* "subject: cause" */
	char hint[256];	 /* the way out, or "" */
};

/* --- secrets ------------------------------------------------------------- */

/*
 * A piece of one locked arena that is in no core dump, not inherited by
 * children and wiped on release.  Nothing in this library prints or encodes one.
 */
struct wk_secret;

/*
 * Makes a secret with room for cap bytes (1 to WK_SECRET_MAX), length 0.
 * WK_NOMEM: the arena is full or could not be mapped.
 */
#define WK_SECRET_MAX 32768
WK_API WK_MUST enum wk_status wk_secret_new(size_t cap,
					    struct wk_secret **ret_secret,
					    struct wk_err *err);
/* Wipes and releases; NULL is fine.  Always returns NULL. */
WK_API struct wk_secret *wk_secret_free(struct wk_secret *s);
/* The bytes; cap of them are writable, valid until wk_secret_free(). */
WK_API uint8_t *wk_secret_bytes(struct wk_secret *s);
WK_API const uint8_t *wk_secret_view(const struct wk_secret *s);
WK_API size_t wk_secret_cap(const struct wk_secret *s);
WK_API size_t wk_secret_len(const struct wk_secret *s);
/* len must be at most the capacity (asserted). */
WK_API void wk_secret_set_len(struct wk_secret *s, size_t len);

/* --- the program that uses the library ----------------------------------- */

/* Which secret a slot needs to open. */
enum wk_secret_kind {
	WK_SECRET_NONE,
	WK_SECRET_PASSPHRASE,
	WK_SECRET_WRAPPING_KEY, /* exactly 32 bytes */
	WK_SECRET_PIN,
	WK_SECRET_RECOVERY, /* the text of a recovery key */
	/* Out of escrow: KEK (32 bytes) and key id (16), as CMS yields them. */
	WK_SECRET_KEK,
};
#define WK_SECRET_KINDS 6
#define WK_WRAPPING_KEY_BYTES 32
#define WK_ESCROW_BYTES 48

/* How the program can supply a secret of some kind. */
enum wk_supply {
	WK_SUPPLY_NO,	/* not at all */
	WK_SUPPLY_ASK,	/* by asking a person */
	WK_SUPPLY_HELD, /* without asking anybody */
};

/*
 * What the program lends to the library.  Must outlive every session opened
 * with it.  A secret that get() returns stays owned by the host, unchanged and
 * not released as long as the host lives.
 */
struct wk_host {
	enum wk_supply (*supply)(const struct wk_host *h,
				 enum wk_secret_kind kind);
	/* subject: what is unlocked or protected, for a prompt. */
	enum wk_status (*get)(const struct wk_host *h, enum wk_secret_kind kind,
			      const char *subject,
			      const struct wk_secret **ret_secret,
			      struct wk_err *err);
	/* Optional: a thing worth telling that is no failure. */
	void (*warn)(const struct wk_host *h, const char *text);
};

struct wk_session;

/*
 * Opens a session.  Cheap: modules (libcrypto, Argon2) are opened when a key
 * file first needs them.  host may be NULL: then no secret can be supplied.
 */
WK_API WK_MUST enum wk_status wk_session_open(const struct wk_host *host,
					      struct wk_session **ret_session,
					      struct wk_err *err);
/* NULL is fine.  Always returns NULL. */
WK_API struct wk_session *wk_session_close(struct wk_session *s);

/* --- key files ------------------------------------------------------------ */

#define WK_KEY_ID_BYTES 16
#define WK_NAME_MAX 64

/* What a key is for; a sink of another usage refuses it. */
enum wk_usage {
	WK_USAGE_ANY = 0,
	WK_USAGE_FSCRYPT = 1,
	WK_USAGE_DM_CRYPT = 2,
	WK_USAGE_DM_INLINECRYPT = 3,
	WK_USAGE_KEYRING = 4,
};

struct wk_keyfile;

/*
 * Reads and decodes a key file, DER or PEM; "-" is standard input, and
 * /dev/NODE@OFFSET, part:LABEL@OFFSET and raw:PATH@OFFSET are raw regions.
 * WK_NOT_FOUND, WK_DENIED: the file; WK_CORRUPT: its contents;
 * WK_TOO_NEW: made for a later reader; WK_FAIL: not a regular file, I/O;
 * WK_UNSAFE: two partitions have the label.
 */
WK_API WK_MUST enum wk_status wk_keyfile_read(const char *path,
					      struct wk_keyfile **ret_kf,
					      struct wk_err *err);
/* NULL is fine.  Always returns NULL. */
WK_API struct wk_keyfile *wk_keyfile_free(struct wk_keyfile *kf);
/* WK_KEY_ID_BYTES bytes, valid as long as kf. */
WK_API const uint8_t *wk_keyfile_id(const struct wk_keyfile *kf);
WK_API const char *wk_keyfile_name(const struct wk_keyfile *kf);
WK_API enum wk_usage wk_keyfile_usage(const struct wk_keyfile *kf);
WK_API unsigned int wk_keyfile_key_bits(const struct wk_keyfile *kf);

/* --- material: what unlocking yields -------------------------------------- */

enum wk_material_kind {
	WK_MATERIAL_RAW,	/* the storage key itself */
	WK_MATERIAL_ENGINE_RAW, /* raw bytes that only an engine's KDF may use */
	WK_MATERIAL_HW_WRAPPED, /* ephemeral blob of an inline-crypto engine */
	WK_MATERIAL_KERNEL_KEY, /* a key serial; the bytes stay in the kernel */
};

struct wk_material {
	enum wk_material_kind kind;
	struct wk_secret *key; /* owned; NULL for WK_MATERIAL_KERNEL_KEY */
	int32_t serial;	       /* WK_MATERIAL_KERNEL_KEY; else 0 */
};

/* Wipes and empties *m; an empty one is fine. */
WK_API void wk_material_done(struct wk_material *m);

/*
 * Opens the key file by the first slot that can be opened with what the host
 * supplies.  The failure is that of the first slot that failed for another
 * reason than a missing secret.  WK_AUTH: wrong or missing secret; WK_NOMEM:
 * KDF cost above the limit; WK_CORRUPT: slot fine, body damaged;
 * WK_UNSUPPORTED: backend or module absent.
 */
WK_API WK_MUST enum wk_status wk_unlock(struct wk_session *s,
					const struct wk_keyfile *kf,
					struct wk_material *ret_material,
					struct wk_err *err);

/* --- sinks: where material goes ------------------------------------------- */

/*
 * Adds the key to the kernel keyring `ring` (a serial, or a KEY_SPEC_ value)
 * and, when link_ring is not 0, links it there too.  type: "user", "logon" or
 * "fscrypt-provisioning".  expire_s: lifetime in seconds, 0 for no end.
 * WK_EXISTS: the keyring holds a key of that type and description.
 */
struct wk_keyring_target {
	const char *type, *description;
	int32_t ring, link_ring;
	unsigned int expire_s;
	bool replace;
};
WK_API WK_MUST enum wk_status
wk_load_to_keyring(const struct wk_keyfile *kf, const struct wk_material *m,
		   const struct wk_keyring_target *to, int32_t *ret_serial,
		   struct wk_err *err);

#define WK_FSCRYPT_ID_BYTES 16
/*
 * Adds the key to the file system that dir is on, for v2 policies.
 * Returns the kernel's key identifier.
 */
WK_API WK_MUST enum wk_status
wk_add_to_fscrypt(const struct wk_keyfile *kf, const struct wk_material *m,
		  const char *dir, uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
		  struct wk_err *err);

/* The version of the library, "0.1.0". */
WK_API const char *wk_version(void);

#ifdef __cplusplus
}
#endif
#endif
