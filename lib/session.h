/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session: the host's secrets and the opened modules.  What it caches is
 * keyed by secrets that the host owns, so it must be closed before the host
 * wipes them.
 */
#ifndef WK_SESSION_H
#define WK_SESSION_H

#include "crypto/crypto.h"

struct wk_session {
	const struct wk_host *host;
	uint64_t kdf_max_bytes; /* --kdf-max-memory; 0: what the system allows */
	const struct wk_crypto_ops *crypto_ops;
	struct wk_crypto *crypto;
	const struct wk_argon2_ops *argon2;
	/* The PRK of the last host-owned slot secret: one extract per batch. */
	const struct wk_secret *prk_secret;
	struct wk_prk *prk;
	/* Cost chosen by calibration, once per session. */
	struct wk_argon2_cost chosen_cost;
};

/* Opens the module on first use; afterwards s->crypto and s->crypto_ops are set. */
WK_MUST enum wk_status wk_session_crypto(struct wk_session *s,
					 struct wk_err *err);
WK_MUST enum wk_status wk_session_argon2(struct wk_session *s,
					 struct wk_err *err);
/* The host's ways, WK_SUPPLY_NO and WK_AUTH without a host. */
enum wk_supply wk_session_supply(const struct wk_session *s,
				 enum wk_secret_kind kind);
WK_MUST enum wk_status wk_session_get(struct wk_session *s,
				      enum wk_secret_kind kind,
				      const char *subject,
				      const struct wk_secret **ret_secret,
				      struct wk_err *err);
void wk_session_warn(const struct wk_session *s, const char *fmt, ...)
	WK_PRINTF(2, 3);

#endif
