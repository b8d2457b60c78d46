/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate: from a file's bytes, and what there is to say of it. */
#include "cms/cms_impl.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/utf8.h"

#define CERTIFICATE_MAX (1 << 20) /* bytes; far above any */

static enum wk_status damaged(struct wk_err *err, const char *why)
{
	wk_fail(err, WK_FAIL, "certificate.damaged", "%s", why);
	wk_err_hint(err, "an X.509 certificate is wanted, in PEM or DER");
	return WK_FAIL;
}

static enum wk_status many(struct wk_err *err)
{
	wk_fail(err, WK_FAIL, "certificate.many", "more than one certificate");
	wk_err_hint(err, "give the recipient's own certificate alone");
	return WK_FAIL;
}

/* Whoever has it opens the slot, and it has no business on this machine. */
static enum wk_status private_key(struct wk_err *err)
{
	wk_fail(err, WK_FAIL, "certificate.private-key",
		"it holds a private key besides");
	wk_err_hint(err, "give the certificate alone: `openssl x509 -in FILE "
			 "-out CERT.pem`");
	return WK_FAIL;
}

static bool contains(struct wk_span s, const char *text)
{
	return s.len && memmem(s.p, s.len, text, strlen(text));
}

/* --- PEM -------------------------------------------------------------------- */

/* libcrypto's own would ask on the terminal. */
static int no_password(char *buf, int size, int writing, void *context)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)context;
	return -1;
}

static bool nothing_more(void)
{
	return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
}

/* The next certificate of the text. */
static X509 *next_in_pem(const struct wk_cms_library *l, BIO *text)
{
	X509 *x = X509_new_ex(l->ctx, NULL);

	if (x && PEM_read_bio_X509(text, &x, no_password, NULL))
		return x;
	X509_free(x);
	return NULL;
}

static enum wk_status only_in_pem(const struct wk_cms_library *l, BIO *text,
				  X509 **ret_certificate, struct wk_err *err)
{
	WK_AUTO_X509 X509 *x = next_in_pem(l, text);
	WK_AUTO_X509 X509 *other = NULL;

	if (!x)
		return damaged(err, nothing_more() ?
					    "PEM without a certificate" :
					    "a damaged certificate");
	other = next_in_pem(l, text);
	if (other)
		return many(err);
	if (!nothing_more())
		return damaged(err, "something damaged follows the "
				    "certificate");
	*ret_certificate = wk_take_ptr(&x);
	return WK_OK;
}

static enum wk_status from_pem(const struct wk_cms_library *l,
			       struct wk_span bytes, X509 **ret_certificate,
			       struct wk_err *err)
{
	enum wk_status st;
	BIO *text;

	if (contains(bytes, "PRIVATE KEY-----"))
		return private_key(err);
	text = BIO_new_mem_buf(bytes.p, (int)bytes.len);
	if (!text)
		return wk_cms_failed(err, "certificate");
	st = only_in_pem(l, text, ret_certificate, err);
	BIO_free(text);
	return st;
}

/* --- DER -------------------------------------------------------------------- */

static X509 *next_in_der(const struct wk_cms_library *l, struct wk_span *bytes)
{
	X509 *x = X509_new_ex(l->ctx, NULL);
	const unsigned char *p = bytes->p;

	if (x && d2i_X509(&x, &p, (long)bytes->len)) {
		bytes->len -= (size_t)(p - bytes->p);
		bytes->p = p;
		return x;
	}
	X509_free(x);
	return NULL;
}

static enum wk_status from_der(const struct wk_cms_library *l,
			       struct wk_span bytes, X509 **ret_certificate,
			       struct wk_err *err)
{
	WK_AUTO_X509 X509 *x = next_in_der(l, &bytes);
	WK_AUTO_X509 X509 *other = NULL;

	if (!x)
		return damaged(err, "not a certificate");
	if (bytes.len)
		other = next_in_der(l, &bytes);
	if (other)
		return many(err);
	if (bytes.len)
		return damaged(err, "something follows the certificate");
	*ret_certificate = wk_take_ptr(&x);
	return WK_OK;
}

enum wk_status wk_certificate_read(const struct wk_cms_library *l,
				   struct wk_span bytes, X509 **ret_certificate,
				   struct wk_err *err)
{
	if (bytes.len == 0 || bytes.len > CERTIFICATE_MAX)
		return damaged(err, "not a certificate");
	if (contains(bytes, "-----BEGIN "))
		return from_pem(l, bytes, ret_certificate, err);
	return from_der(l, bytes, ret_certificate, err);
}

/* --- what it says ------------------------------------------------------------- */

bool wk_certificate_time(const ASN1_TIME *t, char text[static 21],
			 int64_t *ret_seconds)
{
	char whole[80];
	struct tm tm;

	if (!t || !ASN1_TIME_to_tm(t, &tm))
		return false;
	if (snprintf(whole, sizeof(whole), "%04d-%02d-%02dT%02d:%02d:%02dZ",
		     tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		     tm.tm_min, tm.tm_sec) != 20)
		return false;
	memcpy(text, whole, 21);
	*ret_seconds = timegm(&tm);
	return true;
}

/* Whole characters, as many as there is room for. */
static void put_label(struct wk_span name,
		      char label[static WK_SUBJECT_MAX + 1])
{
	size_t used = 0;

	while (used < name.len) {
		size_t len =
			wk_utf8_first(wk_span(name.p + used, name.len - used));

		if (used + len > WK_SUBJECT_MAX)
			break;
		used += len;
	}
	memcpy(label, name.p, used);
	label[used] = '\0';
}

static void put_subject(X509 *x, char label[static WK_SUBJECT_MAX + 1])
{
	X509_NAME *name = X509_get_subject_name(x);
	int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
	const X509_NAME_ENTRY *e = X509_NAME_get_entry(name, at);
	unsigned char *text = NULL;
	int len = -1;

	label[0] = '\0';
	if (e)
		len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(e));
	if (len > 0 && wk_utf8_ok(wk_span(text, (size_t)len)))
		put_label(wk_span(text, (size_t)len), label);
	OPENSSL_free(text);
}

static bool put_fingerprint(const struct wk_cms_library *l, X509 *x,
			    uint8_t fingerprint[static WK_FINGERPRINT_BYTES])
{
	EVP_MD *md = EVP_MD_fetch(l->ctx, "SHA2-256", NULL);
	unsigned int len = 0;
	bool done;

	done = md && X509_digest(x, md, fingerprint, &len) &&
	       len == WK_FINGERPRINT_BYTES;
	EVP_MD_free(md);
	return done;
}

enum wk_status wk_certificate_describe(const struct wk_cms_library *l, X509 *x,
				       struct wk_certificate *ret_certificate,
				       struct wk_err *err)
{
	struct wk_certificate c = { 0 };
	int64_t ignored;

	if (!put_fingerprint(l, x, c.fingerprint))
		return wk_cms_failed(err, "certificate");
	if (!wk_certificate_time(X509_get0_notAfter(x), c.not_after, &ignored))
		return damaged(err, "its end of validity is not a time");
	put_subject(x, c.subject);
	*ret_certificate = c;
	return WK_OK;
}
