/* SPDX-License-Identifier: Apache-2.0 */
/* -b and the options of backends. */
#include "cmd/backend_opts.h"

#include <stdio.h>

static enum wk_status unknown_backend(const char *name, struct wk_err *err)
{
	char known[64];
	size_t len = 0;

	for (size_t i = 0; wk_backends[i] && len < sizeof(known); i++)
		len += (size_t)snprintf(known + len, sizeof(known) - len,
					"%s%s", i ? ", " : "",
					wk_backends[i]->name);
	return wk_fail(err, WK_FAIL, "usage.bad-value",
		       "unknown backend '%s': there are %s", name, known);
}

enum wk_status wk_backend_opt(const char *name,
			      const struct wk_backend **ret_backend,
			      struct wk_err *err)
{
	const struct wk_backend *b = wk_backend_by_name(name);

	if (!b)
		return unknown_backend(name, err);
	*ret_backend = b;
	return WK_OK;
}

static uint64_t setting(const struct wk_settings *s, const char *option,
			uint64_t fallback)
{
	const struct wk_backend_settings *b = (const void *)s;

	return wk_args_num(b->args, option, fallback);
}

struct wk_backend_settings wk_backend_settings(const struct wk_args *args)
{
	return (struct wk_backend_settings){ { .number = setting }, args };
}
