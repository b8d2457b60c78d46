/* SPDX-License-Identifier: Apache-2.0 */
/* Claims of this user, as /proc/keys (proc(5)) lists them.  See fscrypt.h. */
#include <stdlib.h>
#include <string.h>

#include "base/blob.h"
#include "base/hex.h"
#include "sys/fscrypt.h"
#include "sys/syscalls.h"

/* Room for some 10000 keys; pages that are not filled are never touched. */
#define KEYS_MAX (1U << 20)
/* A line begins with the serial, in hexadecimal. */
#define SERIAL_DIGITS 8

char *wk_fscrypt_claims(void)
{
	char *text = malloc(KEYS_MAX);
	ssize_t len = -1;

	if (text)
		len = wk_sys_read_file("/proc/keys", text, KEYS_MAX);
	/* Of a longer list the end is missing. */
	if (len > 0 && (size_t)len < KEYS_MAX - 1)
		return text;
	free(text);
	return NULL;
}

/* Whether a line begins with the same serial. */
static bool has_serial(const char *text, const char *serial)
{
	while (text && *text) {
		if (!strncmp(text, serial, SERIAL_DIGITS))
			return true;
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return false;
}

/* "1577cc51 I--Q---     1 perm 08010000     0     0 .fscrypt  ID.uid.0" */
static bool is_on(const char *line, const char *id)
{
	size_t len = strcspn(line, "\n");
	const char *at = memmem(line, len, id, strlen(id));

	return at && len > SERIAL_DIGITS && memmem(line, len, " .fscrypt ", 10);
}

bool wk_fscrypt_is_new_claim(const char *before,
			     const uint8_t id[WK_FSCRYPT_ID_BYTES])
{
	char hex[2 * WK_FSCRYPT_ID_BYTES + 1];
	char *now = wk_fscrypt_claims();
	bool known = false, made = false;

	wk_hex_encode(wk_span(id, WK_FSCRYPT_ID_BYTES), hex);
	for (const char *p = now; p && *p;
	     p += strcspn(p, "\n"), p += *p != 0) {
		if (!is_on(p, hex))
			continue;
		known = true;
		made = made || !has_serial(before, p);
	}
	free(now);
	return made || !known || !before;
}
