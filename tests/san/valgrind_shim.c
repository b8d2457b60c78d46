/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loaded into what runs under valgrind, which up to 3.19 does not know
 * mlock2(2) and says ENOSYS.  Every command would then warn of unlocked memory.
 */
#include <sys/mman.h>

int mlock2(const void *p, size_t len, unsigned int flags)
{
	(void)flags;
	return mlock(p, len);
}
