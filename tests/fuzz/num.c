/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, sizes, durations, UUIDs; and the texts that key files check. */
#include <errno.h>
#include <inttypes.h>
#include <strings.h>

#include "base/num.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "keyfile.h"

static void check_uint(const char *s)
{
	char text[WK_NUM_TEXT], *end;
	uint64_t n, libc;

	if (!wk_num_uint(s, 0, UINT64_MAX, &n))
		return;
	errno = 0;
	libc = strtoull(s, &end, 10);
	HOLDS(!errno && !*end && libc == n);
	if (n <= INT64_MAX)
		HOLDS(!strcmp(wk_num_text((int64_t)n, text), s));
	HOLDS(!wk_num_uint(s, n + 1, UINT64_MAX, &libc) || n == UINT64_MAX);
}

/* A value is what its digits say, times its unit. */
static void check_unit(const char *s, uint64_t n)
{
	uint64_t digits = strtoull(s, NULL, 10);

	HOLDS(*s >= '0' && *s <= '9');
	HOLDS(digits ? n >= digits && n % digits == 0 : n == 0);
}

static void check_uuid(const char *s)
{
	char back[37];
	uint8_t u[16];

	if (!wk_num_uuid(s, u))
		return;
	snprintf(back, sizeof(back),
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
		 "%02x%02x%02x%02x%02x%02x",
		 u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9],
		 u[10], u[11], u[12], u[13], u[14], u[15]);
	HOLDS(!strcasecmp(s, back));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = text_of(data, size), text[WK_NUM_TEXT], libc[32];
	int64_t any = 0;
	uint64_t n;

	check_uint(s);
	if (wk_num_key_bits(s, &n))
		check_unit(s, n);
	if (wk_num_bytes(s, &n))
		check_unit(s, n);
	if (wk_num_ms(s, &n))
		check_unit(s, n);
	check_uuid(s);
	if (wk_keyfile_name_ok(s))
		HOLDS(strlen(s) <= WK_NAME_MAX &&
		      wk_utf8_ok(wk_span(s, strlen(s))));
	(void)wk_utf8_ok(wk_span(data, size));
	memcpy(&any, data, size < sizeof(any) ? size : sizeof(any));
	snprintf(libc, sizeof(libc), "%" PRId64, any);
	HOLDS(!strcmp(libc, wk_num_text(any, text)));
	free(s);
	return 0;
}
