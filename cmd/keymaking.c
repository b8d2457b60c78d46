/* SPDX-License-Identifier: Apache-2.0 */
/* From the options of generate and import to a key file. */
#include "cmd/keymaking.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/create.h"
#include "base/num.h"
#include "cmd/text.h"
#include "cmd/undo.h"

#define DEFAULT_BITS 512
#define KEYRING_BITS 256
#define FSCRYPT_BITS_MAX 512 /* FSCRYPT_MAX_KEY_SIZE */
#define INLINECRYPT_BITS 512 /* a raw AES-256-XTS key */

const char *const wk_usage_names[] = {
	[WK_USAGE_ANY] = "any",
	[WK_USAGE_FSCRYPT] = "fscrypt",
	[WK_USAGE_DM_CRYPT] = "dm-crypt",
	[WK_USAGE_DM_INLINECRYPT] = "dm-inlinecrypt",
	[WK_USAGE_KEYRING] = "keyring",
	NULL,
};

const struct wk_option wk_opts_keymaking[] = {
	{ .name = "backend",
	  .letter = 'b',
	  .type = WK_OPT_STRING,
	  .flags = WK_OPT_MANY,
	  .metavar = "BACKEND",
	  .help = "root of trust that wraps the key; each adds a slot" },
	{ .name = "usage",
	  .type = WK_OPT_CHOICE,
	  .metavar = "USAGE",
	  .help = "what the key is for (default any)",
	  .choices = wk_usage_names },
	{ .name = "key-size",
	  .type = WK_OPT_KEY_SIZE,
	  .metavar = "SIZE",
	  .help = "such as 256bit or 64byte (default 512bit; keyring 256bit)",
	  .min = 8 * WK_KEY_BYTES_MIN,
	  .max = 8 * WK_KEY_BYTES_MAX },
	{ .name = "name",
	  .type = WK_OPT_STRING,
	  .metavar = "NAME",
	  .help = "name of the key (default: of the file, without .wk)" },
	{ .name = "for",
	  .type = WK_OPT_UUID,
	  .metavar = "UUID",
	  .help = "bind the key file to a volume" },
	{ .name = "force",
	  .type = WK_OPT_FLAG,
	  .help = "replace an existing file, kept as KEYFILE.old-EPOCH" },
	{ .name = "pem", .type = WK_OPT_FLAG, .help = "write PEM, not DER" },
	{ .name = "dry-run",
	  .type = WK_OPT_FLAG,
	  .help = "say what would be done" },
	{ 0 }
};

const char *wk_usage_name(enum wk_usage usage)
{
	return wk_usage_names[usage];
}

static enum wk_status unknown_backend(const char *name, struct wk_err *err)
{
	char known[64];
	size_t len = 0;

	for (size_t i = 0; wk_backends[i] && len < sizeof(known); i++)
		len += (size_t)snprintf(known + len, sizeof(known) - len,
					"%s%s", i ? ", " : "",
					wk_backends[i]->name);
	return wk_fail(err, WK_FAIL, "usage.bad-value",
		       "unknown backend '%s': there are %s", name, known);
}

static enum wk_status add_backend(struct wk_keymaking *k, const char *name,
				  struct wk_err *err)
{
	const struct wk_backend *b = wk_backend_by_name(name);

	if (!b)
		return unknown_backend(name, err);
	for (size_t i = 0; i < k->backend_count; i++)
		if (k->backends[i] == b)
			return wk_fail(err, WK_FAIL, "usage.repeated-option",
				       "backend '%s' is named twice", name);
	k->backends[k->backend_count++] = b;
	return b->probe(err);
}

static enum wk_status read_backends(struct wk_keymaking *k, struct wk_err *err)
{
	size_t n = wk_args_count(k->args, "backend");
	enum wk_status st = WK_OK;

	if (!n) {
		wk_fail(err, WK_FAIL, "usage.missing-option",
			"no backend is named");
		wk_err_hint(err, "-b soft wraps under a passphrase; "
				 "'wkeyctl probe' lists the backends");
		return WK_FAIL;
	}
	for (size_t i = 0; !st && i < n; i++)
		st = add_backend(k, wk_args_nth(k->args, "backend", i), err);
	return st;
}

static enum wk_usage usage_of(const char *word)
{
	for (size_t i = 0; word && wk_usage_names[i]; i++)
		if (strcmp(word, wk_usage_names[i]) == 0)
			return (enum wk_usage)i;
	return WK_USAGE_ANY;
}

static enum wk_status check_size(const struct wk_keymaking *k,
				 struct wk_err *err)
{
	if (k->usage == WK_USAGE_FSCRYPT && k->key_bits > FSCRYPT_BITS_MAX)
		return wk_fail(err, WK_FAIL, "usage.key-size",
			       "fscrypt takes keys of at most %ubit, not %ubit",
			       FSCRYPT_BITS_MAX, k->key_bits);
	if (k->usage == WK_USAGE_DM_INLINECRYPT &&
	    k->key_bits != INLINECRYPT_BITS)
		return wk_fail(err, WK_FAIL, "usage.key-size",
			       "dm-inlinecrypt takes keys of %ubit, not %ubit",
			       INLINECRYPT_BITS, k->key_bits);
	return WK_OK;
}

static enum wk_status read_size(struct wk_keymaking *k, struct wk_err *err)
{
	uint32_t preset = k->usage == WK_USAGE_KEYRING ? KEYRING_BITS :
							 DEFAULT_BITS;

	if (k->raw)
		preset = (uint32_t)wk_secret_len(k->raw) * 8;
	k->key_bits = (uint32_t)wk_args_num(k->args, "key-size", preset);
	if (k->raw && k->key_bits != preset)
		return wk_fail(err, WK_FAIL, "import.size",
			       "the raw key has %ubit, --key-size says %ubit",
			       preset, k->key_bits);
	return check_size(k, err);
}

enum wk_status wk_keymaking_init(struct wk_keymaking *k,
				 const struct wk_args *args,
				 const struct wk_secret *raw,
				 struct wk_err *err)
{
	enum wk_status st;

	*k = (struct wk_keymaking){ .args = args, .raw = raw };
	st = read_backends(k, err);
	if (st)
		return st;
	k->usage = usage_of(wk_args_str(args, "usage"));
	st = read_size(k, err);
	if (st)
		return st;
	if (wk_args_given(args, "for") &&
	    !wk_num_uuid(wk_args_str(args, "for"), k->uuid))
		return wk_fail(err, WK_FAIL, "usage.bad-value",
			       "--for: not a UUID");
	return wk_unlocking_init(&k->unlocking, args, true, err);
}

void wk_keymaking_done(struct wk_keymaking *k)
{
	wk_unlocking_done(&k->unlocking);
}

/* Standard output carries the key id; and a file "-" could not be read again. */
static enum wk_status refuse_stdout(struct wk_err *err)
{
	wk_fail(err, WK_FAIL, "usage.bad-value",
		"-: a key file is not written to standard output");
	wk_err_hint(err, "a file of that name is ./-");
	return WK_FAIL;
}

enum wk_status wk_keymaking_name(const struct wk_keymaking *k, const char *path,
				 char name[WK_NAME_MAX + 1], struct wk_err *err)
{
	const char *given = wk_args_str(k->args, "name");
	const char *slash = strrchr(path, '/');
	const char *base = given ? given : slash ? slash + 1 : path;
	size_t len = strlen(base);

	if (strcmp(path, "-") == 0)
		return refuse_stdout(err);
	if (!given && len > 3 && strcmp(base + len - 3, ".wk") == 0)
		len -= 3;
	if (len <= WK_NAME_MAX) {
		memcpy(name, base, len);
		name[len] = '\0';
		if (wk_keyfile_name_ok(name))
			return WK_OK;
	}
	wk_fail(err, WK_FAIL, "usage.bad-value",
		"'%s' cannot be the name of a key", base);
	wk_err_hint(err, "--name takes 1 to %d letters, digits and ._+:@-",
		    WK_NAME_MAX);
	return WK_FAIL;
}

struct option_settings {
	struct wk_settings settings; /* must be first */
	const struct wk_args *args;
};

static uint64_t setting(const struct wk_settings *s, const char *option,
			uint64_t fallback)
{
	const struct option_settings *o = (const void *)s;

	return wk_args_num(o->args, option, fallback);
}

/*
 * The epoch of the file that --force replaces, 0 when there is none that can be
 * read.  The old file is kept as KEYFILE.old-EPOCH; the new one counts on, so
 * that these names never meet.
 */
static uint64_t old_epoch(const struct wk_keymaking *k, const char *path)
{
	WK_AUTO_KEYFILE struct wk_keyfile *old = NULL;
	struct wk_err ignored;

	if (!wk_args_given(k->args, "force") ||
	    wk_keyfile_read(path, &old, &ignored))
		return 0;
	return old->epoch;
}

static enum wk_status write_file(const struct wk_keymaking *k, const char *path,
				 uint64_t epoch, struct wk_span data,
				 struct wk_err *err)
{
	char suffix[32];
	struct wk_create_how how = {
		.force = wk_args_given(k->args, "force"),
		.keep_old = true,
		.old_suffix = suffix,
		.mode = 0600,
	};
	enum wk_status st;

	snprintf(suffix, sizeof(suffix), ".old-%" PRIu64, epoch);
	st = wk_create_file(path, data, &how, err);
	/* What --force replaced stays replaced: the old file is beside it. */
	if (!st && !how.force)
		wk_undo_push_file(path);
	return st;
}

static enum wk_status make_and_write(struct wk_keymaking *k, const char *path,
				     const char *name, struct wk_out *out,
				     struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	WK_AUTO_BLOB struct wk_blob pem = { 0 };
	struct option_settings o = { { .number = setting }, k->args };
	uint64_t epoch = old_epoch(k, path);
	struct wk_newkey spec = {
		.name = name,
		.epoch = epoch < INT64_MAX ? epoch + 1 : epoch,
		.usage = k->usage,
		.key_bits = k->key_bits,
		.volume_uuid = wk_args_given(k->args, "for") ? k->uuid : NULL,
		.backends = k->backends,
		.backend_count = k->backend_count,
		.settings = &o.settings,
		.raw = k->raw,
	};
	uint8_t id[WK_KEY_ID_BYTES];
	bool as_pem = wk_args_given(k->args, "pem");
	enum wk_status st;

	st = wk_newkey_make(k->unlocking.session, &spec, &der, id, err);
	if (!st && as_pem)
		st = wk_keyfile_to_pem(wk_blob_span(&der), &pem, err);
	if (!st)
		st = write_file(k, path, epoch,
				wk_blob_span(as_pem ? &pem : &der), err);
	if (!st)
		wk_out_value_hex(out, "key_id", wk_span(id, sizeof(id)));
	return st;
}

static void say_plan(const struct wk_keymaking *k, const char *path,
		     const char *name, struct wk_out *out)
{
	char shown[PATH_MAX];

	wk_text_clean(shown, sizeof(shown), path);
	wk_out_bool(out, "dry_run", NULL, true);
	wk_out_str(out, "name", NULL, name);
	wk_out_text(out,
		    "would write %s: key '%s', %ubit, usage %s, %zu slot%s\n",
		    shown, name, k->key_bits, wk_usage_name(k->usage),
		    k->backend_count, k->backend_count == 1 ? "" : "s");
}

enum wk_status wk_keymaking_unit(void *context, const char *path,
				 struct wk_out *out, struct wk_err *err)
{
	struct wk_keymaking *k = context;
	char name[WK_NAME_MAX + 1];
	enum wk_status st = wk_keymaking_name(k, path, name, err);

	if (st)
		return st;
	st = wk_create_check(path, wk_args_given(k->args, "force"), err);
	if (st)
		return st;
	if (wk_args_given(k->args, "dry-run")) {
		say_plan(k, path, name, out);
		return WK_OK;
	}
	return make_and_write(k, path, name, out, err);
}
