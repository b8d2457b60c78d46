/* SPDX-License-Identifier: Apache-2.0 */
/* Key files with several slots, and a host that says what it was asked for. */
#ifndef WK_TEST_SLOTS_FIXTURE_H
#define WK_TEST_SLOTS_FIXTURE_H

#include "tests/unit/sample_keyfile.h"

#include "envelope.h"
#include "recovery_slot.h"
#include "unlock.h"

/* The secrets of a person, one letter each: what is typed, held or had. */
struct person {
	struct wk_host host; /* first */
	struct wk_secret *secret[WK_SECRET_KINDS];
	enum wk_supply supply[WK_SECRET_KINDS];
	char given[32]; /* kinds, in order, a letter for each time */
	size_t count;
};

static inline enum wk_supply person_supply(const struct wk_host *h,
					   enum wk_secret_kind kind)
{
	return ((const struct person *)(const void *)h)->supply[kind];
}

static inline enum wk_status person_get(const struct wk_host *h,
					enum wk_secret_kind kind,
					const char *subject,
					const struct wk_secret **ret_secret,
					struct wk_err *err)
{
	struct person *p = (struct person *)(uintptr_t)h;

	assert_string_equal(subject, "k");
	assert_true(p->count < sizeof(p->given) - 1);
	p->given[p->count++] = "-pwPrk"[kind];
	if (!p->secret[kind])
		return wk_fail(err, WK_AUTH, "auth.no-secret", "none");
	*ret_secret = p->secret[kind];
	return WK_OK;
}

static inline struct wk_secret *secret_of(const void *p, size_t len)
{
	struct wk_secret *s;
	struct wk_err err;

	assert_int_equal(wk_secret_from(p, len, &s, &err), WK_OK);
	return s;
}

static inline struct wk_secret *key_of(char letter)
{
	char bytes[WK_WRAPPING_KEY_BYTES];

	memset(bytes, letter, sizeof(bytes));
	return secret_of(bytes, sizeof(bytes));
}

static inline void person_set(struct person *p, enum wk_secret_kind kind,
			      enum wk_supply supply, struct wk_secret *s)
{
	wk_secret_free(p->secret[kind]);
	p->secret[kind] = s;
	p->supply[kind] = supply;
}

static inline void person_init(struct person *p)
{
	*p = (struct person){ .host = { .supply = person_supply,
					.get = person_get } };
}

static inline void person_done(struct person *p)
{
	for (size_t i = 0; i < WK_SECRET_KINDS; i++)
		p->secret[i] = wk_secret_free(p->secret[i]);
}

/* --- the key file ---------------------------------------------------------------- */

static inline uint64_t least_cost(const struct wk_settings *s,
				  const char *option, uint64_t fallback)
{
	(void)s;
	return strcmp(option, "kdf-memory") == 0 ? 65536 :
	       strcmp(option, "kdf-passes") == 0 ? 1 :
	       strcmp(option, "kdf-lanes") == 0	 ? 1 :
						   fallback;
}

/* One slot of each kind of protection, by its letter: p, w, r. */
static inline void make_protection(struct wk_session *s, char kind,
				   const struct wk_secret *recovery,
				   struct wk_blob *protection,
				   struct wk_slot_secret *x)
{
	static const struct wk_settings settings = { .number = least_cost };
	struct wk_err err;
	enum wk_status st;

	if (kind == 'r')
		st = wk_recovery_slot_create(recovery, protection, x, &err);
	else
		st = wk_backend_by_name("soft")->slot_create(
			s, &settings, "k", protection, x, &err);
	assert_int_equal(st, WK_OK);
}

/*
 * A file with the slots 0, 1, ... of these kinds under the person's secrets; in
 * upper case it is under another secret than the person has.
 */
static inline struct wk_blob make_file(struct person *p, const char *kinds)
{
	static const struct {
		char letter;
		enum wk_secret_kind kind;
	} of[] = { { 'p', WK_SECRET_PASSPHRASE },
		   { 'w', WK_SECRET_WRAPPING_KEY },
		   { 'r', WK_SECRET_RECOVERY } };
	static struct wk_keyfile kf;
	struct wk_secret *kek = key_of('K'), *key = key_of('S');
	struct wk_blob protections[WK_SLOTS_MAX] = { 0 }, der = { 0 };
	struct person maker;
	struct wk_session *s;
	struct wk_err err;

	sample_base(&kf);
	for (size_t i = 0; kinds[i]; i++) {
		char letter = (char)(kinds[i] | 0x20);
		bool other = kinds[i] != letter;
		WK_AUTO_SLOT_SECRET struct wk_slot_secret x = { 0 };
		struct wk_secret *recovery = NULL;
		struct wk_slot *slot;

		person_init(&maker);
		for (size_t k = 0; k < WK_ARRAY_LEN(of); k++) {
			const struct wk_secret *mine = p->secret[of[k].kind];
			struct wk_secret *use;

			if (of[k].letter != letter)
				continue;
			if (letter == 'r' && other)
				assert_int_equal(
					wk_recovery_key_new(&use, &err), WK_OK);
			else if (other)
				use = key_of('x');
			else
				use = secret_of(wk_secret_view(mine),
						wk_secret_len(mine));
			person_set(&maker, of[k].kind, WK_SUPPLY_HELD, use);
			recovery = use;
		}
		assert_int_equal(wk_session_open(&maker.host, &s, &err), WK_OK);
		make_protection(s, letter, recovery, &protections[i], &x);
		slot = sample_add_slot(&kf, (uint8_t)i,
				       wk_blob_span(&protections[i]));
		assert_int_equal(wk_envelope_seal_slot(s, kf.key_id, slot, &x,
						       kek, &err),
				 WK_OK);
		if (!kinds[i + 1])
			assert_int_equal(wk_envelope_seal_body(s, &kf, kek, key,
							       &err),
					 WK_OK);
		wk_session_close(s);
		person_done(&maker);
	}
	assert_int_equal(wk_keyfile_encode(&kf, &der, &err), WK_OK);
	for (size_t i = 0; i < WK_SLOTS_MAX; i++)
		wk_blob_done(&protections[i]);
	wk_secret_free(kek);
	wk_secret_free(key);
	return der;
}

#endif
