/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DER (ITU-T X.690, 02/2021): a strict reader of untrusted bytes, and a writer.
 *
 * Both latch their first failure.  After it every getter does nothing and
 * returns 0, false or an empty span, so that a decoder is straight-line code
 * with one check at its end.  `field` is what a person calls the value read;
 * it begins the reason.  Tags are whole identifier octets; those of the high
 * form (8.1.2.4) are refused.  No recursion, and the reader allocates nothing.
 */
#ifndef WK_BASE_DER_H
#define WK_BASE_DER_H

#include "base/blob.h"

enum {
	WK_DER_INTEGER = 0x02,
	WK_DER_OCTETS = 0x04,
	WK_DER_OID = 0x06,
	WK_DER_ENUMERATED = 0x0a,
	WK_DER_UTF8 = 0x0c,
	WK_DER_TIME = 0x18, /* GeneralizedTime */
	WK_DER_SEQUENCE = 0x30,
};
#define WK_DER_CONSTRUCTED 0x20
/* Context tags, n at most 30: of a primitive and of a constructed value. */
#define WK_DER_CONTEXT(n) (0x80 | (n))
#define WK_DER_CONTEXT_SEQ(n) (0xa0 | (n))

#define WK_DER_UINT_MAX INT64_MAX
#define WK_DER_DEPTH_MAX 8 /* of wk_der_get_any() */

/* --- reader --------------------------------------------------------------- */

struct wk_der {
	const uint8_t *p;   /* the next byte */
	const uint8_t *end; /* of the innermost value entered; p when bad */
	bool bad;
	char why[120]; /* set when bad: "epoch is negative" */
};

/* The bytes must outlive the reader and every span that it returns. */
static inline void wk_der_init(struct wk_der *d, struct wk_span in)
{
	d->p = in.p;
	d->end = in.p + in.len;
	d->bad = false;
}

static inline size_t wk_der_left(const struct wk_der *d)
{
	return (size_t)(d->end - d->p);
}

static inline bool wk_der_more(const struct wk_der *d)
{
	return d->p != d->end;
}

static inline bool wk_der_at(const struct wk_der *d, unsigned int tag)
{
	return wk_der_more(d) && *d->p == tag;
}

/* Latches a failure; the first one stays. */
void wk_der_fail(struct wk_der *d, const char *fmt, ...) WK_PRINTF(2, 3);
/* Puts "text: " before the reason; call it once per context, when bad. */
void wk_der_prefix(struct wk_der *d, const char *fmt, ...) WK_PRINTF(2, 3);

/*
 * Goes into a constructed value, and out of it: what is left unread then is a
 * failure.  enter returns what leave needs.
 */
const uint8_t *wk_der_enter(struct wk_der *d, unsigned int tag,
			    const char *field);
void wk_der_leave(struct wk_der *d, const uint8_t *outer, const char *field);

/* The contents octets. */
struct wk_span wk_der_get(struct wk_der *d, unsigned int tag,
			  const char *field);
/* The same, of min to max bytes. */
struct wk_span wk_der_get_sized(struct wk_der *d, unsigned int tag, size_t min,
				size_t max, const char *field);
/* Copies exactly len bytes; zeros after a failure. */
void wk_der_get_bytes(struct wk_der *d, unsigned int tag, uint8_t *out,
		      size_t len, const char *field);
/* INTEGER or ENUMERATED: never negative, and min to max. */
uint64_t wk_der_get_uint(struct wk_der *d, unsigned int tag, uint64_t min,
			 uint64_t max, const char *field);
struct wk_span wk_der_get_oid(struct wk_der *d, const char *field);
/*
 * One TLV of any kind, header included.  What is constructed must hold TLVs,
 * at most WK_DER_DEPTH_MAX constructed ones within each other.
 */
struct wk_span wk_der_get_any(struct wk_der *d, const char *field);

/* --- writer --------------------------------------------------------------- */

/* {.blob = &blob, .err = err}; appends to the blob. */
struct wk_der_out {
	struct wk_blob *blob;
	struct wk_err *err;
	enum wk_status status; /* of the first failure; then nothing is done */
};

/* A constructed value lasts from begin to end, which takes what begin gave. */
size_t wk_der_begin(struct wk_der_out *w, unsigned int tag);
void wk_der_end(struct wk_der_out *w, size_t begun);
void wk_der_put(struct wk_der_out *w, unsigned int tag, struct wk_span value);
void wk_der_put_uint(struct wk_der_out *w, unsigned int tag, uint64_t n);
/* Bytes that are DER already. */
void wk_der_put_tlv(struct wk_der_out *w, struct wk_span tlv);

#endif
