/* SPDX-License-Identifier: Apache-2.0 */
/* Changing a key file: read, unlock, edit, seal, write, prove, replace. */
#include "change_impl.h"

#include <string.h>

#include "envelope.h"
#include "ephemeral.h"

/* Each of them somebody else finished a change, so this ends. */
#define TRIES 100

/* What lives while a key file is changed. */
struct run {
	struct wk_session *s;
	const struct wk_change_how *how;
	const char *location;
	struct wk_store *store;
	bool dry;
	struct wk_opening opening;
	struct wk_change_done done;
};

/* --- the proof --------------------------------------------------------------- */

struct proof {
	const struct wk_change *c;
	const char *location;
	uint32_t proved;
};

static enum wk_status not_proved(struct wk_err *err)
{
	return wk_fail(err, WK_FAIL, "keyfile.proof",
		       "what was written does not give back the key");
}

static enum wk_status prove_slot(struct proof *p, const struct wk_keyfile *kf,
				 uint8_t id, const struct wk_slot_secret *x,
				 struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *kek = NULL;
	WK_AUTO_SECRET struct wk_secret *key = NULL;
	const struct wk_slot *slot = wk_keyfile_slot(kf, id);
	enum wk_status st;

	if (!slot)
		return not_proved(err);
	st = wk_envelope_open_slot(p->c->session, kf->key_id, slot, x, &kek,
				   err);
	if (!st)
		st = wk_envelope_open_body(p->c->session, kf, kek, &key, err);
	if (st)
		return st;
	if (!wk_secret_equal(key, p->c->opening->key))
		return not_proved(err);
	p->proved |= wk_slot_bit(id);
	return WK_OK;
}

static enum wk_status prove_opened(struct proof *p, const struct wk_keyfile *kf,
				   struct wk_err *err)
{
	const struct wk_opening *o = p->c->opening;
	enum wk_status st = WK_OK;

	for (size_t i = 0; !st && i < o->count; i++) {
		uint8_t id = o->slots[i].slot_id;

		if (wk_keyfile_slot(p->c->kf, id) &&
		    !wk_change_is_fresh(p->c, id))
			st = prove_slot(p, kf, id, &o->slots[i].secret, err);
	}
	return st;
}

static enum wk_status prove_fresh(struct proof *p, const struct wk_keyfile *kf,
				  struct wk_err *err)
{
	const struct wk_change_fresh *f = p->c->fresh;
	enum wk_status st = WK_OK;

	for (size_t i = 0; !st && i < f->count; i++) {
		uint8_t id = f->slots[i].id;

		st = prove_slot(p, kf, id, &f->slots[i].secret, err);
		/* What was sealed to its holder, only the holder can prove. */
		if (!st && wk_keyfile_slot(kf, id)->type == WK_SLOT_RECIPIENT)
			p->proved &= ~wk_slot_bit(id);
	}
	return st;
}

/* Where the holder of the escrow is trusted, no slot is left to prove it by. */
static enum wk_status prove_body(struct proof *p, const struct wk_keyfile *kf,
				 struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *key = NULL;
	enum wk_status st = wk_envelope_open_body(
		p->c->session, kf, p->c->opening->kek, &key, err);

	if (st)
		return st;
	return wk_secret_equal(key, p->c->opening->key) ? WK_OK :
							  not_proved(err);
}

/* A wk_store_prove. */
static enum wk_status prove(void *context, const struct wk_keyfile *written,
			    struct wk_err *err)
{
	struct proof *p = context;
	enum wk_status st;

	p->proved = 0;
	if (written->epoch != p->c->kf->epoch ||
	    memcmp(written->key_id, p->c->kf->key_id, WK_KEY_ID_BYTES) != 0)
		st = wk_fail(err, WK_FAIL, "keyfile.proof",
			     "what is read back is not what was written");
	else
		st = prove_opened(p, written, err);
	if (!st)
		st = prove_fresh(p, written, err);
	if (!st)
		st = prove_body(p, written, err);
	if (st)
		wk_err_prefix(err, "%s: the new one", p->location);
	return st;
}

static enum wk_status prove_unwritten(struct proof *p, struct wk_span der,
				      struct wk_err *err)
{
	struct wk_keyfile *kf;
	enum wk_status st = wk_keyfile_new(&kf, err);

	if (st)
		return st;
	st = wk_keyfile_decode(der, kf, err);
	if (!st)
		st = prove(p, kf, err);
	wk_keyfile_free(kf);
	return st;
}

/* --- one try ------------------------------------------------------------------- */

static enum wk_status one_slot(const char *code, const char *what,
			       struct wk_err *err)
{
	wk_fail(err, WK_FAIL, code, "%s has one slot, which is not changed",
		what);
	wk_err_hint(err, "name the long-term key file of a recoverable key");
	return WK_FAIL;
}

static enum wk_status check(const struct wk_keyfile *kf, struct wk_err *err)
{
	if (wk_ephemeral_is(kf))
		return one_slot("keyfile.ephemeral", "an ephemeral form", err);
	if (kf->form == WK_FORM_OPAQUE)
		return one_slot("keyfile.opaque",
				"a key that hardware alone holds", err);
	if (kf->epoch >= INT64_MAX)
		return wk_fail(err, WK_FAIL, "keyfile.epoch",
			       "it was rewritten as often as the format "
			       "can count");
	return WK_OK;
}

/* What was a key file fails only by having become too large. */
static enum wk_status encode(const struct wk_keyfile *kf, struct wk_blob *der,
			     struct wk_err *err)
{
	enum wk_status st = wk_keyfile_encode(kf, der, err);

	if (st == WK_FAIL)
		wk_err_hint(err, "all slots together have 64 KiB; 'wkeyctl "
				 "remove-slot' makes room");
	return st;
}

static enum wk_status seal(struct run *r, struct wk_change *c,
			   struct wk_blob *der, struct wk_err *err)
{
	enum wk_status st;

	c->kf->epoch++;
	st = r->how->edit(r->how->context, c, err);
	if (!st)
		st = wk_change_check_remaining(c, r->how->vouched, err);
	if (!st)
		st = wk_envelope_seal_body(r->s, c->kf, r->opening.kek,
					   r->opening.key, err);
	if (!st)
		st = encode(c->kf, der, err);
	if (st)
		wk_err_prefix(err, "%s", r->location);
	return st;
}

/* These say that the new file took the place, and what failed then. */
static bool says_replaced(const struct wk_err *err)
{
	return !strcmp(err->code, "file.sync") ||
	       !strcmp(err->code, "raw.second-copy");
}

/*
 * Whether what is there now is what was written, by its random nonce; where
 * nothing can be read, by the failure.
 */
static bool is_there(struct run *r, const struct wk_keyfile *kf,
		     const struct wk_err *why)
{
	struct wk_keyfile *now;
	struct wk_err ignored;
	bool same;

	if (wk_store_read(r->store, &now, &ignored))
		return says_replaced(why);
	same = now->epoch == kf->epoch &&
	       memcmp(now->body_nonce, kf->body_nonce, WK_BOX_NONCE) == 0;
	wk_keyfile_free(now);
	return same;
}

static enum wk_status write_change(struct run *r, struct wk_change *c,
				   struct wk_span der, struct wk_err *err)
{
	struct proof p = { .c = c, .location = r->location };
	enum wk_status st =
		r->dry ? prove_unwritten(&p, der, err) :
			 wk_store_replace(r->store, der, prove, &p, err);

	r->done.epoch = c->kf->epoch;
	r->done.proved = p.proved;
	memcpy(r->done.key_id, c->kf->key_id, WK_KEY_ID_BYTES);
	r->done.stands = !r->dry && (!st || is_there(r, c->kf, err));
	return st;
}

static enum wk_status change(struct run *r, const struct wk_keyfile *kf,
			     struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	struct wk_change_fresh fresh = { 0 };
	struct wk_change c = {
		.session = r->s,
		.opening = &r->opening,
		.fresh = &fresh,
	};
	enum wk_status st = wk_change_copy(kf, &c.kf, err);

	if (st)
		return st;
	st = seal(r, &c, &der, err);
	if (!st)
		st = write_change(r, &c, wk_blob_span(&der), err);
	wk_change_fresh_done(&fresh);
	wk_keyfile_free(c.kf);
	return st;
}

static enum wk_status try_once(struct run *r, struct wk_err *err)
{
	struct wk_keyfile *kf;
	enum wk_status st = wk_store_read(r->store, &kf, err);

	if (st)
		return st;
	st = check(kf, err);
	if (!st)
		st = wk_change_unlock(r->s, kf, r->how, &r->opening, err);
	if (st)
		wk_err_prefix(err, "%s", r->location);
	else
		st = change(r, kf, err);
	wk_keyfile_free(kf);
	return st;
}

static enum wk_status try_all(struct run *r, struct wk_err *err)
{
	enum wk_status st = WK_OK;

	for (int i = 0; i < TRIES; i++) {
		st = try_once(r, err);
		if (st != WK_TRANSIENT || strcmp(err->code, "file.changed"))
			break;
	}
	return st;
}

enum wk_status wk_change_run(struct wk_session *s, const char *location,
			     const struct wk_change_how *how, bool dry,
			     struct wk_change_done *ret_done,
			     struct wk_err *err)
{
	struct run r = {
		.s = s,
		.how = how,
		.location = location,
		.dry = dry,
	};
	enum wk_status st = wk_store_open(location, &r.store, err);

	*ret_done = r.done;
	if (st)
		return st;
	st = try_all(&r, err);
	if (!st && !dry && wk_store_note(r.store))
		wk_session_warn(s, "%s; it has been written anew",
				wk_store_note(r.store));
	wk_opening_done(&r.opening);
	wk_store_close(r.store);
	*ret_done = r.done;
	return st;
}
