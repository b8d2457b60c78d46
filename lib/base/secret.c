/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets: handles outside of the arena to pieces of it. */
#include "base/secret.h"

#include <assert.h>

#include "base/arena.h"

struct wk_secret {
	uint8_t *p; /* in the arena; NULL: handle not in use */
	size_t cap, len;
};

/* Numbered as the first granule of the piece, so that they never run out. */
static struct wk_secret handles[WK_ARENAS][WK_ARENA_GRANULES];

static enum wk_status make(enum wk_arena_id id, size_t cap,
			   struct wk_secret **ret_secret, struct wk_err *err)
{
	enum wk_status st;
	size_t granule;
	uint8_t *p;

	if (cap < 1 || cap > WK_SECRET_MAX)
		return wk_fail(
			err, WK_FAIL, "secret.size",
			"secret: %zu bytes asked for, from 1 to %d are possible",
			cap, WK_SECRET_MAX);
	st = wk_arena_take(id, cap, &granule, &p, err);
	if (st)
		return st;
	handles[id][granule] = (struct wk_secret){ .p = p, .cap = cap };
	*ret_secret = &handles[id][granule];
	return WK_OK;
}

enum wk_status wk_secret_new(size_t cap, struct wk_secret **ret_secret,
			     struct wk_err *err)
{
	return make(WK_ARENA_MAIN, cap, ret_secret, err);
}

enum wk_status wk_secret_new_pinnable(size_t cap, struct wk_secret **ret_secret,
				      struct wk_err *err)
{
	return make(WK_ARENA_PINNABLE, cap, ret_secret, err);
}

static enum wk_arena_id arena_of(const struct wk_secret *s)
{
	return s >= handles[WK_ARENA_PINNABLE] ? WK_ARENA_PINNABLE :
						 WK_ARENA_MAIN;
}

enum wk_status wk_secret_new_beside(const struct wk_secret *s, size_t cap,
				    struct wk_secret **ret_secret,
				    struct wk_err *err)
{
	return make(arena_of(s), cap, ret_secret, err);
}

enum wk_status wk_secret_from(const void *p, size_t len,
			      struct wk_secret **ret_secret, struct wk_err *err)
{
	enum wk_status st;

	st = wk_secret_new(len, ret_secret, err);
	if (st)
		return st;
	wk_copy_secret((*ret_secret)->p, p, len);
	(*ret_secret)->len = len;
	return WK_OK;
}

struct wk_secret *wk_secret_free(struct wk_secret *s)
{
	enum wk_arena_id id;
	size_t cap;

	if (!s)
		return NULL;
	assert(s->p);
	id = arena_of(s);
	cap = s->cap;
	/* Before the piece, and with it the handle, can have a new owner. */
	*s = (struct wk_secret){ 0 };
	wk_arena_give(id, (size_t)(s - handles[id]), cap);
	return NULL;
}

uint8_t *wk_secret_bytes(struct wk_secret *s)
{
	assert(s->p);
	return s->p;
}

const uint8_t *wk_secret_view(const struct wk_secret *s)
{
	assert(s->p);
	return s->p;
}

size_t wk_secret_cap(const struct wk_secret *s)
{
	return s->cap;
}

size_t wk_secret_len(const struct wk_secret *s)
{
	return s->len;
}

void wk_secret_set_len(struct wk_secret *s, size_t len)
{
	assert(len <= s->cap);
	s->len = len;
}

bool wk_secret_equal(const struct wk_secret *a, const struct wk_secret *b)
{
	/* Volatile: no early end, and no answer from a cleverer comparison. */
	const volatile uint8_t *x = a->p, *y = b->p;
	uint8_t differs = 0;

	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++)
		differs |= x[i] ^ y[i];
	return differs == 0;
}
