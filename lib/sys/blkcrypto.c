/* SPDX-License-Identifier: Apache-2.0 */
/* The three ioctls of block/blk-crypto.c.  See blkcrypto.h. */
#include "sys/blkcrypto.h"

#include <errno.h>
#include <string.h>

#include "sys/cause.h"
#include "sys/syscalls.h"
#include "uapi/blk-crypto.h"

static const struct wk_cause common_causes[] = {
	{ EOPNOTSUPP, WK_UNSUPPORTED, "blkcrypto.no-engine",
	  "the device has no inline-crypto engine that wraps keys",
	  "one that has it shows queue/crypto/hw_wrapped_keys in "
	  "/sys/block/DISK" },
	{ ENOTTY, WK_UNSUPPORTED, "blkcrypto.no-ioctl",
	  "this is no block device, or the kernel has no wrapped keys",
	  "they need Linux 6.15 with CONFIG_BLK_INLINE_ENCRYPTION=y" },
	{ EOVERFLOW, WK_UNSUPPORTED, "blkcrypto.blob-size",
	  "the engine's wrapped key has more than 128 bytes",
	  "the key that it made is lost; a newer wkeyctl may have room for it" },
	{ 0 },
};

static const struct wk_cause import_causes[] = {
	{ EINVAL, WK_UNSUPPORTED, "blkcrypto.key-size",
	  "the engine does not take a raw key of this size",
	  "most engines take 32 bytes, none less than 16 or more than 64" },
	{ 0 },
};

static const struct wk_cause generate_causes[] = {
	{ 0 },
};

static const struct wk_cause prepare_causes[] = {
	{ EBADMSG, WK_REJECTED, "blkcrypto.blob",
	  "the engine does not know the wrapped key",
	  "it opens on the device that made it only; an ephemeral blob cannot "
	  "be prepared again" },
	{ EINVAL, WK_REJECTED, "blkcrypto.blob",
	  "no engine makes wrapped keys of this size",
	  "they have 128 bytes at most" },
	{ 0 },
};

struct operation {
	unsigned long request;
	const struct wk_cause *causes; /* before the common ones */
	const char *what;
};

static const struct operation import = {
	BLKCRYPTOIMPORTKEY,
	import_causes,
	"cannot import the key",
};
static const struct operation generate = {
	BLKCRYPTOGENERATEKEY,
	generate_causes,
	"cannot generate a key",
};
static const struct operation prepare = {
	BLKCRYPTOPREPAREKEY,
	prepare_causes,
	"cannot prepare the key",
};

static enum wk_status fail(const struct operation *op, int errnum,
			   struct wk_err *err)
{
	const struct wk_cause *c = wk_cause_find(op->causes, errnum);

	if (!c)
		c = wk_cause_find(common_causes, errnum);
	if (!c)
		return wk_fail_errno(err, errnum, "%s", op->what);
	wk_fail(err, c->status, c->code, "%s: %s", op->what, c->cause);
	wk_err_hint(err, "%s", c->hint);
	err->errnum = errnum;
	return c->status;
}

static enum wk_status call(const struct operation *op, int fd, void *arg,
			   struct wk_err *err)
{
	int rc = wk_sys_ioctl(fd, op->request, arg);

	return rc < 0 ? fail(op, -rc, err) : WK_OK;
}

/* What the engine wrote to blob, when it says len bytes. */
static enum wk_status hand_over(const struct operation *op,
				struct wk_blkcrypto_blob *blob, uint64_t len,
				struct wk_blkcrypto_blob *ret_blob,
				struct wk_err *err)
{
	if (len > sizeof(blob->bytes))
		return fail(op, EOVERFLOW, err);
	blob->len = (size_t)len;
	*ret_blob = *blob;
	return WK_OK;
}

enum wk_status wk_blkcrypto_open(const char *path, int *ret_fd,
				 struct wk_err *err)
{
	int fd = wk_sys_open_any(path);

	if (fd < 0)
		return wk_fail_errno(err, -fd, "%s", path);
	*ret_fd = fd;
	return WK_OK;
}

enum wk_status wk_blkcrypto_import(int fd, const struct wk_secret *raw,
				   struct wk_blkcrypto_blob *ret_lt,
				   struct wk_err *err)
{
	struct wk_blkcrypto_blob lt = { 0 };
	struct blk_crypto_import_key_arg arg = {
		.raw_key_ptr = (uintptr_t)wk_secret_view(raw),
		.raw_key_size = wk_secret_len(raw),
		.lt_key_ptr = (uintptr_t)lt.bytes,
		.lt_key_size = sizeof(lt.bytes),
	};
	enum wk_status st = call(&import, fd, &arg, err);

	if (st)
		return st;
	return hand_over(&import, &lt, arg.lt_key_size, ret_lt, err);
}

enum wk_status wk_blkcrypto_generate(int fd, struct wk_blkcrypto_blob *ret_lt,
				     struct wk_err *err)
{
	struct wk_blkcrypto_blob lt = { 0 };
	struct blk_crypto_generate_key_arg arg = {
		.lt_key_ptr = (uintptr_t)lt.bytes,
		.lt_key_size = sizeof(lt.bytes),
	};
	enum wk_status st = call(&generate, fd, &arg, err);

	if (st)
		return st;
	return hand_over(&generate, &lt, arg.lt_key_size, ret_lt, err);
}

enum wk_status wk_blkcrypto_prepare(int fd, struct wk_span lt,
				    struct wk_blkcrypto_blob *ret_eph,
				    struct wk_err *err)
{
	struct wk_blkcrypto_blob eph = { 0 };
	struct blk_crypto_prepare_key_arg arg = {
		.lt_key_ptr = (uintptr_t)lt.p,
		.lt_key_size = lt.len,
		.eph_key_ptr = (uintptr_t)eph.bytes,
		.eph_key_size = sizeof(eph.bytes),
	};
	enum wk_status st = call(&prepare, fd, &arg, err);

	if (st)
		return st;
	return hand_over(&prepare, &eph, arg.eph_key_size, ret_eph, err);
}
