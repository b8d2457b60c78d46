/* SPDX-License-Identifier: Apache-2.0 */
/* From the word of --from to the bytes of the key. */
#include "cmd/import_from.h"

#include <string.h>

#include "base/blob.h"
#include "cmd/input.h"
#include "cmd/raw_formats.h"
#include "keyfile.h"

/* In the order of words; neither decode nor backend: byte for byte. */
static const struct {
	wk_raw_decode *decode;
	const char *backend; /* that alone could open it */
} formats[] = {
	{ NULL, NULL },
	{ wk_raw_from_hex, NULL },
	{ wk_raw_from_base64, NULL },
	{ wk_raw_from_fscrypt_payload, NULL },
	{ wk_raw_from_fscrypt_provisioning, NULL },
	{ NULL, "caam" },
	{ NULL, "tpm" },
	{ NULL, "caam" },
};
static const char *const words[] = {
	"raw",
	"hex",
	"base64",
	"fscrypt-payload",
	"fscrypt-provisioning",
	"caam-bb",
	"tss2-pem",
	"trusted-hex",
	NULL,
};
_Static_assert(WK_ARRAY_LEN(words) == WK_ARRAY_LEN(formats) + 1, "words");

const struct wk_option wk_opts_import_from[] = {
	{ .name = "from",
	  .type = WK_OPT_CHOICE,
	  .metavar = "FORMAT",
	  .help = "how the raw key is written (default raw: byte for byte)",
	  .choices = words },
	{ 0 }
};

/* Parsing let none of the words through that are not there. */
static size_t index_of(const char *word)
{
	size_t i = 0;

	while (word && strcmp(words[i], word) != 0)
		i++;
	return i;
}

static enum wk_status needs_backend(size_t i, struct wk_err *err)
{
	wk_fail(err, WK_UNSUPPORTED, "import.hardware",
		"--from %s: only the backend %s could open it, and this version "
		"does not import by it",
		words[i], formats[i].backend);
	wk_err_hint(err, "where it can be opened, import the raw key itself");
	return WK_UNSUPPORTED;
}

static enum wk_status check_size(const struct wk_secret *raw,
				 struct wk_err *err)
{
	size_t len = wk_secret_len(raw);

	if (len >= WK_KEY_BYTES_MIN && len <= WK_KEY_BYTES_MAX)
		return WK_OK;
	return wk_fail(err, WK_FAIL,
		       len < WK_KEY_BYTES_MIN ? "input.too-short" :
						"input.too-long",
		       "the raw key has %zu bytes, %d to %d are needed", len,
		       WK_KEY_BYTES_MIN, WK_KEY_BYTES_MAX);
}

static enum wk_status read_and_decode(const struct wk_args *args, size_t i,
				      struct wk_secret **ret_raw,
				      struct wk_err *err)
{
	WK_AUTO_SECRET struct wk_secret *in = NULL;
	WK_AUTO_SECRET struct wk_secret *raw = NULL;
	char subject[256];
	enum wk_status st = wk_input_raw_text(args, WK_RAW_FORMAT_MAX, &in,
					      subject, sizeof(subject), err);

	if (st)
		return st;
	st = formats[i].decode(in, &raw, err);
	if (!st)
		st = check_size(raw, err);
	if (st)
		wk_err_prefix(err, "%s", subject);
	else
		*ret_raw = wk_take_ptr(&raw);
	return st;
}

enum wk_status wk_import_from(const struct wk_args *args,
			      struct wk_secret **ret_raw, struct wk_err *err)
{
	const char *word = wk_args_str(args, "from");
	size_t i = index_of(word);

	if (formats[i].backend)
		return needs_backend(i, err);
	if (formats[i].decode)
		return read_and_decode(args, i, ret_raw, err);
	return wk_input_raw(args, WK_KEY_BYTES_MIN, WK_KEY_BYTES_MAX, ret_raw,
			    err);
}
