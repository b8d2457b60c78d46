/* SPDX-License-Identifier: Apache-2.0 */
/* changes: what is written, what it is proved by, and who may do it. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "change.h"
#include "tests/unit/slots_fixture.h"

struct fixture {
	struct person person;
	struct wk_session *s;
	char path[64];
};

static struct fixture fixture;

static int setup(void **state)
{
	struct fixture *f = &fixture;
	struct wk_err err;
	int fd;

	person_init(&f->person);
	person_set(&f->person, WK_SECRET_PASSPHRASE, WK_SUPPLY_NO,
		   secret_of("horse", 5));
	person_set(&f->person, WK_SECRET_WRAPPING_KEY, WK_SUPPLY_HELD,
		   key_of('w'));
	assert_int_equal(wk_session_open(&f->person.host, &f->s, &err), WK_OK);
	strcpy(f->path, "/tmp/wkeyctl-change-XXXXXX");
	fd = mkstemp(f->path);
	assert_true(fd >= 0);
	close(fd);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	f->s = wk_session_close(f->s);
	person_done(&f->person);
	return 0;
}

static void put_bytes(const struct fixture *f, struct wk_span s)
{
	int fd = open(f->path, O_WRONLY | O_TRUNC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, s.p, s.len), (ssize_t)s.len);
	close(fd);
}

static void put_file(struct fixture *f, const char *kinds)
{
	struct wk_blob der = make_file(&f->person, kinds);

	put_bytes(f, wk_blob_span(&der));
	wk_blob_done(&der);
	memset(f->person.given, 0, sizeof(f->person.given));
	f->person.count = 0;
}

static struct wk_keyfile *get_file(const struct fixture *f)
{
	struct wk_keyfile *kf;
	struct wk_err err;

	assert_int_equal(wk_keyfile_read(f->path, &kf, &err), WK_OK);
	return kf;
}

/* --- makers and edits ------------------------------------------------------------ */

static enum wk_status make_wrapped(void *context, const struct wk_secret *kek,
				   const uint8_t *key_id,
				   struct wk_blob *ret_protection,
				   struct wk_slot_secret *ret_secret,
				   struct wk_err *err)
{
	assert_int_equal(wk_secret_len(kek), WK_KEK_BYTES);
	assert_int_equal(key_id[0], 0x40);
	ret_secret->secret = ret_secret->owned = key_of(*(const char *)context);
	return wk_blob_append(ret_protection, SOFT_WRAPPED, err);
}

struct edit {
	uint8_t put[4];
	size_t put_count;
	uint8_t drop[4];
	size_t drop_count;
	uint32_t among; /* 0: the active ones */
	char secret;	/* of new slots */
	int tries;
	/* Somebody else changes the file so many times. */
	int disturbances;
	const struct fixture *f;
	uint8_t type; /* of new slots */
};

/* The same file under another inode, which nobody may replace unseen. */
static void disturb(const struct fixture *f)
{
	char buf[4096];
	int fd = open(f->path, O_RDONLY);
	ssize_t n = read(fd, buf, sizeof(buf));

	assert_true(n > 0);
	/* As long as it is open its number is not given away again. */
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(mknod(f->path, S_IFREG | 0600, 0), 0);
	put_bytes(f, wk_span(buf, (size_t)n));
	close(fd);
}

static enum wk_status edit(void *context, struct wk_change *c,
			   struct wk_err *err)
{
	struct edit *e = context;
	struct wk_slot_maker maker = { .type = e->type,
				       .make = make_wrapped,
				       .context = &e->secret };
	struct wk_slot like = { .priority = WK_SLOT_NORMAL };
	enum wk_status st = WK_OK;

	e->tries++;
	for (size_t i = 0; i < e->drop_count; i++)
		wk_change_drop_slot(c, e->drop[i]);
	for (size_t i = 0; !st && i < e->put_count; i++) {
		like.id = e->put[i];
		st = wk_change_put_slot(c, &maker, &like, err);
		assert_true(wk_change_is_fresh(c, like.id));
	}
	if (e->disturbances && e->disturbances--)
		disturb(e->f);
	return st;
}

static uint32_t among(void *context, const struct wk_keyfile *kf,
		      struct wk_err *err)
{
	(void)kf;
	(void)err;
	return ((const struct edit *)context)->among;
}

static enum wk_status run(struct fixture *f, struct edit *e, bool vouched,
			  struct wk_change_done *done, struct wk_err *err)
{
	struct wk_change_how how = {
		.among = e->among ? among : NULL,
		.edit = edit,
		.context = e,
		.vouched = vouched,
	};

	e->f = f;
	if (!e->secret)
		e->secret = 'n';
	return wk_change_run(f->s, f->path, &how, false, done, err);
}

/* --- tests ------------------------------------------------------------------------ */

static void new_slots_stand_in_order(void **state)
{
	struct fixture *f = *state;
	struct edit e = { .put = { 9, 4, 31 }, .put_count = 3 };
	struct wk_change_done done;
	struct wk_keyfile *kf;
	struct wk_err err;

	put_file(f, "pw");
	assert_int_equal(run(f, &e, false, &done, &err), WK_OK);
	assert_int_equal(done.epoch, 2);
	assert_int_equal(done.proved, 1u << 1 | 1 << 4 | 1 << 9 | 1u << 31);
	kf = get_file(f);
	assert_int_equal(kf->epoch, 2);
	assert_int_equal(kf->slot_count, 5);
	assert_int_equal(kf->slots[2].id, 4);
	assert_int_equal(kf->slots[3].id, 9);
	assert_int_equal(kf->slots[4].id, 31);
	wk_keyfile_free(kf);
}

/* What is not at hand is not touched, and nonces are fresh all the same. */
static void other_slots_stay_byte_for_byte(void **state)
{
	struct fixture *f = *state;
	struct edit e = { .put = { 3 }, .put_count = 1 };
	struct wk_keyfile *before, *after;
	struct wk_change_done done;
	struct wk_err err;

	put_file(f, "pwW");
	before = get_file(f);
	assert_int_equal(run(f, &e, false, &done, &err), WK_OK);
	after = get_file(f);
	for (size_t i = 0; i < 3; i++) {
		const struct wk_slot *a = &before->slots[i];
		const struct wk_slot *b = &after->slots[i];

		assert_int_equal(a->protection.len, b->protection.len);
		assert_memory_equal(a->protection.p, b->protection.p,
				    a->protection.len);
		assert_memory_equal(a->kek_nonce, b->kek_nonce, WK_BOX_NONCE);
		assert_memory_equal(a->kek_box, b->kek_box, sizeof(a->kek_box));
	}
	assert_memory_not_equal(before->body_nonce, after->body_nonce,
				WK_BOX_NONCE);
	wk_keyfile_free(before);
	wk_keyfile_free(after);
}

static void the_lowest_free_id(void **state)
{
	static struct wk_keyfile kf;
	struct wk_change c = { .kf = &kf };
	struct wk_err err;
	uint8_t id;

	(void)state;
	sample_base(&kf);
	assert_int_equal(wk_change_free_id(&c, &id, &err), WK_OK);
	assert_int_equal(id, 0);
	sample_add_slot(&kf, 0, SOFT_WRAPPED);
	sample_add_slot(&kf, 1, SOFT_WRAPPED);
	sample_add_slot(&kf, 3, SOFT_WRAPPED);
	assert_int_equal(wk_change_free_id(&c, &id, &err), WK_OK);
	assert_int_equal(id, 2);
	wk_change_drop_slot(&c, 0);
	assert_int_equal(kf.slot_count, 2);
	assert_int_equal(kf.slots[0].id, 1);
	assert_int_equal(kf.slots[1].id, 3);
	assert_null(wk_change_slot(&c, 0));
	sample_many(&kf);
	assert_int_equal(wk_change_free_id(&c, &id, &err), WK_FAIL);
	assert_string_equal(err.code, "slot.full");
}

/* Of a slot that was made anew the old secret is not asked to prove anything. */
static void a_slot_made_anew_is_proved_by_the_new_secret(void **state)
{
	struct fixture *f = *state;
	struct edit e = { .put = { 0 }, .put_count = 1 };
	struct wk_change_done done;
	struct wk_err err;

	put_file(f, "w");
	assert_int_equal(run(f, &e, false, &done, &err), WK_OK);
	assert_int_equal(done.proved, 1);
	/* It opens by that only. */
	assert_int_equal(run(f, &e, false, &done, &err), WK_AUTH);
	person_set(&f->person, WK_SECRET_WRAPPING_KEY, WK_SUPPLY_HELD,
		   key_of('n'));
	assert_int_equal(run(f, &e, false, &done, &err), WK_OK);
}

static void who_opens_nothing_that_remains_is_refused(void **state)
{
	struct fixture *f = *state;
	struct edit e = { .drop = { 0 }, .drop_count = 1 };
	struct wk_change_done done;
	struct wk_err err;

	put_file(f, "wp");
	assert_int_equal(run(f, &e, false, &done, &err), WK_UNSAFE);
	assert_string_equal(err.code, "slot.no-remaining");
	/* It opens what is excluded. */
	e.among = 2;
	e.tries = 0;
	assert_int_equal(run(f, &e, false, &done, &err), WK_UNSAFE);
	assert_string_equal(err.code, "slot.no-remaining");
	assert_non_null(strstr(err.msg, "opens slot 0"));
	assert_string_equal(err.hint, "give the secret of slot 1");
	assert_int_equal(e.tries, 0);
	/* A secret that opens nothing at all is wrong, no more. */
	put_file(f, "Wp");
	f->person.supply[WK_SECRET_PASSPHRASE] = WK_SUPPLY_NO;
	assert_int_equal(run(f, &e, false, &done, &err), WK_AUTH);
}

static void no_question_is_asked_to_explain(void **state)
{
	struct fixture *f = *state;
	struct edit e = { .among = 1, .drop = { 1 }, .drop_count = 1 };
	struct wk_change_done done;
	struct wk_err err;

	put_file(f, "Wp");
	f->person.supply[WK_SECRET_PASSPHRASE] = WK_SUPPLY_ASK;
	assert_int_equal(run(f, &e, false, &done, &err), WK_AUTH);
	assert_string_equal(f->person.given, "w");
}

/* A new recipient cannot be tested here: somebody must vouch for it. */
static void escrow_alone_needs_a_word(void **state)
{
	struct fixture *f = *state;
	struct edit e = { .put = { 0 },
			  .put_count = 1,
			  .type = WK_SLOT_RECIPIENT };
	struct wk_change_done done;
	struct wk_err err;

	put_file(f, "w");
	/* The maker's protection is none of a recipient: it is not written. */
	assert_int_equal(run(f, &e, false, &done, &err), WK_UNSAFE);
	assert_string_equal(err.code, "slot.no-remaining");
	assert_non_null(strstr(err.hint, "--proved"));
}

static void somebody_else_was_faster(void **state)
{
	struct fixture *f = *state;
	struct edit e = { .put = { 2 }, .put_count = 1, .disturbances = 3 };
	struct wk_change_done done;
	struct wk_err err;

	put_file(f, "pw");
	f->person.supply[WK_SECRET_PASSPHRASE] = WK_SUPPLY_HELD;
	assert_int_equal(run(f, &e, false, &done, &err), WK_OK);
	assert_int_equal(e.tries, 4);
	/* No second KDF for what was opened once. */
	assert_string_equal(f->person.given, "pw");
	assert_int_equal(done.proved, 7);
	/* For ever is too long. */
	e = (struct edit){ .put = { 3 }, .put_count = 1, .disturbances = 1000 };
	assert_int_equal(run(f, &e, false, &done, &err), WK_TRANSIENT);
	assert_string_equal(err.code, "file.changed");
	assert_int_equal(e.tries, 100);
}

static void refuse(struct fixture *f, void (*make)(struct wk_keyfile *),
		   const char *code)
{
	static struct wk_keyfile kf;
	struct edit e = { .put = { 2 }, .put_count = 1 };
	struct wk_blob der = { 0 };
	struct wk_change_done done;
	struct wk_err err;

	make(&kf);
	assert_int_equal(wk_keyfile_encode(&kf, &der, &err), WK_OK);
	put_bytes(f, wk_blob_span(&der));
	wk_blob_done(&der);
	assert_int_equal(run(f, &e, false, &done, &err), WK_FAIL);
	assert_string_equal(err.code, code);
	assert_int_equal(e.tries, 0);
}

static void ephemeral(struct wk_keyfile *kf)
{
	sample_base(kf);
	sample_add_slot(kf, 0, BOOT);
}

static void last_epoch(struct wk_keyfile *kf)
{
	sample_min(kf);
	kf->epoch = INT64_MAX;
}

static void what_cannot_be_changed(void **state)
{
	refuse(*state, ephemeral, "keyfile.ephemeral");
	refuse(*state, sample_opaque, "keyfile.opaque");
	refuse(*state, last_epoch, "keyfile.epoch");
}

static void a_dry_run_proves_and_writes_nothing(void **state)
{
	struct fixture *f = *state;
	struct edit e = { .put = { 2 }, .put_count = 1, .secret = 'n' };
	const struct wk_change_how how = { .edit = edit, .context = &e };
	struct wk_change_done done;
	struct stat before, after;
	struct wk_keyfile *kf;
	struct wk_err err;

	put_file(f, "pw");
	assert_int_equal(stat(f->path, &before), 0);
	assert_int_equal(wk_change_run(f->s, f->path, &how, true, &done, &err),
			 WK_OK);
	assert_int_equal(done.epoch, 2);
	assert_int_equal(done.proved, 6);
	assert_int_equal(stat(f->path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	kf = get_file(f);
	assert_int_equal(kf->epoch, 1);
	wk_keyfile_free(kf);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(new_slots_stand_in_order),
		TEST(other_slots_stay_byte_for_byte),
		TEST(the_lowest_free_id),
		TEST(a_slot_made_anew_is_proved_by_the_new_secret),
		TEST(who_opens_nothing_that_remains_is_refused),
		TEST(no_question_is_asked_to_explain),
		TEST(escrow_alone_needs_a_word),
		TEST(somebody_else_was_faster),
		TEST(what_cannot_be_changed),
		TEST(a_dry_run_proves_and_writes_nothing),
	};

	return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
