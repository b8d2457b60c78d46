/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Module "cms" with certificates that the openssl program made, opened by
 * libcrypto's CMS_decrypt(); its refusals, and what it leaves behind.
 * tests/escrow.bats opens the same by the openssl program.
 */
#include <string.h>
#include <sys/inotify.h>
#include <time.h>

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/secret.h"
#include "crypto/cms.h"
#include "module.h"
#include "recipient_slot.h"
#include "session.h"
#include "tests/unit/unit.h"

#define DAY 86400

static const struct wk_cms_ops *ops;
static char dir[] = "/tmp/wkey-test-cms-XXXXXX";
static int64_t now;
static struct wk_err err;

/* --- certificates --------------------------------------------------------------- */

static void sh(const char *command)
{
	char line[1024];

	snprintf(line, sizeof(line), "cd '%s' && { %s; } >>log 2>&1", dir,
		 command);
	if (system(line) != 0)
		fail_msg("%s", line);
}

static void make_certificate(const char *name, const char *options)
{
	char line[512];

	snprintf(line, sizeof(line),
		 "openssl req -x509 -nodes -days 3650 -subj '/O=x/CN=Holder of "
		 "%s' -keyout %s.key -out %s.pem %s",
		 name, name, name, options);
	sh(line);
}

static int setup(void **state)
{
	const struct wk_module *m;

	(void)state;
	assert_non_null(mkdtemp(dir));
	now = time(NULL) + DAY;
	make_certificate("rsa", "-newkey rsa:2048");
	make_certificate("p256", "-newkey ec -pkeyopt ec_paramgen_curve:P-256");
	assert_int_equal(wk_module_open("cms", &m, &err), WK_OK);
	ops = m->ops;
	return 0;
}

static int teardown(void **state)
{
	char line[128];

	(void)state;
	snprintf(line, sizeof(line), "rm -rf '%s'", dir);
	return system(line);
}

/* Released by the caller. */
static struct wk_blob load(const char *name)
{
	struct wk_blob b = { 0 };
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(wk_blob_reserve(&b, 1 << 16, &err), WK_OK);
	b.len = fread(b.p, 1, 1 << 16, f);
	fclose(f);
	return b;
}

/* --- contents ---------------------------------------------------------------------- */

static uint8_t byte_at(size_t i)
{
	return (uint8_t)(i * 151 + 57);
}

static struct wk_secret *content(void)
{
	struct wk_secret *s;

	assert_int_equal(wk_secret_new(WK_ESCROW_BYTES, &s, &err), WK_OK);
	for (size_t i = 0; i < WK_ESCROW_BYTES; i++)
		wk_secret_bytes(s)[i] = byte_at(i);
	wk_secret_set_len(s, WK_ESCROW_BYTES);
	return s;
}

static enum wk_status seal(const char *name, bool lenient,
			   struct wk_blob *ret_cms, struct wk_certificate *ret)
{
	WK_AUTO_SECRET struct wk_secret *s = content();
	WK_AUTO_BLOB struct wk_blob c = load(name);

	return ops->seal(wk_blob_span(&c), now, lenient, s, ret_cms, ret, &err);
}

static void *read_pem(const char *name, const char *suffix)
{
	char path[256];
	void *x;
	BIO *b;

	snprintf(path, sizeof(path), "%s/%s.%s", dir, name, suffix);
	b = BIO_new_file(path, "r");
	assert_non_null(b);
	if (strcmp(suffix, "key") == 0)
		x = PEM_read_bio_PrivateKey(b, NULL, NULL, NULL);
	else
		x = PEM_read_bio_X509(b, NULL, NULL, NULL);
	assert_non_null(x);
	BIO_free(b);
	return x;
}

static void opens_to_content(const struct wk_blob *der, const char *name)
{
	const unsigned char *p = der->p;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)der->len);
	EVP_PKEY *key = read_pem(name, "key");
	X509 *x = read_pem(name, "pem");
	BIO *out = BIO_new(BIO_s_mem());
	uint8_t *bytes;

	assert_non_null(cms);
	assert_ptr_equal(p, der->p + der->len);
	assert_int_equal(OBJ_obj2nid(CMS_get0_type(cms)),
			 NID_id_smime_ct_authEnvelopedData);
	assert_int_equal(CMS_decrypt(cms, key, x, NULL, out, CMS_BINARY), 1);
	assert_int_equal(BIO_get_mem_data(out, &bytes), WK_ESCROW_BYTES);
	for (size_t i = 0; i < WK_ESCROW_BYTES; i++)
		assert_int_equal(bytes[i], byte_at(i));
	BIO_free(out);
	X509_free(x);
	EVP_PKEY_free(key);
	CMS_ContentInfo_free(cms);
}

static void seals_to(const char *name)
{
	WK_AUTO_BLOB struct wk_blob cms = { 0 };
	struct wk_certificate c;
	char file[64], subject[64];

	snprintf(file, sizeof(file), "%s.pem", name);
	snprintf(subject, sizeof(subject), "Holder of %s", name);
	assert_int_equal(seal(file, false, &cms, &c), WK_OK);
	assert_string_equal(c.subject, subject);
	assert_int_equal(strlen(c.not_after), 20);
	opens_to_content(&cms, name);
}

static void refuses(const char *file, bool lenient, enum wk_status st,
		    const char *code)
{
	WK_AUTO_BLOB struct wk_blob cms = { 0 };
	struct wk_certificate c = { .subject = "untouched" };
	enum wk_status got;

	wk_err_clear(&err);
	got = seal(file, lenient, &cms, &c);
	if (got != st || strcmp(err.code, code))
		fail_msg("%s: %d %s: %s", file, got, err.code, err.msg);
	assert_null(cms.p);
	assert_string_equal(c.subject, "untouched");
	assert_int_equal(ERR_peek_error(), 0);
}

/* --- tests ------------------------------------------------------------------------- */

static void reads_no_configuration(void **state)
{
	int watch = inotify_init1(IN_NONBLOCK);
	WK_AUTO_BLOB struct wk_blob rsa = { 0 }, ec = { 0 };
	struct wk_certificate c;
	char conf[64], events[512];

	(void)state;
	sh("touch conf");
	snprintf(conf, sizeof(conf), "%s/conf", dir);
	assert_true(watch >= 0);
	assert_true(inotify_add_watch(watch, conf, IN_OPEN) >= 0);
	setenv("OPENSSL_CONF", conf, 1);
	assert_int_equal(seal("rsa.pem", false, &rsa, &c), WK_OK);
	assert_int_equal(seal("p256.pem", false, &ec, &c), WK_OK);
	assert_int_equal(read(watch, events, sizeof(events)), -1);
	unsetenv("OPENSSL_CONF");
	close(watch);
}

static void cleaned_up(void)
{
	_exit(9);
}

static void leave(const void *arg)
{
	(void)arg;
	CHECK(OPENSSL_atexit(cleaned_up));
}

/* Threads of a program may still use libcrypto while it exits. */
static void no_exit_handler(void **state)
{
	(void)state;
	in_child(leave, NULL);
}

static void every_key(void **state)
{
	(void)state;
	make_certificate("p384", "-newkey ec -pkeyopt ec_paramgen_curve:P-384");
	make_certificate("p521", "-newkey ec -pkeyopt ec_paramgen_curve:P-521");
	seals_to("rsa");
	seals_to("p256");
	seals_to("p384");
	seals_to("p521");
}

static void der_is_as_good(void **state)
{
	WK_AUTO_BLOB struct wk_blob cms = { 0 };
	struct wk_certificate pem, der;
	WK_AUTO_BLOB struct wk_blob c = load("p256.pem");

	(void)state;
	sh("openssl x509 -in p256.pem -outform DER -out p256.der");
	assert_int_equal(seal("p256.der", false, &cms, &der), WK_OK);
	opens_to_content(&cms, "p256");
	assert_int_equal(ops->check(wk_blob_span(&c), now, false, &pem, &err),
			 WK_OK);
	assert_memory_equal(&pem, &der, sizeof(pem));
}

static void nothing_is_used_twice(void **state)
{
	WK_AUTO_BLOB struct wk_blob a = { 0 }, b = { 0 };
	struct wk_certificate c;

	(void)state;
	assert_int_equal(seal("p256.pem", false, &a, &c), WK_OK);
	assert_int_equal(seal("p256.pem", false, &b, &c), WK_OK);
	assert_true(a.len != b.len || memcmp(a.p, b.p, a.len));
}

static void usage(void **state)
{
	(void)state;
	make_certificate("sign", "-newkey ec -pkeyopt ec_paramgen_curve:P-256 "
				 "-addext keyUsage=digitalSignature");
	make_certificate("agree", "-newkey ec -pkeyopt ec_paramgen_curve:P-256 "
				  "-addext keyUsage=keyAgreement");
	sh("openssl req -x509 -key rsa.key -subj /CN=a -out sign2.pem -addext "
	   "keyUsage=digitalSignature,keyAgreement");
	sh("openssl req -x509 -key rsa.key -subj /CN=b -out crypt.pem -addext "
	   "keyUsage=keyEncipherment");
	refuses("sign.pem", false, WK_UNSAFE, "certificate.usage");
	refuses("sign2.pem", false, WK_UNSAFE, "certificate.usage");
	assert_non_null(strstr(err.hint, "--accept-certificate"));
	seals_to("agree");
	for (int i = 0; i < 3; i++) {
		static const char *const fine[] = { "sign.pem", "sign2.pem",
						    "crypt.pem" };
		WK_AUTO_BLOB struct wk_blob cms = { 0 };
		struct wk_certificate c;

		assert_int_equal(seal(fine[i], i < 2, &cms, &c), WK_OK);
	}
}

static void dates(void **state)
{
	WK_AUTO_BLOB struct wk_blob cms = { 0 };
	struct wk_certificate c;
	int64_t good = now;

	(void)state;
	now = good + 3651LL * DAY;
	refuses("rsa.pem", false, WK_UNSAFE, "certificate.expired");
	assert_non_null(strstr(err.hint, "--accept-certificate"));
	assert_int_equal(seal("rsa.pem", true, &cms, &c), WK_OK);
	now = good - 2 * DAY;
	refuses("rsa.pem", false, WK_UNSAFE, "certificate.not-yet");
	now = good;
}

static void keys_that_do_not_fit(void **state)
{
	(void)state;
	make_certificate("weak", "-newkey rsa:1024");
	make_certificate("pss",
			 "-newkey rsa-pss -pkeyopt rsa_keygen_bits:2048");
	make_certificate("ed", "-newkey ed25519");
	make_certificate("k1", "-newkey ec -pkeyopt "
			       "ec_paramgen_curve:secp256k1");
	make_certificate("p224", "-newkey ec -pkeyopt ec_paramgen_curve:P-224");
	refuses("weak.pem", true, WK_UNSUPPORTED, "certificate.weak");
	refuses("pss.pem", true, WK_UNSUPPORTED, "certificate.algorithm");
	refuses("ed.pem", true, WK_UNSUPPORTED, "certificate.algorithm");
	refuses("k1.pem", true, WK_UNSUPPORTED, "certificate.algorithm");
	refuses("p224.pem", true, WK_UNSUPPORTED, "certificate.algorithm");
}

static void one_certificate(void **state)
{
	(void)state;
	sh("openssl x509 -in rsa.pem -outform DER -out rsa.der");
	sh("cat rsa.pem p256.pem >two.pem; cat rsa.der p256.der >two.der");
	sh("cat rsa.pem rsa.key >private.pem");
	sh("openssl x509 -in rsa.pem -text -out text.pem");
	sh("echo MIIB >junk; head -c 300 rsa.der >short.der; : >empty");
	sh("cp rsa.der long.der; echo >>long.der");
	sh("openssl ec -in p256.key -pubout -out public.pem");
	sh("sed 5s/./!/ rsa.pem >bad.pem");
	sh("cp rsa.pem bad2.pem; sed 5s/./!/ p256.pem >>bad2.pem");
	refuses("two.pem", true, WK_FAIL, "certificate.many");
	refuses("two.der", true, WK_FAIL, "certificate.many");
	refuses("private.pem", true, WK_FAIL, "certificate.private-key");
	refuses("junk", true, WK_FAIL, "certificate.damaged");
	refuses("short.der", true, WK_FAIL, "certificate.damaged");
	refuses("long.der", true, WK_FAIL, "certificate.damaged");
	refuses("empty", true, WK_FAIL, "certificate.damaged");
	refuses("public.pem", true, WK_FAIL, "certificate.damaged");
	refuses("bad.pem", true, WK_FAIL, "certificate.damaged");
	refuses("bad2.pem", true, WK_FAIL, "certificate.damaged");
	sh("cp rsa.key text.key");
	{
		WK_AUTO_BLOB struct wk_blob cms = { 0 };
		struct wk_certificate c;

		assert_int_equal(seal("text.pem", false, &cms, &c), WK_OK);
	}
}

/* A subject becomes a label: whole characters, nothing that moves a cursor. */
static void subjects(void **state)
{
	static const struct {
		const char *options, *subject;
	} cases[] = {
		{ "-subj /O=nameless", "" },
		{ "-utf8 -subj '/CN=Ärztin 鍵'", "Ärztin 鍵" },
		{ "-subj \"$(printf '/CN=a\\033[2Jb')\"", "" },
	};

	(void)state;
	for (size_t i = 0; i < WK_ARRAY_LEN(cases); i++) {
		struct wk_certificate c;
		WK_AUTO_BLOB struct wk_blob file = { 0 };
		char line[256];

		snprintf(line, sizeof(line),
			 "openssl req -x509 -key p256.key -days 30 -out s.pem "
			 "%s",
			 cases[i].options);
		sh(line);
		file = load("s.pem");
		assert_int_equal(ops->check(wk_blob_span(&file), now, false, &c,
					    &err),
				 WK_OK);
		assert_string_equal(c.subject, cases[i].subject);
	}
}

/* What the program had in its queue is its own. */
static void errors_of_the_program_stay(void **state)
{
	WK_AUTO_BLOB struct wk_blob cms = { 0 };
	struct wk_certificate c;

	(void)state;
	ERR_clear_error();
	ERR_raise(ERR_LIB_USER, 77);
	assert_int_equal(seal("junk", true, &cms, &c), WK_FAIL);
	assert_int_equal(seal("p256.pem", true, &cms, &c), WK_OK);
	assert_int_equal(ERR_GET_REASON(ERR_get_error()), 77);
	assert_int_equal(ERR_peek_error(), 0);
}

/* --- what is left in memory --------------------------------------------------------- */

#define MASK 0x5bd1e995a7c36d21u

/* Eight bytes of the content, so masked that they are in no memory of ours. */
static uint64_t masked(size_t from)
{
	uint64_t x = 0;

	for (size_t i = 0; i < 8; i++)
		x |= (uint64_t)(uint8_t)(byte_at(from + i) ^ MASK >> 8 * i)
		     << 8 * i;
	return x;
}

static size_t count_in(const uint8_t *p, const uint8_t *end)
{
	uint64_t wanted[WK_ESCROW_BYTES / 8];
	size_t n = 0;

	for (size_t i = 0; i < WK_ARRAY_LEN(wanted); i++)
		wanted[i] = masked(8 * i);
	for (; p + 8 <= end; p++) {
		uint64_t word;

		memcpy(&word, p, 8);
		for (size_t i = 0; i < WK_ARRAY_LEN(wanted); i++)
			n += (word ^ MASK) == wanted[i];
	}
	return n;
}

/* In the heap, the stack and what else can be written, less the arena. */
static size_t count_in_memory(const uint8_t *arena)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512], mode[5];
	uintptr_t from, to;
	size_t n = 0;

	CHECK(maps);
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %4s", &from, &to, mode) != 3 ||
		    mode[0] != 'r' || mode[1] != 'w')
			continue;
		if ((uintptr_t)arena >= from && (uintptr_t)arena < to)
			continue;
		n += count_in((const uint8_t *)from, (const uint8_t *)to);
	}
	fclose(maps);
	return n;
}

static void seal_and_look(const void *name)
{
	WK_AUTO_SECRET struct wk_secret *s = content();
	WK_AUTO_BLOB struct wk_blob c = load(name), cms = { 0 };
	struct wk_certificate ignored;
	const uint8_t *arena = wk_secret_view(s);

	CHECK(!ops->seal(wk_blob_span(&c), now, true, s, &cms, &ignored, &err));
	CHECK(count_in_memory(arena) == 0);
	/* The search finds one that is there. */
	memcpy(cms.p, arena, 8);
	CHECK(count_in_memory(arena) == 1);
}

/* Without a sanitizer, whose shadow takes too long to look through. */
static void no_copy_stays(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip();
#endif
	in_child(seal_and_look, "rsa.pem");
	in_child(seal_and_look, "p256.pem");
}

/* --- the slot ----------------------------------------------------------------------- */

static const struct wk_secret *given;

static enum wk_supply supply(const struct wk_host *h, enum wk_secret_kind kind)
{
	(void)h;
	return kind == WK_SECRET_KEK ? WK_SUPPLY_HELD : WK_SUPPLY_NO;
}

static enum wk_status get(const struct wk_host *h, enum wk_secret_kind kind,
			  const char *subject,
			  const struct wk_secret **ret_secret, struct wk_err *e)
{
	(void)h;
	(void)subject;
	(void)e;
	assert_int_equal(kind, WK_SECRET_KEK);
	*ret_secret = given;
	return WK_OK;
}

static enum wk_status open_slot(const struct wk_keyfile *kf,
				struct wk_span protection,
				struct wk_slot_secret *x)
{
	static const struct wk_host host = { .supply = supply, .get = get };
	struct wk_session *s;
	enum wk_status st;

	assert_int_equal(wk_session_open(&host, &s, &err), WK_OK);
	st = wk_slot_kind_recipient.slot_open(s, kf, protection, x, &err);
	wk_session_close(s);
	return st;
}

static void slot(void **state)
{
	WK_AUTO_SECRET struct wk_secret *all = content(), *kek = NULL;
	WK_AUTO_SLOT_SECRET struct wk_slot_secret made = { 0 }, back = { 0 };
	WK_AUTO_BLOB struct wk_blob c = load("p256.pem"), tlv = { 0 };
	static struct wk_keyfile kf;
	struct wk_recipient_protection p;
	struct wk_certificate holder;
	struct wk_field fields[WK_FIELDS_MAX];

	(void)state;
	given = all;
	assert_int_equal(wk_secret_from(wk_secret_view(all), WK_KEK_BYTES, &kek,
					&err),
			 WK_OK);
	memcpy(kf.key_id, wk_secret_view(all) + WK_KEK_BYTES, WK_KEY_ID_BYTES);
	assert_int_equal(wk_recipient_slot_create(wk_blob_span(&c), false, kek,
						  kf.key_id, &tlv, &made,
						  &holder, &err),
			 WK_OK);
	assert_true(wk_secret_equal(made.secret, kek));
	assert_int_equal(wk_recipient_protection_decode(wk_blob_span(&tlv), &p,
							&err),
			 WK_OK);
	assert_memory_equal(p.fingerprint, holder.fingerprint, 32);
	opens_to_content(&(struct wk_blob){ .p = (uint8_t *)(uintptr_t)p.cms.p,
					    .len = p.cms.len },
			 "p256");
	assert_int_equal(open_slot(&kf, wk_blob_span(&tlv), &back), WK_OK);
	assert_true(wk_secret_equal(back.secret, kek));
	assert_int_equal(
		wk_slot_kind_recipient.fields(wk_blob_span(&tlv), fields), 2);
	assert_memory_equal(fields[0].bytes, holder.fingerprint, 32);
}

static void slot_of_another_file(void **state)
{
	WK_AUTO_SECRET struct wk_secret *all = content();
	struct wk_slot_secret x = { 0 };
	static struct wk_keyfile kf;

	(void)state;
	given = all;
	assert_int_equal(open_slot(&kf, wk_span(NULL, 0), &x), WK_AUTH);
	assert_string_equal(err.code, "auth.other-key");
	assert_null(x.owned);
	wk_secret_set_len(all, WK_ESCROW_BYTES - 1);
	assert_int_equal(open_slot(&kf, wk_span(NULL, 0), &x), WK_FAIL);
	assert_string_equal(err.code, "input.kek-size");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* First: what a process reads once, it reads at its first use. */
		cmocka_unit_test(reads_no_configuration),
		cmocka_unit_test(no_exit_handler),
		cmocka_unit_test(every_key),
		cmocka_unit_test(der_is_as_good),
		cmocka_unit_test(nothing_is_used_twice),
		cmocka_unit_test(usage),
		cmocka_unit_test(dates),
		cmocka_unit_test(keys_that_do_not_fit),
		cmocka_unit_test(one_certificate),
		cmocka_unit_test(subjects),
		cmocka_unit_test(errors_of_the_program_stay),
		cmocka_unit_test(no_copy_stays),
		cmocka_unit_test(slot),
		cmocka_unit_test(slot_of_another_file),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
