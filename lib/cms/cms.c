/* SPDX-License-Identifier: Apache-2.0 */
/* Module "cms": sealing to a certificate's holder, and the module's table. */
#include "cms/cms_impl.h"

#include <limits.h>

#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/opensslv.h>
#include <openssl/rsa.h>

#include "module.h"

/* --- libcrypto --------------------------------------------------------------- */

enum wk_status wk_cms_failed(struct wk_err *err, const char *what)
{
	return wk_fail(err, WK_FAIL, "cms.library", "%s: libcrypto failed",
		       what);
}

void wk_cms_library_close(struct wk_cms_library *l)
{
	if (l->provider)
		OSSL_PROVIDER_unload(l->provider);
	OSSL_LIB_CTX_free(l->ctx);
	(void)ERR_pop_to_mark();
}

#define OWN_WAY (OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT)

/*
 * First of all: the error queue sets up the process, too, in another way.
 * Errors that a program had queued stay; without any there is no mark, and all
 * are dropped.
 */
enum wk_status wk_cms_library_open(struct wk_cms_library *l, struct wk_err *err)
{
	int ready = OPENSSL_init_crypto(OWN_WAY, NULL);

	*l = (struct wk_cms_library){ 0 };
	(void)ERR_set_mark();
	if (ready)
		l->ctx = OSSL_LIB_CTX_new();
	if (l->ctx)
		l->provider = OSSL_PROVIDER_load(l->ctx, "default");
	return l->provider ? WK_OK : wk_cms_failed(err, "default provider");
}

/* --- the message --------------------------------------------------------------- */

/* RFC 8017 and 4055: OAEP and MGF1 with SHA-256. */
static bool choose_rsa(EVP_PKEY_CTX *how)
{
	return EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_OAEP_PADDING) > 0 &&
	       EVP_PKEY_CTX_set_rsa_oaep_md(how, EVP_sha256()) > 0 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(how, EVP_sha256()) > 0;
}

/*
 * RFC 5753: libcrypto chooses the KDF of X9.63 by itself (and refuses one that
 * was chosen), and AES-256 key wrap by the size of the content key.
 */
static bool choose_ecdh(EVP_PKEY_CTX *how)
{
	return EVP_PKEY_CTX_set_ecdh_kdf_md(how, EVP_sha256()) > 0;
}

/*
 * By issuer and serial number, which every program finds a certificate by.
 */
static CMS_RecipientInfo *add_recipient(CMS_ContentInfo *cms, X509 *x)
{
	CMS_RecipientInfo *who = CMS_add1_recipient_cert(cms, x, CMS_KEY_PARAM);
	EVP_PKEY_CTX *how = who ? CMS_RecipientInfo_get0_pkey_ctx(who) : NULL;

	if (!how ||
	    !(wk_certificate_is_rsa(x) ? choose_rsa(how) : choose_ecdh(how)))
		return NULL;
	return who;
}

/*
 * Straight from secret memory into the cipher: CMS_final() would take it through
 * two buffers that nobody wipes.
 */
static bool put_content(CMS_ContentInfo *cms, const struct wk_secret *content)
{
	int len = (int)wk_secret_len(content);
	BIO *in;
	bool done;

	if (!CMS_set_detached(cms, 0))
		return false;
	in = CMS_dataInit(cms, NULL);
	done = in && BIO_write(in, wk_secret_view(content), len) == len &&
	       BIO_flush(in) > 0 && CMS_dataFinal(cms, in);
	BIO_free_all(in);
	return done;
}

/* What another build of libcrypto could have made of it. */
static bool as_wanted(const CMS_ContentInfo *cms, CMS_RecipientInfo *who,
		      X509 *x)
{
	X509_ALGOR *algorithm = NULL;
	int wanted = NID_dhSinglePass_stdDH_sha256kdf_scheme;

	if (OBJ_obj2nid(CMS_get0_type(cms)) !=
	    NID_id_smime_ct_authEnvelopedData)
		return false;
	if (!wk_certificate_is_rsa(x)) {
		if (!CMS_RecipientInfo_kari_get0_alg(who, &algorithm, NULL))
			return false;
	} else {
		wanted = NID_rsaesOaep;
		if (!CMS_RecipientInfo_ktri_get0_algs(who, NULL, NULL,
						      &algorithm))
			return false;
	}
	return algorithm && OBJ_obj2nid(algorithm->algorithm) == wanted;
}

static enum wk_status encode(const CMS_ContentInfo *cms,
			     struct wk_blob *ret_cms, struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	int len = i2d_CMS_ContentInfo(cms, NULL);
	unsigned char *p;
	enum wk_status st;

	if (len <= 0)
		return wk_cms_failed(err, "CMS");
	st = wk_blob_reserve(&der, (size_t)len, err);
	if (st)
		return st;
	p = der.p;
	if (i2d_CMS_ContentInfo(cms, &p) != len)
		return wk_cms_failed(err, "CMS");
	der.len = (size_t)len;
	*ret_cms = der;
	der = (struct wk_blob){ 0 };
	return WK_OK;
}

static enum wk_status seal_to(const struct wk_cms_library *l, X509 *x,
			      const struct wk_secret *content,
			      struct wk_blob *ret_cms, struct wk_err *err)
{
	CMS_ContentInfo *cms = CMS_AuthEnvelopedData_create_ex(
		EVP_aes_256_gcm(), l->ctx, NULL);
	CMS_RecipientInfo *who = cms ? add_recipient(cms, x) : NULL;
	enum wk_status st;

	if (who && put_content(cms, content) && as_wanted(cms, who, x))
		st = encode(cms, ret_cms, err);
	else
		st = wk_cms_failed(err, "CMS");
	CMS_ContentInfo_free(cms);
	return st;
}

/* --- the operations ---------------------------------------------------------- */

static enum wk_status accept(const struct wk_cms_library *l,
			     struct wk_span certificate, int64_t now,
			     bool lenient, X509 **ret_x509,
			     struct wk_certificate *ret_certificate,
			     struct wk_err *err)
{
	WK_AUTO_X509 X509 *x = NULL;
	enum wk_status st = wk_certificate_read(l, certificate, &x, err);

	if (!st)
		st = wk_certificate_allowed(x, now, lenient, err);
	if (!st)
		st = wk_certificate_describe(l, x, ret_certificate, err);
	if (!st)
		*ret_x509 = wk_take_ptr(&x);
	return st;
}

static enum wk_status check(struct wk_span certificate, int64_t now,
			    bool lenient,
			    struct wk_certificate *ret_certificate,
			    struct wk_err *err)
{
	WK_AUTO_CMS_LIBRARY struct wk_cms_library l = { 0 };
	WK_AUTO_X509 X509 *x = NULL;
	enum wk_status st = wk_cms_library_open(&l, err);

	return st ? st :
		    accept(&l, certificate, now, lenient, &x, ret_certificate,
			   err);
}

static enum wk_status seal(struct wk_span certificate, int64_t now,
			   bool lenient, const struct wk_secret *content,
			   struct wk_blob *ret_cms,
			   struct wk_certificate *ret_certificate,
			   struct wk_err *err)
{
	WK_AUTO_CMS_LIBRARY struct wk_cms_library l = { 0 };
	WK_AUTO_X509 X509 *x = NULL;
	struct wk_certificate c;
	enum wk_status st = wk_cms_library_open(&l, err);

	if (!st)
		st = accept(&l, certificate, now, lenient, &x, &c, err);
	if (!st)
		st = seal_to(&l, x, content, ret_cms, err);
	if (!st)
		*ret_certificate = c;
	return st;
}

static const struct wk_cms_ops ops = {
	.seal = seal,
	.check = check,
};

WK_MODULE_DEFINE(cms, "OpenSSL " OPENSSL_VERSION_STR, &ops);
