/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The boot and its key: what ephemeral forms are bound to.
 *
 * The boot key is 32 random bytes in a `user` key of the caller's user keyring,
 * which the kernel holds in memory only, so that it ends with the boot.  The
 * kernel never makes two: the key is made apart and moved there, and of those
 * who race the first one's stays (KEYCTL_MOVE_EXCL).
 *
 * To read it, it must be possessed: the search in the user keyring, which need
 * not be linked from the session, links it to the thread keyring until it is
 * read.  That keyring is the thread's alone: links that the program around this
 * library has elsewhere are not touched, other threads cannot get between, and
 * whatever ends the thread takes the link along.
 */
#ifndef WK_SYS_BOOTKEY_H
#define WK_SYS_BOOTKEY_H

#include "base/secret.h"

#define WK_BOOTKEY_BYTES 32
/* Type `user`; wk_keyring_check() keeps others off this name. */
#define WK_BOOTKEY_DESCRIPTION "wkeyctl:boot"
#define WK_BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"

/* The kernel's random id of this boot.  WK_UNSUPPORTED "boot.no-id". */
WK_MUST enum wk_status wk_boot_id(uint8_t ret_id[16], struct wk_err *err);

/*
 * The boot key of this user, which is never made here.
 * WK_FOREIGN "boot.no-key": there is none; "boot.bad-key": the key of that name
 * has another size, so somebody else made it.
 */
WK_MUST enum wk_status wk_bootkey_get(struct wk_secret **ret_key,
				      struct wk_err *err);
/*
 * The same, and made when there is none.  It stays when what follows fails: it
 * belongs to the boot.  WK_EXISTS "boot.bad-key"; WK_TRANSIENT "boot.vanished":
 * somebody removes it all the time.
 */
WK_MUST enum wk_status wk_bootkey_ensure(struct wk_secret **ret_key,
					 struct wk_err *err);

#endif
