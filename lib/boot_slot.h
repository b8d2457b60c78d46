/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The boot slot: a slot under the boot key, which makes a key file good for one
 * boot and one user.  It asks nobody.  wkeyctl-keyfile(5), "BootProtection".
 */
#ifndef WK_BOOT_SLOT_H
#define WK_BOOT_SLOT_H

#include "backend.h"

/* Opens boot slots; no backend of -b. */
extern const struct wk_backend wk_slot_kind_boot;

/*
 * The protection of a slot of this boot, and its secret: the boot key, which is
 * made when there is none.
 */
WK_MUST enum wk_status wk_boot_slot_create(struct wk_session *s,
					   struct wk_blob *ret_protection,
					   struct wk_slot_secret *ret_secret,
					   struct wk_err *err);

#endif
