/* SPDX-License-Identifier: Apache-2.0 */
/* Argon2id costs: chosen for a new slot, checked for an existing one. */
#ifndef WK_SOFT_COST_H
#define WK_SOFT_COST_H

#include "backend.h"
#include "session.h"

/* Limits of a key file's costs, whatever memory there is (design: exit 3). */
#define WK_KDF_PASSES_MAX 64
#define WK_KDF_LANES_MAX 64
#define WK_KDF_WORK_MAX_KIB (UINT64_C(64) << 20) /* memory * passes: 64 GiB */

/* RFC 9106 §4 recommends 4 lanes. */
#define WK_KDF_LANES_DEFAULT 4
#define WK_KDF_TARGET_MS_DEFAULT 1000
/* Below this much memory an attacker's hardware gains a lot: a warning. */
#define WK_KDF_MEMORY_WARN_KIB (64 << 10)
/* Never chosen by itself: the file may have to open on a smaller machine. */
#define WK_KDF_MEMORY_CHOICE_KIB (1 << 20)

/*
 * Untrusted costs of a key file against the limits and the memory that the
 * process may use.  WK_NOMEM "kdf.cost"; allocates nothing.
 */
WK_MUST enum wk_status wk_kdf_cost_check(const struct wk_session *s,
					 const struct wk_soft_protection *p,
					 struct wk_argon2_cost *ret_cost,
					 struct wk_err *err);
/*
 * The cost of a new slot: what the options fix, the rest chosen so that a
 * derivation takes the target time here.  At most three derivations, once per
 * session.
 */
WK_MUST enum wk_status wk_kdf_cost_choose(struct wk_session *s,
					  const struct wk_settings *settings,
					  struct wk_argon2_cost *ret_cost,
					  struct wk_err *err);
/* min(lanes, CPUs): more threads than CPUs cost time, the result is the same. */
unsigned int wk_kdf_threads(const struct wk_argon2_cost *cost);

#endif
