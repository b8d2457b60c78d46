/* SPDX-License-Identifier: Apache-2.0 */
/* Hexadecimal: there and back; other text is refused. */
#include <ctype.h>
#include <strings.h>

#include "base/hex.h"
#include "fuzz.h"

static bool all_digits(const char *s)
{
	while (isxdigit((unsigned char)*s))
		s++;
	return !*s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *in = text_of(data, size), *out = malloc(2 * size + 1);
	uint8_t *bytes = malloc(size + 1);
	size_t len = strlen(in) / 2;
	bool ok;

	HOLDS(out && bytes);
	ok = wk_hex_decode(in, bytes, len);
	HOLDS(ok == (strlen(in) % 2 == 0 && all_digits(in)));
	if (ok) {
		wk_hex_encode(wk_span(bytes, len), out);
		HOLDS(!strcasecmp(in, out));
	}
	HOLDS(!wk_hex_decode(in, bytes, len + 1));
	wk_hex_encode(wk_span(data, size), out);
	HOLDS(wk_hex_decode(out, bytes, size));
	HOLDS(same(wk_span(bytes, size), wk_span(data, size)));
	free(bytes);
	free(out);
	free(in);
	return 0;
}
