/* SPDX-License-Identifier: Apache-2.0 */
/* How fast is Argon2id here? */
#ifndef WK_SOFT_CALIBRATE_H
#define WK_SOFT_CALIBRATE_H

#include "crypto/crypto.h"

/*
 * time = memory * (touch + passes * pass).  Touching memory for the first time
 * is paid once, and is not cheap: a fifth of a pass with huge pages, more
 * without.  Nanoseconds for each KiB.
 */
struct wk_kdf_speed {
	double touch_ns, pass_ns;
};

/* RFC 9106, 4, second choice: as many passes where nothing limits memory. */
#define WK_KDF_PASSES 3

/*
 * Three derivations that together take about a tenth of target_ms, within
 * max_kib of memory.  threads as they will be used later.
 */
WK_MUST enum wk_status wk_kdf_measure(const struct wk_argon2_ops *ops,
				      uint32_t lanes, unsigned int threads,
				      uint64_t max_kib, uint64_t target_ms,
				      struct wk_kdf_speed *ret_speed,
				      struct wk_err *err);
/* The passes (at least 1) that fill the time at this memory. */
uint32_t wk_kdf_passes_for(const struct wk_kdf_speed *v, uint64_t memory_kib,
			   uint64_t target_ms);
/* The memory that fills the time at these passes. */
uint64_t wk_kdf_memory_for(const struct wk_kdf_speed *v, uint32_t passes,
			   uint64_t target_ms);

#endif
