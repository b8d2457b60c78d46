/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory that secrets are pieces of; only secret.c uses it.
 *
 * Two arenas exist at most: the main one, and one that the kernel can pin.
 * Each is mapped when it is first needed and stays.  Pieces are whole granules;
 * what tells used from free lies outside of the arena, so that overrunning a
 * secret spoils no bookkeeping.  Safe to use from several threads.
 */
#ifndef WK_BASE_ARENA_H
#define WK_BASE_ARENA_H

#include "base/secret.h"

#define WK_ARENA_BYTES 49152
#define WK_ARENA_GRANULE 64
#define WK_ARENA_GRANULES (WK_ARENA_BYTES / WK_ARENA_GRANULE)

enum wk_arena_id {
	WK_ARENA_MAIN,
	WK_ARENA_PINNABLE, /* always anonymous */
};
#define WK_ARENAS 2

/*
 * Takes len bytes (1 to WK_ARENA_BYTES), all zero, from *ret_p on;
 * *ret_granule is the number of the first granule, which names the piece.
 * WK_NOMEM: full, or the arena could not be mapped.
 */
WK_MUST enum wk_status wk_arena_take(enum wk_arena_id id, size_t len,
				     size_t *ret_granule, uint8_t **ret_p,
				     struct wk_err *err);
/* Wipes the piece and takes it back; len as it was taken. */
void wk_arena_give(enum wk_arena_id id, size_t granule, size_t len);

#endif
