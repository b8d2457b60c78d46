/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What module "cms" offers: libcrypto's certificates and CMS (RFC 5652, 5083),
 * for escrow to a recipient.  No type of libcrypto crosses this header.
 */
#ifndef WK_CRYPTO_CMS_H
#define WK_CRYPTO_CMS_H

#include "base/blob.h"
#include "base/secret.h"

#define WK_FINGERPRINT_BYTES 32
#define WK_SUBJECT_MAX 64

struct wk_certificate {
	uint8_t fingerprint[WK_FINGERPRINT_BYTES]; /* SHA-256 of its DER */
	char subject[WK_SUBJECT_MAX +
		     1];    /* common name, fit for a label, or "" */
	char not_after[21]; /* "2027-11-20T00:00:00Z" */
};

struct wk_cms_ops {
	/*
	 * Seals content to the certificate's holder: CMS AuthEnvelopedData,
	 * AES-256-GCM; RSA (from 2048 bit): RSAES-OAEP with SHA-256 and
	 * MGF1-SHA-256; EC (P-256, P-384, P-521): ephemeral-static ECDH with the
	 * X9.63 KDF of SHA-256 and AES-256 key wrap (RFC 5753).  certificate is
	 * one X.509 in PEM or DER.  now: seconds since 1970.
	 *
	 * WK_FAIL "certificate.damaged", "certificate.many"; WK_UNSUPPORTED
	 * "certificate.algorithm" (key type or curve), "certificate.weak";
	 * WK_UNSAFE, allowed by `lenient`: "certificate.usage" (key usage
	 * without keyEncipherment for RSA, keyAgreement for EC),
	 * "certificate.expired", "certificate.not-yet".
	 */
	enum wk_status (*seal)(struct wk_span certificate, int64_t now,
			       bool lenient, const struct wk_secret *content,
			       struct wk_blob *ret_cms,
			       struct wk_certificate *ret_certificate,
			       struct wk_err *err);
	/* Whether certificate is one that seal() takes; no secret needed. */
	enum wk_status (*check)(struct wk_span certificate, int64_t now,
				bool lenient,
				struct wk_certificate *ret_certificate,
				struct wk_err *err);
};

#endif
