/* SPDX-License-Identifier: Apache-2.0 */
/* DER: a strict reader of untrusted bytes, and a writer. */
#include "base/der.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LENGTH_OCTETS_MAX 4 /* far more than any file that is read */

/* --- reader --------------------------------------------------------------- */

__attribute__((cold)) void wk_der_fail(struct wk_der *d, const char *fmt, ...)
{
	va_list ap;

	if (d->bad)
		return;
	d->bad = true;
	d->end = d->p;
	va_start(ap, fmt);
	vsnprintf(d->why, sizeof(d->why), fmt, ap);
	va_end(ap);
}

__attribute__((cold)) void wk_der_prefix(struct wk_der *d, const char *fmt, ...)
{
	char why[sizeof(d->why)];
	va_list ap;
	size_t len;

	memcpy(why, d->why, sizeof(why));
	va_start(ap, fmt);
	vsnprintf(d->why, sizeof(d->why), fmt, ap);
	va_end(ap);
	len = strlen(d->why);
	snprintf(d->why + len, sizeof(d->why) - len, ": %s", why);
}

/* The long form, where it is the shortest one (8.1.3.5, 10.1). */
static size_t get_long_length(struct wk_der *d, size_t octets,
			      const char *field)
{
	size_t len = 0;

	if (!octets) {
		wk_der_fail(d, "%s has an indefinite length (X.690 10.1)",
			    field);
		return 0;
	}
	if (octets > LENGTH_OCTETS_MAX || octets > wk_der_left(d)) {
		wk_der_fail(d, "%s is cut short", field);
		return 0;
	}
	for (size_t i = 0; i < octets; i++)
		len = len << 8 | *d->p++;
	if (len < 0x80 || len >> (8 * (octets - 1)) == 0)
		wk_der_fail(d,
			    "%s has a length that is not minimal (X.690 10.1)",
			    field);
	return len;
}

/* Reads tag and length; the value then is at d->p, as long as is returned. */
static size_t get_header(struct wk_der *d, const char *field)
{
	size_t len;

	if (wk_der_left(d) < 2) {
		wk_der_fail(d, "%s is cut short", field);
		return 0;
	}
	if ((*d->p++ & 0x1f) == 0x1f) {
		wk_der_fail(d, "%s has a tag above 30 (X.690 8.1.2.4)", field);
		return 0;
	}
	len = *d->p++;
	if (len >= 0x80)
		len = get_long_length(d, len & 0x7f, field);
	if (len > wk_der_left(d))
		wk_der_fail(d, "%s is cut short", field);
	return d->bad ? 0 : len;
}

/*
 * Nearly every value is whole and shorter than 128 bytes.  The getters read
 * such a one in place and leave all else to a function of its own: without a
 * call in the middle they save no registers, which is a quarter of decoding.
 */
#define SLOW __attribute__((noinline))

static inline bool is_short(const struct wk_der *d, unsigned int tag)
{
	size_t left = wk_der_left(d);

	return left >= 2 && d->p[0] == tag && d->p[1] < 0x80 &&
	       d->p[1] <= left - 2;
}

SLOW static struct wk_span get_slowly(struct wk_der *d, unsigned int tag,
				      const char *field)
{
	struct wk_span value;

	if (!wk_der_at(d, tag)) {
		wk_der_fail(d, "%s is missing or misplaced", field);
		return wk_span(d->p, 0);
	}
	value.len = get_header(d, field);
	value.p = d->p;
	d->p += value.len;
	return value;
}

struct wk_span wk_der_get(struct wk_der *d, unsigned int tag, const char *field)
{
	const uint8_t *p = d->p;

	if (!is_short(d, tag))
		return get_slowly(d, tag, field);
	d->p = p + 2 + p[1];
	return wk_span(p + 2, p[1]);
}

SLOW static void enter_slowly(struct wk_der *d, unsigned int tag,
			      const char *field)
{
	struct wk_span value = get_slowly(d, tag, field);

	if (!d->bad) {
		d->p = value.p;
		d->end = value.p + value.len;
	}
}

const uint8_t *wk_der_enter(struct wk_der *d, unsigned int tag,
			    const char *field)
{
	const uint8_t *outer = d->end;

	if (is_short(d, tag)) {
		d->p += 2;
		d->end = d->p + d->p[-1];
	} else {
		enter_slowly(d, tag, field);
	}
	return outer;
}

void wk_der_leave(struct wk_der *d, const uint8_t *outer, const char *field)
{
	if (wk_der_more(d))
		wk_der_fail(
			d,
			"%s has a member that is unknown, repeated or misplaced",
			field);
	if (!d->bad)
		d->end = outer;
}

SLOW static struct wk_span get_sized_slowly(struct wk_der *d, unsigned int tag,
					    size_t min, size_t max,
					    const char *field)
{
	struct wk_span value = get_slowly(d, tag, field);

	if (value.len >= min && value.len <= max)
		return value;
	if (min == max)
		wk_der_fail(d, "%s is %zu bytes long, not %zu", field,
			    value.len, min);
	else
		wk_der_fail(d, "%s is %zu bytes long, not %zu to %zu", field,
			    value.len, min, max);
	return wk_span(d->p, 0);
}

struct wk_span wk_der_get_sized(struct wk_der *d, unsigned int tag, size_t min,
				size_t max, const char *field)
{
	const uint8_t *p = d->p;

	if (!is_short(d, tag) || p[1] < min || p[1] > max)
		return get_sized_slowly(d, tag, min, max, field);
	d->p = p + 2 + p[1];
	return wk_span(p + 2, p[1]);
}

void wk_der_get_bytes(struct wk_der *d, unsigned int tag, uint8_t *out,
		      size_t len, const char *field)
{
	struct wk_span value = wk_der_get_sized(d, tag, len, len, field);

	if (value.len)
		memcpy(out, value.p, len);
	else
		memset(out, 0, len);
}

/* Non-negative, in as few octets as possible, at most 2^63-1 (8.3). */
static bool uint_ok(struct wk_der *d, struct wk_span v, const char *field)
{
	if (!v.len)
		wk_der_fail(d, "%s is an empty INTEGER (X.690 8.3.1)", field);
	else if (v.len > 1 && ((v.p[0] == 0x00 && v.p[1] < 0x80) ||
			       (v.p[0] == 0xff && v.p[1] >= 0x80)))
		wk_der_fail(d, "%s is an INTEGER not minimal (X.690 8.3.2)",
			    field);
	else if (v.p[0] & 0x80)
		wk_der_fail(d, "%s is negative", field);
	else if (v.len > 8)
		wk_der_fail(d, "%s is above 2^63-1", field);
	return !d->bad;
}

SLOW static uint64_t get_uint_slowly(struct wk_der *d, unsigned int tag,
				     uint64_t min, uint64_t max,
				     const char *field)
{
	struct wk_span v = get_slowly(d, tag, field);
	uint64_t n = 0;

	if (d->bad || !uint_ok(d, v, field))
		return 0;
	for (size_t i = 0; i < v.len; i++)
		n = n << 8 | v.p[i];
	if (n >= min && n <= max)
		return n;
	wk_der_fail(d, "%s is %llu, not %llu to %llu", field,
		    (unsigned long long)n, (unsigned long long)min,
		    (unsigned long long)max);
	return 0;
}

uint64_t wk_der_get_uint(struct wk_der *d, unsigned int tag, uint64_t min,
			 uint64_t max, const char *field)
{
	const uint8_t *p = d->p;

	if (!is_short(d, tag) || p[1] != 1 || p[2] >= 0x80 || p[2] < min ||
	    p[2] > max)
		return get_uint_slowly(d, tag, min, max, field);
	d->p = p + 3;
	return p[2];
}

/* Every subidentifier ends, and none begins with a leading zero (8.19.2). */
static bool oid_ok(struct wk_span v)
{
	bool at_start = true;

	for (size_t i = 0; i < v.len; i++) {
		if (at_start && v.p[i] == 0x80)
			return false;
		at_start = !(v.p[i] & 0x80);
	}
	return v.len && at_start;
}

struct wk_span wk_der_get_oid(struct wk_der *d, const char *field)
{
	struct wk_span v = wk_der_get(d, WK_DER_OID, field);

	if (d->bad || oid_ok(v))
		return v;
	wk_der_fail(
		d,
		"%s is no OBJECT IDENTIFIER in its shortest form (X.690 8.19.2)",
		field);
	return wk_span(d->p, 0);
}

/*
 * Walks the tree with a stack of the ends of what it is in.  d->p only grows,
 * so that this ends.
 */
struct wk_span wk_der_get_any(struct wk_der *d, const char *field)
{
	const uint8_t *start = d->p;
	const uint8_t *outer[WK_DER_DEPTH_MAX];
	size_t depth = 0;

	do {
		bool constructed = wk_der_more(d) && *d->p & WK_DER_CONSTRUCTED;
		size_t len = d->bad ? 0 : get_header(d, field);

		if (constructed && depth == WK_DER_DEPTH_MAX)
			wk_der_fail(d, "%s is nested more than %d deep", field,
				    WK_DER_DEPTH_MAX);
		if (d->bad)
			return wk_span(start, 0);
		if (constructed) {
			outer[depth++] = d->end;
			d->end = d->p + len;
		} else {
			d->p += len;
		}
		while (depth && d->p == d->end)
			d->end = outer[--depth];
	} while (depth);
	return wk_span(start, (size_t)(d->p - start));
}

/* --- writer --------------------------------------------------------------- */

void wk_der_put_tlv(struct wk_der_out *w, struct wk_span tlv)
{
	if (!w->status && tlv.len)
		w->status = wk_blob_append(w->blob, tlv, w->err);
}

/* buf ends up holding the shortest length octets; returns how many. */
static size_t make_length(uint8_t buf[static 1 + sizeof(size_t)], size_t len)
{
	size_t octets = 0;

	if (len < 0x80) {
		buf[0] = (uint8_t)len;
		return 1;
	}
	for (size_t rest = len; rest; rest >>= 8)
		octets++;
	buf[0] = (uint8_t)(0x80 | octets);
	for (size_t i = octets; i; i--, len >>= 8)
		buf[i] = (uint8_t)len;
	return 1 + octets;
}

void wk_der_put(struct wk_der_out *w, unsigned int tag, struct wk_span value)
{
	uint8_t header[2 + sizeof(size_t)] = { (uint8_t)tag };
	size_t len = 1 + make_length(header + 1, value.len);

	wk_der_put_tlv(w, wk_span(header, len));
	wk_der_put_tlv(w, value);
}

/* A sign octet in front, where the highest bit is set, keeps it positive. */
void wk_der_put_uint(struct wk_der_out *w, unsigned int tag, uint64_t n)
{
	uint8_t buf[9];
	size_t i = sizeof(buf);

	do {
		buf[--i] = (uint8_t)n;
		n >>= 8;
	} while (n);
	if (buf[i] & 0x80)
		buf[--i] = 0;
	wk_der_put(w, tag, wk_span(buf + i, sizeof(buf) - i));
}

/* One octet is kept for the length; a longer one moves the contents. */
size_t wk_der_begin(struct wk_der_out *w, unsigned int tag)
{
	uint8_t header[2] = { (uint8_t)tag, 0 };

	wk_der_put_tlv(w, wk_span(header, sizeof(header)));
	return w->blob->len;
}

void wk_der_end(struct wk_der_out *w, size_t begun)
{
	uint8_t length[1 + sizeof(size_t)];
	size_t len, more;

	if (w->status)
		return;
	len = w->blob->len - begun;
	more = make_length(length, len) - 1;
	/* Appending makes the room; what is appended is moved over. */
	wk_der_put_tlv(w, wk_span(length, more));
	if (w->status)
		return;
	memmove(w->blob->p + begun + more, w->blob->p + begun, len);
	memcpy(w->blob->p + begun - 1, length, 1 + more);
}
