/* SPDX-License-Identifier: Apache-2.0 */
/* import --from: each decoder against the one for public bytes, where there is one. */
#include "base/base64.h"
#include "base/hex.h"
#include "cmd/raw_formats.h"
#include "fuzz.h"

static struct wk_secret *decoded(wk_raw_decode *decode,
				 const struct wk_secret *in)
{
	struct wk_secret *raw = NULL;
	struct wk_err err;
	enum wk_status st = decode(in, &raw, &err);

	if (st) {
		HOLDS(!raw);
		check_err(&err);
		return NULL;
	}
	HOLDS(wk_secret_len(raw) >= 1);
	HOLDS(wk_secret_len(raw) <= wk_secret_len(in));
	return raw;
}

static bool holds_bytes(const struct wk_secret *raw, struct wk_span want)
{
	return same(wk_span(wk_secret_view(raw), wk_secret_len(raw)), want);
}

static void check_hex(const struct wk_secret *in, const char *text)
{
	WK_AUTO_SECRET struct wk_secret *raw = decoded(wk_raw_from_hex, in);
	uint8_t bytes[WK_RAW_FORMAT_MAX];
	size_t len = strlen(text) / 2;
	/* What is behind a NUL is left out of text. */
	bool whole = strlen(text) == wk_secret_len(in);

	if (len && whole && wk_hex_decode(text, bytes, len))
		HOLDS(raw && holds_bytes(raw, wk_span(bytes, len)));
	else if (raw)
		HOLDS(strchr(text, '\n') || strchr(text, '\r'));
}

static void check_base64(const struct wk_secret *in)
{
	WK_AUTO_SECRET struct wk_secret *raw = decoded(wk_raw_from_base64, in);
	struct wk_span line = wk_span(wk_secret_view(in), wk_secret_len(in));
	uint8_t bytes[WK_RAW_FORMAT_MAX];
	size_t len;

	if (line.len && wk_base64_decode_line(line, true, bytes, &len) && len)
		HOLDS(raw && holds_bytes(raw, wk_span(bytes, len)));
	else if (raw)
		HOLDS(memchr(line.p, '\n', line.len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	WK_AUTO_SECRET struct wk_secret *in = NULL;
	struct wk_err err;
	char *text;

	if (size > WK_RAW_FORMAT_MAX)
		return 0;
	HOLDS(!wk_secret_new(size + 1, &in, &err));
	if (size)
		memcpy(wk_secret_bytes(in), data, size);
	wk_secret_set_len(in, size);
	text = text_of(data, size);
	check_hex(in, text);
	check_base64(in);
	wk_secret_free(decoded(wk_raw_from_fscrypt_payload, in));
	wk_secret_free(decoded(wk_raw_from_fscrypt_provisioning, in));
	free(text);
	return 0;
}
