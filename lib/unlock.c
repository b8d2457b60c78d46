/* SPDX-License-Identifier: Apache-2.0 */
/* Which slots are tried, in which order, and what the file yields. */
#include "unlock.h"

#include <stdio.h>
#include <string.h>

#include "envelope.h"
#include "unlock_impl.h"

#define EVERY_KIND ((1u << WK_SECRET_KINDS) - 1)

/* When a slot has its turn; the recovery key is what people have to look for. */
enum turn { TURN_HELD, TURN_ASK, TURN_ASK_RECOVERY, TURN_NEVER };

/* One run over a key file's slots. */
struct attempt {
	struct wk_session *s;
	const struct wk_keyfile *kf;
	uint32_t among; /* ids, as bits */
	struct wk_unlock_report *report;
	/* Takes what a slot yielded. */
	void (*opened_by)(struct attempt *a, const struct wk_slot *slot,
			  struct wk_yield *y);
	struct wk_material *material; /* of the first slot that opened */
	struct wk_opening *opening;
	bool all;
	bool opened;
	unsigned int
		sated; /* kinds of secrets that need no more slots, as bits */
	/* The failure to report: of the first slot that was tried in vain. */
	struct wk_err failure;
	bool failed;
	unsigned int missing; /* kinds of secrets that were not given, as bits */
	/* Else that of the first slot that cannot be opened by this build. */
	struct wk_err unusable;
	bool has_unusable;
};

void wk_material_done(struct wk_material *m)
{
	m->key = wk_secret_free(m->key);
	*m = (struct wk_material){ 0 };
}

static void record(struct attempt *a, size_t index, enum wk_verdict verdict,
		   const struct wk_err *err)
{
	struct wk_slot_verdict *v;

	if (!a->report)
		return;
	v = &a->report->slots[index];
	v->verdict = verdict;
	if (err)
		v->err = *err;
}

static void keep_failure(struct attempt *a, size_t index,
			 const struct wk_err *err)
{
	record(a, index, WK_SLOT_FAILED, err);
	if (!a->failed)
		a->failure = *err;
	a->failed = true;
}

static void try_slot(struct attempt *a, size_t index,
		     const struct wk_backend *b)
{
	const struct wk_slot *slot = &a->kf->slots[index];
	WK_AUTO_YIELD struct wk_yield y = { 0 };
	struct wk_err err;

	if (wk_slot_unlock(a->s, a->kf, b, slot, &y, &err)) {
		keep_failure(a, index, &err);
		return;
	}
	record(a, index, WK_SLOT_OPENED, NULL);
	a->opened_by(a, slot, &y);
	a->opened = true;
}

static void keep_unusable(struct attempt *a, size_t index,
			  const struct wk_err *err)
{
	record(a, index, WK_SLOT_NOT_TRIED, err);
	if (!a->has_unusable)
		a->unusable = *err;
	a->has_unusable = true;
}

static void keep_missing(struct attempt *a, size_t index,
			 enum wk_secret_kind kind)
{
	struct wk_err err;

	a->missing |= 1u << kind;
	wk_fail(&err, WK_AUTH, "auth.no-secret",
		"slot %u: its %s was not given", a->kf->slots[index].id,
		wk_secret_kind_name(kind));
	record(a, index, WK_SLOT_NOT_TRIED, &err);
}

static enum turn turn_of(const struct attempt *a, enum wk_secret_kind kind)
{
	if (kind == WK_SECRET_NONE)
		return TURN_HELD;
	switch (wk_session_supply(a->s, kind)) {
	case WK_SUPPLY_HELD:
		return TURN_HELD;
	case WK_SUPPLY_ASK:
		return kind == WK_SECRET_RECOVERY ? TURN_ASK_RECOVERY :
						    TURN_ASK;
	default:
		return TURN_NEVER;
	}
}

/* Tries a slot when it has its turn. */
static void visit(struct attempt *a, size_t index, enum turn now)
{
	const struct wk_slot *slot = &a->kf->slots[index];
	const struct wk_backend *b;
	enum wk_secret_kind kind;
	enum turn turn;
	struct wk_err err;

	b = wk_slot_backend(slot, &err);
	if (!b) {
		keep_unusable(a, index, &err);
		return;
	}
	kind = b->needs(slot->protection);
	if (a->sated & 1u << kind)
		return;
	turn = turn_of(a, kind);
	/* One question is enough, whatever else could be asked for. */
	if (turn == now && (now == TURN_HELD || !a->opened || a->all))
		try_slot(a, index, b);
	else if (turn == TURN_NEVER)
		keep_missing(a, index, kind);
}

static void visit_priority(struct attempt *a, enum wk_slot_priority priority,
			   enum turn now)
{
	for (size_t i = 0; i < a->kf->slot_count; i++) {
		const struct wk_slot *slot = &a->kf->slots[i];

		if (a->sated == EVERY_KIND)
			return;
		if (slot->priority == priority &&
		    a->among & (uint32_t)1 << slot->id)
			visit(a, i, now);
	}
}

static void visit_all(struct attempt *a, enum turn now)
{
	visit_priority(a, WK_SLOT_PREFER, now);
	visit_priority(a, WK_SLOT_NORMAL, now);
	visit_priority(a, WK_SLOT_IGNORE, now);
}

static void take_turns(struct attempt *a)
{
	for (enum turn now = TURN_HELD; now < TURN_NEVER; now++)
		if (!a->opened || a->all || now == TURN_HELD)
			visit_all(a, now);
}

static void prepare_report(struct attempt *a)
{
	if (!a->report)
		return;
	a->report->count = a->kf->slot_count;
	for (size_t i = 0; i < a->kf->slot_count; i++) {
		struct wk_slot_verdict *v = &a->report->slots[i];

		v->slot = &a->kf->slots[i];
		v->verdict = WK_SLOT_NOT_TRIED;
		wk_err_clear(&v->err);
	}
}

/* "--passphrase-file or --recovery-file": what the slots would have needed. */
static void list_missing(unsigned int kinds, char text[static 128])
{
	static const char *const options[WK_SECRET_KINDS] = {
		[WK_SECRET_PASSPHRASE] = "--passphrase-file",
		[WK_SECRET_WRAPPING_KEY] = "--wrapping-key-file",
		[WK_SECRET_PIN] = "--pin-file",
		[WK_SECRET_RECOVERY] = "--recovery-file",
		[WK_SECRET_KEK] = "--kek-file",
	};
	size_t len = 0;

	text[0] = '\0';
	for (unsigned int i = 0; i < WK_SECRET_KINDS; i++)
		if (kinds & 1u << i && options[i])
			len += (size_t)snprintf(text + len, 128 - len, "%s%s",
						len ? " or " : "", options[i]);
}

static enum wk_status none_in_use(struct wk_err *err)
{
	wk_fail(err, WK_AUTH, "auth.no-slot",
		"no slot was tried: none is in use that is not of priority "
		"ignore");
	wk_err_hint(err, "'wkeyctl slots' shows them; 'wkeyctl rebind-slot "
			 "--keep --priority normal' lets one be tried");
	return WK_AUTH;
}

static enum wk_status nothing_tried(const struct attempt *a, struct wk_err *err)
{
	char options[128];

	if (a->has_unusable) {
		*err = a->unusable;
		return err->status;
	}
	if (!a->missing)
		return none_in_use(err);
	list_missing(a->missing, options);
	wk_fail(err, WK_AUTH, "auth.no-secret",
		"no slot was tried: the secret of none was given");
	wk_err_hint(err, "give %s; 'wkeyctl slots' shows what each slot needs",
		    options);
	return WK_AUTH;
}

static enum wk_status conclude(const struct attempt *a, struct wk_err *err)
{
	if (a->opened)
		return WK_OK;
	if (!a->failed)
		return nothing_tried(a, err);
	*err = a->failure;
	return err->status;
}

/* --- for its key ------------------------------------------------------------- */

static void take_material(struct attempt *a, const struct wk_slot *slot,
			  struct wk_yield *y)
{
	(void)slot;
	if (!a->all)
		a->sated = EVERY_KIND;
	if (a->opened)
		return;
	a->material->kind = a->kf->form == WK_FORM_RAW ? WK_MATERIAL_RAW :
							 WK_MATERIAL_ENGINE_RAW;
	a->material->key = wk_take_ptr(&y->key);
}

/* The ids of the slots that may be tried, as bits. */
static uint32_t eligible(const struct wk_keyfile *kf,
			 const struct wk_unlock_how *how)
{
	uint32_t among = 0;

	for (size_t i = 0; i < kf->slot_count; i++) {
		const struct wk_slot *slot = &kf->slots[i];

		if (how->slot >= 0 ? slot->id == how->slot :
				     slot->state == WK_SLOT_ACTIVE &&
					     (how->all ||
					      slot->priority != WK_SLOT_IGNORE))
			among |= (uint32_t)1 << slot->id;
	}
	return among;
}

enum wk_status wk_unlock_slots(struct wk_session *s,
			       const struct wk_keyfile *kf,
			       const struct wk_unlock_how *how,
			       struct wk_unlock_report *report,
			       struct wk_material *ret_material,
			       struct wk_err *err)
{
	struct wk_material m = { 0 };
	struct attempt a;
	enum wk_status st;

	a.s = s;
	a.kf = kf;
	a.among = eligible(kf, how);
	a.report = report;
	a.opened_by = take_material;
	a.material = &m;
	a.opening = NULL;
	a.all = how->all;
	a.opened = a.failed = a.has_unusable = false;
	a.sated = a.missing = 0;
	if (!a.among && how->slot >= 0)
		return wk_fail(err, WK_NOT_FOUND, "keyfile.no-slot",
			       "the key file has no slot %d", how->slot);
	prepare_report(&a);
	take_turns(&a);
	st = conclude(&a, err);
	if (!st)
		*ret_material = m;
	return st;
}

enum wk_status wk_unlock(struct wk_session *s, const struct wk_keyfile *kf,
			 struct wk_material *ret_material, struct wk_err *err)
{
	static const struct wk_unlock_how any = { .slot = -1 };

	return wk_unlock_slots(s, kf, &any, NULL, ret_material, err);
}

/* --- to change it -------------------------------------------------------------- */

static void take_opening(struct attempt *a, const struct wk_slot *slot,
			 struct wk_yield *y)
{
	const struct wk_backend *b = wk_backend_by_slot(slot->type);
	struct wk_opening *o = a->opening;
	struct wk_opened *x = &o->slots[o->count++];

	a->sated |= 1u << b->needs(slot->protection);
	*x = (struct wk_opened){ .slot_id = slot->id, .secret = y->secret };
	y->secret = (struct wk_slot_secret){ 0 };
	if (a->opened)
		return;
	o->kek = wk_take_ptr(&y->kek);
	o->key = wk_take_ptr(&y->key);
}

/* Direct slots wrap the storage key itself: they yield no KEK. */
static uint32_t envelopes(const struct wk_keyfile *kf)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < kf->slot_count; i++)
		if (!wk_slot_is_direct(&kf->slots[i]))
			bits |= (uint32_t)1 << kf->slots[i].id;
	return bits;
}

enum wk_status wk_unlock_envelopes(struct wk_session *s,
				   const struct wk_keyfile *kf, uint32_t among,
				   struct wk_opening *ret_opening,
				   struct wk_err *err)
{
	struct wk_opening o = { 0 };
	struct attempt a;
	enum wk_status st;

	a.s = s;
	a.kf = kf;
	a.among = among & envelopes(kf);
	a.report = NULL;
	a.opened_by = take_opening;
	a.material = NULL;
	a.opening = &o;
	a.all = false;
	a.opened = a.failed = a.has_unusable = false;
	a.sated = a.missing = 0;
	take_turns(&a);
	st = conclude(&a, err);
	if (!st)
		*ret_opening = o;
	return st;
}

void wk_opening_done(struct wk_opening *o)
{
	for (size_t i = 0; i < o->count; i++)
		wk_slot_secret_done(&o->slots[i].secret);
	o->count = 0;
	o->kek = wk_secret_free(o->kek);
	o->key = wk_secret_free(o->key);
}

/* Whether it still opens the slot; what it yields is taken when o has none. */
static enum wk_status reopen(struct wk_session *s, const struct wk_keyfile *kf,
			     const struct wk_slot *slot,
			     const struct wk_slot_secret *x,
			     struct wk_opening *o, struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *kek = NULL;
	enum wk_status st =
		wk_envelope_open_slot(s, kf->key_id, slot, x, &kek, err);

	if (!st && !o->key)
		st = wk_envelope_open_body(s, kf, kek, &o->key, err);
	if (!st && !o->kek)
		o->kek = wk_take_ptr(&kek);
	return st;
}

enum wk_status wk_unlock_again(struct wk_session *s,
			       const struct wk_keyfile *kf, uint32_t among,
			       struct wk_opening *o, struct wk_err *err)
{
	size_t kept = 0;

	among &= envelopes(kf);
	o->kek = wk_secret_free(o->kek);
	o->key = wk_secret_free(o->key);
	for (size_t i = 0; i < o->count; i++) {
		struct wk_opened x = o->slots[i];
		const struct wk_slot *slot = wk_keyfile_slot(kf, x.slot_id);

		/* It may be gone or made anew: then others are as good. */
		if (slot && among & (uint32_t)1 << slot->id &&
		    !reopen(s, kf, slot, &x.secret, o, err))
			o->slots[kept++] = x;
		else
			wk_slot_secret_done(&x.secret);
	}
	o->count = kept;
	if (kept)
		return WK_OK;
	wk_opening_done(o);
	return wk_unlock_envelopes(s, kf, among, o, err);
}
