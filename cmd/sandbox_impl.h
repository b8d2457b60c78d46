/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the sandbox.  Each returns 0 or an errno. */
#ifndef WK_CMD_SANDBOX_IMPL_H
#define WK_CMD_SANDBOX_IMPL_H

#include "cmd/sandbox.h"

/* Gives up all capabilities, for good, but those that s names. */
int wk_sandbox_drop(const struct wk_sandbox *s);

/* *ret_abi: what the kernel has, also when it is not entered. */
int wk_sandbox_confine(const struct wk_sandbox *s, int *ret_abi);

/* ENOPKG: this build has none. */
int wk_sandbox_filter(const struct wk_sandbox *s);

#endif
