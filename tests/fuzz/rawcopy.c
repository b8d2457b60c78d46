/* SPDX-License-Identifier: Apache-2.0 */
/* A raw copy, and the text of a location, from any bytes. */
#include <limits.h>

#include "base/crc32.h"
#include "fuzz.h"
#include "location.h"
#include "rawcopy.h"

#define CRC_AT (WK_RAW_HEADER_BYTES - 4)

static void judge(struct wk_span bytes, unsigned int number)
{
	WK_AUTO_BLOB struct wk_blob again = { 0 };
	struct wk_raw_copy c;
	struct wk_err err = { 0 };

	wk_raw_copy_judge(bytes, number, &c);
	HOLDS((c.state == WK_RAW_DAMAGED) == (c.why[0] != '\0'));
	HOLDS(c.state <= WK_RAW_FOREIGN);
	if (c.state != WK_RAW_GOOD) {
		HOLDS(!c.der.p && !c.sequence);
		return;
	}
	HOLDS(c.der.p == bytes.p + WK_RAW_HEADER_BYTES);
	HOLDS(c.der.len >= 1 && c.der.len <= WK_KEYFILE_MAX);
	HOLDS(c.der.len <= bytes.len - WK_RAW_HEADER_BYTES);
	/* It has one encoding only. */
	HOLDS(!wk_raw_copy_encode(c.der, number, c.sequence, &again, &err));
	HOLDS(same(wk_span(bytes.p, WK_RAW_HEADER_BYTES + c.der.len),
		   wk_span(again.p, WK_RAW_HEADER_BYTES + c.der.len)));
}

/* What stands behind its fields, as if the CRCs were right. */
static void judge_sealed(const uint8_t *data, size_t size, unsigned int number)
{
	size_t len = size > WK_RAW_HEADER_BYTES ? size : WK_RAW_HEADER_BYTES;
	uint8_t *p = calloc(1, len);
	uint32_t crc;

	HOLDS(p);
	if (size)
		memcpy(p, data, size);
	memcpy(p, "WKEYCTL RAW COPY", 16);
	crc = wk_crc32(
		wk_span(p + WK_RAW_HEADER_BYTES, len - WK_RAW_HEADER_BYTES));
	for (size_t i = 0; i < 4; i++)
		p[36 + i] = (uint8_t)(crc >> 8 * i);
	crc = wk_crc32(wk_span(p, CRC_AT));
	for (size_t i = 0; i < 4; i++)
		p[CRC_AT + i] = (uint8_t)(crc >> 8 * i);
	judge(wk_span(p, len), number);
	free(p);
}

static void locate(const char *text)
{
	struct wk_location l;
	struct wk_err err = { 0 };

	if (wk_location_parse(text, &l, &err)) {
		check_err(&err);
		HOLDS(!strcmp(err.code, "usage.bad-value"));
		return;
	}
	HOLDS(l.shown == text);
	HOLDS(l.raw == (l.path[0] != '\0'));
	HOLDS(strlen(l.path) < sizeof(l.path));
	HOLDS(strlen(l.label) < sizeof(l.label) && !strchr(l.label, '/'));
	HOLDS(l.offset % WK_RAW_ALIGN == 0);
	HOLDS(l.raw || (!l.offset && !l.from_end && !l.label[0]));
	HOLDS(!l.from_end || l.offset >= WK_RAW_REGION_BYTES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size);

	locate(text);
	free(text);
	for (unsigned int number = 0; number < WK_RAW_COPIES; number++) {
		judge(wk_span(data, size), number);
		judge_sealed(data, size, number);
	}
	return 0;
}
