/* SPDX-License-Identifier: Apache-2.0 */
/* What a secret has to look like, whatever file it comes from. */
#include "base/blob.h"
#include "cmd/input_impl.h"
#include "cmd/ui.h"

#include <string.h>

static enum wk_status check_passphrase(struct wk_secret *s, const char *subject,
				       struct wk_err *err)
{
	const uint8_t *p = wk_secret_view(s);
	size_t len = wk_secret_len(s);

	/* One line feed is the editor's; a carriage return is the user's. */
	if (len && p[len - 1] == '\n')
		wk_secret_set_len(s, --len);
	if (len == 0)
		return wk_fail(err, WK_FAIL, "input.empty",
			       "%s: the passphrase is empty", subject);
	if (len > WK_PASSPHRASE_MAX)
		return wk_fail(err, WK_FAIL, "input.too-long",
			       "%s: the passphrase is longer than %d bytes",
			       subject, WK_PASSPHRASE_MAX);
	if (memchr(p, '\0', len))
		return wk_fail(err, WK_FAIL, "input.nul",
			       "%s: the passphrase contains a NUL byte",
			       subject);
	return WK_OK;
}

static enum wk_status check_wrapping_key(const struct wk_secret *s,
					 const char *subject,
					 struct wk_err *err)
{
	size_t len = wk_secret_len(s);

	if (len == WK_WRAPPING_KEY_BYTES)
		return WK_OK;
	if (len < WK_WRAPPING_KEY_BYTES)
		return wk_fail(err, WK_FAIL, "input.wrapping-key-size",
			       "%s: a wrapping key has 32 bytes, here are %zu",
			       subject, len);
	wk_fail(err, WK_FAIL, "input.wrapping-key-size",
		"%s: a wrapping key has 32 bytes, here are more than 32",
		subject);
	if (len == WK_WRAPPING_KEY_BYTES + 1 &&
	    wk_secret_view(s)[WK_WRAPPING_KEY_BYTES] == '\n')
		wk_err_hint(
			err,
			"byte 33 is a line feed; the key is taken byte for byte");
	return WK_FAIL;
}

/* What it says is for the slot to judge; here it is only of any length. */
static enum wk_status check_recovery(const struct wk_secret *s,
				     const char *subject, struct wk_err *err)
{
	size_t len = wk_secret_len(s);

	if (len == 0)
		return wk_fail(err, WK_FAIL, "input.empty",
			       "%s: the recovery key is empty", subject);
	if (len > WK_RECOVERY_TEXT_MAX)
		return wk_fail(err, WK_FAIL, "input.too-long",
			       "%s: too long for a recovery key", subject);
	return WK_OK;
}

static enum wk_status check_kek(const struct wk_secret *s, const char *subject,
				struct wk_err *err)
{
	if (wk_secret_len(s) == WK_ESCROW_BYTES)
		return WK_OK;
	wk_fail(err, WK_FAIL, "input.kek-size",
		"%s: what is in escrow has %d bytes, here are %s%zu", subject,
		WK_ESCROW_BYTES,
		wk_secret_len(s) > WK_ESCROW_BYTES ? "more than " : "",
		wk_secret_len(s) > WK_ESCROW_BYTES ? (size_t)WK_ESCROW_BYTES :
						     wk_secret_len(s));
	wk_err_hint(err, "it is what 'openssl cms -decrypt -binary' writes, "
			 "taken byte for byte");
	return WK_FAIL;
}

/* One byte (and a line feed) more than allowed, to tell "too long". */
size_t wk_input_room(enum wk_secret_kind kind)
{
	switch (kind) {
	case WK_SECRET_WRAPPING_KEY:
		return WK_WRAPPING_KEY_BYTES + 2;
	case WK_SECRET_RECOVERY:
		return WK_RECOVERY_TEXT_MAX + 2;
	case WK_SECRET_KEK:
		return WK_ESCROW_BYTES + 2;
	default:
		return WK_PASSPHRASE_MAX + 2;
	}
}

enum wk_status wk_input_check(enum wk_secret_kind kind, struct wk_secret *s,
			      const char *subject, struct wk_err *err)
{
	switch (kind) {
	case WK_SECRET_WRAPPING_KEY:
		return check_wrapping_key(s, subject, err);
	case WK_SECRET_RECOVERY:
		return check_recovery(s, subject, err);
	case WK_SECRET_KEK:
		return check_kek(s, subject, err);
	default:
		return check_passphrase(s, subject, err);
	}
}
