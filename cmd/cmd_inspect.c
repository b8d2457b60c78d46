/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl inspect: what a key file is, without hardware or secret. */
#include <stdio.h>
#include <string.h>

#include "backend.h"
#include "cmd/command.h"
#include "cmd/inspect_raw.h"
#include "cmd/keymaking.h"
#include "cmd/sandbox.h"
#include "ephemeral.h"
#include "sys/bootkey.h"

static const char *const form_names[] = {
	[WK_FORM_RAW] = "raw",
	[WK_FORM_ENGINE_RAW] = "engine-raw",
	[WK_FORM_OPAQUE] = "opaque",
};
static const char *const state_names[] = {
	[WK_SLOT_ACTIVE] = "active",
	[WK_SLOT_STAGED] = "staged",
	[WK_SLOT_RETIRED] = "retired",
};
static const char *const priority_names[] = {
	[WK_SLOT_IGNORE] = "ignore",
	[WK_SLOT_NORMAL] = "normal",
	[WK_SLOT_PREFER] = "prefer",
};
static const char *const target_names[] = { "crypt", "inlinecrypt" };
static const char *const lifecycle_names[] = { "unknown", "open", "closed" };
static const char *const source_names[] = { "none", "soc-serial", "device-tree",
					    "dmi", "disk-wwid" };

/* "20261120085342Z" as RFC 3339. */
static void print_created(const char *t, struct wk_out *out)
{
	char text[32];

	snprintf(text, sizeof(text), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", t, t + 4,
		 t + 6, t + 8, t + 10, t + 12);
	wk_out_str(out, "created", "Created", text);
}

static void print_uuid(const uint8_t *u, const char *key, const char *label,
		       struct wk_out *out)
{
	char text[37];

	snprintf(text, sizeof(text),
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
		 "%02x%02x%02x%02x%02x%02x",
		 u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9],
		 u[10], u[11], u[12], u[13], u[14], u[15]);
	wk_out_str(out, key, label, text);
}

static void print_volume(const struct wk_volume *v, struct wk_out *out)
{
	wk_out_begin_object(out, "volume");
	if (v->has_uuid)
		print_uuid(v->uuid, "uuid", "Volume UUID", out);
	if (v->has_target)
		wk_out_str(out, "target", "Target", target_names[v->target]);
	if (v->has_cipher)
		wk_out_str(out, "cipher", "Cipher", v->cipher);
	if (v->has_sector_size)
		wk_out_int(out, "sector_size_bytes", "Sector size",
			   v->sector_size);
	if (v->has_iv_offset)
		wk_out_int(out, "iv_offset_sectors", "IV offset",
			   (long long)v->iv_offset);
	wk_out_end_object(out);
}

static void print_origin(const struct wk_origin *o, struct wk_out *out)
{
	wk_out_str(out, "made_by", "Made by", o->maker);
	if (o->lifecycle)
		wk_out_str(out, "lifecycle", "Lifecycle",
			   lifecycle_names[o->lifecycle]);
	if (o->has_device)
		wk_out_str(out, "device_identity", "Device",
			   source_names[o->device_source]);
}

static void print_form(const struct wk_keyfile *kf, struct wk_out *out)
{
	if (!wk_ephemeral_is(kf)) {
		wk_out_str(out, "form", "Form", form_names[kf->form]);
		return;
	}
	wk_out_str(out, "form", "Form", "ephemeral");
	wk_out_str(out, "material", "Material", form_names[kf->form]);
}

/* Whether it is of this boot is left out where nothing tells which that is. */
static void print_boot(const struct wk_keyfile *kf, struct wk_out *out)
{
	struct wk_boot_protection p;
	struct wk_err ignored;
	uint8_t now[WK_BOOT_ID_BYTES];
	bool same;

	if (!wk_ephemeral_is(kf) ||
	    wk_boot_protection_decode(kf->slots[0].protection, &p, &ignored))
		return;
	print_uuid(p.boot_id, "boot_id", "Boot id", out);
	wk_out_hex(out, "boot_key_id", "Boot key id",
		   wk_span(p.boot_key_id, sizeof(p.boot_key_id)));
	if (wk_boot_id(now, &ignored))
		return;
	same = memcmp(now, p.boot_id, sizeof(now)) == 0;
	wk_out_bool(out, "this_boot", "Of this boot", same);
}

static void print_header(const struct wk_keyfile *kf, struct wk_out *out)
{
	wk_out_hex(out, "key_id", "Key id",
		   wk_span(kf->key_id, WK_KEY_ID_BYTES));
	wk_out_str(out, "name", "Name", kf->name);
	wk_out_str(out, "usage", "Usage", wk_usage_name(kf->usage));
	print_form(kf, out);
	wk_out_int(out, "key_size_bits", "Key size (bit)", kf->key_bits);
	wk_out_int(out, "epoch", "Epoch", (long long)kf->epoch);
	print_created(kf->created, out);
	print_origin(&kf->origin, out);
	if (kf->has_fscrypt_id)
		wk_out_hex(out, "fscrypt_identifier", "fscrypt id",
			   wk_span(kf->fscrypt_id, WK_FSCRYPT_ID_BYTES));
	wk_out_int(out, "version", "Format", kf->version);
	print_boot(kf, out);
}

/* --- the key ----------------------------------------------------------------- */

static const struct wk_option inspect_options[] = {
	{ .name = "unlock",
	  .type = WK_OPT_FLAG,
	  .help = "unlock it, to show the key check; so does any option "
		  "that gives a secret" },
	{ 0 }
};

static const struct wk_option *const tables[] = {
	inspect_options,   wk_opts_unlock, wk_opts_rescue,
	wk_opts_kdf_limit, NULL,
};

/* What the file yields, if it is asked for. */
struct key {
	bool known;
	uint8_t check[WK_KEY_CHECK_BYTES];
};

static bool any_given(const struct wk_args *args, const struct wk_option *o)
{
	for (; o->name; o++)
		if (wk_args_given(args, o->name))
			return true;
	return false;
}

static bool wants_key(const struct wk_args *args)
{
	return wk_args_given(args, "unlock") ||
	       any_given(args, wk_opts_unlock) ||
	       any_given(args, wk_opts_rescue);
}

static enum wk_status open_key(const struct wk_args *args,
			       const struct wk_keyfile *kf, struct key *k,
			       struct wk_err *err)
{
	WK_AUTO_UNLOCKING struct wk_unlocking u = { 0 };
	WK_AUTO_MATERIAL struct wk_material m = { 0 };
	const char *path = wk_args_pos(args, 0);
	enum wk_status st = wk_unlocking_init(&u, args, WK_INPUT_UNLOCK, err);

	if (!st)
		st = wk_unlocking_unlock(&u, path, kf, &m, err);
	if (st)
		return st;
	st = wk_key_check(u.session, &m, k->check, err);
	if (st)
		wk_err_prefix(err, "%s", path);
	k->known = !st;
	return st;
}

static void print_key(const struct key *k, struct wk_out *out)
{
	if (k->known)
		wk_out_hex(out, "key_check", "Key check",
			   wk_span(k->check, sizeof(k->check)));
}

/* --- slots ------------------------------------------------------------------- */

static void print_field(const struct wk_field *f, struct wk_out *out)
{
	char text[48];

	if (f->text) {
		wk_out_str(out, f->key, f->label, f->text);
		return;
	}
	if (f->byte_count) {
		wk_out_hex(out, f->key, f->label,
			   wk_span(f->bytes, f->byte_count));
		return;
	}
	if (wk_out_is_json(out) || !f->unit) {
		wk_out_int(out, f->key, f->label, (long long)f->number);
		return;
	}
	snprintf(text, sizeof(text), "%llu %s", (unsigned long long)f->number,
		 f->unit);
	wk_out_str(out, f->key, f->label, text);
}

static void print_slot(const struct wk_slot *slot, struct wk_out *out)
{
	const struct wk_backend *b = wk_backend_by_slot(slot->type);
	struct wk_field fields[WK_FIELDS_MAX];
	size_t n = b && b->fields ? b->fields(slot->protection, fields) : 0;

	wk_out_begin_object(out, NULL);
	wk_out_int(out, "id", "Slot", slot->id);
	if (b)
		wk_out_str(out, "backend", "Backend", b->name);
	else
		wk_out_int(out, "type", "Unknown type", slot->type);
	wk_out_str(out, "kind", "Kind",
		   wk_slot_is_direct(slot) ? "direct" : "envelope");
	wk_out_str(out, "state", "State", state_names[slot->state]);
	wk_out_str(out, "priority", "Priority", priority_names[slot->priority]);
	if (slot->label[0])
		wk_out_str(out, "label", "Label", slot->label);
	for (size_t i = 0; i < n; i++)
		print_field(&fields[i], out);
	wk_out_end_object(out);
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	WK_AUTO_KEYFILE struct wk_keyfile *kf = NULL;
	struct key key = { 0 };
	enum wk_status st;

	wk_sandbox_enter(&(struct wk_sandbox){ .keep = WK_KEEP_FILES });
	/* First: what a region holds is told also when no copy is good. */
	st = wk_inspect_raw(wk_args_pos(args, 0), out, err);
	if (!st)
		st = wk_unlocking_read(wk_args_pos(args, 0), &kf, err);
	if (st)
		return st;
	if (wants_key(args)) {
		st = open_key(args, kf, &key, err);
		if (st)
			return st;
	}
	print_header(kf, out);
	print_key(&key, out);
	if (kf->has_volume)
		print_volume(&kf->volume, out);
	wk_out_begin_array(out, "slots");
	for (size_t i = 0; i < kf->slot_count; i++)
		print_slot(&kf->slots[i], out);
	wk_out_end_array(out);
	return WK_OK;
}

extern const struct wk_command wk_command_inspect;
const struct wk_command wk_command_inspect = {
	.name = "inspect",
	.args = "KEYFILE",
	.summary = "show what a key file is, without opening it",
	.options = tables,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
