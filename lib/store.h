/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The place of a key file, and changing it there: at every instant the old or
 * the new one is whole, and of two who change it at once none is lost.
 *
 *	open, read, (change it in memory,) replace; "file.changed": read again
 *
 * A file: symbolic links are resolved once; the new one is written beside it
 * (lib/base/create.h says how), synchronized, read back, proved and renamed over
 * the old one under flock(2), after what has the name was found to be what was
 * read (inode and bytes).  Owner, group and mode stay.
 * A raw region: the older copy is written first, flushed, read back past the
 * cache, proved, then the other one, under flock(2) of the device.
 */
#ifndef WK_STORE_H
#define WK_STORE_H

#include "keyfile.h"
#include "location.h"
#include "rawcopy.h"

struct wk_store;

/*
 * Finds an existing key file that is to be changed.  Early answers, before
 * anything is asked: WK_NOT_FOUND; WK_DENIED, WK_FAIL "file.read-only",
 * "file.immutable": it could not be replaced; WK_UNSAFE "raw.in-use": a raw
 * region of a device that is mounted or held; WK_FAIL "usage.bad-value": "-".
 */
WK_MUST enum wk_status wk_store_open(const char *location,
				     struct wk_store **ret_store,
				     struct wk_err *err);
/* NULL is fine.  Always returns NULL. */
struct wk_store *wk_store_close(struct wk_store *s);
/*
 * Reads what is there now; the next replacement is one of this.  The statuses
 * of wk_keyfile_read().  PEM is remembered: it is replaced by PEM.
 */
WK_MUST enum wk_status wk_store_read(struct wk_store *s,
				     struct wk_keyfile **ret_kf,
				     struct wk_err *err);

/* Whether what was written and read back unlocks; anything but WK_OK keeps the old. */
typedef enum wk_status wk_store_prove(void *context,
				      const struct wk_keyfile *written,
				      struct wk_err *err);
/*
 * der: the new key file.  WK_TRANSIENT "file.changed": what is there is not what
 * was read: read again.  Otherwise as wk_create_file(), or what prove() said; the
 * old one then is what it was.  Only when the directory, or the second raw copy,
 * could not be written after the replacement, the new one stands: "file.sync",
 * "raw.second-copy".
 */
WK_MUST enum wk_status wk_store_replace(struct wk_store *s, struct wk_span der,
					wk_store_prove *prove, void *context,
					struct wk_err *err);
/*
 * What the last wk_store_read() found that is worth telling though it succeeded,
 * "LOCATION: copy 1 is damaged (why)", or NULL.  A replacement mends it.
 */
const char *wk_store_note(const struct wk_store *s);
/*
 * Writes a raw copy that is damaged or older anew from the good one.
 * *ret_repaired: the copy, or -1: both are in order.  WK_FAIL: not a raw
 * location; WK_CORRUPT: both damaged; WK_TOO_NEW.
 */
WK_MUST enum wk_status wk_store_repair(struct wk_store *s, int *ret_repaired,
				       struct wk_err *err);

struct wk_store_new {
	bool force;
	const char *old_suffix; /* of the name that a replaced file keeps */
	bool pem;		/* files only: write PEM */
};
/*
 * A new key file at a location.  A path: as wk_create_file(), mode 0600.  Raw:
 * WK_EXISTS "file.exists": a key file is there; with force too, as WK_UNSAFE
 * "raw.holds-key": a region keeps no old one, unless both copies are damaged; the
 * same whenever the region reaches into that of another key file;
 * WK_UNSAFE "raw.not-empty": other data, unless force; "raw.in-use";
 * "raw.partition", "raw.partition-table": the region reaches into a partition of
 * the named disk, or into its table; WK_FAIL "raw.too-small"; prove may be NULL.
 */
WK_MUST enum wk_status wk_store_create(const char *location, struct wk_span der,
				       const struct wk_store_new *how,
				       wk_store_prove *prove, void *context,
				       struct wk_err *err);
/* Whether that could work, early, before expensive work. */
WK_MUST enum wk_status wk_store_create_check(const char *location, bool force,
					     struct wk_err *err);

/*
 * What `inspect` shows of a raw region; any bytes there are an answer.  Beyond
 * what wk_raw_copy_judge() says, a copy is DAMAGED whose key file does not
 * decode, that cannot be read, or that is empty or foreign beside a GOOD one;
 * TOO_NEW also when its key file is.
 */
struct wk_raw_view {
	char device[PATH_MAX];
	uint64_t offset; /* bytes, from the beginning */
	struct wk_raw_copy copies[WK_RAW_COPIES];
	uint64_t epoch[WK_RAW_COPIES]; /* of the key file in a GOOD one, or 0 */
	unsigned int unread[WK_RAW_COPIES]; /* blocks that cannot be read */
	int newest;	       /* copy that is the key file, or -1 */
	int mend;	       /* copy that is damaged or behind it, or -1 */
	struct wk_blob region; /* WK_RAW_REGION_BYTES, aligned */
};
/* WK_NOT_FOUND, WK_DENIED: the device; WK_FAIL "raw.too-small"; WK_NOMEM. */
WK_MUST enum wk_status wk_raw_view_read(const struct wk_location *at,
					struct wk_raw_view *ret_view,
					struct wk_err *err);
void wk_raw_view_done(struct wk_raw_view *v);
/* "LOCATION: copy 1 is damaged (why)", or "" when there is nothing to mend. */
void wk_raw_view_note(const struct wk_raw_view *v, const struct wk_location *at,
		      char note[static WK_NOTE_MAX]);

#endif
