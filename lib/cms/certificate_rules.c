/* SPDX-License-Identifier: Apache-2.0 */
/* Which certificates are fit to be sealed to. */
#include "cms/cms_impl.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#define RSA_BITS_MIN 2048

bool wk_certificate_is_rsa(X509 *x)
{
	return EVP_PKEY_is_a(X509_get0_pubkey(x), "RSA");
}

static enum wk_status unsupported(const char *what, struct wk_err *err)
{
	wk_fail(err, WK_UNSUPPORTED, "certificate.algorithm",
		"its key is of a kind that cannot be sealed to: %.64s", what);
	wk_err_hint(err, "RSA from 2048 bit, P-256, P-384 and P-521 can");
	return WK_UNSUPPORTED;
}

static enum wk_status check_rsa(const EVP_PKEY *key, struct wk_err *err)
{
	int bits = EVP_PKEY_get_bits(key);

	if (bits >= RSA_BITS_MIN)
		return WK_OK;
	wk_fail(err, WK_UNSUPPORTED, "certificate.weak",
		"its RSA key is too weak: %d bit, %d is the least", bits,
		RSA_BITS_MIN);
	wk_err_hint(err, "use a certificate with a longer key");
	return WK_UNSUPPORTED;
}

static enum wk_status check_curve(const EVP_PKEY *key, struct wk_err *err)
{
	static const char *const fit[] = { SN_X9_62_prime256v1, SN_secp384r1,
					   SN_secp521r1 };
	char name[64];
	size_t len;

	if (!EVP_PKEY_get_group_name(key, name, sizeof(name), &len))
		return unsupported("a curve without a name", err);
	for (size_t i = 0; i < WK_ARRAY_LEN(fit); i++)
		if (strcmp(name, fit[i]) == 0)
			return WK_OK;
	return unsupported(name, err);
}

static enum wk_status check_key(X509 *x, struct wk_err *err)
{
	const EVP_PKEY *key = X509_get0_pubkey(x);
	const char *name = key ? EVP_PKEY_get0_type_name(key) : NULL;

	if (!key)
		return unsupported("unknown to libcrypto", err);
	if (wk_certificate_is_rsa(x))
		return check_rsa(key, err);
	if (EVP_PKEY_is_a(key, "EC"))
		return check_curve(key, err);
	return unsupported(name ? name : "unknown", err);
}

/* --- what the holder may allow himself --------------------------------------- */

static enum wk_status unsafe(struct wk_err *err)
{
	wk_err_hint(err, "--accept-certificate takes it all the same");
	return WK_UNSAFE;
}

/* RFC 5280, 4.2.1.3; without the extension a key may be used for anything. */
static enum wk_status check_usage(X509 *x, struct wk_err *err)
{
	bool rsa = wk_certificate_is_rsa(x);
	uint32_t wanted = rsa ? KU_KEY_ENCIPHERMENT : KU_KEY_AGREEMENT;

	if (X509_get_key_usage(x) & wanted)
		return WK_OK;
	wk_fail(err, WK_UNSAFE, "certificate.usage",
		"its key is not meant for this: key usage lacks %s",
		rsa ? "keyEncipherment" : "keyAgreement");
	return unsafe(err);
}

static enum wk_status check_dates(X509 *x, int64_t now, struct wk_err *err)
{
	char from[21], to[21];
	int64_t first, last;

	if (!wk_certificate_time(X509_get0_notBefore(x), from, &first) ||
	    !wk_certificate_time(X509_get0_notAfter(x), to, &last))
		return wk_fail(err, WK_FAIL, "certificate.damaged",
			       "its validity is not a time");
	if (now > last) {
		wk_fail(err, WK_UNSAFE, "certificate.expired",
			"the certificate has expired: %s", to);
		return unsafe(err);
	}
	if (now < first) {
		wk_fail(err, WK_UNSAFE, "certificate.not-yet",
			"the certificate is not valid yet: from %s (is the "
			"clock right?)",
			from);
		return unsafe(err);
	}
	return WK_OK;
}

enum wk_status wk_certificate_allowed(X509 *x, int64_t now, bool lenient,
				      struct wk_err *err)
{
	enum wk_status st = check_key(x, err);

	if (st || lenient)
		return st;
	st = check_usage(x, err);
	return st ? st : check_dates(x, now, err);
}
