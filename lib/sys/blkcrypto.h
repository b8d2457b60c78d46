/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys wrapped by an inline-crypto engine: include/uapi/linux/blk-crypto.h,
 * since Linux 6.15; Documentation/block/inline-encryption.rst.
 *
 * A long-term blob is stored and opens nothing by itself: the engine turns it
 * into an ephemeral one, which it knows until the next boot and which is what
 * fscrypt and dm-inlinecrypt take.  Any descriptor of the block device will do,
 * a partition's too; opening it for reading is the only permission needed.
 *
 * Messages do not name the device; who knows it puts it before them.
 */
#ifndef WK_SYS_BLKCRYPTO_H
#define WK_SYS_BLKCRYPTO_H

#include "base/blob.h"
#include "base/secret.h"

/* What the kernel takes as a raw key; most engines take 32 bytes only. */
#define WK_BLKCRYPTO_RAW_MIN 16 /* bytes */
#define WK_BLKCRYPTO_RAW_MAX 64 /* bytes */
/* BLK_CRYPTO_MAX_HW_WRAPPED_KEY_SIZE of the kernel. */
#define WK_BLKCRYPTO_BLOB_MAX 128 /* bytes */

/* A wrapped key, long-term or ephemeral: no secret to whoever lacks the engine. */
struct wk_blkcrypto_blob {
	size_t len;
	uint8_t bytes[WK_BLKCRYPTO_BLOB_MAX];
};

/* What base/file.h closes.  WK_NOT_FOUND, WK_DENIED. */
WK_MUST enum wk_status wk_blkcrypto_open(const char *path, int *ret_fd,
					 struct wk_err *err);

/*
 * The calls below.  WK_UNSUPPORTED "blkcrypto.no-engine": the device has none
 * that wraps keys; "blkcrypto.no-ioctl": the kernel knows no such keys, or fd is
 * no block device; "blkcrypto.blob-size": the blob has more than 128 bytes (and
 * the key that was made is lost).  What a driver says is passed on by its errno.
 */

/* WK_UNSUPPORTED "blkcrypto.key-size": too short or long. */
WK_MUST enum wk_status wk_blkcrypto_import(int fd, const struct wk_secret *raw,
					   struct wk_blkcrypto_blob *ret_lt,
					   struct wk_err *err);
WK_MUST enum wk_status wk_blkcrypto_generate(int fd,
					     struct wk_blkcrypto_blob *ret_lt,
					     struct wk_err *err);
/*
 * WK_REJECTED "blkcrypto.blob": the engine did not make this long-term blob, or
 * it is damaged.  Who has recorded the device that made it can tell the two
 * apart, and says WK_FOREIGN for the first.
 */
WK_MUST enum wk_status wk_blkcrypto_prepare(int fd, struct wk_span lt,
					    struct wk_blkcrypto_blob *ret_eph,
					    struct wk_err *err);

#endif
