/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key file: bytes -> struct.  The get_ functions follow keyfile.asn1 from top
 * to bottom and carry its names.
 */
#include "keyfile_impl.h"

#include <string.h>

#include "base/crc32.h"

#define CRITICAL_KNOWN 0 /* features; none yet */

static enum wk_status damaged(const struct wk_der *d, struct wk_err *err)
{
	return wk_fail(err, WK_CORRUPT, "keyfile.damaged", "%s", d->why);
}

static enum wk_status not_a_keyfile(const char *why, struct wk_err *err)
{
	return wk_fail(err, WK_CORRUPT, "keyfile.not-a-keyfile",
		       "not a wkeyctl key file%s", why);
}

static enum wk_status too_new(const char *field, uint64_t n, struct wk_err *err)
{
	wk_fail(err, WK_TOO_NEW, "keyfile.too-new",
		"made for a newer wkeyctl: %s %llu", field,
		(unsigned long long)n);
	wk_err_hint(err, "update wkeyctl");
	return WK_TOO_NEW;
}

/* ENUMERATED from 0. */
static uint8_t get_enum(struct wk_der *d, unsigned int tag, uint8_t max,
			const char *field)
{
	return (uint8_t)wk_der_get_uint(d, tag, 0, max, field);
}

/* --- Extensions, SealedBox --------------------------------------------------- */

static bool seen(const struct wk_span *ids, size_t n, struct wk_span id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i].len == id.len && !memcmp(ids[i].p, id.p, id.len))
			return true;
	return false;
}

static void get_extension(struct wk_der *d, struct wk_span *ids, size_t n)
{
	const uint8_t *outer = wk_der_enter(d, WK_DER_SEQUENCE, "extension");

	ids[n] = wk_der_get_oid(d, "extension id");
	wk_der_get(d, WK_DER_OCTETS, "extension value");
	wk_der_leave(d, outer, "extension");
	if (!d->bad && seen(ids, n, ids[n]))
		wk_der_fail(d, "extension id occurs twice");
}

/* Nothing in them is understood: checked, and kept as they are. */
static struct wk_span get_extensions(struct wk_der *d, unsigned int tag)
{
	const uint8_t *start = d->p, *outer;
	struct wk_span ids[WK_EXTENSIONS_MAX];
	size_t n = 0;

	if (!wk_der_at(d, tag))
		return wk_span(NULL, 0);
	outer = wk_der_enter(d, tag, "extensions");
	do {
		if (n == WK_EXTENSIONS_MAX)
			wk_der_fail(d, "extensions are more than %d",
				    WK_EXTENSIONS_MAX);
		else
			get_extension(d, ids, n++);
	} while (wk_der_more(d));
	wk_der_leave(d, outer, "extensions");
	return wk_span(start, (size_t)(d->p - start));
}

/* box: room for box_len bytes, which is exactly what must be there. */
static void get_box(struct wk_der *d, unsigned int tag, uint8_t *nonce,
		    uint8_t *box, size_t box_len, const char *field)
{
	const uint8_t *outer = wk_der_enter(d, tag, field);

	if (d->bad)
		return;
	wk_der_get_bytes(d, WK_DER_OCTETS, nonce, WK_BOX_NONCE, "nonce");
	wk_der_get_bytes(d, WK_DER_OCTETS, box, box_len, "box");
	if (d->bad)
		wk_der_prefix(d, "%s", field);
	wk_der_leave(d, outer, field);
}

/* --- Header ------------------------------------------------------------------- */

static void get_device(struct wk_der *d, struct wk_origin *o)
{
	const uint8_t *outer;

	o->has_device = wk_der_at(d, WK_DER_CONTEXT_SEQ(0));
	if (!o->has_device)
		return;
	outer = wk_der_enter(d, WK_DER_CONTEXT_SEQ(0), "device");
	o->device_source = (uint8_t)wk_der_get_uint(d, WK_DER_ENUMERATED, 1, 4,
						    "device source");
	wk_der_get_bytes(d, WK_DER_OCTETS, o->device_salt,
			 sizeof(o->device_salt), "device salt");
	wk_der_get_bytes(d, WK_DER_OCTETS, o->device_hash,
			 sizeof(o->device_hash), "device hash");
	wk_der_leave(d, outer, "device");
}

static void get_origin(struct wk_der *d, struct wk_origin *o)
{
	const uint8_t *outer = wk_der_enter(d, WK_DER_SEQUENCE, "origin");

	wk_rule_get_text(d, WK_DER_UTF8, &wk_rule_maker, o->maker, "maker");
	o->lifecycle = get_enum(d, WK_DER_ENUMERATED, 2, "lifecycle");
	get_device(d, o);
	wk_der_leave(d, outer, "origin");
}

static void get_sector_size(struct wk_der *d, struct wk_volume *v)
{
	uint64_t n =
		wk_der_get_uint(d, WK_DER_CONTEXT(3), 512, 4096, "sector size");

	if (n & (n - 1))
		wk_der_fail(d, "sector size is %u, no power of two",
			    (unsigned int)n);
	v->sector_size = (uint32_t)n;
}

static void get_volume_members(struct wk_der *d, struct wk_volume *v)
{
	v->has_uuid = wk_der_at(d, WK_DER_CONTEXT(0));
	if (v->has_uuid)
		wk_der_get_bytes(d, WK_DER_CONTEXT(0), v->uuid, sizeof(v->uuid),
				 "volume uuid");
	v->has_target = wk_der_at(d, WK_DER_CONTEXT(1));
	if (v->has_target)
		v->target = get_enum(d, WK_DER_CONTEXT(1), 1, "target");
	v->has_cipher = wk_der_at(d, WK_DER_CONTEXT(2));
	if (v->has_cipher)
		wk_rule_get_text(d, WK_DER_CONTEXT(2), &wk_rule_cipher,
				 v->cipher, "cipher");
	v->has_sector_size = wk_der_at(d, WK_DER_CONTEXT(3));
	if (v->has_sector_size)
		get_sector_size(d, v);
	v->has_iv_offset = wk_der_at(d, WK_DER_CONTEXT(4));
	if (v->has_iv_offset)
		v->iv_offset = wk_der_get_uint(d, WK_DER_CONTEXT(4), 0,
					       WK_DER_UINT_MAX, "iv offset");
}

static void get_volume(struct wk_der *d, struct wk_keyfile *kf)
{
	const uint8_t *outer;

	kf->has_volume = wk_der_at(d, WK_DER_CONTEXT_SEQ(0));
	if (!kf->has_volume)
		return;
	outer = wk_der_enter(d, WK_DER_CONTEXT_SEQ(0), "volume");
	if (!d->bad && !wk_der_more(d))
		wk_der_fail(d, "volume is empty");
	get_volume_members(d, &kf->volume);
	wk_der_leave(d, outer, "volume");
}

/* The kernel's identifier of the key exists where fscrypt can use the key. */
static void get_fscrypt_id(struct wk_der *d, struct wk_keyfile *kf)
{
	kf->has_fscrypt_id = wk_der_at(d, WK_DER_CONTEXT(1));
	if (!kf->has_fscrypt_id)
		return;
	wk_der_get_bytes(d, WK_DER_CONTEXT(1), kf->fscrypt_id,
			 sizeof(kf->fscrypt_id), "fscrypt id");
	if (kf->form != WK_FORM_RAW || kf->key_bits > 512 ||
	    (kf->usage != WK_USAGE_ANY && kf->usage != WK_USAGE_FSCRYPT))
		wk_der_fail(
			d,
			"fscrypt id does not go with this form, usage or key size");
}

static void get_header(struct wk_der *d, struct wk_keyfile *kf)
{
	const uint8_t *outer = wk_der_enter(d, WK_DER_SEQUENCE, "header");

	wk_der_get_bytes(d, WK_DER_OCTETS, kf->key_id, sizeof(kf->key_id),
			 "key id");
	kf->epoch =
		wk_der_get_uint(d, WK_DER_INTEGER, 1, WK_DER_UINT_MAX, "epoch");
	wk_rule_get_time(d, kf->created, "created");
	wk_rule_get_text(d, WK_DER_UTF8, &wk_rule_name, kf->name, "name");
	kf->usage = get_enum(d, WK_DER_ENUMERATED, WK_USAGE_KEYRING, "usage");
	kf->form = get_enum(d, WK_DER_ENUMERATED, WK_FORM_OPAQUE, "form");
	kf->key_bits = (uint32_t)wk_der_get_uint(d, WK_DER_INTEGER,
						 8 * WK_KEY_BYTES_MIN,
						 8 * WK_KEY_BYTES_MAX,
						 "key bits");
	if (kf->key_bits % 8)
		wk_der_fail(d, "key bits are %u, no multiple of 8",
			    kf->key_bits);
	get_origin(d, &kf->origin);
	get_volume(d, kf);
	get_fscrypt_id(d, kf);
	kf->extensions = get_extensions(d, WK_DER_CONTEXT_SEQ(2));
	wk_der_leave(d, outer, "header");
}

/* --- slots --------------------------------------------------------------------- */

/* kek: present exactly in envelope slots. */
static void get_kek(struct wk_der *d, struct wk_slot *s)
{
	s->has_kek = !wk_slot_is_direct(s);
	if (s->has_kek)
		get_box(d, WK_DER_SEQUENCE, s->kek_nonce, s->kek_box,
			sizeof(s->kek_box), "kek");
	else if (wk_der_at(d, WK_DER_SEQUENCE))
		wk_der_fail(d, "kek stands in a direct slot");
}

static void get_replaces(struct wk_der *d, struct wk_slot *s)
{
	s->has_replaces = wk_der_at(d, WK_DER_CONTEXT(1));
	if (!s->has_replaces)
		return;
	s->replaces = (uint8_t)wk_der_get_uint(d, WK_DER_CONTEXT(1), 0,
					       WK_SLOTS_MAX - 1, "replaces");
	if (s->state != WK_SLOT_STAGED)
		wk_der_fail(d, "replaces stands in a slot that is not staged");
}

static void get_slot_members(struct wk_der *d, struct wk_slot *s)
{
	s->state = get_enum(d, WK_DER_ENUMERATED, WK_SLOT_RETIRED, "state");
	s->priority =
		get_enum(d, WK_DER_ENUMERATED, WK_SLOT_PREFER, "priority");
	wk_rule_get_text(d, WK_DER_UTF8, &wk_rule_label, s->label, "label");
	s->protection = wk_protection_get(d, &s->type);
	get_kek(d, s);
	s->extensions = get_extensions(d, WK_DER_CONTEXT_SEQ(0));
	get_replaces(d, s);
}

static void get_slot(struct wk_der *d, struct wk_slot *s, int last_id)
{
	const uint8_t *outer = wk_der_enter(d, WK_DER_SEQUENCE, "slot");

	s->id = (uint8_t)wk_der_get_uint(d, WK_DER_INTEGER, 0, WK_SLOTS_MAX - 1,
					 "slot id");
	if (!d->bad && s->id <= last_id)
		wk_der_fail(d, "slot id %u follows %d", s->id, last_id);
	if (d->bad)
		return;
	get_slot_members(d, s);
	wk_der_leave(d, outer, "slot");
	if (d->bad)
		wk_der_prefix(d, "slot %u", s->id);
}

static void get_slots(struct wk_der *d, struct wk_keyfile *kf)
{
	const uint8_t *outer = wk_der_enter(d, WK_DER_SEQUENCE, "slots");
	int last_id = -1;

	do {
		struct wk_slot *s = &kf->slots[kf->slot_count];

		if (kf->slot_count == WK_SLOTS_MAX) {
			wk_der_fail(d, "slots are more than %d", WK_SLOTS_MAX);
			break;
		}
		memset(s, 0, sizeof(*s));
		get_slot(d, s, last_id);
		last_id = s->id;
		kf->slot_count++;
	} while (wk_der_more(d));
	wk_der_leave(d, outer, "slots");
}

/* --- the file -------------------------------------------------------------------- */

static void get_body(struct wk_der *d, struct wk_keyfile *kf)
{
	kf->has_body = wk_der_at(d, WK_DER_CONTEXT_SEQ(0));
	if (kf->has_body)
		get_box(d, WK_DER_CONTEXT_SEQ(0), kf->body_nonce, kf->body_box,
			kf->key_bits / 8 + WK_BOX_TAG, "body");
}

/*
 * What decides whether this reader may go on.  minReader comes before what it
 * guards: a later version may have changed everything behind it.  As only 1 is
 * read on, version (1 to 255) cannot be below it.
 */
static enum wk_status get_preamble(struct wk_der *d, struct wk_keyfile *kf,
				   struct wk_err *err)
{
	struct wk_span magic = wk_der_get(d, WK_DER_OID, "magic");

	if (d->bad || magic.len != WK_MAGIC_BYTES ||
	    memcmp(magic.p, wk_keyfile_magic, WK_MAGIC_BYTES))
		return not_a_keyfile("", err);
	kf->version =
		(uint32_t)wk_der_get_uint(d, WK_DER_INTEGER, 1, 255, "version");
	kf->min_reader = (uint32_t)wk_der_get_uint(d, WK_DER_INTEGER, 1, 255,
						   "minimum reader");
	if (kf->min_reader > WK_KEYFILE_VERSION)
		return too_new("minimum reader", kf->min_reader, err);
	kf->critical = wk_der_get_uint(d, WK_DER_INTEGER, 0, WK_DER_UINT_MAX,
				       "critical features");
	if (kf->critical & ~(uint64_t)CRITICAL_KNOWN)
		return too_new("critical features", kf->critical, err);
	return d->bad ? damaged(d, err) : WK_OK;
}

static enum wk_status parse(struct wk_keyfile *kf, struct wk_err *err)
{
	const uint8_t *outer, *head;
	struct wk_der d;
	enum wk_status st;

	wk_der_init(&d, wk_blob_span(&kf->image));
	outer = wk_der_enter(&d, WK_DER_SEQUENCE, "file");
	if (d.bad)
		return damaged(&d, err);
	head = d.p;
	st = get_preamble(&d, kf, err);
	if (st)
		return st;
	get_header(&d, kf);
	get_slots(&d, kf);
	kf->authenticated = wk_span(head, (size_t)(d.p - head));
	get_body(&d, kf);
	wk_der_get_sized(&d, WK_DER_OCTETS, WK_CRC_BYTES, WK_CRC_BYTES, "crc");
	wk_der_leave(&d, outer, "file");
	if (wk_der_more(&d))
		wk_der_fail(&d, "file has bytes after its end");
	wk_keyfile_check_consistency(&d, kf);
	return d.bad ? damaged(&d, err) : WK_OK;
}

/* The last bytes are an OCTET STRING: the CRC-32 of all before its contents. */
static bool crc_ok(struct wk_span der)
{
	size_t len = der.len - WK_CRC_BYTES;
	const uint8_t *crc = der.p + len;

	return crc[-2] == WK_DER_OCTETS && crc[-1] == WK_CRC_BYTES &&
	       wk_crc32(wk_span(der.p, len)) ==
		       ((uint32_t)crc[0] << 24 | (uint32_t)crc[1] << 16 |
			(uint32_t)crc[2] << 8 | crc[3]);
}

/* What `export --format=cms` writes is no damaged key file: RFC 5083. */
static bool is_cms(struct wk_span der)
{
	static const uint8_t type[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
					0x01, 0x09, 0x10, 0x01, 0x17 };
	struct wk_span oid;
	struct wk_der d;

	wk_der_init(&d, der);
	(void)wk_der_enter(&d, WK_DER_SEQUENCE, "file");
	oid = wk_der_get(&d, WK_DER_OID, "type");
	return !d.bad && oid.len == sizeof(type) &&
	       !memcmp(oid.p, type, sizeof(type));
}

/* What is checked before anything is parsed. */
static enum wk_status check_whole(struct wk_span der, struct wk_err *err)
{
	if (!der.len) /* such as a pipe whose writer has failed */
		return not_a_keyfile(": it is empty", err);
	if (der.p[0] != WK_DER_SEQUENCE)
		return not_a_keyfile("", err);
	if (is_cms(der))
		return not_a_keyfile(": it is a CMS message", err);
	if (der.len < 2 + 2 + WK_CRC_BYTES || !crc_ok(der))
		return wk_fail(err, WK_CORRUPT, "keyfile.crc",
			       "damaged or cut short: its CRC-32 is wrong");
	return WK_OK;
}

static enum wk_status check_size(size_t len, size_t max, struct wk_err *err)
{
	if (len <= max)
		return WK_OK;
	return wk_fail(err, WK_CORRUPT, "keyfile.too-large",
		       "too large for a key file: more than %zu bytes", max);
}

static enum wk_status replace_pem(struct wk_blob *image, struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob pem = *image;

	*image = (struct wk_blob){ 0 };
	return wk_keyfile_from_pem(wk_blob_span(&pem), image, err);
}

enum wk_status wk_keyfile_take(struct wk_blob *in, struct wk_keyfile *kf,
			       struct wk_err *err)
{
	enum wk_status st = WK_OK;

	wk_keyfile_clear(kf);
	kf->image = *in;
	*in = (struct wk_blob){ 0 };
	if (wk_keyfile_is_pem(wk_blob_span(&kf->image)))
		st = replace_pem(&kf->image, err);
	if (!st)
		st = check_size(kf->image.len, WK_KEYFILE_MAX, err);
	if (!st)
		st = check_whole(wk_blob_span(&kf->image), err);
	if (!st)
		st = parse(kf, err);
	if (st)
		wk_keyfile_done(kf);
	return st;
}

enum wk_status wk_keyfile_decode(struct wk_span in, struct wk_keyfile *kf,
				 struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob copy = { 0 };
	enum wk_status st = check_size(in.len, WK_PEM_MAX, err);

	if (!st)
		st = wk_blob_append(&copy, in, err);
	if (!st)
		return wk_keyfile_take(&copy, kf, err);
	wk_keyfile_clear(kf);
	return st;
}
