/* SPDX-License-Identifier: Apache-2.0 */
/* From the options of generate and import to a key file. */
#include "cmd/keymaking.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "cmd/backend_opts.h"
#include "cmd/text.h"
#include "cmd/undo.h"
#include "store.h"

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

static enum wk_status add_backend(struct wk_keymaking *k, const char *name,
				  struct wk_err *err)
{
	const struct wk_backend *b;
	enum wk_status st = wk_backend_opt(name, &b, err);

	if (st)
		return st;
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
	return wk_unlocking_init(&k->unlocking, args, WK_INPUT_CREATE, err);
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

/*
 * What the file is called, without ".wk"; of a raw location the device, image or
 * label.
 */
static const char *own_name(const char *path, size_t *ret_len)
{
	struct wk_location at;
	struct wk_err ignored;
	bool raw = !wk_location_parse(path, &at, &ignored) && at.raw;
	const char *end = raw ? strrchr(path, '@') : path + strlen(path);
	const char *name = end;

	while (name > path && name[-1] != '/' && !(raw && name[-1] == ':'))
		name--;
	*ret_len = (size_t)(end - name);
	if (!raw && *ret_len > 3 && memcmp(end - 3, ".wk", 3) == 0)
		*ret_len -= 3;
	return name;
}

enum wk_status wk_keymaking_name(const struct wk_keymaking *k, const char *path,
				 char name[WK_NAME_MAX + 1], struct wk_err *err)
{
	const char *given = wk_args_str(k->args, "name");
	size_t len;
	const char *base = given ? given : own_name(path, &len);

	if (strcmp(path, "-") == 0)
		return refuse_stdout(err);
	if (given)
		len = strlen(given);
	if (len <= WK_NAME_MAX) {
		memcpy(name, base, len);
		name[len] = '\0';
		if (wk_keyfile_name_ok(name))
			return WK_OK;
	}
	wk_fail(err, WK_FAIL, "usage.bad-value",
		"'%.*s' cannot be the name of a key", (int)len, base);
	wk_err_hint(err, "--name takes 1 to %d letters, digits and ._+:@-",
		    WK_NAME_MAX);
	return WK_FAIL;
}

/*
 * The epoch of the file that --force replaces, 0 when there is none that can be
 * read.  The old file is kept as KEYFILE.old-EPOCH; the new one counts on, so
 * that these names never meet.  A raw region keeps none.
 */
static uint64_t old_epoch(const struct wk_keymaking *k, const char *path,
			  bool raw)
{
	WK_AUTO_KEYFILE struct wk_keyfile *old = NULL;
	struct wk_err ignored;

	if (raw || !wk_args_given(k->args, "force") ||
	    wk_keyfile_read(path, &old, &ignored))
		return 0;
	return old->epoch;
}

/* Whether it is a raw location, and one that --pem goes with. */
static enum wk_status look_at_place(const struct wk_keymaking *k,
				    const char *path, bool *ret_raw,
				    struct wk_err *err)
{
	struct wk_location at;
	enum wk_status st = wk_location_parse(path, &at, err);

	if (st)
		return st;
	if (at.raw && wk_args_given(k->args, "pem")) {
		wk_fail(err, WK_FAIL, "usage.conflict",
			"--pem: %s is a raw region, which holds DER only",
			path);
		wk_err_hint(err, "leave out --pem");
		return WK_FAIL;
	}
	*ret_raw = at.raw;
	return WK_OK;
}

static enum wk_status write_file(const struct wk_keymaking *k, const char *path,
				 bool raw, uint64_t epoch, struct wk_span der,
				 struct wk_err *err)
{
	char suffix[32];
	struct wk_store_new how = {
		.force = wk_args_given(k->args, "force"),
		.old_suffix = suffix,
		.pem = wk_args_given(k->args, "pem"),
	};
	enum wk_status st;

	snprintf(suffix, sizeof(suffix), ".old-%" PRIu64, epoch);
	st = wk_store_create(path, der, &how, NULL, NULL, err);
	/*
	 * What --force replaced stays replaced: the old file is beside it.  A raw
	 * region can be found and looked at without its key id.
	 */
	if (!st && !how.force && !raw)
		wk_undo_push_file(path);
	return st;
}

static enum wk_status make_and_write(struct wk_keymaking *k, const char *path,
				     bool raw, const char *name,
				     struct wk_out *out, struct wk_err *err)
{
	WK_AUTO_BLOB struct wk_blob der = { 0 };
	struct wk_backend_settings o = wk_backend_settings(k->args);
	uint64_t epoch = old_epoch(k, path, raw);
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
	enum wk_status st;

	st = wk_newkey_make(k->unlocking.session, &spec, &der, id, err);
	if (!st)
		st = write_file(k, path, raw, epoch, wk_blob_span(&der), err);
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
	bool raw;

	if (!st)
		st = look_at_place(k, path, &raw, err);
	if (st)
		return st;
	st = wk_store_create_check(path, wk_args_given(k->args, "force"), err);
	if (st)
		return st;
	if (wk_args_given(k->args, "dry-run")) {
		say_plan(k, path, name, out);
		return WK_OK;
	}
	return make_and_write(k, path, raw, name, out, err);
}
