/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes from the kernel. */
#include "base/random.h"

#include <errno.h>
#include <sys/random.h>

#include "base/secret.h"

enum wk_status wk_random(void *p, size_t len, struct wk_err *err)
{
	uint8_t *at = p;

	while (len > 0) {
		ssize_t n = getrandom(at, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return wk_fail_errno(err, errno, "random bytes");
		at += n;
		len -= (size_t)n;
	}
	return WK_OK;
}

enum wk_status wk_secret_random(struct wk_secret *s, struct wk_err *err)
{
	enum wk_status st;

	st = wk_random(wk_secret_bytes(s), wk_secret_cap(s), err);
	if (!st)
		wk_secret_set_len(s, wk_secret_cap(s));
	return st;
}
