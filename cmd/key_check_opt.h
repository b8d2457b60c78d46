/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --expect-key-check: the key that a key file has to yield, against files that
 * were put in its place.  wk_unlocking_unlock() compares; whoever unlocks in
 * another way calls wk_key_expected_check().
 */
#ifndef WK_CMD_KEY_CHECK_OPT_H
#define WK_CMD_KEY_CHECK_OPT_H

#include "cmd/args.h"
#include "key_check.h"

/* --expect-key-check */
extern const struct wk_option wk_opts_key_check[];

/* {0} expects nothing. */
struct wk_key_expected {
	bool given;
	uint8_t check[WK_KEY_CHECK_BYTES];
};

/* Expects nothing where the command has no such option.  WK_FAIL "usage.*". */
WK_MUST enum wk_status wk_key_expected_read(struct wk_key_expected *e,
					    const struct wk_args *args,
					    struct wk_err *err);
/* One value cannot be that of several key files.  WK_FAIL "usage.conflict". */
WK_MUST enum wk_status wk_key_expected_alone(const struct wk_args *args,
					     size_t keyfiles,
					     struct wk_err *err);
/*
 * WK_OK when nothing is expected.  WK_FOREIGN "key-check.other": another key;
 * else as wk_key_check().
 */
WK_MUST enum wk_status wk_key_expected_check(const struct wk_key_expected *e,
					     struct wk_session *s,
					     const struct wk_material *m,
					     struct wk_err *err);

#endif
