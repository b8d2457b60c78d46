/* SPDX-License-Identifier: Apache-2.0 */
/* Key files to test with, and ways to make bytes that no encoder would write. */
#ifndef WK_TEST_SAMPLE_KEYFILE_H
#define WK_TEST_SAMPLE_KEYFILE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "base/crc32.h"
#include "base/der.h"
#include "base/hex.h"
#include "keyfile.h"

/* The bytes of a string literal. */
#define RAW(s) ((struct wk_span){ (const uint8_t *)(s), sizeof(s) - 1 })

#define SOFT_WRAPPED RAW("\xa0\x00")
#define SOFT_ARGON2                                                        \
	RAW("\xa0\x1f\x30\x1d\x04\x10saltsaltsaltsalt\x02\x03\x01\x00\x00" \
	    "\x02\x01\x03\x02\x01\x04")
#define ICE_BLOB RAW("\xb0\x0f\x0c\x05qcom1\x0a\x01\x01\x04\x03xyz")
#define KERNEL_BLOB            \
	RAW("\xb1\x0d\x0c\x04" \
	    "caam"             \
	    "\x0a\x01\x00\x04\x02xy")
#define BOOT                                   \
	RAW("\xa5\x24\x04\x10this boot's id.." \
	    "\x04\x10its key's id....")
#define RECOVERY RAW("\xa2\x00")
#define RECIPIENT                                                      \
	RAW("\xa3\x27\x04\x20SHA-256 of the certificate's DER\x04\x03" \
	    "cms")
/* Type 9 is unknown here; four levels, the innermost one not empty. */
#define UNKNOWN_ENVELOPE RAW("\xa9\x09\x30\x07\x31\x05\xa2\x03\x02\x01\x05")
#define UNKNOWN_DIRECT RAW("\xbe\x02\x05\x00")
#define HEADER_EXT RAW("\xa2\x0b\x30\x09\x06\x03\x2a\x03\x04\x04\x02zz")
#define SLOT_EXT RAW("\xa0\x08\x30\x06\x06\x02\x2a\x03\x04\x00")

static inline void sample_fill(uint8_t *p, size_t len, uint8_t first)
{
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)(first + i);
}

static inline struct wk_slot *sample_add_slot(struct wk_keyfile *kf, uint8_t id,
					      struct wk_span protection)
{
	struct wk_slot *s = &kf->slots[kf->slot_count++];

	memset(s, 0, sizeof(*s));
	s->id = id;
	s->type = protection.p[0] & 0x1f;
	s->priority = WK_SLOT_NORMAL;
	s->protection = protection;
	s->has_kek = !wk_slot_is_direct(s);
	sample_fill(s->kek_nonce, sizeof(s->kek_nonce), id);
	sample_fill(s->kek_box, sizeof(s->kek_box), (uint8_t)(id + 99));
	return s;
}

static inline void sample_base(struct wk_keyfile *kf)
{
	memset(kf, 0, sizeof(*kf));
	kf->version = kf->min_reader = 1;
	kf->epoch = 1;
	sample_fill(kf->key_id, sizeof(kf->key_id), 0x40);
	strcpy(kf->created, "20261120085342Z");
	strcpy(kf->name, "k");
	strcpy(kf->origin.maker, "wkeyctl 0.1.0");
	kf->key_bits = 256;
	kf->has_body = true;
	sample_fill(kf->body_box, sizeof(kf->body_box), 7);
}

static inline void sample_min(struct wk_keyfile *kf)
{
	sample_base(kf);
	kf->key_bits = 128;
	sample_add_slot(kf, 0, SOFT_WRAPPED);
}

static inline void sample_volume(struct wk_keyfile *kf)
{
	sample_base(kf);
	kf->usage = WK_USAGE_DM_CRYPT;
	kf->form = WK_FORM_ENGINE_RAW;
	kf->key_bits = 1024;
	kf->has_volume = true;
	kf->volume.has_uuid = kf->volume.has_iv_offset = true;
	kf->volume.iv_offset = INT64_MAX;
	sample_add_slot(kf, 31, SOFT_ARGON2);
}

static inline void sample_full(struct wk_keyfile *kf)
{
	sample_base(kf);
	kf->version = 255;
	kf->epoch = 0x8000;
	memset(kf->name, 'n', WK_NAME_MAX);
	kf->usage = WK_USAGE_FSCRYPT;
	kf->key_bits = 512;
	memset(kf->origin.maker, 'm', WK_MAKER_MAX);
	kf->origin.lifecycle = 2;
	kf->origin.has_device = true;
	kf->origin.device_source = 4;
	kf->has_volume = true;
	kf->volume = (struct wk_volume){
		.has_uuid = true,
		.has_target = true,
		.has_cipher = true,
		.has_sector_size = true,
		.has_iv_offset = true,
		.target = 1,
		.cipher = "aes-xts-plain64",
		.sector_size = 512,
	};
	kf->has_fscrypt_id = true;
	kf->extensions = HEADER_EXT;
	strcpy(sample_add_slot(kf, 0, SOFT_WRAPPED)->label,
	       "\xf0\x9f\x94\x91 B\xc3\xa4r");
	sample_add_slot(kf, 1, SOFT_ARGON2)->state = WK_SLOT_RETIRED;
	sample_add_slot(kf, 5, ICE_BLOB)->priority = WK_SLOT_PREFER;
	sample_add_slot(kf, 6, KERNEL_BLOB)->extensions = SLOT_EXT;
	sample_add_slot(kf, 8, UNKNOWN_ENVELOPE)->extensions = SLOT_EXT;
	sample_add_slot(kf, 30, UNKNOWN_DIRECT);
}

static inline void sample_opaque(struct wk_keyfile *kf)
{
	sample_base(kf);
	kf->form = WK_FORM_OPAQUE;
	kf->has_body = false;
	sample_add_slot(kf, 3, ICE_BLOB);
}

static inline void sample_stage(struct wk_keyfile *kf, uint8_t id,
				struct wk_span protection, uint8_t replaces)
{
	struct wk_slot *s = sample_add_slot(kf, id, protection);

	s->state = WK_SLOT_STAGED;
	s->has_replaces = true;
	s->replaces = replaces;
}

/* Every kind of way back, and two slots that wait to take another's place. */
static inline void sample_staged(struct wk_keyfile *kf)
{
	sample_base(kf);
	sample_stage(kf, 0, SOFT_WRAPPED, 31);
	sample_add_slot(kf, 1, RECOVERY)->state = WK_SLOT_RETIRED;
	sample_add_slot(kf, 2, RECIPIENT);
	sample_stage(kf, 3, RECIPIENT, 1);
	kf->slots[3].extensions = SLOT_EXT;
	sample_add_slot(kf, 4, RECOVERY)->state = WK_SLOT_STAGED;
	sample_add_slot(kf, 31, SOFT_ARGON2);
}

static inline void sample_many(struct wk_keyfile *kf)
{
	sample_base(kf);
	for (uint8_t i = 0; i < WK_SLOTS_MAX; i++)
		memset(sample_add_slot(kf, i, SOFT_ARGON2)->label, 'l',
		       WK_LABEL_MAX);
}

static const struct sample {
	const char *name;
	void (*make)(struct wk_keyfile *kf);
} samples[] = {
	{ "min", sample_min },	 { "volume", sample_volume },
	{ "full", sample_full }, { "opaque", sample_opaque },
	{ "many", sample_many }, { "staged", sample_staged },
};

/* n extensions of 7 bytes with different ids; list has 2 + 7 * n bytes. */
static inline struct wk_span sample_extensions(uint8_t *list, size_t n)
{
	list[0] = 0xa2;
	list[1] = (uint8_t)(n * 7);
	for (size_t i = 0; i < n; i++) {
		memcpy(list + 2 + i * 7, "\x30\x05\x06\x01\x00\x04\x00", 7);
		list[2 + i * 7 + 4] = (uint8_t)i;
	}
	return wk_span(list, 2 + n * 7);
}

static inline void sample_fix_crc(uint8_t *der, size_t len)
{
	uint32_t crc = wk_crc32(wk_span(der, len - 4));

	for (size_t i = 0; i < 4; i++)
		der[len - 4 + i] = (uint8_t)(crc >> (24 - 8 * i));
}

/* A file of these contents octets; the CRC is added and right. */
static inline struct wk_blob sample_wrap(struct wk_span contents)
{
	struct wk_blob der = { 0 };
	struct wk_err err;
	struct wk_der_out w = { .blob = &der, .err = &err };
	size_t file = wk_der_begin(&w, WK_DER_SEQUENCE);

	wk_der_put_tlv(&w, contents);
	wk_der_put(&w, WK_DER_OCTETS, RAW("\0\0\0\0"));
	wk_der_end(&w, file);
	assert_int_equal(w.status, WK_OK);
	sample_fix_crc(der.p, der.len);
	return der;
}

/* The file of *kf, good or not: nothing is checked. */
static inline struct wk_blob sample_unchecked(const struct wk_keyfile *kf)
{
	WK_AUTO_BLOB struct wk_blob head = { 0 };
	struct wk_err err;
	struct wk_der_out w = { .blob = &head, .err = &err };

	assert_int_equal(wk_keyfile_encode_head(kf, &head, &err), WK_OK);
	if (kf->has_body) {
		size_t body = wk_der_begin(&w, WK_DER_CONTEXT_SEQ(0));

		wk_der_put(&w, WK_DER_OCTETS, wk_span(kf->body_nonce, 12));
		wk_der_put(&w, WK_DER_OCTETS,
			   wk_span(kf->body_box, kf->key_bits / 8 + 16));
		wk_der_end(&w, body);
	}
	return sample_wrap(wk_blob_span(&head));
}

/* A copy that ends where reading on faults; one at a time. */
static inline struct wk_span sample_guarded(struct wk_span s)
{
	static uint8_t *room;
	const size_t len = 128 * 1024, page = 4096;

	if (!room) {
		room = mmap(NULL, len + page, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		assert_ptr_not_equal(room, MAP_FAILED);
		assert_int_equal(mprotect(room + len, page, PROT_NONE), 0);
	}
	assert_true(s.len <= len);
	if (s.len)
		memcpy(room + len - s.len, s.p, s.len);
	return wk_span(room + len - s.len, s.len);
}

#endif
