/* SPDX-License-Identifier: Apache-2.0 */
/* Backends as options have them: -b and a backend's own. */
#ifndef WK_CMD_BACKEND_OPTS_H
#define WK_CMD_BACKEND_OPTS_H

#include "backend.h"
#include "cmd/args.h"

/* The backend of that name.  WK_FAIL "usage.bad-value": there is none. */
WK_MUST enum wk_status wk_backend_opt(const char *name,
				      const struct wk_backend **ret_backend,
				      struct wk_err *err);

/* Values of backends' own options; hand over &x.settings. */
struct wk_backend_settings {
	struct wk_settings settings; /* must be first */
	const struct wk_args *args;
};
struct wk_backend_settings wk_backend_settings(const struct wk_args *args);

#endif
