/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ephemeral form of a key: its key file with one boot slot instead of its
 * slots, and with a KEK and a body of its own.  Whoever gets hold of it after
 * this boot has nothing.
 */
#ifndef WK_EPHEMERAL_H
#define WK_EPHEMERAL_H

#include "keyfile.h"
#include "session.h"

/* Whether it is an ephemeral form, of whichever boot. */
bool wk_ephemeral_is(const struct wk_keyfile *kf);

/*
 * Makes the ephemeral form of the key that *kf yielded, and proves that it
 * opens, by the boot key as the kernel has it then.  Header and epoch are those
 * of *kf.  WK_UNSUPPORTED "ephemeral.already": it is one; "ephemeral.material":
 * the key stays in the kernel or in hardware.
 */
WK_MUST enum wk_status wk_ephemeral_make(struct wk_session *s,
					 const struct wk_keyfile *kf,
					 const struct wk_material *m,
					 struct wk_blob *ret_der,
					 struct wk_err *err);
/* The same checks, and nothing made.  m NULL: before it is unlocked. */
WK_MUST enum wk_status wk_ephemeral_check(const struct wk_keyfile *kf,
					  const struct wk_material *m,
					  struct wk_err *err);

#endif
