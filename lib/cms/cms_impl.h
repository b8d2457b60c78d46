/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private to module "cms": libcrypto's CMS, X.509 and EVP, in a library context
 * of its own for each call.
 *
 * Such a context shares no providers, properties or random generator with the
 * program that uses libwkey.  But whoever looks at a certificate makes libcrypto
 * set up the whole process: here without openssl.cnf and exit handlers, unless
 * the program did it before.  Nothing in wkey.h leads here, the tool only.
 */
#ifndef WK_CMS_IMPL_H
#define WK_CMS_IMPL_H

#include <openssl/provider.h>
#include <openssl/x509.h>

#include "crypto/cms.h"

struct wk_cms_library {
	OSSL_LIB_CTX *ctx;
	OSSL_PROVIDER *provider;
};

/*
 * Release *l with wk_cms_library_close() on failure, too: it drops from this
 * thread's queue what errors came since.
 */
WK_MUST enum wk_status wk_cms_library_open(struct wk_cms_library *l,
					   struct wk_err *err);
void wk_cms_library_close(struct wk_cms_library *l);
#define WK_AUTO_CMS_LIBRARY __attribute__((cleanup(wk_cms_library_close)))

/* A call of libcrypto failed that fails for want of memory at most. */
enum wk_status wk_cms_failed(struct wk_err *err, const char *what);

static inline void wk_x509_cleanup(X509 **x)
{
	X509_free(*x);
}
#define WK_AUTO_X509 __attribute__((cleanup(wk_x509_cleanup)))

/* The one certificate in these bytes; release with X509_free(). */
WK_MUST enum wk_status wk_certificate_read(const struct wk_cms_library *l,
					   struct wk_span bytes,
					   X509 **ret_certificate,
					   struct wk_err *err);
WK_MUST enum wk_status wk_certificate_describe(
	const struct wk_cms_library *l, X509 *x,
	struct wk_certificate *ret_certificate, struct wk_err *err);
/* "2027-11-20T00:00:00Z"; false: not a time. */
bool wk_certificate_time(const ASN1_TIME *t, char text[static 21],
			 int64_t *ret_seconds);
/* Key, key usage and dates; the statuses of wk_cms_ops.check(). */
WK_MUST enum wk_status wk_certificate_allowed(X509 *x, int64_t now,
					      bool lenient, struct wk_err *err);
/* How a content key gets to the holder. */
bool wk_certificate_is_rsa(X509 *x);

#endif
