/* SPDX-License-Identifier: Apache-2.0 */
/* wkeyctl get-fscrypt-policy: how a file or directory is encrypted. */
#include "cmd/args.h"
#include "cmd/command.h"
#include "cmd/fscrypt_policy_opts.h"
#include "cmd/out.h"
#include "cmd/sandbox.h"
#include "sink_fscrypt.h"

static void print(const struct wk_fscrypt_file *f, struct wk_out *out)
{
	const struct wk_fscrypt_policy *p = &f->policy;

	wk_out_int(out, "version", "Version", p->version);
	if (p->version == 1)
		wk_out_hex(out, "descriptor", "Descriptor",
			   wk_span(p->identifier, WK_FSCRYPT_DESCRIPTOR_BYTES));
	else
		wk_out_hex(out, "identifier", "Identifier",
			   wk_span(p->identifier, WK_FSCRYPT_ID_BYTES));
	wk_fscrypt_policy_print(p, true, out);
	if (f->has_nonce)
		wk_out_hex(out, "nonce", "Nonce",
			   wk_span(f->nonce, WK_FSCRYPT_NONCE_BYTES));
}

static enum wk_status run(const struct wk_args *args, struct wk_out *out,
			  struct wk_err *err)
{
	const struct wk_sandbox sandbox = { .keep = WK_KEEP_FILES };
	struct wk_fscrypt_file f;
	enum wk_status st;

	wk_sandbox_enter(&sandbox);
	st = wk_fscrypt_read_file(wk_args_pos(args, 0), &f, err);
	if (!st)
		print(&f, out);
	return st;
}

static const struct wk_option *const tables[] = { NULL };

extern const struct wk_command wk_command_get_fscrypt_policy;
const struct wk_command wk_command_get_fscrypt_policy = {
	.name = "get-fscrypt-policy",
	.args = "PATH",
	.summary = "show the policy of an encrypted file or directory",
	.options = tables,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
