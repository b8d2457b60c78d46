/* SPDX-License-Identifier: Apache-2.0 */
/* The tables behind wk_fscrypt_fail(), one for each operation. */
#ifndef WK_SYS_FSCRYPT_CAUSES_H
#define WK_SYS_FSCRYPT_CAUSES_H

#include "sys/cause.h"

extern const struct wk_cause wk_fscrypt_add_causes[];
extern const struct wk_cause wk_fscrypt_add_wrapped_causes[];
extern const struct wk_cause wk_fscrypt_add_serial_causes[];
extern const struct wk_cause wk_fscrypt_remove_causes[];
extern const struct wk_cause wk_fscrypt_remove_all_causes[];
extern const struct wk_cause wk_fscrypt_status_causes[];
extern const struct wk_cause wk_fscrypt_policy_causes[];
extern const struct wk_cause wk_fscrypt_try_causes[];
extern const struct wk_cause wk_fscrypt_get_causes[];
extern const struct wk_cause wk_fscrypt_nonce_causes[];

#endif
