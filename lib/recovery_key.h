/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recovery keys as people write them down, wkeyctl-keyfile(5), RECOVERY KEY.
 *
 * 256 random bits in 8 groups of 8 modhex letters (cbdefghijklnrtuv, four bits
 * each, high nibble first), each with a ninth letter that checks it:
 *
 *	ccbdkfnrt-…-…
 *
 * The check letter of group g (0 to 7) is the sum over GF(16) (x^4 + x + 1,
 * letters as their number) of a^i times letter i, i from 1 to 8, plus g.
 * It finds every single wrong letter, every two letters that changed
 * places in a group, and groups that changed places.  Read: upper or lower case, groups apart by
 * '-', spaces, tabs, line ends or nothing.
 */
#ifndef WK_RECOVERY_KEY_H
#define WK_RECOVERY_KEY_H

#include "base/secret.h"

#define WK_RECOVERY_BYTES 32
#define WK_RECOVERY_GROUPS 8
#define WK_RECOVERY_GROUP_CHARS 9
/* Text: groups joined by '-', no line end, no NUL. */
#define WK_RECOVERY_TEXT \
	(WK_RECOVERY_GROUPS * (WK_RECOVERY_GROUP_CHARS + 1) - 1)
/* The longest text that is read. */
#define WK_RECOVERY_TEXT_MAX 256

/* Random; its text.  Both are secrets.  WK_NOMEM, WK_FAIL: no random bytes. */
WK_MUST enum wk_status wk_recovery_key_new(struct wk_secret **ret_text,
					   struct wk_err *err);
/*
 * The bytes of a text.  WK_AUTH "recovery.group": "group 3: mistyped" names the
 * first group that is wrong, by its number from 1; "recovery.length": too few or
 * too many letters; "recovery.letter": a character that is not of the alphabet,
 * by its group.  No message shows what was typed.
 */
WK_MUST enum wk_status wk_recovery_key_parse(const struct wk_secret *text,
					     struct wk_secret **ret_bytes,
					     struct wk_err *err);
/* Whether `typed` is group number (1 to 8) of text; case and spaces aside. */
bool wk_recovery_key_is_group(const struct wk_secret *text, unsigned int number,
			      const struct wk_secret *typed);

#endif
