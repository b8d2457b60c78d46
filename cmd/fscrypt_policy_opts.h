/* SPDX-License-Identifier: Apache-2.0 */
/* Options <-> fscrypt policy, and how a policy is shown. */
#ifndef WK_CMD_FSCRYPT_POLICY_OPTS_H
#define WK_CMD_FSCRYPT_POLICY_OPTS_H

#include "cmd/args.h"
#include "cmd/out.h"
#include "sys/fscrypt_policy.h"

/*
 * --contents, --filenames, --padding, --direct-key, --iv-ino-lblk-64,
 * --iv-ino-lblk-32, --data-unit-size
 */
extern const struct wk_option wk_opts_fscrypt_policy[];

/*
 * Puts what is given over *policy, which holds the defaults, and checks the
 * rules.  One mode without the other brings its usual partner.  The identifier
 * is not touched.  WK_UNSUPPORTED "fscrypt.policy"; WK_FAIL "usage.bad-value".
 */
WK_MUST enum wk_status wk_fscrypt_policy_from_args(
	const struct wk_args *args, struct wk_fscrypt_policy *policy,
	struct wk_err *err);
/* False: not a power of two, or out of 512 to 65536. */
WK_MUST bool wk_fscrypt_log2_unit(uint64_t bytes, uint8_t *ret_log2);

/* "AES-256-XTS, AES-256-CTS, padding 32"; and flags, and data unit. */
void wk_fscrypt_policy_text(const struct wk_fscrypt_policy *policy,
			    char buf[static 160]);
/* The members but version and key; in text only when labelled. */
void wk_fscrypt_policy_print(const struct wk_fscrypt_policy *policy,
			     bool labelled, struct wk_out *out);

#endif
