/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arenas: memfd_secret(2), since Linux 5.14, mm/secretmem.c; else anonymous
 * memory and mlock2(2).
 */
#include "base/arena.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_memfd_secret
#define SYS_memfd_secret (-1) /* answers ENOSYS */
#endif

struct arena {
	/* A signal handler reads these two. */
	_Atomic(uint8_t *) base; /* NULL: not mapped */
	atomic_size_t high;	 /* what lies above was never handed out */
	enum wk_arena_kind kind;
	int lock_errno;
	bool used[WK_ARENA_GRANULES];
};

static struct arena arenas[WK_ARENAS];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static size_t page_bytes(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* What is accessible: the arena in whole pages, which may have 64 KiB. */
static size_t inner_bytes(void)
{
	size_t page = page_bytes();

	return (WK_ARENA_BYTES + page - 1) / page * page;
}

/* With a guard page on both sides. */
static size_t outer_bytes(void)
{
	return inner_bytes() + 2 * page_bytes();
}

/*
 * In a new child, which did not inherit the pages.  Nothing else may move into
 * the hole, where stale pointers would find it, and what was in use stays so,
 * because handles are numbered like granules.  The child's own secrets get an
 * arena of their own.
 */
static void forget_in_child(void)
{
	for (size_t i = 0; i < WK_ARENAS; i++) {
		uint8_t *base = arenas[i].base;

		if (!base)
			continue;
		(void)mmap(base - page_bytes(), outer_bytes(), PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
				   MAP_FIXED_NOREPLACE,
			   -1, 0);
		arenas[i].base = NULL;
		arenas[i].high = 0;
		arenas[i].kind = WK_ARENA_NONE;
		arenas[i].lock_errno = 0;
	}
	/* Another thread of the parent may have held it. */
	mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
}

/*
 * Reserves the whole arena, inaccessible, as secretmem.  The guard pages are
 * part of it, because mapping over a reservation could, when RLIMIT_MEMLOCK
 * refuses it, leave a hole for other threads to map into.
 */
static uint8_t *reserve_secretmem(void)
{
	int fd = (int)syscall(SYS_memfd_secret, O_CLOEXEC);
	void *p = MAP_FAILED;

	if (fd < 0)
		return NULL;
	if (!ftruncate(fd, (off_t)outer_bytes()))
		p = mmap(NULL, outer_bytes(), PROT_NONE, MAP_SHARED, fd, 0);
	(void)close(fd); /* the mapping holds it */
	return p == MAP_FAILED ? NULL : p;
}

static uint8_t *reserve_anonymous(void)
{
	void *p = mmap(NULL, outer_bytes(), PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* Locks only pages that get used. */
static int lock_errno(uint8_t *base)
{
	return mlock2(base, inner_bytes(), MLOCK_ONFAULT) ? errno : 0;
}

/* Secretmem is kept out of core dumps and locked by nature. */
static int open_up(uint8_t *outer, struct arena *a)
{
	uint8_t *base = outer + page_bytes();

	if (mprotect(base, inner_bytes(), PROT_READ | PROT_WRITE) ||
	    madvise(outer, outer_bytes(), MADV_DONTFORK))
		return errno;
	if (a->kind == WK_ARENA_SECRETMEM)
		return 0;
	if (madvise(outer, outer_bytes(), MADV_DONTDUMP))
		return errno;
	a->lock_errno = lock_errno(base);
	a->kind = a->lock_errno ? WK_ARENA_UNLOCKED : WK_ARENA_LOCKED;
	return 0;
}

static void watch_forks(void)
{
	static bool watched;

	/* It fails for want of memory only; a child then faults all the same. */
	if (!watched)
		watched = !pthread_atfork(NULL, NULL, forget_in_child);
}

static enum wk_status map_arena(enum wk_arena_id id, struct wk_err *err)
{
	struct arena fresh = { .kind = WK_ARENA_NONE };
	uint8_t *outer = NULL;
	int e;

	if (id == WK_ARENA_MAIN)
		outer = reserve_secretmem();
	if (outer)
		fresh.kind = WK_ARENA_SECRETMEM;
	else
		outer = reserve_anonymous();
	e = outer ? open_up(outer, &fresh) : errno;
	if (e) {
		if (outer)
			(void)munmap(outer, outer_bytes());
		(void)wk_fail(err, WK_NOMEM, "memory.secrets",
			      "memory for secrets: %s", strerrordesc_np(e));
		err->errnum = e;
		return WK_NOMEM;
	}
	watch_forks();
	arenas[id].kind = fresh.kind;
	arenas[id].lock_errno = fresh.lock_errno;
	arenas[id].base = outer + page_bytes();
	return WK_OK;
}

/* The first of n free granules in a row, or WK_ARENA_GRANULES. */
static size_t find_free(const struct arena *a, size_t n)
{
	size_t run = 0;

	for (size_t i = 0; i < WK_ARENA_GRANULES; i++) {
		run = a->used[i] ? 0 : run + 1;
		if (run == n)
			return i + 1 - n;
	}
	return WK_ARENA_GRANULES;
}

static size_t granules_of(size_t len)
{
	return (len + WK_ARENA_GRANULE - 1) / WK_ARENA_GRANULE;
}

static void mark(struct arena *a, size_t first, size_t n, bool used)
{
	for (size_t i = first; i < first + n; i++) {
		assert(a->used[i] != used);
		a->used[i] = used;
	}
}

static enum wk_status take_locked(enum wk_arena_id id, size_t n,
				  size_t *ret_granule, struct wk_err *err)
{
	struct arena *a = &arenas[id];
	enum wk_status st;
	size_t first;

	if (!a->base) {
		st = map_arena(id, err);
		if (st)
			return st;
	}
	first = find_free(a, n);
	if (first == WK_ARENA_GRANULES)
		return wk_fail(err, WK_NOMEM, "memory.secrets",
			       "memory for secrets: all of it is in use");
	mark(a, first, n, true);
	if (a->high < (first + n) * WK_ARENA_GRANULE)
		a->high = (first + n) * WK_ARENA_GRANULE;
	*ret_granule = first;
	return WK_OK;
}

enum wk_status wk_arena_take(enum wk_arena_id id, size_t len,
			     size_t *ret_granule, uint8_t **ret_p,
			     struct wk_err *err)
{
	enum wk_status st;

	(void)pthread_mutex_lock(&mutex);
	st = take_locked(id, granules_of(len), ret_granule, err);
	if (!st)
		*ret_p = arenas[id].base + *ret_granule * WK_ARENA_GRANULE;
	(void)pthread_mutex_unlock(&mutex);
	return st;
}

void wk_arena_give(enum wk_arena_id id, size_t granule, size_t len)
{
	uint8_t *base = arenas[id].base;
	size_t n = granules_of(len);

	/* A piece of the parent's arena is not here. */
	if (base)
		wk_wipe(base + granule * WK_ARENA_GRANULE,
			n * WK_ARENA_GRANULE);
	(void)pthread_mutex_lock(&mutex);
	mark(&arenas[id], granule, n, false);
	(void)pthread_mutex_unlock(&mutex);
}

/* What is wrong with one arena is said for both. */
static enum wk_arena_kind state(int *ret_lock_errno)
{
	enum wk_arena_id id = WK_ARENA_MAIN;
	enum wk_arena_kind kind;

	(void)pthread_mutex_lock(&mutex);
	if (!arenas[id].base || arenas[WK_ARENA_PINNABLE].lock_errno)
		id = WK_ARENA_PINNABLE;
	*ret_lock_errno = arenas[id].lock_errno;
	kind = arenas[id].kind;
	(void)pthread_mutex_unlock(&mutex);
	return kind;
}

enum wk_arena_kind wk_secret_arena_kind(void)
{
	int ignored;

	return state(&ignored);
}

int wk_secret_lock_errno(void)
{
	int e;

	(void)state(&e);
	return e;
}

void wk_secret_wipe_all(void)
{
	for (size_t i = 0; i < WK_ARENAS; i++)
		if (arenas[i].base)
			wk_wipe(arenas[i].base, arenas[i].high);
}
