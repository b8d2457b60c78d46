/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The module's side of struct wk_core: what modules call of the core's
 * functions with state behind them.  Part of every shared module and of
 * nothing else; lib/module.map keeps its symbols inside.
 */
#include "module.h"

/* Set before any other function of the module runs; the same ever after. */
static const struct wk_core *core;

void wk_glue_init(const struct wk_core *c)
{
	core = c;
}

enum wk_status wk_secret_new(size_t cap, struct wk_secret **ret_secret,
			     struct wk_err *err)
{
	return core->secret_new(cap, ret_secret, err);
}

struct wk_secret *wk_secret_free(struct wk_secret *s)
{
	return core->secret_free(s);
}

uint8_t *wk_secret_bytes(struct wk_secret *s)
{
	return core->secret_bytes(s);
}

const uint8_t *wk_secret_view(const struct wk_secret *s)
{
	return core->secret_view(s);
}

size_t wk_secret_cap(const struct wk_secret *s)
{
	return core->secret_cap(s);
}

size_t wk_secret_len(const struct wk_secret *s)
{
	return core->secret_len(s);
}

void wk_secret_set_len(struct wk_secret *s, size_t len)
{
	core->secret_set_len(s, len);
}
