/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every documented errno of every kernel call, from the call through the public
 * function to exit status, code, message and hint, all of which are shown.
 */
/* link: fake_syscalls errno_table */
#include <errno.h>
#include <string.h>

#include "base/blob.h"
#include "sys/bootkey.h"
#include "sys/fscrypt_policy.h"
#include "tests/unit/errno_table.h"
#include "tests/unit/keyring_fixture.h"

#define FD 5

static const struct wk_keyring_target plain = {
	.type = "user",
	.description = "disk",
	.ring = USER,
};

static const uint8_t id[WK_FSCRYPT_ID_BYTES] = "0123456789abcde";

/* --- the operations: each fails with errnum in one call ------------------- */

static struct wk_secret *a_key(void)
{
	struct wk_secret *key;
	struct wk_err err;

	assert_int_equal(wk_secret_from("kkkkkkkkkkkkkkkkKKKKKKKKKKKKKKKK", 32,
					&key, &err),
			 WK_OK);
	return key;
}

static enum wk_status add_to(const struct wk_keyring_target *to,
			     struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *key = a_key();
	int32_t serial;

	return wk_keyring_add(to, key, &serial, err);
}

static enum wk_status add_key(int errnum, struct wk_err *err)
{
	fake_result("add_key", -errnum);
	return add_to(&plain, err);
}

static enum wk_status move(int errnum, struct wk_err *err)
{
	fake_result("keyctl_move", -errnum);
	return add_to(&plain, err);
}

static enum wk_status link_second(int errnum, struct wk_err *err)
{
	struct wk_keyring_target to = plain;

	to.link_ring = SESSION;
	fake_result("keyctl_search", -errnum);
	return add_to(&to, err);
}

static enum wk_status set_timeout(int errnum, struct wk_err *err)
{
	struct wk_keyring_target to = plain;

	to.expire_s = 60;
	fake_result("keyctl_set_timeout", -errnum);
	return add_to(&to, err);
}

static enum wk_status link_known(struct wk_err *err)
{
	describe_as("user;0;0;3f010000;disk");
	return wk_keyring_link(&plain, 900, err);
}

static enum wk_status link_key(int errnum, struct wk_err *err)
{
	fake_result("keyctl_search", -ENOKEY);
	fake_result("keyctl_link", -errnum);
	return link_known(err);
}

static enum wk_status search_present(int errnum, struct wk_err *err)
{
	fake_result("keyctl_search", -errnum);
	return link_known(err);
}

static enum wk_status unload_known(struct wk_err *err)
{
	int32_t serial;

	describe_as("user;0;0;3f010000;disk");
	return wk_keyring_unload("900", &serial, err);
}

static enum wk_status revoke_key(int errnum, struct wk_err *err)
{
	fake_result("keyctl_revoke", -errnum);
	return unload_known(err);
}

static enum wk_status unlink_key(int errnum, struct wk_err *err)
{
	fake_result("keyctl_search", 900);
	fake_result("keyctl_search", 900);
	for (int i = 0; i < 3; i++)
		fake_result("keyctl_unlink", -errnum);
	return unload_known(err);
}

/* Two keyrings, three types, two names. */
static enum wk_status search(int errnum, struct wk_err *err)
{
	int32_t serial;

	for (int i = 0; i < 2 * 3 * 2; i++)
		fake_result("keyctl_search", -errnum);
	return wk_keyring_find("disk", &serial, err);
}

static enum wk_status search_take(int errnum, struct wk_err *err)
{
	int32_t serial;

	fake_result("keyctl_search", -errnum);
	fake_result("keyctl_search", -errnum);
	return wk_keyring_take(WK_KEY_USER, "disk", &serial, err);
}

static enum wk_status find(int errnum, struct wk_err *err)
{
	int32_t serial;

	fake_result("keyctl_find", -errnum);
	return wk_keyring_parse("%:factory", &serial, err);
}

static enum wk_status describe(int errnum, struct wk_err *err)
{
	struct wk_keyring_info info;

	fake_result("keyctl_describe", -errnum);
	return wk_keyring_describe(900, &info, err);
}

static enum wk_status read_key(int errnum, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *key = NULL;

	fake_result("keyctl_search", 900);
	fake_result("keyctl_read", -errnum);
	return wk_bootkey_get(&key, err);
}

/* On a file system that could, and whose mount is known. */
static void ioctl_fails(int errnum)
{
	fake_file("/proc/self/mountinfo",
		  "21 20 7:3 / /mnt rw - ext4 /dev/loop3 rw\n");
	fake_device(7, 3);
	fake_result("ioctl", -errnum);
}

static enum wk_status fs_add_as(bool hw_wrapped, int errnum, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *key = a_key();
	uint8_t got[WK_FSCRYPT_ID_BYTES];

	ioctl_fails(errnum);
	return wk_fscrypt_add_key(FD, key, hw_wrapped, got, err);
}

static enum wk_status fs_add(int errnum, struct wk_err *err)
{
	return fs_add_as(false, errnum, err);
}

static enum wk_status fs_add_wrapped(int errnum, struct wk_err *err)
{
	return fs_add_as(true, errnum, err);
}

static enum wk_status fs_add_serial(int errnum, struct wk_err *err)
{
	uint8_t got[WK_FSCRYPT_ID_BYTES];

	ioctl_fails(errnum);
	return wk_fscrypt_add_serial(FD, 900, got, err);
}

static enum wk_status fs_remove_of(bool all_users, int errnum,
				   struct wk_err *err)
{
	bool others;

	ioctl_fails(errnum);
	return wk_fscrypt_remove_key(FD, id, all_users, &others, err);
}

static enum wk_status fs_remove(int errnum, struct wk_err *err)
{
	return fs_remove_of(false, errnum, err);
}

static enum wk_status fs_remove_all(int errnum, struct wk_err *err)
{
	return fs_remove_of(true, errnum, err);
}

static enum wk_status fs_status(int errnum, struct wk_err *err)
{
	struct wk_fscrypt_status s;

	ioctl_fails(errnum);
	return wk_fscrypt_key_status(FD, id, &s, err);
}

static enum wk_status fs_set_policy(int errnum, struct wk_err *err)
{
	const struct wk_fscrypt_policy p = WK_FSCRYPT_POLICY_DEFAULT;

	ioctl_fails(errnum);
	return wk_fscrypt_put_policy(FD, &p, err);
}

/* The trial first asks whether the directory is encrypted: it is not. */
static enum wk_status trial(const char *call, int errnum, struct wk_err *err)
{
	const struct wk_fscrypt_policy p = WK_FSCRYPT_POLICY_DEFAULT;

	ioctl_fails(ENODATA);
	fake_result(call, -errnum);
	return wk_fscrypt_try_policy(FD, &p, err);
}

static enum wk_status trial_directory(int errnum, struct wk_err *err)
{
	return trial("make_dir", errnum, err);
}

static enum wk_status trial_file(int errnum, struct wk_err *err)
{
	return trial("make_file", errnum, err);
}

static enum wk_status fs_get_policy(int errnum, struct wk_err *err)
{
	struct wk_fscrypt_policy p;

	ioctl_fails(errnum);
	return wk_fscrypt_get_policy(FD, &p, err);
}

static enum wk_status fs_get_nonce(int errnum, struct wk_err *err)
{
	uint8_t nonce[WK_FSCRYPT_NONCE_BYTES];

	ioctl_fails(errnum);
	return wk_fscrypt_get_nonce(FD, nonce, err);
}

static const struct operation {
	const char *name;
	enum wk_status (*run)(int errnum, struct wk_err *err);
} operations[ERRNO_OPS] = {
	[OP_ADD_KEY] = { "add_key", add_key },
	[OP_MOVE] = { "KEYCTL_MOVE", move },
	[OP_LINK] = { "KEYCTL_LINK", link_key },
	[OP_LINK_SECOND] = { "KEYCTL_SEARCH that links", link_second },
	[OP_UNLINK] = { "KEYCTL_UNLINK", unlink_key },
	[OP_SEARCH] = { "KEYCTL_SEARCH", search },
	[OP_SEARCH_PRESENT] = { "KEYCTL_SEARCH before a link", search_present },
	[OP_SEARCH_TAKE] = { "KEYCTL_SEARCH to borrow it", search_take },
	[OP_FIND] = { "find_key_by_type_and_desc", find },
	[OP_SET_TIMEOUT] = { "KEYCTL_SET_TIMEOUT", set_timeout },
	[OP_DESCRIBE] = { "KEYCTL_DESCRIBE", describe },
	[OP_REVOKE] = { "KEYCTL_REVOKE", revoke_key },
	[OP_READ] = { "KEYCTL_READ", read_key },
	[OP_ADD] = { "ADD_ENCRYPTION_KEY", fs_add },
	[OP_ADD_WRAPPED] = { "ADD_ENCRYPTION_KEY, wrapped", fs_add_wrapped },
	[OP_ADD_SERIAL] = { "ADD_ENCRYPTION_KEY, by serial", fs_add_serial },
	[OP_REMOVE] = { "REMOVE_ENCRYPTION_KEY", fs_remove },
	[OP_REMOVE_ALL] = { "REMOVE_ENCRYPTION_KEY_ALL_USERS", fs_remove_all },
	[OP_STATUS] = { "GET_ENCRYPTION_KEY_STATUS", fs_status },
	[OP_SET_POLICY] = { "SET_ENCRYPTION_POLICY", fs_set_policy },
	[OP_TRIAL_DIRECTORY] = { "mkdir, to try a policy", trial_directory },
	[OP_TRIAL_FILE] = { "open, to try a policy", trial_file },
	[OP_GET_POLICY] = { "GET_ENCRYPTION_POLICY_EX", fs_get_policy },
	[OP_GET_NONCE] = { "GET_ENCRYPTION_NONCE", fs_get_nonce },
};

/* --- what is demanded ----------------------------------------------------- */

#define ROWS_MAX 24

static bool may_be_alike(enum errno_op op, int a, int b)
{
	for (const struct errno_alike *x = errno_alike; x->reason; x++)
		if (x->op == op &&
		    ((x->a == a && x->b == b) || (x->a == b && x->b == a)))
			return true;
	return false;
}

/* The first thing that is wrong with what a row became, or NULL. */
static const char *wrong(enum errno_op op, const struct errno_row *row,
			 enum wk_status st, const struct wk_err *err)
{
	if (st != row->status)
		return "another exit status is expected";
	if (st == WK_OK)
		return NULL;
	if (err->status != st || (err->errnum != row->errnum &&
				  !may_be_alike(op, err->errnum, row->errnum)))
		return "status or errno in the error are not those";
	if (!err->code[0] || !err->msg[0])
		return "code or message is empty";
	if (row->need == NEED_TEXT)
		return NULL;
	if (!strncmp(err->code, "errno.", 6) ||
	    strstr(err->msg, strerrordesc_np(row->errnum)))
		return "the system's own words, where a cause is promised";
	if (row->need == NEED_HINT && !err->hint[0])
		return "there is no hint";
	return NULL;
}

/* The row before that says the same without a reason, or NULL. */
static const struct errno_row *twin(enum errno_op op,
				    const struct errno_row *rows,
				    const struct wk_err *errs, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (errs[i].msg[0] && !strcmp(errs[i].msg, errs[j].msg) &&
		    !may_be_alike(op, rows[i].errnum, rows[j].errnum))
			return &rows[j];
	return NULL;
}

static void show(const struct operation *o, const struct errno_row *row,
		 const struct wk_err *err)
{
	if (!err->msg[0])
		printf("# %s %s -> 0: no failure\n", o->name, row->name);
	else
		printf("# %s %s -> %d -> %s: %s (%s)\n", o->name, row->name,
		       (int)err->status, err->code, err->msg,
		       err->hint[0] ? err->hint : "-");
}

static void walk(void **state)
{
	const struct operation *o = *state;
	enum errno_op op = (enum errno_op)(o - operations);
	const struct errno_row *rows = errno_rows[op];
	struct wk_err errs[ROWS_MAX];
	int bad = 0;

	for (size_t i = 0; rows[i].errnum; i++) {
		const struct errno_row *same;
		const char *why;
		enum wk_status st;

		assert_true(i < ROWS_MAX);
		fake_reset();
		memset(&errs[i], 0, sizeof(errs[i]));
		st = o->run(rows[i].errnum, &errs[i]);
		if (!st)
			wk_err_clear(&errs[i]);
		show(o, &rows[i], &errs[i]);
		why = wrong(op, &rows[i], st, &errs[i]);
		if (why)
			printf("# WRONG: %s: %s\n", rows[i].name, why);
		same = twin(op, rows, errs, i);
		if (same)
			printf("# WRONG: %s and %s say the same\n",
			       rows[i].name, same->name);
		bad += why || same;
	}
	fflush(stdout);
	assert_int_equal(bad, 0);
}

/* A reason that no longer has two messages to excuse. */
static void reasons_are_needed(void **state)
{
	(void)state;
	for (const struct errno_alike *x = errno_alike; x->reason; x++) {
		struct wk_err a = { 0 }, b = { 0 };

		fake_reset();
		(void)operations[x->op].run(x->a, &a);
		fake_reset();
		(void)operations[x->op].run(x->b, &b);
		assert_string_equal(a.msg, b.msg);
	}
}

int main(void)
{
	struct CMUnitTest tests[ERRNO_OPS + 1] = {
		[ERRNO_OPS] = cmocka_unit_test(reasons_are_needed),
	};

	for (size_t i = 0; i < ERRNO_OPS; i++)
		tests[i] = (struct CMUnitTest){
			.name = operations[i].name,
			.test_func = walk,
			.initial_state = (void *)(uintptr_t)&operations[i],
		};
	return cmocka_run_group_tests_name("errno walk", tests, NULL, NULL);
}
