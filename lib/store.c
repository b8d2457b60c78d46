/* SPDX-License-Identifier: Apache-2.0 */
/* Places of key files: which kind of place, and in which form. */
#include "store.h"

#include <stdlib.h>
#include <string.h>

#include "keyfile_impl.h"
#include "store_impl.h"

struct wk_store {
	struct wk_location at;
	const struct wk_store_kind *kind;
	void *state;
	bool pem; /* what was read */
};

static const struct wk_store_kind *kind_of(const struct wk_location *at)
{
	return at->raw ? &wk_store_raw : &wk_store_file;
}

static enum wk_status no_stdin(struct wk_err *err)
{
	wk_fail(err, WK_FAIL, "usage.bad-value",
		"-: a key file that is to be changed does not come from "
		"standard input");
	wk_err_hint(err, "a file of that name is ./-");
	return WK_FAIL;
}

static enum wk_status locate(const char *text, struct wk_location *ret_at,
			     struct wk_err *err)
{
	if (strcmp(text, "-") == 0)
		return no_stdin(err);
	return wk_location_parse(text, ret_at, err);
}

enum wk_status wk_store_open(const char *location, struct wk_store **ret_store,
			     struct wk_err *err)
{
	struct wk_store *s = calloc(1, sizeof(*s));
	enum wk_status st;

	if (!s)
		return wk_fail(err, WK_NOMEM, "memory", "out of memory");
	st = locate(location, &s->at, err);
	if (!st) {
		s->kind = kind_of(&s->at);
		st = s->kind->open(&s->at, &s->state, err);
	}
	if (st) {
		free(s);
		return st;
	}
	*ret_store = s;
	return WK_OK;
}

struct wk_store *wk_store_close(struct wk_store *s)
{
	if (!s)
		return NULL;
	s->kind->close(s->state);
	free(s);
	return NULL;
}

enum wk_status wk_store_read(struct wk_store *s, struct wk_keyfile **ret_kf,
			     struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob bytes = { 0 };
	struct wk_keyfile *kf;
	enum wk_status st = s->kind->read(s->state, &bytes, err);

	if (!st)
		st = wk_keyfile_new(&kf, err);
	if (st)
		return st;
	s->pem = wk_keyfile_is_pem(wk_blob_span(&bytes));
	st = wk_keyfile_take(&bytes, kf, err);
	if (st) {
		wk_err_prefix(err, "%s", s->at.shown);
		wk_keyfile_free(kf);
		return st;
	}
	*ret_kf = kf;
	return WK_OK;
}

const char *wk_store_note(const struct wk_store *s)
{
	return s->kind->note ? s->kind->note(s->state) : NULL;
}

enum wk_status wk_store_replace(struct wk_store *s, struct wk_span der,
				wk_store_prove *prove, void *context,
				struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob pem = { 0 };
	enum wk_status st = WK_OK;

	if (s->pem)
		st = wk_keyfile_to_pem(der, &pem, err);
	if (st)
		return st;
	return s->kind->replace(s->state, s->pem ? wk_blob_span(&pem) : der,
				prove, context, err);
}

enum wk_status wk_store_repair(struct wk_store *s, int *ret_repaired,
			       struct wk_err *err)
{
	if (s->kind->repair)
		return s->kind->repair(s->state, ret_repaired, err);
	return wk_fail(err, WK_FAIL, "usage.bad-value",
		       "%s: only raw storage has a second copy", s->at.shown);
}

enum wk_status wk_store_create(const char *location, struct wk_span der,
			       const struct wk_store_new *how,
			       wk_store_prove *prove, void *context,
			       struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob pem = { 0 };
	struct wk_location at;
	enum wk_status st = locate(location, &at, err);

	if (!st && how->pem)
		st = wk_keyfile_to_pem(der, &pem, err);
	if (st)
		return st;
	return kind_of(&at)->create(&at, how->pem ? wk_blob_span(&pem) : der,
				    how, prove, context, err);
}

enum wk_status wk_store_create_check(const char *location, bool force,
				     struct wk_err *err)
{
	struct wk_location at;
	enum wk_status st = locate(location, &at, err);

	return st ? st : kind_of(&at)->create_check(&at, force, err);
}

enum wk_status wk_store_prove_bytes(struct wk_span bytes, wk_store_prove *prove,
				    void *context, struct wk_err *err)
{
	struct wk_keyfile *kf;
	enum wk_status st = wk_keyfile_new(&kf, err);

	if (st)
		return st;
	st = wk_keyfile_decode(bytes, kf, err);
	if (!st && prove)
		st = prove(context, kf, err);
	wk_keyfile_free(kf);
	return st;
}
