/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the key-file codec share; nobody else includes it. */
#ifndef WK_KEYFILE_IMPL_H
#define WK_KEYFILE_IMPL_H

#include "base/der.h"
#include "keyfile.h"

#define WK_PEM_MAX 98304 /* bytes of text */
#define WK_CRC_BYTES 4
#define WK_EXTENSIONS_MAX 16
#define WK_DIGITS_OF_TIME 14

/* 2.25.166299189158802773274366734816363272169: contents octets */
#define WK_MAGIC_BYTES 20
extern const uint8_t wk_keyfile_magic[WK_MAGIC_BYTES];

/* --- keyfile_rules.c: what ASN.1 cannot say of strings -------------------- */

struct wk_text_rule {
	uint8_t min, max; /* bytes */
	bool (*ok)(struct wk_span s);
	const char *broken; /* what it means that it is not ok */
};
extern const struct wk_text_rule wk_rule_name, wk_rule_label, wk_rule_maker,
	wk_rule_cipher, wk_rule_dialect;

/* A UTF8String by its rule; out has rule->max + 1 bytes, always terminated. */
void wk_rule_get_text(struct wk_der *d, unsigned int tag,
		      const struct wk_text_rule *rule, char *out,
		      const char *field);
/* A GeneralizedTime YYYYMMDDHHMMSSZ that exists. */
void wk_rule_get_time(struct wk_der *d, char out[static 16], const char *field);
/* Zero to cap - 1 bytes; whether they are allowed is the decoder's business. */
void wk_rule_put_text(struct wk_der_out *w, unsigned int tag, const char *text,
		      size_t cap);

/* --- protection.c ---------------------------------------------------------- */

/* The whole TLV of any Protection, checked as far as its type is known. */
struct wk_span wk_protection_get(struct wk_der *d, uint8_t *ret_type);

/* --- keyfile_consistency.c -------------------------------------------------- */

/* Of a file whose members have all been read; else nothing. */
void wk_keyfile_check_consistency(struct wk_der *d,
				  const struct wk_keyfile *kf);

/* --- keyfile_pem.c --------------------------------------------------------- */

/* Whether it is PEM of any kind. */
bool wk_keyfile_is_pem(struct wk_span in);
WK_MUST enum wk_status wk_keyfile_from_pem(struct wk_span pem,
					   struct wk_blob *ret_der,
					   struct wk_err *err);

/* --- keyfile_decode.c ------------------------------------------------------ */

/*
 * As wk_keyfile_decode(), of at most WK_PEM_MAX bytes, which become the image:
 * *in is empty afterwards, whatever the result.
 */
WK_MUST enum wk_status wk_keyfile_take(struct wk_blob *in,
				       struct wk_keyfile *kf,
				       struct wk_err *err);

/* --- keyfile.c --------------------------------------------------------------*/

/* Zeros all but slots[], which is large and valid to slot_count only. */
void wk_keyfile_clear(struct wk_keyfile *kf);

#endif
