/* SPDX-License-Identifier: Apache-2.0 */
/* Copying secrets so that the copy is the only one. */
#include "base/secret.h"

/*
 * memcpy(3) leaves what it copied in vector registers.  The next function that
 * the dynamic linker has to resolve, be it inside libc, saves these on the
 * stack, where they stay: seen with glibc 2.36, _dl_runtime_resolve_xsavec().
 * Through volatile the compiler can make neither vectors nor a memcpy of it.
 */
void wk_copy_secret(void *to, const void *from, size_t len)
{
	const volatile uint8_t *source = from;
	volatile uint8_t *target = to;

	for (size_t i = 0; i < len; i++)
		target[i] = source[i];
}
