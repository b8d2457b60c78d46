/* SPDX-License-Identifier: Apache-2.0 */
/* keyring: linking a key the kernel has already, displacing none. */
/* link: fake_syscalls */
#include "tests/unit/keyring_fixture.h"

#include <errno.h>

#define DESCRIBED "trusted;0;0;3f010000;kmk;1"

static void describe(void **state)
{
	struct wk_keyring_info info;
	struct wk_err err;

	(void)state;
	describe_as(DESCRIBED);
	assert_int_equal(wk_keyring_describe(8, &info, &err), WK_OK);
	assert_string_equal(info.type, "trusted");
	assert_string_equal(info.description, "kmk;1");
	describe_as("user;0;0;3f010000");
	assert_int_equal(wk_keyring_describe(8, &info, &err), WK_FAIL);
	describe_as("a-type-name-of-more-than-31-bytes;0;0;0;x");
	assert_int_equal(wk_keyring_describe(8, &info, &err), WK_FAIL);
	fake_result("keyctl_describe", 100000);
	assert_int_equal(wk_keyring_describe(8, &info, &err), WK_FAIL);
	assert_string_equal(err.code, "keyring.description");
}

static void link_kernel_key(void **state)
{
	struct wk_keyring_target to = { .ring = USER, .link_ring = SESSION };
	struct wk_err err;

	(void)state;
	describe_as(DESCRIBED);
	fake_result("keyctl_search", -ENOKEY);
	fake_result("keyctl_search", 8); /* @s has it already */
	to.expire_s = 3;
	assert_int_equal(wk_keyring_link(&to, 8, &err), WK_OK);
	assert_string_equal(fake_names(),
			    "keyctl_describe keyctl_search keyctl_search "
			    "keyctl_link keyctl_link keyctl_set_timeout");
	assert_int_equal(fake_find("keyctl_link", 0)->num[1], USER);
	assert_int_equal(fake_find("keyctl_link", 1)->num[1], SESSION);
}

static void link_that_would_displace(void **state)
{
	struct wk_keyring_target to = { .ring = USER };
	struct wk_err err;

	(void)state;
	describe_as(DESCRIBED);
	fake_result("keyctl_search", 9);
	assert_int_equal(wk_keyring_link(&to, 8, &err), WK_EXISTS);
	assert_null(fake_find("keyctl_link", 0));
	describe_as(DESCRIBED);
	fake_result("keyctl_search", 9);
	to.replace = true;
	assert_int_equal(wk_keyring_link(&to, 8, &err), WK_OK);
}

/* Only the links of this call are taken back: another may be the last one. */
static void failed_link_keeps_old_ones(void **state)
{
	struct wk_keyring_target to = {
		.ring = USER,
		.link_ring = SESSION,
		.expire_s = 3,
	};
	struct wk_err err;

	(void)state;
	describe_as(DESCRIBED);
	fake_result("keyctl_search", -ENOKEY);
	fake_result("keyctl_search", 8);
	fake_result("keyctl_set_timeout", -EACCES);
	assert_int_equal(wk_keyring_link(&to, 8, &err), WK_DENIED);
	assert_true(fake_unlinked(8, USER));
	assert_false(fake_unlinked(8, SESSION));

	fake_reset();
	describe_as(DESCRIBED);
	fake_result("keyctl_search", -ENOKEY);
	fake_result("keyctl_search", -ENOKEY);
	fake_result("keyctl_link", 0);
	fake_result("keyctl_link", -EDQUOT);
	assert_int_equal(wk_keyring_link(&to, 8, &err), WK_FAIL);
	assert_true(fake_unlinked(8, USER));
	assert_false(fake_unlinked(8, SESSION));

	fake_reset();
	describe_as(DESCRIBED);
	fake_result("keyctl_search", -EACCES);
	assert_int_equal(wk_keyring_link(&to, 8, &err), WK_DENIED);
	assert_null(fake_find("keyctl_link", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(describe, fake_setup),
		cmocka_unit_test_setup(link_kernel_key, fake_setup),
		cmocka_unit_test_setup(link_that_would_displace, fake_setup),
		cmocka_unit_test_setup(failed_link_keeps_old_ones, fake_setup),
	};

	return cmocka_run_group_tests_name("keyring, links", tests, NULL, NULL);
}
