/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secret memory.  The public part is in wkey.h.
 *
 * All secrets are pieces of one arena: memfd_secret(2) where the kernel has it
 * (since 5.14; its pages are locked by nature), else anonymous memory locked
 * with mlock2(MLOCK_ONFAULT).  Guard pages around, MADV_DONTDUMP, and
 * MADV_DONTFORK so that a child faults instead of reading zeros.
 */
#ifndef WK_BASE_SECRET_H
#define WK_BASE_SECRET_H

#include "base/err.h"

/*
 * As wk_secret_new(), in memory that the kernel can pin (AF_ALG, io_uring,
 * O_DIRECT): secretmem gives EFAULT there, so this is always anonymous.
 */
WK_MUST enum wk_status wk_secret_new_pinnable(size_t cap,
					      struct wk_secret **ret_secret,
					      struct wk_err *err);
/* As wk_secret_new(), in memory of the kind that s is in. */
WK_MUST enum wk_status wk_secret_new_beside(const struct wk_secret *s,
					    size_t cap,
					    struct wk_secret **ret_secret,
					    struct wk_err *err);
/* A copy of len bytes at p, which the caller still has to wipe. */
WK_MUST enum wk_status wk_secret_from(const void *p, size_t len,
				      struct wk_secret **ret_secret,
				      struct wk_err *err);
/* Constant time in the contents; lengths may differ. */
bool wk_secret_equal(const struct wk_secret *a, const struct wk_secret *b);
/* cap random bytes from getrandom(2); the length becomes cap. */
WK_MUST enum wk_status wk_secret_random(struct wk_secret *s,
					struct wk_err *err);

/*
 * What the arena is made of; WK_ARENA_NONE before the first secret.
 * WK_ARENA_UNLOCKED also when only the memory that can be pinned is unlocked.
 */
enum wk_arena_kind {
	WK_ARENA_NONE,
	WK_ARENA_SECRETMEM, /* memfd_secret */
	WK_ARENA_LOCKED,    /* anonymous and locked */
	WK_ARENA_UNLOCKED,  /* anonymous; locking failed: say so */
};
enum wk_arena_kind wk_secret_arena_kind(void);
/* errno of the failed mlock2(2), or 0. */
int wk_secret_lock_errno(void);

/* Async-signal-safe: wipes the whole arena; for a handler that exits next. */
void wk_secret_wipe_all(void);

/* The one place that wipes memory (explicit_bzero). */
void wk_wipe(void *p, size_t len);
/* As memcpy(3), which is not for secrets: see copy.c. */
void wk_copy_secret(void *to, const void *from, size_t len);

static inline void wk_secret_cleanup(struct wk_secret **s)
{
	*s = wk_secret_free(*s);
}
/* WK_AUTO_SECRET struct wk_secret *key = NULL; */
#define WK_AUTO_SECRET __attribute__((cleanup(wk_secret_cleanup)))

#endif
