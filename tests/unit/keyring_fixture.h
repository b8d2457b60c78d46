/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of keyrings look for among the calls made. */
#ifndef WK_TESTS_KEYRING_FIXTURE_H
#define WK_TESTS_KEYRING_FIXTURE_H

#include <string.h>

#include "sys/keyring.h"
#include "tests/unit/fake_syscalls.h"
#include "tests/unit/unit.h"

enum { THREAD = -1, SESSION = -3, USER = -4 };

static inline void assert_gone(int32_t serial, int32_t ring)
{
	assert_true(fake_unlinked(serial, ring));
	assert_true(fake_unlinked(serial, THREAD));
	assert_int_equal(fake_find("keyctl_revoke", 0)->num[0], serial);
}

/* The answer to the next keyctl_describe. */
static inline void describe_as(const char *text)
{
	fake_output("keyctl_describe", (long)strlen(text) + 1, 0, text,
		    strlen(text) + 1);
}

#endif
