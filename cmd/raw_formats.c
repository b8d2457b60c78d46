/* SPDX-License-Identifier: Apache-2.0 */
/* Hexadecimal, base64 and two structures of fscrypt, as key text. */
#include "cmd/raw_formats.h"

#include <string.h>

#include "base/blob.h"
#include "base/hex.h"

static enum wk_status malformed(const char *why, struct wk_err *err)
{
	return wk_fail(err, WK_FAIL, "import.format", "%s", why);
}

static enum wk_status cut_out(const struct wk_secret *in, size_t at, size_t len,
			      struct wk_secret **ret_raw, struct wk_err *err)
{
	return wk_secret_from(wk_secret_view(in) + at, len, ret_raw, err);
}

/* --- hexadecimal ------------------------------------------------------------- */

static size_t without_line_end(const uint8_t *p, size_t len)
{
	if (len && p[len - 1] == '\n')
		len--;
	if (len && p[len - 1] == '\r')
		len--;
	return len;
}

static enum wk_status check_hex_line(const uint8_t *p, size_t len,
				     struct wk_err *err)
{
	if (len == 0)
		return malformed("no hexadecimal digits", err);
	if (memchr(p, '\n', len)) {
		malformed("more than one line of hexadecimal digits", err);
		wk_err_hint(err, "tr -d '\\n' makes it one");
		return WK_FAIL;
	}
	return len % 2 ? malformed("an odd number of hexadecimal digits", err) :
			 WK_OK;
}

/* The digits, with the NUL that ends them. */
static enum wk_status decode_hex(const char *digits, size_t len,
				 struct wk_secret **ret_raw, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *raw = NULL;
	enum wk_status st = wk_secret_new(len, &raw, err);

	if (st)
		return st;
	if (!wk_hex_decode(digits, wk_secret_bytes(raw), len))
		return malformed("a character that is no hexadecimal digit",
				 err);
	wk_secret_set_len(raw, len);
	*ret_raw = wk_take_ptr(&raw);
	return WK_OK;
}

enum wk_status wk_raw_from_hex(const struct wk_secret *in,
			       struct wk_secret **ret_raw, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *digits = NULL;
	const uint8_t *p = wk_secret_view(in);
	size_t len = without_line_end(p, wk_secret_len(in));
	enum wk_status st = check_hex_line(p, len, err);

	if (!st)
		st = wk_secret_new(len + 1, &digits, err);
	if (st)
		return st;
	wk_copy_secret(wk_secret_bytes(digits), p, len);
	wk_secret_bytes(digits)[len] = '\0';
	return decode_hex((const char *)wk_secret_view(digits), len / 2,
			  ret_raw, err);
}

/* --- base64 -------------------------------------------------------------------- */

/* All ones when lo <= c <= hi, else 0.  All far below 2^31. */
static uint32_t in_range(uint32_t c, uint32_t lo, uint32_t hi)
{
	return (((c - lo) | (hi - c)) >> 31) - 1;
}

/* 0 to 63, or 64 for what is not in the alphabet. */
static uint32_t value(uint8_t c)
{
	uint32_t upper = in_range(c, 'A', 'Z'), lower = in_range(c, 'a', 'z');
	uint32_t digit = in_range(c, '0', '9');
	uint32_t plus = in_range(c, '+', '+'), slash = in_range(c, '/', '/');

	return (upper & (c - 'A')) | (lower & (c - 'a' + 26U)) |
	       (digit & (c - '0' + 52U)) | (plus & 62) | (slash & 63) |
	       (~(upper | lower | digit | plus | slash) & 64);
}

/* What stands between line ends, each being after whole groups of four. */
static enum wk_status join_lines(const struct wk_secret *in,
				 struct wk_secret *out, struct wk_err *err)
{
	const uint8_t *p = wk_secret_view(in);
	size_t len = wk_secret_len(in), n = 0, column = 0;

	for (size_t i = 0; i < len; i++) {
		if (p[i] == '\r' && i + 1 < len && p[i + 1] == '\n')
			continue;
		if (p[i] != '\n') {
			wk_secret_bytes(out)[n++] = p[i];
			column++;
			continue;
		}
		if (column == 0)
			return malformed("an empty line in base64", err);
		if (column % 4)
			return malformed("a line of base64 that is no multiple "
					 "of 4 characters",
					 err);
		column = 0;
	}
	wk_secret_set_len(out, n);
	return WK_OK;
}

/* Collects in *bad what is not of the alphabet, and unused bits. */
static void decode_group(const uint8_t *in, size_t pad, uint8_t *out,
			 uint32_t *bad)
{
	uint32_t v = 0, six;

	for (size_t i = 0; i < 4; i++) {
		six = i < 4 - pad ? value(in[i]) : 0;
		*bad |= six & 64;
		v = v << 6 | (six & 63);
	}
	*bad |= v & ((1U << 8 * pad) - 1);
	for (size_t i = 0; i < 3 - pad; i++)
		out[i] = (uint8_t)(v >> (16 - 8 * i));
}

static size_t padding(const uint8_t *p, size_t len)
{
	if (p[len - 1] != '=')
		return 0;
	return p[len - 2] == '=' ? 2 : 1;
}

static enum wk_status decode_base64(const struct wk_secret *chars,
				    struct wk_secret **ret_raw,
				    struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *raw = NULL;
	const uint8_t *p = wk_secret_view(chars);
	size_t len = wk_secret_len(chars), pad;
	uint32_t bad = 0;
	enum wk_status st;

	if (len == 0 || len % 4)
		return malformed("base64 that is no multiple of 4 characters",
				 err);
	pad = padding(p, len);
	st = wk_secret_new(len / 4 * 3, &raw, err);
	if (st)
		return st;
	for (size_t i = 0; i < len; i += 4)
		decode_group(p + i, i + 4 == len ? pad : 0,
			     wk_secret_bytes(raw) + i / 4 * 3, &bad);
	if (bad)
		return malformed("a character that is not of base64, or unused "
				 "bits that are not zero",
				 err);
	wk_secret_set_len(raw, len / 4 * 3 - pad);
	*ret_raw = wk_take_ptr(&raw);
	return WK_OK;
}

enum wk_status wk_raw_from_base64(const struct wk_secret *in,
				  struct wk_secret **ret_raw,
				  struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *chars = NULL;
	enum wk_status st = wk_secret_new(wk_secret_len(in) + 1, &chars, err);

	if (!st)
		st = join_lines(in, chars, err);
	return st ? st : decode_base64(chars, ret_raw, err);
}

/* --- fscrypt: linux/fscrypt.h, in the machine's byte order ------------------------ */

#define KEY_MIN 16
#define KEY_MAX 64
#define PAYLOAD_RAW 4 /* after mode */
#define PAYLOAD_SIZE (PAYLOAD_RAW + KEY_MAX)
#define PAYLOAD_BYTES (PAYLOAD_SIZE + 4)
#define PROVISIONING_RAW 8 /* after type and flags */
#define BY_DESCRIPTOR 1
#define BY_IDENTIFIER 2
#define HW_WRAPPED 1

static uint32_t number_at(const struct wk_secret *in, size_t at)
{
	uint32_t n;

	memcpy(&n, wk_secret_view(in) + at, sizeof(n));
	return n;
}

/* The kernel looks neither at mode nor at what is behind the key. */
enum wk_status wk_raw_from_fscrypt_payload(const struct wk_secret *in,
					   struct wk_secret **ret_raw,
					   struct wk_err *err)
{
	size_t len = wk_secret_len(in);
	uint32_t size;

	if (len != PAYLOAD_BYTES)
		return wk_fail(err, WK_FAIL, "import.format",
			       "a struct fscrypt_key has %d bytes, here are "
			       "%zu",
			       PAYLOAD_BYTES, len);
	size = number_at(in, PAYLOAD_SIZE);
	if (size < KEY_MIN || size > KEY_MAX)
		return wk_fail(err, WK_FAIL, "import.format",
			       "a struct fscrypt_key of a key of %u bytes; %d "
			       "to %d are possible",
			       size, KEY_MIN, KEY_MAX);
	return cut_out(in, PAYLOAD_RAW, size, ret_raw, err);
}

static enum wk_status hw_wrapped(struct wk_err *err)
{
	wk_fail(err, WK_UNSUPPORTED, "import.hardware",
		"a key that hardware wrapped, not the key itself");
	wk_err_hint(err, "it is good for the backend ice only, which this "
			 "version does not have");
	return WK_UNSUPPORTED;
}

enum wk_status wk_raw_from_fscrypt_provisioning(const struct wk_secret *in,
						struct wk_secret **ret_raw,
						struct wk_err *err)
{
	size_t len = wk_secret_len(in);
	uint32_t type, flags;

	if (len <= PROVISIONING_RAW)
		return malformed("too short for the payload of an "
				 "fscrypt-provisioning key",
				 err);
	type = number_at(in, 0);
	flags = number_at(in, sizeof(type));
	if (type != BY_DESCRIPTOR && type != BY_IDENTIFIER)
		return malformed("no payload of an fscrypt-provisioning key: "
				 "its type is neither 1 nor 2",
				 err);
	if (flags == HW_WRAPPED)
		return hw_wrapped(err);
	if (flags)
		return malformed("no payload of an fscrypt-provisioning key: "
				 "flags that are not known",
				 err);
	if (len < PROVISIONING_RAW + KEY_MIN ||
	    len > PROVISIONING_RAW + KEY_MAX)
		return wk_fail(err, WK_FAIL, "import.format",
			       "the payload of an fscrypt-provisioning key has "
			       "%d to %d bytes, here are %zu",
			       PROVISIONING_RAW + KEY_MIN,
			       PROVISIONING_RAW + KEY_MAX, len);
	return cut_out(in, PROVISIONING_RAW, len - PROVISIONING_RAW, ret_raw,
		       err);
}
