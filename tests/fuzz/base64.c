/* SPDX-License-Identifier: Apache-2.0 */
/* Base64: only one text decodes to given bytes. */
#include "base/base64.h"
#include "fuzz.h"

static void check_line(struct wk_span line, bool last)
{
	WK_AUTO_BLOB struct wk_blob again = { 0 };
	uint8_t *bytes = malloc(line.len / 4 * 3 + 1);
	struct wk_err err;
	size_t len;

	HOLDS(bytes);
	if (wk_base64_decode_line(line, last, bytes, &len)) {
		HOLDS(len <= line.len / 4 * 3);
		HOLDS(!wk_base64_encode(wk_span(bytes, len), 0, &again, &err));
		if (line.len)
			HOLDS(again.len == line.len + 1 &&
			      !memcmp(again.p, line.p, line.len));
	}
	free(bytes);
}

/* Any bytes, in lines of any length, there and back line by line. */
static void check_lines(struct wk_span in, size_t chars)
{
	WK_AUTO_BLOB struct wk_blob text = { 0 };
	uint8_t bytes[256 / 4 * 3];
	struct wk_err err;
	size_t len;

	HOLDS(!wk_base64_encode(in, chars, &text, &err));
	for (size_t at = 0; at < text.len;) {
		const uint8_t *end = memchr(text.p + at, '\n', text.len - at);
		size_t n;

		HOLDS(end);
		n = (size_t)(end - (text.p + at));
		HOLDS(n <= chars);
		HOLDS(wk_base64_decode_line(wk_span(text.p + at, n),
					    at + n + 1 == text.len, bytes,
					    &len));
		HOLDS(len <= in.len && !memcmp(bytes, in.p, len));
		in = wk_span(in.p + len, in.len - len);
		at += n + 1;
	}
	HOLDS(!in.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wk_span in = wk_span(data, size);

	check_line(in, true);
	check_line(in, false);
	if (size)
		check_lines(wk_span(data + 1, size - 1),
			    4 * (1 + data[0] % 64));
	return 0;
}
