/* SPDX-License-Identifier: Apache-2.0 */
/* Working memory for Argon2. */
#include "crypto/argon2_resources.h"

#include <sys/mman.h>

#include <argon2.h>

/*
 * A huge page where the base page is 4 KiB.  Elsewhere they are larger;
 * aligning to this then does neither good nor harm.
 */
#define HUGE_PAGE ((size_t)2 << 20)
#define PAGE_MAX ((size_t)64 << 10) /* of any architecture */

static uint8_t *map(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* len bytes from a multiple of HUGE_PAGE on: maps more and gives back the rest. */
static uint8_t *map_aligned(size_t len)
{
	size_t pages = (len + PAGE_MAX - 1) & ~(PAGE_MAX - 1);
	uint8_t *p = map(pages + HUGE_PAGE);
	size_t before, after;

	if (!p)
		return NULL;
	before = -(uintptr_t)p & (HUGE_PAGE - 1);
	after = HUGE_PAGE - before;
	if (before)
		(void)munmap(p, before);
	if (after)
		(void)munmap(p + before + pages, after);
	/* Page faults on 4 KiB pages are a fifth to a third of the time. */
	(void)madvise(p + before, len, MADV_HUGEPAGE);
	return p + before;
}

int wk_argon2_allocate(uint8_t **ret_memory, size_t len)
{
	uint8_t *p = NULL;

	if (len < HUGE_PAGE)
		p = map(len);
	else if (len <= SIZE_MAX - HUGE_PAGE - PAGE_MAX)
		p = map_aligned(len);
	if (p) {
		(void)madvise(p, len, MADV_DONTDUMP);
		(void)madvise(p, len, MADV_DONTFORK);
	}
	*ret_memory = p;
	return p ? ARGON2_OK : ARGON2_MEMORY_ALLOCATION_ERROR;
}

/*
 * libargon2 has wiped it (FLAG_clear_internal_memory, which is on and in the
 * shared library out of anybody's reach; tests/unit/test_argon2.c looks).
 */
void wk_argon2_release(uint8_t *memory, size_t len)
{
	(void)munmap(memory, len);
}
