/* SPDX-License-Identifier: Apache-2.0 */
/* enum wk_status in words, and whether the same command can work later. */
#include "cmd/exit_codes.h"

#include <stddef.h>

#include "wkey.h"

/*
 * now: the same command, unchanged.  after-reboot: once the machine has booted
 * again, into the state that is asked for.  after-change: when the arguments,
 * the secret or the machine are others.
 */
const struct wk_exit_code wk_exit_codes[] = {
	{ WK_OK, "ok", "done", "never" },
	{ WK_FAIL, "fail", "failed, or wrong usage (JSON code usage.*)",
	  "after-change" },
	{ WK_AUTH, "auth",
	  "passphrase, PIN or wrapping key wrong or not supplied",
	  "after-change" },
	{ WK_NOMEM, "nomem",
	  "out of memory, or the key file's KDF asks for more than allowed",
	  "after-change" },
	{ WK_NOT_FOUND, "not-found",
	  "nothing there: file, device, key or mapping", "after-change" },
	{ WK_EXISTS, "exists", "exists already, or busy", "after-change" },
	{ WK_REJECTED, "rejected", "the hardware rejects the blob", "never" },
	{ WK_FOREIGN, "foreign",
	  "intact, but of another device, TPM, boot or lifecycle state",
	  "after-change" },
	{ WK_POLICY, "policy", "a policy is not satisfied", "after-reboot" },
	{ WK_LOCKOUT, "lockout", "locked out after wrong attempts: wait",
	  "after-change" },
	{ WK_UNSUPPORTED, "unsupported",
	  "backend or kernel feature absent, or this material cannot go there",
	  "after-change" },
	{ WK_TRANSIENT, "transient", "a passing obstacle, safe to retry",
	  "now" },
	{ WK_PARTIAL, "partial", "some units of a batch failed",
	  "after-change" },
	{ WK_CORRUPT, "corrupt", "key file damaged", "never" },
	{ WK_TOO_NEW, "too-new", "key file needs a newer wkeyctl",
	  "after-change" },
	{ WK_UNSAFE, "unsafe",
	  "refused for safety; the overriding option is named",
	  "after-change" },
	{ WK_TIMEOUT, "timeout", "the time limit passed", "now" },
	{ WK_DENIED, "denied", "permission denied; what is missing is named",
	  "after-change" },
	{ 128, "signal", "128+N: ended by signal N, after cleaning up", "now" },
	{ 0, NULL, NULL, NULL },
};
