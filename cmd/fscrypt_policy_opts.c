/* SPDX-License-Identifier: Apache-2.0 */
/* Options <-> fscrypt policy.  See fscrypt_policy_opts.h. */
#include "cmd/fscrypt_policy_opts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const contents_names[] = { "AES-256-XTS", "AES-128-CBC",
					      "SM4-XTS", "Adiantum", NULL };
static const char *const filenames_names[] = { "AES-256-CTS", "AES-256-HCTR2",
					       "AES-128-CTS", "SM4-CTS",
					       "Adiantum",    NULL };
static const char *const padding_names[] = { "4B", "8B", "16B", "32B", NULL };

const struct wk_option wk_opts_fscrypt_policy[] = {
	{ .name = "contents",
	  .type = WK_OPT_CHOICE,
	  .metavar = "MODE",
	  .help = "cipher of contents (default AES-256-XTS)",
	  .choices = contents_names },
	{ .name = "filenames",
	  .type = WK_OPT_CHOICE,
	  .metavar = "MODE",
	  .help = "cipher of names (default: what goes with the contents)",
	  .choices = filenames_names },
	{ .name = "padding",
	  .type = WK_OPT_CHOICE,
	  .metavar = "SIZE",
	  .help = "names are padded to a multiple of it (default 32B)",
	  .choices = padding_names },
	{ .name = "direct-key",
	  .type = WK_OPT_FLAG,
	  .help = "one key for all files, IVs with nonces (Adiantum)" },
	{ .name = "iv-ino-lblk-64",
	  .type = WK_OPT_FLAG,
	  .help = "one key for all files, IVs with inode numbers (UFS)" },
	{ .name = "iv-ino-lblk-32",
	  .type = WK_OPT_FLAG,
	  .help = "the same in 32 bits, which is weaker (eMMC)" },
	{ .name = "data-unit-size",
	  .type = WK_OPT_MEMORY,
	  .metavar = "SIZE",
	  .help = "encrypted at once, such as 512B or 4KiB (default: a block)",
	  .min = 512,
	  .max = 65536 },
	{ 0 },
};

static const struct {
	const char *option;
	const char *name; /* the kernel's */
	uint8_t flag;
} flags[] = {
	{ "direct-key", "DIRECT_KEY", WK_FSCRYPT_DIRECT_KEY },
	{ "iv-ino-lblk-64", "IV_INO_LBLK_64", WK_FSCRYPT_IV_INO_LBLK_64 },
	{ "iv-ino-lblk-32", "IV_INO_LBLK_32", WK_FSCRYPT_IV_INO_LBLK_32 },
};

bool wk_fscrypt_log2_unit(uint64_t bytes, uint8_t *ret_log2)
{
	for (uint8_t i = 9; i <= 16; i++) {
		if (bytes == 1ULL << i) {
			*ret_log2 = i;
			return true;
		}
	}
	return false;
}

/* A choice of a table here is in the table of modes. */
static uint8_t mode_of(const char *name)
{
	return wk_fscrypt_mode_by_name(name)->number;
}

static void read_modes(const struct wk_args *args, struct wk_fscrypt_policy *p)
{
	const char *contents = wk_args_str(args, "contents");
	const char *filenames = wk_args_str(args, "filenames");

	if (contents) {
		p->contents = mode_of(contents);
		p->filenames = wk_fscrypt_filenames_for(p->contents);
	}
	if (filenames)
		p->filenames = mode_of(filenames);
	if (filenames && !contents)
		p->contents = wk_fscrypt_contents_for(p->filenames);
}

static enum wk_status read_data_unit(const struct wk_args *args,
				     struct wk_fscrypt_policy *p,
				     struct wk_err *err)
{
	if (!wk_args_given(args, "data-unit-size") ||
	    wk_fscrypt_log2_unit(wk_args_num(args, "data-unit-size", 0),
				 &p->log2_data_unit_size))
		return WK_OK;
	return wk_fail(err, WK_FAIL, "usage.bad-value",
		       "option '--data-unit-size': bad value '%.80s', expected "
		       "a power of two from 512B to 64KiB",
		       wk_args_str(args, "data-unit-size"));
}

enum wk_status wk_fscrypt_policy_from_args(const struct wk_args *args,
					   struct wk_fscrypt_policy *policy,
					   struct wk_err *err)
{
	struct wk_fscrypt_policy p = *policy;
	const char *padding = wk_args_str(args, "padding");
	enum wk_status st = read_data_unit(args, &p, err);

	if (st)
		return st;
	read_modes(args, &p);
	if (padding)
		p.padding = (uint8_t)strtoul(padding, NULL, 10);
	for (size_t i = 0; i < WK_ARRAY_LEN(flags); i++)
		if (wk_args_given(args, flags[i].option))
			p.flags |= flags[i].flag;
	st = wk_fscrypt_check_policy(&p, err);
	if (!st)
		*policy = p;
	return st;
}

static void append(char *buf, size_t cap, const char *text)
{
	size_t len = strlen(buf);

	snprintf(buf + len, cap - len, "%s%s", len ? ", " : "", text);
}

static void flags_text(const struct wk_fscrypt_policy *p, char *buf, size_t cap)
{
	for (size_t i = 0; i < WK_ARRAY_LEN(flags); i++)
		if (p->flags & flags[i].flag)
			append(buf, cap, flags[i].name);
}

void wk_fscrypt_policy_text(const struct wk_fscrypt_policy *policy,
			    char buf[static 160])
{
	char unit[40];

	snprintf(buf, 160, "%s, %s, padding %u",
		 wk_fscrypt_mode_name(policy->contents),
		 wk_fscrypt_mode_name(policy->filenames), policy->padding);
	flags_text(policy, buf, 160);
	if (!policy->log2_data_unit_size)
		return;
	snprintf(unit, sizeof(unit), "data units of %lu bytes",
		 1UL << policy->log2_data_unit_size);
	append(buf, 160, unit);
}

static void print_mode(const char *key, const char *label, uint8_t mode,
		       struct wk_out *out)
{
	char text[32];

	snprintf(text, sizeof(text), "%s", wk_fscrypt_mode_name(mode));
	if (!wk_fscrypt_mode_by_number(mode))
		snprintf(text, sizeof(text), "unknown (%u)", mode);
	wk_out_str(out, key, label, text);
}

/* Those of a newer kernel are shown as a number. */
static void print_flags(const struct wk_fscrypt_policy *p, const char *label,
			struct wk_out *out)
{
	char text[80] = "", number[24];
	uint8_t unknown = p->flags;

	wk_out_begin_array(out, "flags");
	for (size_t i = 0; i < WK_ARRAY_LEN(flags); i++) {
		if (p->flags & flags[i].flag)
			wk_out_str(out, NULL, NULL, flags[i].name);
		unknown &= (uint8_t)~flags[i].flag;
	}
	flags_text(p, text, sizeof(text));
	if (unknown) {
		snprintf(number, sizeof(number), "unknown (0x%02x)", unknown);
		wk_out_str(out, NULL, NULL, number);
		append(text, sizeof(text), number);
	}
	wk_out_end_array(out);
	if (label && !wk_out_is_json(out))
		wk_out_str(out, "flags", label, text[0] ? text : "none");
}

static void print_bytes(const char *key, const char *label, uint64_t bytes,
			struct wk_out *out)
{
	char text[32];

	if (!label || wk_out_is_json(out)) {
		wk_out_int(out, key, NULL, (long long)bytes);
		return;
	}
	snprintf(text, sizeof(text), "%llu bytes", (unsigned long long)bytes);
	wk_out_str(out, key, label, text);
}

void wk_fscrypt_policy_print(const struct wk_fscrypt_policy *policy,
			     bool labelled, struct wk_out *out)
{
	const struct wk_fscrypt_policy *p = policy;

	print_mode("contents", labelled ? "Contents" : NULL, p->contents, out);
	print_mode("filenames", labelled ? "Filenames" : NULL, p->filenames,
		   out);
	print_bytes("padding_bytes", labelled ? "Padding" : NULL, p->padding,
		    out);
	print_flags(p, labelled ? "Flags" : NULL, out);
	if (p->log2_data_unit_size)
		print_bytes("data_unit_bytes", labelled ? "Data unit" : NULL,
			    1ULL << p->log2_data_unit_size, out);
	else if (labelled && !wk_out_is_json(out))
		wk_out_str(out, "data_unit_bytes", "Data unit", "a block");
}
