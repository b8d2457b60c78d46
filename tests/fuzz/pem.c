/* SPDX-License-Identifier: Apache-2.0 */
/* PEM: what is read is written the same, but for the kind of line ends. */
#include "fuzz.h"
#include "keyfile_impl.h"

/* Drops '\r' before '\n', and adds the newline that the last line may lack. */
static struct wk_blob with_plain_ends(struct wk_span text)
{
	struct wk_blob out = { 0 };
	struct wk_err err;

	for (size_t i = 0; i < text.len; i++) {
		bool crlf = text.p[i] == '\r' && i + 1 < text.len &&
			    text.p[i + 1] == '\n';

		if (!crlf)
			HOLDS(!wk_blob_append(&out, wk_span(text.p + i, 1),
					      &err));
	}
	if (out.len && out.p[out.len - 1] != '\n')
		HOLDS(!wk_blob_append(&out, wk_span("\n", 1), &err));
	return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 }, pem = { 0 }, plain = { 0 };
	struct wk_span in = wk_span(data, size);
	struct wk_err err = { 0 };
	enum wk_status st;

	if (!wk_keyfile_is_pem(in))
		return 0;
	st = wk_keyfile_from_pem(in, &der, &err);
	if (st) {
		HOLDS(st == WK_CORRUPT && !der.p);
		check_err(&err);
		return 0;
	}
	HOLDS(!wk_keyfile_to_pem(wk_blob_span(&der), &pem, &err));
	plain = with_plain_ends(in);
	HOLDS(same(wk_blob_span(&pem), wk_blob_span(&plain)));
	return 0;
}
