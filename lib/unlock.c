/* SPDX-License-Identifier: Apache-2.0 */
/* Which slots are tried, in which order, and what the file yields. */
#include "unlock.h"

#include <string.h>

#include "backend.h"
#include "envelope.h"

/* One run over a key file's slots. */
struct attempt {
	struct wk_session *s;
	const struct wk_keyfile *kf;
	const struct wk_unlock_how *how;
	struct wk_unlock_report *report;
	struct wk_material *material; /* of the first slot that opened */
	bool opened;
	/* The failure to report: of the first slot that was tried in vain. */
	struct wk_err failure;
	bool failed;
	/* Else that of the first slot that cannot be opened by this build. */
	struct wk_err unusable;
	bool has_unusable;
};

void wk_material_done(struct wk_material *m)
{
	m->key = wk_secret_free(m->key);
	*m = (struct wk_material){ 0 };
}

static const char *kind_name(enum wk_secret_kind kind)
{
	static const char *const names[WK_SECRET_KINDS] = {
		[WK_SECRET_PASSPHRASE] = "passphrase",
		[WK_SECRET_WRAPPING_KEY] = "wrapping key",
		[WK_SECRET_PIN] = "PIN",
		[WK_SECRET_RECOVERY] = "recovery key",
	};

	return names[kind];
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

/* A secret that no person gave was checked before: then the slot is not right. */
static enum wk_status not_a_wrong_secret(const struct wk_slot *slot,
					 struct wk_err *err)
{
	return wk_fail(err, WK_CORRUPT, "keyfile.slot",
		       "slot %u: changed after it was written", slot->id);
}

static enum wk_status open_envelope(struct attempt *a,
				    const struct wk_backend *b,
				    const struct wk_slot *slot,
				    struct wk_material *ret, struct wk_err *err)
{
	WK_AUTO_SLOT_SECRET struct wk_slot_secret x = { 0 };
	WK_AUTO_SECRET struct wk_secret *kek = NULL;
	struct wk_secret *key;
	enum wk_status st;

	st = b->slot_open(a->s, slot->protection, a->kf->name, &x, err);
	if (st)
		return st;
	st = wk_envelope_open_slot(a->s, a->kf->key_id, slot, &x, &kek, err);
	if (st == WK_AUTH && b->needs(slot->protection) == WK_SECRET_NONE)
		return not_a_wrong_secret(slot, err);
	if (st)
		return st;
	st = wk_envelope_open_body(a->s, a->kf, kek, &key, err);
	if (st)
		return st;
	*ret = (struct wk_material){ .kind = a->kf->form == WK_FORM_RAW ?
						     WK_MATERIAL_RAW :
						     WK_MATERIAL_ENGINE_RAW,
				     .key = key };
	return WK_OK;
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
	struct wk_material m = { 0 };
	struct wk_err err;
	enum wk_status st;

	st = open_envelope(a, b, &a->kf->slots[index], &m, &err);
	if (st) {
		keep_failure(a, index, &err);
		return;
	}
	record(a, index, WK_SLOT_OPENED, NULL);
	if (a->opened) {
		wk_material_done(&m);
		return;
	}
	*a->material = m;
	a->opened = true;
}

/* The backend that could open the slot, or NULL and the reason in *err. */
static const struct wk_backend *usable_backend(const struct wk_slot *slot,
					       struct wk_err *err)
{
	const struct wk_backend *b = wk_backend_by_slot(slot->type);

	if (!b) {
		wk_fail(err, WK_UNSUPPORTED, "backend.unknown",
			"slot %u: type %u is not known to this version",
			slot->id, slot->type);
		return NULL;
	}
	if (b->probe(err)) {
		wk_err_prefix(err, "slot %u", slot->id);
		return NULL;
	}
	if (!b->slot_open) {
		wk_fail(err, WK_UNSUPPORTED, "backend.cannot",
			"slot %u: backend '%s' cannot open it", slot->id,
			b->name);
		return NULL;
	}
	return b;
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

	wk_fail(&err, WK_AUTH, "auth.no-secret",
		"slot %u: its %s was not given", a->kf->slots[index].id,
		kind_name(kind));
	record(a, index, WK_SLOT_NOT_TRIED, &err);
}

/* Tries a slot when its secret comes in the wanted way. */
static void visit(struct attempt *a, size_t index, enum wk_supply wanted)
{
	const struct wk_slot *slot = &a->kf->slots[index];
	const struct wk_backend *b;
	enum wk_secret_kind kind;
	enum wk_supply supply;
	struct wk_err err;

	b = usable_backend(slot, &err);
	if (!b) {
		keep_unusable(a, index, &err);
		return;
	}
	kind = b->needs(slot->protection);
	supply = kind == WK_SECRET_NONE ? WK_SUPPLY_HELD :
					  wk_session_supply(a->s, kind);
	if (supply == wanted)
		try_slot(a, index, b);
	else if (supply == WK_SUPPLY_NO)
		keep_missing(a, index, kind);
}

static bool eligible(const struct attempt *a, const struct wk_slot *slot,
		     enum wk_slot_priority priority)
{
	if (a->how->slot >= 0)
		return slot->id == a->how->slot && slot->priority == priority;
	return slot->state == WK_SLOT_ACTIVE && slot->priority == priority;
}

static void visit_priority(struct attempt *a, enum wk_slot_priority priority,
			   enum wk_supply wanted)
{
	for (size_t i = 0; i < a->kf->slot_count; i++) {
		if (a->opened && !a->how->all)
			return;
		if (eligible(a, &a->kf->slots[i], priority))
			visit(a, i, wanted);
	}
}

static void visit_all(struct attempt *a, enum wk_supply wanted)
{
	visit_priority(a, WK_SLOT_PREFER, wanted);
	visit_priority(a, WK_SLOT_NORMAL, wanted);
	if (a->how->slot >= 0)
		visit_priority(a, WK_SLOT_IGNORE, wanted);
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

static enum wk_status check_slot_exists(const struct attempt *a,
					struct wk_err *err)
{
	for (size_t i = 0; i < a->kf->slot_count; i++)
		if (a->how->slot < 0 || a->kf->slots[i].id == a->how->slot)
			return WK_OK;
	return wk_fail(err, WK_NOT_FOUND, "keyfile.no-slot",
		       "the key file has no slot %d", a->how->slot);
}

static enum wk_status nothing_tried(const struct attempt *a, struct wk_err *err)
{
	if (a->has_unusable) {
		*err = a->unusable;
		return err->status;
	}
	wk_fail(err, WK_AUTH, "auth.no-secret",
		"no slot was tried: the secret of none was given");
	wk_err_hint(err, "give --passphrase-file or --wrapping-key-file; "
			 "'wkeyctl inspect' shows what the slots need");
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
	a.how = how;
	a.report = report;
	a.material = &m;
	a.opened = a.failed = a.has_unusable = false;
	st = check_slot_exists(&a, err);
	if (st)
		return st;
	prepare_report(&a);
	visit_all(&a, WK_SUPPLY_HELD);
	if (!a.opened || how->all)
		visit_all(&a, WK_SUPPLY_ASK);
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
