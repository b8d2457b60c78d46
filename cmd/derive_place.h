/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What keys of fscrypt are derived for: an encrypted file or directory that
 * exists, or one that the options describe.
 */
#ifndef WK_CMD_DERIVE_PLACE_H
#define WK_CMD_DERIVE_PLACE_H

#include "cmd/args.h"
#include "cmd/out.h"
#include "derive_fscrypt.h"

/* --nonce, --fs-uuid; those of a policy are in cmd/fscrypt_policy_opts.h. */
extern const struct wk_option wk_opts_derive_place[];

struct wk_derive_place {
	const char *path; /* borrowed from argv; NULL: options only */
	struct wk_fscrypt_policy policy; /* identifier set when path is */
	struct wk_fscrypt_place at;
	bool has_inode;
	uint64_t inode;
};

/*
 * From the second argument, if there is one, and the options.  Options of the
 * policy and PATH exclude each other; a nonce or UUID that is given wins.
 */
WK_MUST enum wk_status wk_derive_place_read(const struct wk_args *args,
					    struct wk_derive_place *ret_place,
					    struct wk_err *err);
/* All of it is public. */
void wk_derive_place_print(const struct wk_derive_place *p, struct wk_out *out);

#endif
