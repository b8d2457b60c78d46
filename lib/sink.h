/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all sinks share: which kind of material one takes, and the key's usage.
 * A sink of its own adds what only it knows, such as sizes and key types.
 */
#ifndef WK_SINK_H
#define WK_SINK_H

#include "base/err.h"

enum wk_sink {
	WK_SINK_KEYRING,
	WK_SINK_FSCRYPT,
};
#define WK_SINKS 2
#define WK_MATERIAL_KINDS 4

/* WK_UNSUPPORTED "sink.material", with the reason and the ways out. */
WK_MUST enum wk_status wk_sink_check_material(enum wk_sink sink,
					      const struct wk_material *m,
					      struct wk_err *err);

/*
 * Whether the usage is in the set; what names the consumer that refuses:
 * "fscrypt".  wanted: the usage that a key for it is made with.
 * WK_UNSUPPORTED "sink.usage".
 */
#define WK_USAGE_SET(u) (1U << (u))
WK_MUST enum wk_status wk_sink_check_usage(const struct wk_keyfile *kf,
					   unsigned int set, const char *what,
					   enum wk_usage wanted,
					   struct wk_err *err);

#endif
