/* SPDX-License-Identifier: Apache-2.0 */
/* Module "argon2": Argon2id (RFC 9106) by libargon2, and the module's table. */
#include "crypto/crypto.h"

#include <argon2.h>

#include "crypto/argon2_resources.h"
#include "module.h"

#define OUT_BYTES 32

static enum wk_status no_memory(const struct wk_argon2_cost *cost,
				struct wk_err *err)
{
	bool mib = cost->memory_kib >= 1024;
	uint64_t size = mib ? cost->memory_kib / 1024 : cost->memory_kib;

	wk_fail(err, WK_NOMEM, "memory.argon2",
		"Argon2id: no memory for the %llu %s that it needs",
		(unsigned long long)size, mib ? "MiB" : "KiB");
	wk_err_hint(err, "free memory, or raise the limit of the control group "
			 "or of `ulimit -v`");
	return err->status;
}

static enum wk_status failed(int rc, const struct wk_argon2_cost *cost,
			     struct wk_err *err)
{
	switch (rc) {
	case ARGON2_MEMORY_ALLOCATION_ERROR:
		return no_memory(cost, err);
	case ARGON2_THREAD_FAIL:
		return wk_fail(err, WK_TRANSIENT, "argon2.thread",
			       "Argon2id: no more threads");
	default:
		return wk_fail(err, WK_FAIL, "argon2.parameter", "Argon2id: %s",
			       argon2_error_message(rc));
	}
}

/* libargon2's structure is not const, but without flags it writes to out only. */
static uint8_t *unconst(const uint8_t *p)
{
	return (uint8_t *)(uintptr_t)p;
}

static unsigned int threads_for(unsigned int threads, uint32_t lanes)
{
	return wk_argon2_threads(threads < lanes ? threads : lanes);
}

static enum wk_status derive(const struct wk_secret *passphrase,
			     struct wk_span salt,
			     const struct wk_argon2_cost *cost,
			     unsigned int threads, uint8_t out[OUT_BYTES],
			     struct wk_err *err)
{
	argon2_context ctx = {
		.out = out,
		.outlen = OUT_BYTES,
		.pwd = unconst(wk_secret_view(passphrase)),
		.pwdlen = (uint32_t)wk_secret_len(passphrase),
		.salt = unconst(salt.p),
		.saltlen = (uint32_t)salt.len,
		.t_cost = cost->passes,
		.m_cost = (uint32_t)cost->memory_kib,
		.lanes = cost->lanes,
		.threads = threads_for(threads, cost->lanes),
		.version = ARGON2_VERSION_13,
		.allocate_cbk = wk_argon2_allocate,
		.free_cbk = wk_argon2_release,
		.flags = ARGON2_DEFAULT_FLAGS,
	};
	int rc;

	if (cost->memory_kib > UINT32_MAX || cost->memory_kib > SIZE_MAX / 1024)
		return no_memory(cost, err);
	rc = argon2id_ctx(&ctx);
	if (rc == ARGON2_OK)
		return WK_OK;
	wk_wipe(out, OUT_BYTES);
	return failed(rc, cost, err);
}

static const struct wk_argon2_ops ops = {
	.derive = derive,
};

WK_MODULE_DEFINE(argon2, "libargon2", &ops);
