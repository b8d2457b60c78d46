/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl slots: the ways into a key file, in a table. */
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/out.h"
#include "cmd/sandbox.h"
#include "cmd/slotmaking.h"
#include "cmd/unlocking.h"
#include "cmd/ways.h"

static const char *const state_names[] = {
	[WK_SLOT_ACTIVE] = "active",
	[WK_SLOT_STAGED] = "staged",
	[WK_SLOT_RETIRED] = "retired",
};

/* What has to be there to open it; NULL: not known to this version. */
static const char *needs(const struct wk_slot *slot, const struct wk_backend *b)
{
	static const char *const names[WK_SECRET_KINDS] = {
		[WK_SECRET_NONE] = "nothing",
		[WK_SECRET_PASSPHRASE] = "passphrase",
		[WK_SECRET_WRAPPING_KEY] = "wrapping-key",
		[WK_SECRET_PIN] = "pin",
		[WK_SECRET_RECOVERY] = "recovery-key",
		[WK_SECRET_KEK] = "key-out-of-escrow",
	};

	if (wk_slot_is_direct(slot))
		return b ? "hardware" : NULL;
	return b && b->needs ? names[b->needs(slot->protection)] : NULL;
}

static void slot_json(const struct wk_slot *slot, struct wk_out *out)
{
	const struct wk_backend *b = wk_backend_by_slot(slot->type);

	wk_out_begin_object(out, NULL);
	wk_out_int(out, "id", NULL, slot->id);
	if (b)
		wk_out_str(out, "backend", NULL, b->name);
	else
		wk_out_int(out, "type", NULL, slot->type);
	wk_out_str(out, "kind", NULL,
		   wk_slot_is_direct(slot) ? "direct" : "envelope");
	wk_out_str(out, "state", NULL, state_names[slot->state]);
	if (slot->has_replaces)
		wk_out_int(out, "replaces", NULL, slot->replaces);
	wk_out_str(out, "priority", NULL, wk_priority_names[slot->priority]);
	wk_out_str(out, "label", NULL, slot->label);
	if (needs(slot, b))
		wk_out_str(out, "needs", NULL, needs(slot, b));
	wk_out_end_object(out);
}

/* The label, which may be of any script, stands last: it needs no width. */
#define ROW "%-4s  %-9s  %-8s  %-13s  %-8s  %-17s  %s"

static void slot_text(const struct wk_slot *slot, struct wk_out *out)
{
	const struct wk_backend *b = wk_backend_by_slot(slot->type);
	char id[4], type[16], state[24], row[160];
	const char *need = needs(slot, b);
	size_t len;

	snprintf(id, sizeof(id), "%u", slot->id);
	snprintf(type, sizeof(type), "type %u", slot->type);
	snprintf(state, sizeof(state), "%s", state_names[slot->state]);
	if (slot->has_replaces)
		snprintf(state, sizeof(state), "staged for %u", slot->replaces);
	len = (size_t)snprintf(row, sizeof(row), ROW, id, b ? b->name : type,
			       wk_slot_is_direct(slot) ? "direct" : "envelope",
			       state, wk_priority_names[slot->priority],
			       need ? need : "unknown", slot->label);
	while (len && row[len - 1] == ' ')
		row[--len] = '\0';
	wk_out_value(out, NULL, row);
}

static void list_text(const struct wk_keyfile *kf, struct wk_out *out)
{
	struct wk_ways w = wk_ways_of(kf);

	wk_out_text(out, ROW "\n", "SLOT", "BACKEND", "KIND", "STATE",
		    "PRIORITY", "NEEDS", "LABEL");
	for (size_t i = 0; i < kf->slot_count; i++)
		slot_text(&kf->slots[i], out);
	wk_out_text(out, "%u way%s of recovery", w.recovery,
		    w.recovery == 1 ? "" : "s");
	if (w.recovery)
		wk_out_text(out, ": %u recovery key%s", w.recovery,
			    w.recovery == 1 ? "" : "s");
	if (w.recipients)
		wk_out_text(out,
			    "; not counted: %u in escrow (not testable "
			    "here)",
			    w.recipients);
	wk_out_text(out, "\n");
}

static void list_json(const struct wk_keyfile *kf, struct wk_out *out)
{
	struct wk_ways w = wk_ways_of(kf);

	wk_out_hex(out, "key_id", NULL, wk_span(kf->key_id, WK_KEY_ID_BYTES));
	wk_out_int(out, "epoch", NULL, (long long)kf->epoch);
	wk_out_begin_array(out, "slots");
	for (size_t i = 0; i < kf->slot_count; i++)
		slot_json(&kf->slots[i], out);
	wk_out_end_array(out);
	wk_out_begin_object(out, "recovery");
	wk_out_int(out, "recovery_keys", NULL, w.recovery);
	wk_out_int(out, "recipients_not_testable", NULL, w.recipients);
	wk_out_end_object(out);
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	WK_AUTO_KEYFILE struct wk_keyfile *kf = NULL;
	enum wk_status st;

	wk_sandbox_enter(&(struct wk_sandbox){ .keep = WK_KEEP_FILES });
	st = wk_unlocking_read(wk_args_pos(args, 0), &kf, err);
	if (st)
		return st;
	if (wk_out_is_json(out))
		list_json(kf, out);
	else
		list_text(kf, out);
	return WK_OK;
}

static const struct wk_option *const tables[] = { NULL };

extern const struct wk_command wk_command_slots;
const struct wk_command wk_command_slots = {
	.name = "slots",
	.args = "KEYFILE",
	.summary = "list the slots of a key file and what each needs",
	.options = tables,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
