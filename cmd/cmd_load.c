/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl load: key files into a kernel keyring. */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "cmd/batch.h"
#include "cmd/command.h"
#include "cmd/plan.h"
#include "cmd/signals.h"
#include "cmd/undo.h"
#include "cmd/unlocking.h"
#include "keyfile.h"
#include "sink_keyring.h"
#include "sys/keyring.h"

/* KEY_SPEC_ values of keyctl(2) */
#define THREAD_RING (-1)
#define PROCESS_RING (-2)
#define SESSION_RING (-3)

static const char *const types[] = { "logon", "user", "fscrypt-provisioning",
				     NULL };

static const struct wk_option load_options[] = {
	{ .name = "type",
	  .type = WK_OPT_CHOICE,
	  .metavar = "TYPE",
	  .help = "key type (default logon)",
	  .choices = types },
	{ .name = "keyring",
	  .type = WK_OPT_STRING,
	  .metavar = "KEYRING",
	  .help = "@s @u @us, a serial or %:NAME (default @u, linked from @s)" },
	{ .name = "description",
	  .type = WK_OPT_STRING,
	  .metavar = "TEXT",
	  .help = "description of the key (default wkeyctl:NAME)" },
	{ .name = "expire",
	  .type = WK_OPT_DURATION,
	  .metavar = "DURATION",
	  .help = "let the kernel drop the key after this time",
	  .min = 1000,
	  .max = UINT32_MAX * 1000ull },
	{ .name = "force",
	  .type = WK_OPT_FLAG,
	  .help = "replace a key of the same type and description" },
	{ 0 }
};

static const struct wk_option *const tables[] = {
	load_options,	   wk_opts_batch,     wk_opts_unlock,  wk_opts_rescue,
	wk_opts_kdf_limit, wk_opts_key_check, wk_opts_dry_run, NULL,
};

#define PREFIX WK_KEYRING_PREFIX
#define PREFIX_LEN (sizeof(PREFIX) - 1)

/* What the options say, looked up once for all key files. */
struct loading {
	struct wk_unlocking unlocking;
	struct wk_keyring_target to;
	const char *given;			 /* --description */
	char made[PREFIX_LEN + WK_NAME_MAX + 1]; /* else PREFIX and the name */
	bool dry_run;
};

static void loading_done(struct loading *l)
{
	wk_unlocking_done(&l->unlocking);
}

static enum wk_status loading_init(struct loading *l,
				   const struct wk_args *args,
				   struct wk_err *err)
{
	const char *type = wk_args_str(args, "type");
	const char *ring = wk_args_str(args, "keyring");
	uint64_t expire_ms = wk_args_num(args, "expire", 0);
	enum wk_status st;

	l->given = wk_args_str(args, "description");
	memcpy(l->made, PREFIX, PREFIX_LEN);
	l->dry_run = wk_args_given(args, "dry-run");
	l->to.type = type ? type : types[0];
	l->to.expire_s = (unsigned int)((expire_ms + 999) / 1000);
	l->to.replace = wk_args_given(args, "force");
	l->to.link_ring = ring ? 0 : SESSION_RING;
	st = wk_keyring_parse(ring ? ring : "@u", &l->to.ring, err);
	if (!st && (l->to.ring == THREAD_RING || l->to.ring == PROCESS_RING))
		st = wk_fail(err, WK_FAIL, "usage.bad-value",
			     "--keyring %s: the key would be gone when this "
			     "program ends",
			     ring);
	return st ? st :
		    wk_unlocking_init(&l->unlocking, args, WK_INPUT_UNLOCK,
				      err);
}

static const char *description(struct loading *l, const struct wk_keyfile *kf)
{
	if (l->given)
		return l->given;
	memcpy(l->made + PREFIX_LEN, kf->name, sizeof(kf->name));
	return l->made;
}

static void unload(const struct wk_undo *u)
{
	struct wk_err ignored;
	char serial[WK_NUM_TEXT];
	int32_t same;

	if (wk_keyring_unload(wk_num_text(u->serial, serial), &same, &ignored))
		return; /* expired, or unloaded by somebody else */
}

static enum wk_status load(struct loading *l, const struct wk_keyfile *kf,
			   const struct wk_material *m, struct wk_out *out,
			   struct wk_err *err)
{
	int32_t serial;
	enum wk_status st;

	wk_signals_hold();
	st = wk_load_to_keyring(kf, m, &l->to, &serial, err);
	if (st) {
		wk_signals_release();
		return st;
	}
	/* Held from here on: what has been done is told. */
	wk_undo_push(&(struct wk_undo){ .run = unload, .serial = serial });
	wk_out_value_int(out, "serial", serial);
	return WK_OK;
}

static void say_plan(const struct loading *l, const char *path,
		     struct wk_out *out)
{
	char as[WK_KEYRING_DESCRIPTION_MAX + 64];

	snprintf(as, sizeof(as), "as %s key '%s'", l->to.type,
		 l->to.description);
	wk_plan_say(out, "load", path, as);
}

static enum wk_status unit(void *context, const char *path, struct wk_out *out,
			   struct wk_err *err)
{
	WK_AUTO_KEYFILE struct wk_keyfile *kf = NULL;
	WK_AUTO_MATERIAL struct wk_material m = { 0 };
	struct loading *l = context;
	enum wk_status st;

	st = wk_unlocking_open(&l->unlocking, path, &kf, &m, err);
	if (st)
		return st;
	l->to.description = description(l, kf);
	wk_out_str(out, "type", NULL, l->to.type);
	wk_out_str(out, "description", NULL, l->to.description);
	if (l->dry_run) {
		st = wk_load_check(kf, &m, &l->to, err);
		if (!st)
			say_plan(l, path, out);
		return st;
	}
	st = load(l, kf, &m, out, err);
	if (st)
		wk_err_prefix(err, "%s", path);
	return st;
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	WK_AUTO_BATCH struct wk_batch batch = { 0 };
	__attribute__((cleanup(loading_done))) struct loading l = { 0 };
	enum wk_status st =
		wk_batch_init(&batch, args, wk_args_npos(args), err);

	if (st)
		return st;
	if (wk_args_given(args, "description") && batch.count > 1)
		return wk_fail(err, WK_FAIL, "usage.conflict",
			       "--description would name %zu keys the same",
			       batch.count);
	st = wk_key_expected_alone(args, batch.count, err);
	if (!st)
		st = loading_init(&l, args, err);
	return st ? st : wk_batch_run(&batch, args, out, unit, &l, err);
}

extern const struct wk_command wk_command_load;
const struct wk_command wk_command_load = {
	.name = "load",
	.args = "KEYFILE...",
	.summary = "unlock key files and load them into a kernel keyring",
	.options = tables,
	.min_args = 0,
	.max_args = -1,
	.run = run,
};
