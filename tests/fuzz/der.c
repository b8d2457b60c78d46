/* SPDX-License-Identifier: Apache-2.0 */
/* mutate: der */
/* The DER reader: first bytes say what to read, the rest is read. */
#include "base/der.h"
#include "fuzz.h"

/* What any getter leaves: a cursor inside, a reason when it failed. */
static void check_reader(const struct wk_der *d, const uint8_t *data,
			 size_t size)
{
	HOLDS(d->p >= data && d->p <= d->end && d->end <= data + size);
	if (d->bad)
		HOLDS(d->why[0] && !wk_der_more(d));
}

/* A number that is read is written to the same bytes. */
static void check_uint(struct wk_span in)
{
	WK_AUTO_BLOB struct wk_blob again = { 0 };
	struct wk_err err = { 0 };
	struct wk_der_out w = { .blob = &again, .err = &err };
	struct wk_der d;
	uint64_t n;

	wk_der_init(&d, in);
	n = wk_der_get_uint(&d, WK_DER_INTEGER, 0, WK_DER_UINT_MAX, "number");
	check_reader(&d, in.p, in.len);
	if (d.bad)
		return;
	wk_der_put_uint(&w, WK_DER_INTEGER, n);
	HOLDS(!w.status);
	HOLDS(same(wk_blob_span(&again), wk_span(in.p, (size_t)(d.p - in.p))));
}

static void check_any(struct wk_span in)
{
	struct wk_span tlv;
	struct wk_der d;

	wk_der_init(&d, in);
	tlv = wk_der_get_any(&d, "anything");
	check_reader(&d, in.p, in.len);
	HOLDS(d.bad || (tlv.p == in.p && tlv.len >= 2));
	HOLDS(!d.bad || !tlv.len);
}

/* Into all that is constructed, as far as it goes. */
static void walk(struct wk_der *d, unsigned int depth)
{
	while (wk_der_more(d)) {
		unsigned int tag = *d->p;
		const uint8_t *outer;

		if (depth == 20 || !(tag & WK_DER_CONSTRUCTED)) {
			(void)wk_der_get(d, tag, "value");
			continue;
		}
		outer = wk_der_enter(d, tag, "constructed");
		walk(d, depth + 1);
		wk_der_leave(d, outer, "constructed");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wk_span in = wk_span(data, size);
	uint8_t sixteen[16];
	struct wk_der d;

	check_uint(in);
	check_any(in);
	wk_der_init(&d, in);
	walk(&d, 0);
	check_reader(&d, data, size);
	wk_der_init(&d, in);
	wk_der_get_bytes(&d, WK_DER_OCTETS, sixteen, sizeof(sixteen), "bytes");
	(void)wk_der_get_oid(&d, "oid");
	(void)wk_der_get_sized(&d, WK_DER_UTF8, 1, 64, "text");
	check_reader(&d, data, size);
	return 0;
}
