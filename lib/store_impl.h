/* SPDX-License-Identifier: Apache-2.0 */
/* The two kinds of place behind lib/store.h; nobody else includes it. */
#ifndef WK_STORE_IMPL_H
#define WK_STORE_IMPL_H

#include "store.h"
#include "sys/blockdev.h"

/* What the functions of store.h do at one kind of place; the same statuses. */
struct wk_store_kind {
	enum wk_status (*open)(const struct wk_location *at, void **ret_state,
			       struct wk_err *err);
	void (*close)(void *state);
	/* The bytes there, DER or PEM, at most WK_PEM_MAX; remembered. */
	enum wk_status (*read)(void *state, struct wk_blob *ret_bytes,
			       struct wk_err *err);
	/* NULL: never anything to tell.  What the last read() found, or NULL. */
	const char *(*note)(const void *state);
	/* bytes: as they are to stand there; prove gets them decoded. */
	enum wk_status (*replace)(void *state, struct wk_span bytes,
				  wk_store_prove *prove, void *context,
				  struct wk_err *err);
	enum wk_status (*repair)(
		void *state, int *ret_repaired,
		struct wk_err *err); /* NULL: nothing to repair */
	enum wk_status (*create)(const struct wk_location *at,
				 struct wk_span bytes,
				 const struct wk_store_new *how,
				 wk_store_prove *prove, void *context,
				 struct wk_err *err);
	enum wk_status (*create_check)(const struct wk_location *at, bool force,
				       struct wk_err *err);
};

extern const struct wk_store_kind wk_store_file; /* store_file.c */
extern const struct wk_store_kind wk_store_raw;	 /* store_raw.c */

/* Decodes what was read back and asks prove(), which may be NULL. */
WK_MUST enum wk_status wk_store_prove_bytes(struct wk_span bytes,
					    wk_store_prove *prove,
					    void *context, struct wk_err *err);
/*
 * The key file of a raw region, as wk_keyfile_read() wants it: the newest good
 * copy; ret_note as of wk_keyfile_read_note().  WK_NOT_FOUND: no such device, or
 * "raw.empty"; WK_CORRUPT "raw.damaged": both copies, "raw.foreign": other
 * data; WK_TOO_NEW.
 */
WK_MUST enum wk_status wk_raw_read(const struct wk_location *at,
				   struct wk_blob *ret_der,
				   char ret_note[static WK_NOTE_MAX],
				   struct wk_err *err);

/* --- raw_view.c: what store_raw.c shares with it --------------------------- */

/* Where the region begins.  WK_FAIL "raw.too-small". */
WK_MUST enum wk_status wk_raw_place(const struct wk_location *at,
				    const struct wk_blockdev *d,
				    uint64_t *ret_offset, struct wk_err *err);
/* Reads the region anew; v->device and v->offset are known.  WK_NOMEM. */
WK_MUST enum wk_status wk_raw_look(const struct wk_blockdev *d,
				   struct wk_raw_view *v, struct wk_err *err);
/*
 * Whether the region meets no copy of another one.  WK_EXISTS "file.exists",
 * with force WK_UNSAFE "raw.holds-key"; WK_NOMEM.
 */
WK_MUST enum wk_status wk_raw_check_near(const struct wk_blockdev *d,
					 const struct wk_raw_view *v,
					 bool force, struct wk_err *err);
/* WK_OK, or why there is no key file: the statuses of wk_raw_read(). */
WK_MUST enum wk_status wk_raw_answer(const struct wk_raw_view *v,
				     const struct wk_location *at,
				     struct wk_err *err);

#endif
