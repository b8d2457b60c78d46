/* SPDX-License-Identifier: Apache-2.0 */
/* That a key file is refused, by the decoder and by the encoder, and how. */
#ifndef WK_TEST_KEYFILE_REFUSED_H
#define WK_TEST_KEYFILE_REFUSED_H

#include "tests/unit/sample_keyfile.h"

static inline void refused(struct wk_span der, enum wk_status want,
			   const char *why)
{
	struct wk_keyfile kf;
	struct wk_err err = { 0 };
	enum wk_status st;

	memset(&kf, 0xee, sizeof(kf));
	st = wk_keyfile_decode(sample_guarded(der), &kf, &err);
	if (st != want || !strstr(err.msg, why))
		fail_msg("status %d, '%s' instead of '%s'", st, err.msg, why);
	assert_null(kf.image.p);
	assert_int_equal(kf.slot_count, 0);
	if (want == WK_TOO_NEW)
		assert_string_equal(err.hint, "update wkeyctl");
}

/* Neither read nor written. */
static inline void refused_struct(const struct wk_keyfile *kf,
				  enum wk_status want, const char *why)
{
	WK_AUTO_BLOB struct wk_blob bad = sample_unchecked(kf), none = { 0 };
	struct wk_err err;

	refused(wk_blob_span(&bad), want, why);
	assert_int_equal(wk_keyfile_encode(kf, &none, &err), WK_FAIL);
	assert_string_equal(err.code, "keyfile.invalid");
	assert_non_null(strstr(err.msg, why));
	assert_null(none.p);
}

#define BAD_OF(sample, status, why, ...)          \
	do {                                      \
		struct wk_keyfile kf;             \
		sample(&kf);                      \
		__VA_ARGS__;                      \
		refused_struct(&kf, status, why); \
	} while (0)
#define BAD(why, ...) BAD_OF(sample_full, WK_CORRUPT, why, __VA_ARGS__)

#endif
