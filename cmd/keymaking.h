/* SPDX-License-Identifier: Apache-2.0 */
/* What generate and import have in common: from options to a key file. */
#ifndef WK_CMD_KEYMAKING_H
#define WK_CMD_KEYMAKING_H

#include "cmd/out.h"
#include "cmd/unlocking.h"
#include "newkey.h"

/* -b, --usage, --key-size, --name, --for, --force, --pem, --dry-run */
extern const struct wk_option wk_opts_keymaking[];

struct wk_keymaking {
	const struct wk_args *args;
	struct wk_unlocking unlocking;
	const struct wk_backend *backends[WK_SLOTS_MAX];
	size_t backend_count;
	enum wk_usage usage;
	uint32_t key_bits;
	uint8_t uuid[16];
	const struct wk_secret *raw; /* import: borrowed; else NULL */
};

/*
 * Checks the options before anything is asked or computed.
 * raw: the bytes to import, which fix the size; NULL: a random key.
 */
WK_MUST enum wk_status wk_keymaking_init(struct wk_keymaking *k,
					 const struct wk_args *args,
					 const struct wk_secret *raw,
					 struct wk_err *err);
void wk_keymaking_done(struct wk_keymaking *k);
#define WK_AUTO_KEYMAKING __attribute__((cleanup(wk_keymaking_done)))

/* Makes one key file at path and prints its key id; a wk_batch_unit. */
enum wk_status wk_keymaking_unit(void *context, const char *path,
				 struct wk_out *out, struct wk_err *err);

/* The name of a key at path: --name, else the file's own without ".wk". */
WK_MUST enum wk_status wk_keymaking_name(const struct wk_keymaking *k,
					 const char *path,
					 char name[WK_NAME_MAX + 1],
					 struct wk_err *err);
/* "fscrypt" and so on. */
const char *wk_usage_name(enum wk_usage usage);
extern const char *const wk_usage_names[]; /* NULL-terminated, by value */

#endif
