/* SPDX-License-Identifier: Apache-2.0 */
/* Private to module "argon2": the memory and threads that libargon2 works with. */
#ifndef WK_CRYPTO_ARGON2_RESOURCES_H
#define WK_CRYPTO_ARGON2_RESOURCES_H

#include <stddef.h>
#include <stdint.h>

/* libargon2's callbacks.  *ret_memory becomes NULL when there is none. */
int wk_argon2_allocate(uint8_t **ret_memory, size_t len);
void wk_argon2_release(uint8_t *memory, size_t len);

/* How many threads, 1 to want, can run at once beside this one. */
unsigned int wk_argon2_threads(unsigned int want);

#endif
