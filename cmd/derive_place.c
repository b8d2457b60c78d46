/* SPDX-License-Identifier: Apache-2.0 */
/* A policy, a nonce and a UUID, from a path or from options. */
#include "cmd/derive_place.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hex.h"
#include "base/num.h"
#include "cmd/fscrypt_policy_opts.h"
#include "sys/fs_uuid.h"

const struct wk_option wk_opts_derive_place[] = {
	{ .name = "nonce",
	  .type = WK_OPT_STRING,
	  .metavar = "HEX",
	  .help = "nonce of the file or directory, 32 digits" },
	{ .name = "fs-uuid",
	  .type = WK_OPT_UUID,
	  .metavar = "UUID",
	  .help = "UUID of the file system" },
	{ 0 }
};

/* Not with PATH: that has a policy. */
static enum wk_status refuse_policy(const struct wk_args *args,
				    struct wk_err *err)
{
	const struct wk_option *o = wk_opts_fscrypt_policy;

	for (; o->name; o++)
		if (wk_args_given(args, o->name))
			return wk_fail(err, WK_FAIL, "usage.conflict",
				       "--%s: the policy is that of '%s'",
				       o->name, wk_args_pos(args, 1));
	return WK_OK;
}

/* --- from a path ----------------------------------------------------------- */

static enum wk_status look_at(int fd, struct wk_derive_place *p,
			      struct wk_err *err)
{
	struct stat sb;
	struct wk_err ignored;

	if (fstat(fd, &sb) < 0)
		return wk_fail_errno(err, errno, "cannot look at it");
	p->at.kind = S_ISDIR(sb.st_mode) ? WK_FSCRYPT_DIRECTORY :
		     S_ISREG(sb.st_mode) ? WK_FSCRYPT_FILE :
					   WK_FSCRYPT_UNKNOWN;
	p->has_inode = true;
	p->inode = sb.st_ino;
	/* Few policies need it; without it, they are refused later. */
	p->at.has_uuid = !wk_fs_uuid(fd, p->at.uuid, &ignored);
	return WK_OK;
}

static enum wk_status ask(struct wk_derive_place *p, bool nonce,
			  struct wk_err *err)
{
	WK_AUTO_DIR int fd = -1;
	enum wk_status st = wk_fscrypt_open_any(p->path, &fd, err);

	if (st)
		return st;
	st = wk_fscrypt_get_policy(fd, &p->policy, err);
	if (!st)
		st = look_at(fd, p, err);
	if (!st && nonce) {
		st = wk_fscrypt_get_nonce(fd, p->at.nonce, err);
		p->at.has_nonce = true;
	}
	if (st)
		wk_err_prefix(err, "%s", p->path);
	return st;
}

/* --- from options ---------------------------------------------------------- */

/* A nonce is another file's than PATH, of which nothing else is known. */
static enum wk_status take_nonce(const char *hex, struct wk_derive_place *p,
				 struct wk_err *err)
{
	if (!wk_hex_decode(hex, p->at.nonce, sizeof(p->at.nonce)))
		return wk_fail(err, WK_FAIL, "usage.bad-value",
			       "--nonce: '%s' is not 32 hexadecimal digits",
			       hex);
	p->at.has_nonce = true;
	p->at.kind = WK_FSCRYPT_UNKNOWN;
	p->has_inode = false;
	return WK_OK;
}

enum wk_status wk_derive_place_read(const struct wk_args *args,
				    struct wk_derive_place *ret_place,
				    struct wk_err *err)
{
	const char *nonce = wk_args_str(args, "nonce");
	struct wk_derive_place p = { .policy = WK_FSCRYPT_POLICY_DEFAULT };
	enum wk_status st = WK_OK;

	if (wk_args_npos(args) > 1)
		p.path = wk_args_pos(args, 1);
	if (p.path)
		st = refuse_policy(args, err);
	else
		st = wk_fscrypt_policy_from_args(args, &p.policy, err);
	if (!st && p.path)
		st = ask(&p, !nonce, err);
	if (!st && nonce)
		st = take_nonce(nonce, &p, err);
	if (st)
		return st;
	/* The parser has checked it. */
	if (wk_args_given(args, "fs-uuid"))
		p.at.has_uuid =
			wk_num_uuid(wk_args_str(args, "fs-uuid"), p.at.uuid);
	*ret_place = p;
	return WK_OK;
}

/* --- output ---------------------------------------------------------------- */

static void print_uuid(const uint8_t *u, struct wk_out *out)
{
	static const size_t groups[] = { 4, 2, 2, 2, 6 };
	char text[2 * WK_FS_UUID_BYTES + WK_ARRAY_LEN(groups)];
	char *p = text;

	for (size_t i = 0; i < WK_ARRAY_LEN(groups); i++) {
		wk_hex_encode(wk_span(u, groups[i]), p);
		u += groups[i];
		p += 2 * groups[i];
		*p++ = '-';
	}
	p[-1] = '\0';
	wk_out_str(out, "fs_uuid", "UUID", text);
}

void wk_derive_place_print(const struct wk_derive_place *p, struct wk_out *out)
{
	static const char *const kinds[] = {
		[WK_FSCRYPT_FILE] = "file",
		[WK_FSCRYPT_DIRECTORY] = "directory",
	};

	wk_out_hex(out, "identifier", "Identifier",
		   wk_span(p->policy.identifier, WK_FSCRYPT_ID_BYTES));
	wk_fscrypt_policy_print(&p->policy, true, out);
	if (p->at.kind != WK_FSCRYPT_UNKNOWN)
		wk_out_str(out, "kind", "Kind", kinds[p->at.kind]);
	if (p->at.has_nonce)
		wk_out_hex(out, "nonce", "Nonce",
			   wk_span(p->at.nonce, sizeof(p->at.nonce)));
	if (p->has_inode)
		wk_out_int(out, "inode", "Inode", (long long)p->inode);
	if (p->at.has_uuid)
		print_uuid(p->at.uuid, out);
}
