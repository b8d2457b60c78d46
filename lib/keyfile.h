/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key file, version 1: bytes <-> struct wk_keyfile.  No I/O, no crypto.
 * man/wkeyctl-keyfile.5 is the specification; names here are those of its
 * ASN.1 module.
 *
 * Construction.  A recoverable key file holds a body: the storage key, sealed
 * by AES-256-GCM under the file's key-encryption key (KEK).  Each envelope slot
 * holds the KEK, sealed under a slot key that HKDF derives from what the slot's
 * protection yields (Argon2id output, wrapping key, unsealed secret).  The
 * body's associated data are all bytes before it, so that whoever opens the
 * file by an envelope slot notices every changed bit.  A slot's associated data
 * are the key id, its id and its protection only: state, priority and label may
 * change without the slot's secret at hand.  A direct slot holds a blob that
 * hardware opens; it cannot vouch for the header, which then is a hint.
 * The last four bytes are a CRC-32 of everything before them: it tells damage
 * from a wrong secret, and protects against accidents only.
 */
#ifndef WK_KEYFILE_H
#define WK_KEYFILE_H

#include "base/blob.h"

#define WK_KEYFILE_MAX 65536 /* bytes of DER */
#define WK_KEYFILE_VERSION 1 /* written, and the newest understood */
#define WK_SLOTS_MAX 32
#define WK_LABEL_MAX 64 /* bytes of UTF-8 */
#define WK_KEK_BYTES 32
#define WK_KEY_BYTES_MIN 16
#define WK_KEY_BYTES_MAX 128
#define WK_BOX_NONCE 12
#define WK_BOX_TAG 16
#define WK_SALT_MIN 16
#define WK_SALT_MAX 64
#define WK_CIPHER_MAX 64
#define WK_MAKER_MAX 64

/* What the bytes of the storage key are. */
enum wk_form {
	WK_FORM_RAW = 0,
	WK_FORM_ENGINE_RAW = 1,
	WK_FORM_OPAQUE = 2, /* --hw-only: direct slot only, no body */
};

enum wk_slot_state {
	WK_SLOT_ACTIVE = 0,
	WK_SLOT_STAGED = 1,
	WK_SLOT_RETIRED = 2
};
enum wk_slot_priority {
	WK_SLOT_IGNORE = 0,
	WK_SLOT_NORMAL = 1,
	WK_SLOT_PREFER = 2
};

/* Context tag of the CHOICE Protection; types above 15 are direct slots. */
enum wk_slot_type {
	WK_SLOT_SOFT = 0,
	WK_SLOT_TPM = 1,
	WK_SLOT_RECOVERY = 2,
	WK_SLOT_RECIPIENT = 3,
	WK_SLOT_TRUSTED_KEK = 4,
	WK_SLOT_BOOT = 5, /* ephemeral form, under the boot key */
	WK_SLOT_ICE = 16,
	WK_SLOT_KERNEL_KEY = 17,
};
#define WK_SLOT_TYPE_MAX 30
#define WK_SLOT_FIRST_DIRECT 16

struct wk_slot {
	uint8_t id;   /* 0 to 31, unique in the file */
	uint8_t type; /* enum wk_slot_type, or one unknown here */
	enum wk_slot_state state;
	enum wk_slot_priority priority;
	char label[WK_LABEL_MAX + 1];
	struct wk_span protection; /* the whole TLV, tag included */
	bool has_kek;		   /* exactly the envelope slots */
	uint8_t kek_nonce[WK_BOX_NONCE];
	uint8_t kek_box[WK_KEK_BYTES + WK_BOX_TAG];
	struct wk_span extensions; /* whole TLV kept verbatim, or empty */
	bool has_replaces;	   /* staged slots only */
	uint8_t replaces; /* id of the slot whose place it takes by commit */
};

/* Fixed when the file is made: other parameters would destroy the data. */
struct wk_volume {
	bool has_uuid, has_target, has_cipher, has_sector_size, has_iv_offset;
	uint8_t uuid[16];
	uint8_t target;			/* 0 crypt, 1 inlinecrypt */
	char cipher[WK_CIPHER_MAX + 1]; /* "aes-xts-plain64" */
	uint32_t sector_size;		/* bytes: 512, 1024, 2048, 4096 */
	uint64_t iv_offset;		/* 512-byte sectors */
};

/* What made the key. */
struct wk_origin {
	char maker[WK_MAKER_MAX + 1]; /* "wkeyctl 0.1.0" */
	uint8_t lifecycle;	      /* 0 unknown, 1 open, 2 closed */
	bool has_device;
	uint8_t device_source; /* 1 SoC serial, 2 device tree, 3 DMI, 4 disk wwid */
	uint8_t device_salt[16];
	uint8_t device_hash[32]; /* SHA-256(salt, identity) */
};

struct wk_keyfile {
	uint32_t version, min_reader; /* 1 to 255 */
	uint64_t critical;	      /* bit mask of features; none known yet */
	uint8_t key_id[WK_KEY_ID_BYTES];
	uint64_t epoch;		    /* 1 upwards, grows with each rewrite */
	char created[16];	    /* GeneralizedTime, "20261120085342Z" */
	char name[WK_NAME_MAX + 1]; /* [A-Za-z0-9._+:@-] */
	enum wk_usage usage;
	enum wk_form form;
	uint32_t key_bits; /* 128 to 1024, multiple of 8 */
	struct wk_origin origin;
	bool has_volume;
	struct wk_volume volume;
	bool has_fscrypt_id;
	uint8_t fscrypt_id[WK_FSCRYPT_ID_BYTES]; /* v2 key identifier */
	struct wk_span extensions; /* of the header; whole TLV, or empty */

	/* Beyond slot_count there is garbage: assign a whole struct wk_slot. */
	size_t slot_count; /* 1 to 32 */
	struct wk_slot slots[WK_SLOTS_MAX];

	bool has_body; /* exactly when form is not OPAQUE */
	uint8_t body_nonce[WK_BOX_NONCE];
	uint8_t body_box[WK_KEY_BYTES_MAX + WK_BOX_TAG]; /* key_bits/8 + 16 */

	struct wk_blob image; /* decoded: the DER that spans point into */
	struct wk_span authenticated; /* decoded: the bytes before the body */
};

/*
 * Any bytes terminate; nothing is read past the end; what decodes re-encodes
 * to the same bytes.  Order of checks: size, CRC, magic, version and critical
 * features, everything else.  PEM is recognized by its first line.
 * WK_CORRUPT: damaged or not a key file; WK_TOO_NEW; WK_NOMEM.
 * On failure *kf is empty.  Release with wk_keyfile_done().
 */
WK_MUST enum wk_status wk_keyfile_decode(struct wk_span in,
					 struct wk_keyfile *kf,
					 struct wk_err *err);
/* The bytes that the body authenticates: magic to slots, as they are encoded. */
WK_MUST enum wk_status wk_keyfile_encode_head(const struct wk_keyfile *kf,
					      struct wk_blob *ret_head,
					      struct wk_err *err);
/* The whole file, DER. */
WK_MUST enum wk_status wk_keyfile_encode(const struct wk_keyfile *kf,
					 struct wk_blob *ret_der,
					 struct wk_err *err);
/* DER as PEM, "-----BEGIN WKEYCTL KEY-----", lines of 64. */
WK_MUST enum wk_status wk_keyfile_to_pem(struct wk_span der,
					 struct wk_blob *ret_pem,
					 struct wk_err *err);
void wk_keyfile_done(struct wk_keyfile *kf);
/*
 * As wk_keyfile_read().  ret_note: what is worth telling of the location though
 * it was read, "LOCATION: copy 1 is damaged (why)", or "".
 */
#define WK_NOTE_MAX 512
WK_MUST enum wk_status wk_keyfile_read_note(const char *location,
					    struct wk_keyfile **ret_kf,
					    char ret_note[static WK_NOTE_MAX],
					    struct wk_err *err);
/* A new, empty, owned key file; wk_keyfile_free() releases it. */
WK_MUST enum wk_status wk_keyfile_new(struct wk_keyfile **ret_kf,
				      struct wk_err *err);
/* The slot of that id, or NULL. */
const struct wk_slot *wk_keyfile_slot(const struct wk_keyfile *kf, uint8_t id);
/* Whether a name may stand in a key file. */
bool wk_keyfile_name_ok(const char *name);
static inline bool wk_slot_is_direct(const struct wk_slot *s)
{
	return s->type >= WK_SLOT_FIRST_DIRECT;
}

/* --- the soft slot: SoftProtection of the ASN.1 module ------------------- */

struct wk_soft_protection {
	bool by_wrapping_key; /* else a passphrase */
	uint8_t salt[WK_SALT_MAX];
	size_t salt_len;
	uint64_t memory_kib; /* untrusted: check before use */
	uint64_t passes;
	uint64_t lanes;
};
/* WK_CORRUPT: malformed, or below the minima of RFC 9106. */
WK_MUST enum wk_status wk_soft_protection_decode(struct wk_span tlv,
						 struct wk_soft_protection *ret,
						 struct wk_err *err);
WK_MUST enum wk_status
wk_soft_protection_encode(const struct wk_soft_protection *p,
			  struct wk_blob *ret_tlv, struct wk_err *err);

/* --- the recovery slot: 256 random bits, so nothing has to be kept --------- */

/* WK_CORRUPT: malformed, or of another type. */
WK_MUST enum wk_status wk_recovery_protection_decode(struct wk_span tlv,
						     struct wk_err *err);
WK_MUST enum wk_status wk_recovery_protection_encode(struct wk_blob *ret_tlv,
						     struct wk_err *err);

/* --- the recipient slot: the KEK in escrow ---------------------------------- */

#define WK_CMS_MAX 8192 /* bytes */

struct wk_recipient_protection {
	uint8_t fingerprint[32]; /* SHA-256 of the certificate's DER */
	struct wk_span cms;	 /* 1 to 8192 bytes; decoded: inside the TLV */
};
/* WK_CORRUPT: malformed, or of another type.  What cms holds is not checked. */
WK_MUST enum wk_status wk_recipient_protection_decode(
	struct wk_span tlv, struct wk_recipient_protection *ret,
	struct wk_err *err);
WK_MUST enum wk_status
wk_recipient_protection_encode(const struct wk_recipient_protection *p,
			       struct wk_blob *ret_tlv, struct wk_err *err);

/* --- the boot slot: an ephemeral form, under the boot key ----------------- */

#define WK_BOOT_ID_BYTES 16
#define WK_BOOT_KEY_ID_BYTES 16

struct wk_boot_protection {
	uint8_t boot_id[WK_BOOT_ID_BYTES]; /* of the boot that it is good for */
	uint8_t boot_key_id[WK_BOOT_KEY_ID_BYTES];
};
/* WK_CORRUPT: malformed, or of another type. */
WK_MUST enum wk_status wk_boot_protection_decode(struct wk_span tlv,
						 struct wk_boot_protection *ret,
						 struct wk_err *err);
WK_MUST enum wk_status
wk_boot_protection_encode(const struct wk_boot_protection *p,
			  struct wk_blob *ret_tlv, struct wk_err *err);

/* --- ice and kernel-key slots: HardwareProtection ------------------------- */

#define WK_DIALECT_MAX 32
#define WK_HW_KDF_MAX 3
#define WK_HW_BLOB_MAX 4096

struct wk_hw_protection {
	uint8_t type; /* WK_SLOT_ICE or WK_SLOT_KERNEL_KEY */
	char dialect[WK_DIALECT_MAX + 1]; /* [a-z0-9.-] */
	uint8_t kdf;	     /* 0 none, 1 v1, 2 legacykdf, 3 rearranged */
	struct wk_span blob; /* 1 to 4096 bytes; decoded: inside the TLV */
};
/* WK_CORRUPT: malformed, or of another type. */
WK_MUST enum wk_status wk_hw_protection_decode(struct wk_span tlv,
					       struct wk_hw_protection *ret,
					       struct wk_err *err);
WK_MUST enum wk_status wk_hw_protection_encode(const struct wk_hw_protection *p,
					       struct wk_blob *ret_tlv,
					       struct wk_err *err);

#endif
