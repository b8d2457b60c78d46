/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl probe: what this machine and this build can do. */
#include <errno.h>
#include <string.h>

#include "backend.h"
#include "cmd/args.h"
#include "cmd/command.h"
#include "cmd/out.h"
#include "cmd/sandbox.h"
#include "module.h"
#include "sys/keyring.h"

static const struct wk_option probe_options[] = {
	{ .name = "require",
	  .type = WK_OPT_STRING,
	  .metavar = "LIST",
	  .help = "fail (10) unless all of these, separated by commas, are "
		  "there" },
	{ 0 }
};

static const struct wk_option *const tables[] = { probe_options, NULL };

#define FEATURES_MAX 16

struct feature {
	const char *name;
	const char *what;
	bool available;
	struct wk_err why; /* of what is not available */
};

struct features {
	struct feature list[FEATURES_MAX];
	size_t count;
};

static struct feature *add(struct features *f, const char *name,
			   const char *what)
{
	struct feature *x = &f->list[f->count++];

	x->name = name;
	x->what = what;
	x->available = true;
	wk_err_clear(&x->why);
	return x;
}

static void probe_backends(struct features *f)
{
	for (size_t i = 0; wk_backends[i]; i++) {
		struct feature *x =
			add(f, wk_backends[i]->name, wk_backends[i]->summary);

		x->available = !wk_backends[i]->probe(&x->why);
	}
}

static void probe_module(struct features *f, const char *name,
			 const char *feature, const char *what)
{
	struct feature *x = add(f, feature, what);

	x->available = wk_module_present(name);
	if (!x->available)
		wk_fail(&x->why, WK_UNSUPPORTED, "module.missing",
			"the module is not installed beside the program");
}

static void probe_memory(struct features *f)
{
	struct feature *mem = add(f, "secretmem",
				  "memory that only this "
				  "process maps");
	struct feature *lock = add(f, "locked-memory", "secrets never swapped");
	WK_AUTO_SECRET struct wk_secret *s = NULL;

	mem->available = !wk_secret_new(1, &s, &mem->why) &&
			 wk_secret_arena_kind() == WK_ARENA_SECRETMEM;
	if (!mem->available && s)
		wk_fail(&mem->why, WK_UNSUPPORTED, "memory.secretmem",
			"memfd_secret(2) is not there (Linux 5.14, "
			"secretmem.enable=1) or RLIMIT_MEMLOCK is too small");
	lock->available = wk_secret_arena_kind() != WK_ARENA_UNLOCKED && s;
	if (!lock->available)
		wk_fail_errno(&lock->why, wk_secret_lock_errno(),
			      "locking memory (raise RLIMIT_MEMLOCK)");
}

static void probe_keyrings(struct features *f)
{
	struct feature *x = add(f, "keyring", "kernel keyrings");

	x->available = !wk_keyring_probe(&x->why);
}

static void probe_layer(struct features *f, const char *name, const char *what,
			int e, const char *absent)
{
	struct feature *x = add(f, name, what);

	x->available = !e;
	if (e == ENOSYS || e == EINVAL || e == EOPNOTSUPP)
		wk_fail(&x->why, WK_UNSUPPORTED, "sandbox.kernel", "%s",
			absent);
	else if (e)
		wk_fail_errno(&x->why, e, "%s", name);
}

/* What this very process has entered. */
static void probe_sandbox(struct features *f)
{
	const struct wk_sandbox_found *s = wk_sandbox_found();

	probe_layer(f, "no-new-privs", "no program raises the rights",
		    s->no_new_privs, "not in this kernel");
	probe_layer(f, "landlock", "writing only to named places", s->landlock,
		    "not in this kernel (Linux 5.13), or not enabled");
	probe_layer(f, "seccomp", "a filter of system calls", s->seccomp,
		    "not in this kernel");
	if (!wk_sandbox_has_filter())
		wk_fail(&f->list[f->count - 1].why, WK_UNSUPPORTED,
			"sandbox.build",
			"the filter is not in this build (libseccomp)");
}

static void print_feature(const struct feature *x, struct wk_out *out)
{
	wk_out_begin_object(out, NULL);
	wk_out_str(out, "name", NULL, x->name);
	wk_out_bool(out, "available", NULL, x->available);
	if (!x->available)
		wk_out_str(out, "reason", NULL, x->why.msg);
	wk_out_end_object(out);
	wk_out_text(out, "%-14s %-3s  %s\n", x->name,
		    x->available ? "yes" : "no",
		    x->available ? x->what : x->why.msg);
}

static const struct feature *find(const struct features *f, const char *name,
				  size_t len)
{
	for (size_t i = 0; i < f->count; i++)
		if (strlen(f->list[i].name) == len &&
		    strncmp(f->list[i].name, name, len) == 0)
			return &f->list[i];
	return NULL;
}

static enum wk_status require_one(const struct features *f, const char *name,
				  size_t len, struct wk_err *err)
{
	const struct feature *x = find(f, name, len);

	if (!x) {
		wk_fail(err, WK_FAIL, "usage.bad-value",
			"--require: unknown feature '%.*s'", (int)len, name);
		wk_err_hint(err, "'wkeyctl probe' lists the features");
		return WK_FAIL;
	}
	if (x->available)
		return WK_OK;
	return wk_fail(err, WK_UNSUPPORTED, "probe.missing", "%s: %s", x->name,
		       x->why.msg);
}

static enum wk_status require(const struct features *f, const char *list,
			      struct wk_err *err)
{
	enum wk_status st = WK_OK;

	while (!st && list) {
		const char *comma = strchr(list, ',');
		size_t len = comma ? (size_t)(comma - list) : strlen(list);

		st = require_one(f, list, len, err);
		list = comma ? comma + 1 : NULL;
	}
	return st;
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	struct features f = { .count = 0 };

	wk_sandbox_enter(&(struct wk_sandbox){ .keep = WK_KEEP_FILES });
	probe_backends(&f);
	probe_module(&f, "crypto", "module-crypto", "envelopes (libcrypto)");
	probe_module(&f, "argon2", "module-argon2", "passphrases (libargon2)");
	probe_module(&f, "cms", "module-cms",
		     "escrow to a certificate (libcrypto)");
	probe_module(&f, "qr", "module-qr",
		     "QR code of the recovery sheet (libqrencode)");
	probe_keyrings(&f);
	probe_memory(&f);
	probe_sandbox(&f);
	wk_out_begin_array(out, "features");
	for (size_t i = 0; i < f.count; i++)
		print_feature(&f.list[i], out);
	wk_out_end_array(out);
	wk_out_int(out, "landlock_abi", NULL, wk_sandbox_found()->landlock_abi);
	return require(&f, wk_args_str(args, "require"), err);
}

extern const struct wk_command wk_command_probe;
const struct wk_command wk_command_probe = {
	.name = "probe",
	.args = "",
	.summary = "show what this machine and this build can do",
	.options = tables,
	.min_args = 0,
	.max_args = 0,
	.run = run,
};
