/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl remove-from-fscrypt: lock encrypted directories again. */
#include <string.h>
#include <time.h>

#include "cmd/args.h"
#include "cmd/command.h"
#include "cmd/fscrypt_busy.h"
#include "cmd/fscrypt_id.h"
#include "cmd/out.h"
#include "cmd/plan.h"
#include "cmd/sandbox.h"
#include "cmd/ui.h"
#include "sink_fscrypt.h"
#include "sys/keyring.h"
#include "sys/openfiles.h"

/* What a process held that has ended is let go within some 100 ms. */
#define PATIENCE 10
#define PAUSE_NS 50000000

static const struct wk_option remove_options[] = {
	{ .name = "all-users",
	  .type = WK_OPT_FLAG,
	  .help = "remove the claims of all users (needs CAP_SYS_ADMIN)" },
	{ 0 }
};

static const struct wk_option *const tables[] = { remove_options,
						  wk_opts_dry_run, NULL };

/* Which key is removed, and for whom. */
struct removing {
	struct wk_fscrypt_which which;
	const char *mountpoint;
	bool all_users;
};

/*
 * Who locks a directory should know that no secret may be needed to unlock it.
 * Which key it is, nobody can tell: keys of this type cannot be read.
 */
static void tell_stored(const char *name, struct wk_out *out)
{
	char description[WK_FSCRYPT_KEY_NAME];
	struct wk_err ignored;
	int32_t serial = 0;

	if (!*name)
		return;
	strcpy(description, WK_KEYRING_PREFIX);
	strcat(description, name);
	if (wk_keyring_take(WK_KEY_FSCRYPT_PROVISIONING, description, &serial,
			    &ignored) ||
	    !serial)
		return;
	wk_keyring_let_go(serial);
	wk_out_int(out, "keyring_serial", NULL, serial);
	wk_ui_warn("key %d '%s' stays in the keyring and, unless it is of "
		   "another key file of that name, can add the key again "
		   "without a secret; 'wkeyctl unload %d' removes it",
		   serial, description, serial);
}

static bool is_open(const struct removing *r)
{
	struct wk_open_files f;
	bool any;

	wk_fscrypt_find_busy(r->mountpoint, r->which.id, &f);
	any = f.total > 0;
	wk_open_files_done(&f);
	return any;
}

/*
 * A directory that a Landlock rule named, as ours do, that of set-fscrypt-policy
 * included, is in use until a kernel thread has taken the rule down, after its
 * process has ended (security/landlock/ruleset.c,
 * landlock_put_ruleset_deferred()).  So when no process has a file open, the
 * rest of the removal is tried again.
 */
static enum wk_status insist(const struct removing *r, bool *other_users,
			     struct wk_err *err)
{
	static const struct timespec pause = { .tv_nsec = PAUSE_NS };
	enum wk_status st = WK_EXISTS;

	for (int i = 0; st == WK_EXISTS && i < PATIENCE && !is_open(r); i++) {
		(void)nanosleep(&pause, NULL);
		st = wk_fscrypt_remove(r->mountpoint, r->which.id, r->all_users,
				       other_users, err);
	}
	/* With its last file the key went by itself. */
	return st == WK_NOT_FOUND ? WK_OK : st;
}

static enum wk_status remove_key(const struct removing *r, struct wk_out *out,
				 struct wk_err *err)
{
	bool other_users = false;
	enum wk_status st;

	st = wk_fscrypt_remove(r->mountpoint, r->which.id, r->all_users,
			       &other_users, err);
	if (st == WK_EXISTS)
		st = insist(r, &other_users, err);
	if (st == WK_EXISTS)
		wk_fscrypt_tell_busy(r->mountpoint, r->which.id, out, err);
	if (st)
		return st;
	wk_out_bool(out, "other_users", NULL, other_users);
	if (other_users)
		wk_ui_warn("other users added the key as well: the files stay "
			   "unlocked until they remove it");
	tell_stored(r->which.name, out);
	return WK_OK;
}

/* What there is to remove, without removing it. */
static enum wk_status plan(const struct removing *r, struct wk_out *out,
			   struct wk_err *err)
{
	struct wk_fscrypt_status s;
	enum wk_status st = WK_OK;

	if (r->all_users)
		st = wk_fscrypt_check_all_users(r->mountpoint, err);
	if (!st)
		st = wk_fscrypt_find(r->mountpoint, r->which.id, &s, err);
	if (st)
		return st;
	if (s.presence == WK_FSCRYPT_ABSENT)
		return wk_fail(err, WK_NOT_FOUND, "fscrypt.no-key",
			       "%s: the key is not there", r->mountpoint);
	if (s.presence == WK_FSCRYPT_PRESENT && !s.added_by_self &&
	    !r->all_users) {
		wk_fail(err, WK_NOT_FOUND, "fscrypt.no-key",
			"%s: only other users added the key", r->mountpoint);
		wk_err_hint(err, "who added it can remove it; root can with "
				 "--all-users");
		return WK_NOT_FOUND;
	}
	wk_plan_say(out, "remove the key from", r->mountpoint,
		    r->all_users ? "for all users" : NULL);
	return WK_OK;
}

static void enter_sandbox(bool all_users)
{
	wk_sandbox_enter(&(struct wk_sandbox){
		.keep = WK_KEEP_FILES | WK_KEEP_PEEK |
			(all_users ? WK_KEEP_ADMIN : 0),
	});
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	struct removing r = {
		.mountpoint = wk_args_pos(args, 1),
		.all_users = wk_args_given(args, "all-users"),
	};
	enum wk_status st;

	enter_sandbox(r.all_users);
	st = wk_fscrypt_which(wk_args_pos(args, 0), 0, &r.which, err);
	if (st)
		return st;
	wk_out_hex(out, "identifier", NULL,
		   wk_span(r.which.id, WK_FSCRYPT_ID_BYTES));
	return wk_args_given(args, "dry-run") ? plan(&r, out, err) :
						remove_key(&r, out, err);
}

extern const struct wk_command wk_command_remove_from_fscrypt;
const struct wk_command wk_command_remove_from_fscrypt = {
	.name = "remove-from-fscrypt",
	.args = "KEYFILE|ID MOUNTPOINT",
	.summary = "remove a key from a file system's fscrypt keyring",
	.options = tables,
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
