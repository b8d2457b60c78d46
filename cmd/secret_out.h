/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets that leave on purpose: as text to the terminal or to a file of mode
 * 0600, never to a pipe, never in JSON.  The text is made in secret memory and
 * goes out by write(2) from there.
 */
#ifndef WK_CMD_SECRET_OUT_H
#define WK_CMD_SECRET_OUT_H

#include "base/blob.h"
#include "cmd/args.h"
#include "cmd/out.h"

/* -o, --force */
extern const struct wk_option wk_opts_secret_out[];

/* {0} is empty; release with wk_secret_out_done(). */
struct wk_secret_out {
	const char *path; /* borrowed from argv; NULL: the terminal */
	bool force;
	struct wk_secret *text;
};

/*
 * Where it goes, before anything is asked or computed.  WK_UNSAFE
 * "output.secret": not to a terminal, or JSON, and no -o; "file.long-term": a key
 * file stands there, which --force does not take; else as wk_create_check().
 */
WK_MUST enum wk_status wk_secret_out_init(struct wk_secret_out *s,
					  const struct wk_args *args,
					  const struct wk_out *out,
					  struct wk_err *err);
/* "NAME: VALUE", the value being public. */
WK_MUST enum wk_status wk_secret_out_public(struct wk_secret_out *s,
					    const char *name, const char *value,
					    struct wk_err *err);
/* The bytes as they are; they may be a secret's. */
WK_MUST enum wk_status wk_secret_out_append(struct wk_secret_out *s,
					    struct wk_span bytes,
					    struct wk_err *err);
/* How many bytes more it takes. */
size_t wk_secret_out_room(const struct wk_secret_out *s);
/* "NAME: " and the bytes in hexadecimal. */
WK_MUST enum wk_status wk_secret_out_hex(struct wk_secret_out *s,
					 const char *name,
					 const struct wk_secret *secret,
					 struct wk_err *err);
/*
 * Writes all of it: the file is whole or absent, on the terminal it follows
 * what `out` has so far.  WK_FAIL when the terminal does not take it; else as
 * wk_create_file().
 */
WK_MUST enum wk_status wk_secret_out_write(struct wk_secret_out *s,
					   struct wk_out *out,
					   struct wk_err *err);
void wk_secret_out_done(struct wk_secret_out *s);
#define WK_AUTO_SECRET_OUT __attribute__((cleanup(wk_secret_out_done)))

#endif
