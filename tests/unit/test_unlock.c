/* SPDX-License-Identifier: Apache-2.0 */
/* unlocking: which slots are tried, in which order, and for what. */
#include "tests/unit/slots_fixture.h"

struct fixture {
	struct person person;
	struct wk_session *s;
	struct wk_keyfile kf;
};

static struct fixture fixture;

static int setup(void **state)
{
	struct fixture *f = &fixture;
	struct wk_secret *text;
	struct wk_err err;

	person_init(&f->person);
	person_set(&f->person, WK_SECRET_PASSPHRASE, WK_SUPPLY_NO,
		   secret_of("horse", 5));
	person_set(&f->person, WK_SECRET_WRAPPING_KEY, WK_SUPPLY_NO,
		   key_of('w'));
	assert_int_equal(wk_recovery_key_new(&text, &err), WK_OK);
	person_set(&f->person, WK_SECRET_RECOVERY, WK_SUPPLY_NO, text);
	assert_int_equal(wk_session_open(&f->person.host, &f->s, &err), WK_OK);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	wk_keyfile_done(&f->kf);
	f->s = wk_session_close(f->s);
	person_done(&f->person);
	return 0;
}

static void load(struct fixture *f, const char *kinds)
{
	WK_AUTO_BLOB struct wk_blob der = make_file(&f->person, kinds);
	struct wk_err err;

	wk_keyfile_done(&f->kf);
	assert_int_equal(wk_keyfile_decode(wk_blob_span(&der), &f->kf, &err),
			 WK_OK);
	f->person.count = 0;
	memset(f->person.given, 0, sizeof(f->person.given));
}

static void supplies(struct fixture *f, enum wk_supply passphrase,
		     enum wk_supply wrapping_key, enum wk_supply recovery)
{
	f->person.supply[WK_SECRET_PASSPHRASE] = passphrase;
	f->person.supply[WK_SECRET_WRAPPING_KEY] = wrapping_key;
	f->person.supply[WK_SECRET_RECOVERY] = recovery;
}

#define NO WK_SUPPLY_NO
#define ASK WK_SUPPLY_ASK
#define HELD WK_SUPPLY_HELD

/* Unlocks; what was given then stands in person.given. */
static enum wk_status unlock(struct fixture *f, struct wk_err *err)
{
	struct wk_material m = { 0 };
	struct wk_secret *key = key_of('S');
	enum wk_status st = wk_unlock(f->s, &f->kf, &m, err);

	if (!st)
		assert_true(wk_secret_equal(m.key, key));
	wk_material_done(&m);
	wk_secret_free(key);
	return st;
}

static void held_comes_before_asked(void **state)
{
	struct fixture *f = *state;
	struct wk_err err;

	load(f, "prw");
	supplies(f, ASK, HELD, ASK);
	assert_int_equal(unlock(f, &err), WK_OK);
	assert_string_equal(f->person.given, "w");
}

static void recovery_is_asked_for_last(void **state)
{
	struct fixture *f = *state;
	struct wk_err err;

	supplies(f, ASK, NO, ASK);
	load(f, "rp");
	assert_int_equal(unlock(f, &err), WK_OK);
	assert_string_equal(f->person.given, "p");
	load(f, "rPP");
	assert_int_equal(unlock(f, &err), WK_OK);
	assert_string_equal(f->person.given, "ppr");
}

static void preferred_slots_come_first(void **state)
{
	struct fixture *f = *state;
	struct wk_err err;

	supplies(f, HELD, HELD, NO);
	load(f, "wpw");
	f->kf.slots[1].priority = WK_SLOT_PREFER;
	assert_int_equal(unlock(f, &err), WK_OK);
	assert_string_equal(f->person.given, "p");
	/* And ignored ones not at all. */
	load(f, "wp");
	f->kf.slots[0].priority = WK_SLOT_IGNORE;
	assert_int_equal(unlock(f, &err), WK_OK);
	assert_string_equal(f->person.given, "p");
}

static void a_wrong_secret_is_named(void **state)
{
	struct fixture *f = *state;
	struct wk_err err;

	supplies(f, HELD, HELD, HELD);
	load(f, "P");
	assert_int_equal(unlock(f, &err), WK_AUTH);
	assert_string_equal(err.msg, "slot 0: the passphrase is wrong");
	load(f, "W");
	assert_int_equal(unlock(f, &err), WK_AUTH);
	assert_string_equal(err.msg, "slot 0: the wrapping key is wrong");
	load(f, "R");
	assert_int_equal(unlock(f, &err), WK_AUTH);
	assert_string_equal(err.msg, "slot 0: the recovery key is wrong");
	/* The first of them. */
	load(f, "RWP");
	assert_int_equal(unlock(f, &err), WK_AUTH);
	assert_string_equal(err.msg, "slot 0: the recovery key is wrong");
	assert_string_equal(f->person.given, "rwp");
}

static void mistyped_names_slot_and_group(void **state)
{
	struct fixture *f = *state;
	struct wk_err err;

	load(f, "wr");
	wk_secret_bytes(f->person.secret[WK_SECRET_RECOVERY])[11] ^= 3;
	supplies(f, NO, NO, HELD);
	assert_int_equal(unlock(f, &err), WK_AUTH);
	assert_non_null(strstr(err.msg, "slot 1: "));
	assert_non_null(strstr(err.msg, "group 2"));
}

/* --- envelopes ------------------------------------------------------------------- */

static enum wk_status envelopes(struct fixture *f, uint32_t among,
				struct wk_opening *o, struct wk_err *err)
{
	struct wk_secret *kek = key_of('K'), *key = key_of('S');
	enum wk_status st = wk_unlock_envelopes(f->s, &f->kf, among, o, err);

	if (!st) {
		assert_true(wk_secret_equal(o->kek, kek));
		assert_true(wk_secret_equal(o->key, key));
	}
	wk_secret_free(kek);
	wk_secret_free(key);
	return st;
}

/* The ids of what opened, as bits. */
static uint32_t ids(const struct wk_opening *o)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < o->count; i++)
		bits |= (uint32_t)1 << o->slots[i].slot_id;
	return bits;
}

static void one_slot_for_each_kind_held(void **state)
{
	struct fixture *f = *state;
	struct wk_opening o;
	struct wk_err err;

	load(f, "PppwWr");
	supplies(f, HELD, HELD, ASK);
	assert_int_equal(envelopes(f, UINT32_MAX, &o, &err), WK_OK);
	assert_int_equal(ids(&o), 1 << 1 | 1 << 3);
	assert_string_equal(f->person.given, "ppw");
	wk_opening_done(&o);
}

static void one_question_when_nothing_held_opens(void **state)
{
	struct fixture *f = *state;
	struct wk_opening o;
	struct wk_err err;

	load(f, "Wpr");
	supplies(f, ASK, HELD, ASK);
	assert_int_equal(envelopes(f, UINT32_MAX, &o, &err), WK_OK);
	assert_int_equal(ids(&o), 1 << 1);
	assert_string_equal(f->person.given, "wp");
	wk_opening_done(&o);
}

/* Of two that could be asked for, too. */
static void one_question_when_one_answer_opens(void **state)
{
	struct fixture *f = *state;
	struct wk_opening o;
	struct wk_err err;

	load(f, "pw");
	supplies(f, ASK, ASK, ASK);
	assert_int_equal(envelopes(f, UINT32_MAX, &o, &err), WK_OK);
	assert_int_equal(ids(&o), 1);
	assert_string_equal(f->person.given, "p");
	wk_opening_done(&o);
}

static void only_those_that_may(void **state)
{
	struct fixture *f = *state;
	struct wk_opening o;
	struct wk_err err;

	load(f, "wpr");
	supplies(f, HELD, HELD, NO);
	assert_int_equal(envelopes(f, 1 << 1, &o, &err), WK_OK);
	assert_int_equal(ids(&o), 1 << 1);
	wk_opening_done(&o);
	assert_int_equal(envelopes(f, 1 << 2, &o, &err), WK_AUTH);
	assert_string_equal(err.code, "auth.no-secret");
	assert_int_equal(envelopes(f, 0, &o, &err), WK_AUTH);
	/* Whatever their state and priority. */
	f->kf.slots[1].state = WK_SLOT_STAGED;
	f->kf.slots[1].priority = WK_SLOT_IGNORE;
	assert_int_equal(envelopes(f, 1 << 1, &o, &err), WK_OK);
	assert_int_equal(ids(&o), 1 << 1);
	wk_opening_done(&o);
}

static void again_costs_no_secret(void **state)
{
	struct fixture *f = *state;
	struct wk_opening o;
	struct wk_err err;

	load(f, "pw");
	supplies(f, HELD, HELD, NO);
	assert_int_equal(envelopes(f, 3, &o, &err), WK_OK);
	f->person.given[f->person.count = 0] = '\0';
	assert_int_equal(wk_unlock_again(f->s, &f->kf, 3, &o, &err), WK_OK);
	assert_int_equal(ids(&o), 3);
	assert_int_equal(f->person.count, 0);
	/* One is gone, the other is enough. */
	assert_int_equal(wk_unlock_again(f->s, &f->kf, 2, &o, &err), WK_OK);
	assert_int_equal(ids(&o), 2);
	assert_int_equal(f->person.count, 0);
	/* None is left: as if for the first time. */
	assert_int_equal(wk_unlock_again(f->s, &f->kf, 1, &o, &err), WK_OK);
	assert_int_equal(ids(&o), 1);
	assert_int_equal(f->person.count, 1);
	assert_int_equal(wk_unlock_again(f->s, &f->kf, 4, &o, &err), WK_AUTH);
	assert_int_equal(o.count, 0);
	assert_null(o.key);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(held_comes_before_asked),
		TEST(recovery_is_asked_for_last),
		TEST(preferred_slots_come_first),
		TEST(a_wrong_secret_is_named),
		TEST(mistyped_names_slot_and_group),
		TEST(one_slot_for_each_kind_held),
		TEST(one_question_when_nothing_held_opens),
		TEST(one_question_when_one_answer_opens),
		TEST(only_those_that_may),
		TEST(again_costs_no_secret),
	};

	return cmocka_run_group_tests_name("unlock", tests, NULL, NULL);
}
