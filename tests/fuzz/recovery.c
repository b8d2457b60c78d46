/* SPDX-License-Identifier: Apache-2.0 */
/* Recovery keys: what is taken has 72 letters, and is its own groups. */
#include "fuzz.h"
#include "recovery_key.h"

static struct wk_secret *secret_of(const void *p, size_t len)
{
	struct wk_secret *s;
	struct wk_err err;

	HOLDS(!wk_secret_new(len + 1, &s, &err));
	if (len)
		memcpy(wk_secret_bytes(s), p, len);
	wk_secret_set_len(s, len);
	return s;
}

static void check_taken(const uint8_t *data, size_t size)
{
	static const char letters[] = "cbdefghijklnrtuvCBDEFGHIJKLNRTUV";
	size_t count = 0;

	for (size_t i = 0; i < size; i++) {
		HOLDS(data[i]);
		if (strchr(letters, data[i]))
			count++;
		else
			HOLDS(strchr("- \t\r\n", data[i]));
	}
	HOLDS(count == WK_RECOVERY_GROUPS * WK_RECOVERY_GROUP_CHARS);
}

/* One other character in the text of a new key is never taken. */
static void check_one_wrong(size_t at, uint8_t c)
{
	WK_AUTO_SECRET struct wk_secret *text = NULL;
	WK_AUTO_SECRET struct wk_secret *bytes = NULL;
	struct wk_err err;
	uint8_t *p, was;
	bool right;

	HOLDS(!wk_recovery_key_new(&text, &err));
	p = wk_secret_bytes(text) + at;
	was = *p;
	*p = c;
	right = was == '-' ? c && strchr("- \t\r\n", c) :
			     (c | 0x20) == was && c >= 'A';
	HOLDS(right == !wk_recovery_key_parse(text, &bytes, &err));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	WK_AUTO_SECRET struct wk_secret *text = NULL;
	WK_AUTO_SECRET struct wk_secret *bytes = NULL;
	struct wk_err err;

	if (size > WK_RECOVERY_TEXT_MAX)
		return 0;
	if (size >= 2)
		check_one_wrong(data[0] % WK_RECOVERY_TEXT, data[1]);
	text = secret_of(data, size);
	if (wk_recovery_key_parse(text, &bytes, &err)) {
		HOLDS(!bytes && err.status == WK_AUTH);
		check_err(&err);
		return 0;
	}
	HOLDS(wk_secret_len(bytes) == WK_RECOVERY_BYTES);
	check_taken(data, size);
	return 0;
}
