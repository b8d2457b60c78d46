/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key files in raw regions: one copy after the other, each flushed and read back
 * before anything else, so that at every instant one is whole.
 */
#include <stdio.h>
#include <string.h>

#include "raw_write.h"
#include "store_impl.h"

struct raw {
	struct wk_location at;
	struct wk_blockdev dev;
	struct wk_raw_view seen; /* what was read */
	char note[WK_NOTE_MAX];
};

/* --- opening --------------------------------------------------------------- */

/* Under the lock, of whom else the bytes are. */
static enum wk_status check_use(const struct raw *r, struct wk_err *err)
{
	return wk_blockdev_unused(&r->dev, r->seen.offset, WK_RAW_REGION_BYTES,
				  err);
}

static enum wk_status lock(struct raw *r, struct wk_err *err)
{
	enum wk_status st = wk_blockdev_lock(&r->dev, true, err);

	if (!st)
		st = check_use(r, err);
	if (st)
		wk_blockdev_unlock(&r->dev);
	return st;
}

static enum wk_status raw_init(struct raw *r, const struct wk_location *at,
			       struct wk_err *err)
{
	enum wk_status st;

	r->at = *at;
	r->dev.fd = -1;
	st = wk_location_device(at, r->seen.device, err);
	if (!st)
		st = wk_blockdev_open(r->seen.device, at->shown, true, &r->dev,
				      err);
	return st ? st : wk_raw_place(at, &r->dev, &r->seen.offset, err);
}

static void raw_free(void *state)
{
	struct raw *r = state;

	wk_raw_view_done(&r->seen);
	wk_blockdev_close(&r->dev);
	free(r);
}

static enum wk_status raw_new(const struct wk_location *at, struct raw **ret,
			      struct wk_err *err)
{
	struct raw *r = calloc(1, sizeof(*r));
	enum wk_status st;

	if (!r)
		return wk_fail(err, WK_NOMEM, "memory", "out of memory");
	st = raw_init(r, at, err);
	if (!st)
		st = lock(r, err);
	if (st)
		raw_free(r);
	else
		*ret = r;
	return st;
}

static enum wk_status raw_open(const struct wk_location *at, void **ret_state,
			       struct wk_err *err)
{
	struct raw *r;
	enum wk_status st = raw_new(at, &r, err);

	if (st)
		return st;
	wk_blockdev_unlock(&r->dev);
	*ret_state = r;
	return WK_OK;
}

static enum wk_status raw_read(void *state, struct wk_blob *ret_bytes,
			       struct wk_err *err)
{
	struct raw *r = state;
	struct wk_blob der = { 0 };
	enum wk_status st = wk_blockdev_lock(&r->dev, false, err);

	if (st)
		return st;
	st = wk_raw_look(&r->dev, &r->seen, err);
	wk_blockdev_unlock(&r->dev);
	if (!st)
		st = wk_raw_answer(&r->seen, &r->at, err);
	if (!st)
		st = wk_blob_append(&der, r->seen.copies[r->seen.newest].der,
				    err);
	if (st)
		return st;
	wk_raw_view_note(&r->seen, &r->at, r->note);
	*ret_bytes = der;
	return WK_OK;
}

static const char *raw_note(const void *state)
{
	const struct raw *r = state;

	return r->note[0] ? r->note : NULL;
}

/* What is to be written instead of what was seen. */
static struct wk_raw_writing writing(const struct raw *r, struct wk_span der,
				     wk_store_prove *prove, void *context)
{
	return (struct wk_raw_writing){
		.shown = r->at.shown,
		.dev = &r->dev,
		.old = &r->seen,
		.der = der,
		.prove = prove,
		.context = context,
	};
}

/* --- replacing ------------------------------------------------------------- */

static enum wk_status check_same(const struct raw *r, struct wk_err *err)
{
	struct wk_raw_view now = { .offset = r->seen.offset };
	enum wk_status st = wk_raw_look(&r->dev, &now, err);
	bool same =
		!st && r->seen.region.p &&
		!memcmp(now.region.p, r->seen.region.p, WK_RAW_REGION_BYTES);

	wk_raw_view_done(&now);
	if (st || same)
		return st;
	(void)wk_fail(err, WK_TRANSIENT, "file.changed",
		      "%s: another process changed it meanwhile", r->at.shown);
	wk_err_hint(err, "look at it, and run the command again");
	return WK_TRANSIENT;
}

static enum wk_status write_second(const struct raw *r,
				   const struct wk_raw_writing *first,
				   uint64_t sequence, struct wk_err *err)
{
	struct wk_raw_writing w = *first;
	struct wk_err why;

	w.prove = NULL;
	if (!wk_raw_write(&w, (unsigned int)r->seen.newest, sequence, &why))
		return WK_OK;
	(void)wk_fail(err, WK_FAIL, "raw.second-copy",
		      "%s; the new key file stands in copy %d only", why.msg,
		      !r->seen.newest);
	err->errnum = why.errnum;
	wk_err_hint(err, "'wkeyctl restore --repair %s' writes the other one",
		    r->at.shown);
	return WK_FAIL;
}

static enum wk_status write_both(const struct raw *r,
				 const struct wk_raw_writing *w,
				 struct wk_err *err)
{
	const struct wk_raw_view *v = &r->seen;
	uint64_t sequence = v->copies[v->newest].sequence + 1;
	enum wk_status st;

	st = wk_raw_write(w, (unsigned int)!v->newest, sequence, err);
	return st ? st : write_second(r, w, sequence, err);
}

/* A newer wkeyctl's copy is not for this one to overwrite. */
static enum wk_status check_other(const struct raw *r, struct wk_err *err)
{
	int other = !r->seen.newest;
	enum wk_status st = wk_raw_answer(&r->seen, &r->at, err);

	if (st || r->seen.copies[other].state != WK_RAW_TOO_NEW)
		return st;
	return wk_fail(err, WK_TOO_NEW, "keyfile.too-new",
		       "%s: copy %d is made for a newer wkeyctl", r->at.shown,
		       other);
}

static enum wk_status raw_replace(void *state, struct wk_span bytes,
				  wk_store_prove *prove, void *context,
				  struct wk_err *err)
{
	struct raw *r = state;
	struct wk_raw_writing w = writing(r, bytes, prove, context);
	enum wk_status st = lock(r, err);

	if (st)
		return st;
	st = check_same(r, err);
	if (!st)
		st = check_other(r, err);
	if (!st)
		st = write_both(r, &w, err);
	wk_blockdev_unlock(&r->dev);
	return st;
}

/* --- repairing ------------------------------------------------------------- */

static enum wk_status mend(const struct raw *r, int *ret_repaired,
			   struct wk_err *err)
{
	const struct wk_raw_view *v = &r->seen;
	enum wk_status st = check_other(r, err);

	if (!st && v->mend >= 0) {
		const struct wk_raw_copy *good = &v->copies[v->newest];
		struct wk_raw_writing w = writing(r, good->der, NULL, NULL);

		st = wk_raw_write(&w, (unsigned int)v->mend, good->sequence,
				  err);
	}
	if (!st)
		*ret_repaired = v->mend;
	return st;
}

static enum wk_status raw_repair(void *state, int *ret_repaired,
				 struct wk_err *err)
{
	struct raw *r = state;
	enum wk_status st = lock(r, err);

	if (st)
		return st;
	st = wk_raw_look(&r->dev, &r->seen, err);
	if (!st)
		st = mend(r, ret_repaired, err);
	wk_blockdev_unlock(&r->dev);
	return st;
}

/* --- making ---------------------------------------------------------------- */

static bool holds(const struct wk_raw_view *v, enum wk_raw_state state)
{
	return v->copies[0].state == state || v->copies[1].state == state;
}

static enum wk_status holds_key(const struct raw *r, bool force,
				struct wk_err *err)
{
	enum wk_status st = force ? WK_UNSAFE : WK_EXISTS;

	(void)wk_fail(err, st, force ? "raw.holds-key" : "file.exists",
		      force ? "%s: a key file is there, and a raw region "
			      "keeps no old one" :
			      "%s: a key file is there already",
		      r->at.shown);
	wk_err_hint(err,
		    "'wkeyctl backup' saves it; then 'dd if=/dev/zero of=%s "
		    "bs=4096 seek=%llu count=%d conv=notrunc' makes room",
		    r->seen.device,
		    (unsigned long long)r->seen.offset / WK_RAW_ALIGN,
		    WK_RAW_REGION_BYTES / WK_RAW_ALIGN);
	return st;
}

static enum wk_status holds_remains(const struct raw *r, struct wk_err *err)
{
	(void)wk_fail(err, WK_EXISTS, "file.exists",
		      "%s: what is left of a key file is there, both copies "
		      "damaged",
		      r->at.shown);
	wk_err_hint(err,
		    "--force overwrites it; 'dd if=%s of=FILE bs=4096 "
		    "skip=%llu count=%d' saves it before",
		    r->seen.device,
		    (unsigned long long)r->seen.offset / WK_RAW_ALIGN,
		    WK_RAW_REGION_BYTES / WK_RAW_ALIGN);
	return WK_EXISTS;
}

static enum wk_status check_room(const struct raw *r, bool force,
				 struct wk_err *err)
{
	const struct wk_raw_view *v = &r->seen;
	enum wk_status st;

	st = wk_blockdev_beside_table(&r->dev, v->offset, WK_RAW_REGION_BYTES,
				      err);
	if (st)
		return st;
	if (v->newest >= 0 || holds(v, WK_RAW_TOO_NEW))
		return holds_key(r, force, err);
	st = wk_raw_check_near(&r->dev, v, force, err);
	if (st)
		return st;
	if (!force && holds(v, WK_RAW_DAMAGED))
		return holds_remains(r, err);
	if (force || !holds(v, WK_RAW_FOREIGN))
		return WK_OK;
	(void)wk_fail(err, WK_UNSAFE, "raw.not-empty",
		      "%s: the 256KiB at %llu of '%s' hold other data",
		      r->at.shown, (unsigned long long)v->offset, v->device);
	wk_err_hint(err, "--force overwrites them, if they are nobody's");
	return WK_UNSAFE;
}

/* Locked, and room for a key file is there. */
static enum wk_status open_room(const struct wk_location *at, bool force,
				struct raw **ret, struct wk_err *err)
{
	struct raw *r;
	enum wk_status st = raw_new(at, &r, err);

	if (st)
		return st;
	st = wk_raw_look(&r->dev, &r->seen, err);
	if (!st)
		st = check_room(r, force, err);
	if (st)
		raw_free(r);
	else
		*ret = r;
	return st;
}

static enum wk_status write_first_two(const struct raw *r, struct wk_span der,
				      wk_store_prove *prove, void *context,
				      struct wk_err *err)
{
	struct wk_raw_writing w = writing(r, der, prove, context);
	enum wk_status st = wk_raw_write(&w, 0, 1, err);

	if (st)
		return st;
	w.prove = NULL;
	st = wk_raw_write(&w, 1, 1, err);
	if (st)
		wk_raw_put_back(&w, 0);
	return st;
}

static enum wk_status raw_create(const struct wk_location *at,
				 struct wk_span bytes,
				 const struct wk_store_new *how,
				 wk_store_prove *prove, void *context,
				 struct wk_err *err)
{
	struct raw *r;
	enum wk_status st;

	if (how->pem)
		return wk_fail(err, WK_FAIL, "usage.conflict",
			       "%s: raw storage holds no PEM", at->shown);
	st = open_room(at, how->force, &r, err);
	if (st)
		return st;
	st = write_first_two(r, bytes, prove, context, err);
	raw_free(r);
	return st;
}

static enum wk_status raw_create_check(const struct wk_location *at, bool force,
				       struct wk_err *err)
{
	struct raw *r;
	enum wk_status st = open_room(at, force, &r, err);

	if (!st)
		raw_free(r);
	return st;
}

const struct wk_store_kind wk_store_raw = {
	.open = raw_open,
	.close = raw_free,
	.read = raw_read,
	.note = raw_note,
	.replace = raw_replace,
	.repair = raw_repair,
	.create = raw_create,
	.create_check = raw_create_check,
};
