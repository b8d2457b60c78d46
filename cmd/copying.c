/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of key files.  See copying.h. */
#include "cmd/copying.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/undo.h"
#include "ephemeral.h"
#include "store.h"
#include "unlock.h"

const struct wk_option wk_opts_copying[] = {
	{ .name = "force",
	  .type = WK_OPT_FLAG,
	  .help = "replace an existing file, kept as NAME.old-EPOCH" },
	{ .name = "pem", .type = WK_OPT_FLAG, .help = "write PEM, not DER" },
	{ 0 }
};

enum wk_status wk_copying_check_to(const char *to, struct wk_err *err)
{
	if (strcmp(to, "-") != 0)
		return WK_OK;
	wk_fail(err, WK_FAIL, "usage.bad-value",
		"-: a key file is not written to standard output");
	wk_err_hint(err, "a file of that name is ./-");
	return WK_FAIL;
}

enum wk_status wk_copying_check(const struct wk_keyfile *kf, const char *shown,
				struct wk_err *err)
{
	if (!wk_ephemeral_is(kf))
		return WK_OK;
	wk_fail(err, WK_UNSUPPORTED, "backup.ephemeral",
		"%s: an ephemeral form, worthless after the next restart",
		shown);
	wk_err_hint(err, "name the long-term key file that it was made from");
	return WK_UNSUPPORTED;
}

/* --- what is there ------------------------------------------------------------ */

enum wk_status wk_copying_look(struct wk_copying *c, struct wk_err *err)
{
	struct wk_location at;
	struct wk_err why;
	enum wk_status st = wk_location_parse(c->to, &at, err);

	if (st)
		return st;
	c->raw = at.raw;
	st = wk_keyfile_read(c->to, &c->there, &why);
	c->taken = st != WK_NOT_FOUND;
	if (!st)
		(void)snprintf(c->suffix, sizeof(c->suffix), ".old-%" PRIu64,
			       c->there->epoch);
	else
		(void)snprintf(c->suffix, sizeof(c->suffix), ".old-%s",
			       st == WK_CORRUPT ? "damaged" : "unread");
	return wk_store_create_check(c->to, wk_args_given(c->args, "force"),
				     err);
}

/* --- unlocking ------------------------------------------------------------------ */

/* A secret that was given has to open it; nobody is asked. */
static bool is_secret_held(const struct wk_session *s)
{
	for (unsigned int kind = WK_SECRET_NONE + 1; kind < WK_SECRET_KINDS;
	     kind++)
		if (wk_session_supply(s, (enum wk_secret_kind)kind) ==
		    WK_SUPPLY_HELD)
			return true;
	return false;
}

static enum wk_status unlock(struct wk_session *s, const struct wk_keyfile *kf,
			     struct wk_material *ret_material,
			     uint8_t *ret_slot, struct wk_err *err)
{
	static const struct wk_unlock_how any = { .slot = -1 };
	struct wk_unlock_report report;
	enum wk_status st =
		wk_unlock_slots(s, kf, &any, &report, ret_material, err);

	if (st)
		return st;
	for (size_t i = 0; i < report.count; i++)
		if (report.slots[i].verdict == WK_SLOT_OPENED)
			*ret_slot = report.slots[i].slot->id;
	return WK_OK;
}

enum wk_status wk_copying_unlock(struct wk_copying *c, struct wk_err *err)
{
	enum wk_status st;

	if (!is_secret_held(c->session))
		return WK_OK;
	st = unlock(c->session, c->kf, &c->material, &c->slot, err);
	c->unlocked = !st;
	return st;
}

/* --- writing -------------------------------------------------------------------- */

static enum wk_status unlike(struct wk_err *err)
{
	return wk_fail(err, WK_FAIL, "backup.unlike",
		       "the copy was read back and is another key file");
}

static enum wk_status prove(void *context, const struct wk_keyfile *written,
			    struct wk_err *err)
{
	const struct wk_copying *c = context;
	const struct wk_blob *a = &c->kf->image, *b = &written->image;
	struct wk_material got = { 0 };
	enum wk_status st;
	uint8_t slot;

	if (a->len != b->len || memcmp(a->p, b->p, a->len) != 0)
		return unlike(err);
	if (!c->unlocked)
		return WK_OK;
	st = unlock(c->session, written, &got, &slot, err);
	if (!st && got.key && !wk_secret_equal(got.key, c->material.key))
		st = unlike(err);
	wk_material_done(&got);
	return st;
}

enum wk_status wk_copying_write(struct wk_copying *c, struct wk_err *err)
{
	const struct wk_store_new how = {
		.force = wk_args_given(c->args, "force"),
		.old_suffix = c->suffix,
		.pem = wk_args_given(c->args, "pem"),
	};
	enum wk_status st = wk_store_create(c->to, wk_blob_span(&c->kf->image),
					    &how, prove, c, err);

	/* What --force replaced stays replaced: the old file is beside it. */
	if (!st && !c->taken && !c->raw)
		wk_undo_push_file(c->to);
	return st;
}

void wk_copying_tell(const struct wk_copying *c, const char *less,
		     struct wk_out *out)
{
	char text[40];

	wk_out_hex(out, "key_id", "Key id",
		   wk_span(c->kf->key_id, WK_KEY_ID_BYTES));
	wk_out_int(out, "epoch", "Epoch", (long long)c->kf->epoch);
	(void)snprintf(text, sizeof(text), "unlocked by slot %u", c->slot);
	wk_out_str(out, "verified", NULL, c->unlocked ? "unlocked" : less);
	if (c->unlocked)
		wk_out_int(out, "slot", NULL, c->slot);
	if (!wk_out_is_json(out))
		wk_out_str(out, NULL, "Verified", c->unlocked ? text : less);
}

void wk_copying_done(struct wk_copying *c)
{
	wk_material_done(&c->material);
	c->there = wk_keyfile_free(c->there);
}
