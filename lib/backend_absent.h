/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A backend that this build leaves out: the same symbol as the real one, so
 * that callers have no #ifdef and `probe` lists it with the reason.
 */
#ifndef WK_BACKEND_ABSENT_H
#define WK_BACKEND_ABSENT_H

#include "backend.h"

#define WK_BACKEND_ABSENT(id, text, type)                                 \
	static enum wk_status probe(struct wk_err *err)                   \
	{                                                                 \
		return wk_fail(err, WK_UNSUPPORTED, "backend.absent",     \
			       "backend '" #id "' is not in this build"); \
	}                                                                 \
	const struct wk_option wk_backend_##id##_options[] = { { 0 } };   \
	extern const struct wk_backend wk_backend_##id;                   \
	const struct wk_backend wk_backend_##id = {                       \
		.name = #id,                                              \
		.summary = text,                                          \
		.slot_type = type,                                        \
		.probe = probe,                                           \
	}

#endif
