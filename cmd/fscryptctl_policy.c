/* SPDX-License-Identifier: Apache-2.0 */
/* fscryptctl get_policy and set_policy. */
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hex.h"
#include "cmd/fscryptctl.h"
#include "cmd/sandbox.h"
#include "sys/fscrypt_policy.h"

/* --- get_policy ------------------------------------------------------------ */

static void say_mode(const char *of, uint8_t number)
{
	const struct wk_fscrypt_mode *m = wk_fscrypt_mode_by_number(number);

	if (m)
		wk_fscryptctl_say(STDOUT_FILENO, "\t%s encryption mode: %s\n",
				  of, m->name);
	else
		wk_fscryptctl_say(STDOUT_FILENO,
				  "\t%s encryption mode: Unknown (%d)\n", of,
				  number);
}

static void say_flags(const struct wk_fscrypt_policy *p)
{
	static const struct {
		uint8_t flag;
		const char *name;
	} known[] = {
		{ WK_FSCRYPT_DIRECT_KEY, "DIRECT_KEY" },
		{ WK_FSCRYPT_IV_INO_LBLK_64, "IV_INO_LBLK_64" },
		{ WK_FSCRYPT_IV_INO_LBLK_32, "IV_INO_LBLK_32" },
	};
	unsigned int rest = p->flags;

	wk_fscryptctl_say(STDOUT_FILENO, "\tFlags: PAD_%d", p->padding);
	for (size_t i = 0; i < WK_ARRAY_LEN(known); i++) {
		if (rest & known[i].flag)
			wk_fscryptctl_say(STDOUT_FILENO, ", %s", known[i].name);
		rest &= ~(unsigned int)known[i].flag;
	}
	if (rest)
		wk_fscryptctl_say(STDOUT_FILENO, ", Unknown (%02x)", rest);
	wk_fscryptctl_say(STDOUT_FILENO, "\n");
}

/* Version 1 names its key otherwise, and its data units are blocks. */
static void say_policy(const char *path, const struct wk_fscrypt_policy *p)
{
	bool v1 = p->version == 1;
	char hex[2 * WK_FSCRYPT_ID_BYTES + 1];

	wk_hex_encode(wk_span(p->identifier, v1 ? WK_FSCRYPT_DESCRIPTOR_BYTES :
						  WK_FSCRYPT_ID_BYTES),
		      hex);
	wk_fscryptctl_say(STDOUT_FILENO,
			  "Encryption policy for %s:\n"
			  "\tPolicy version: %d\n"
			  "\tMaster key %s: %s\n",
			  path, p->version, v1 ? "descriptor" : "identifier",
			  hex);
	say_mode("Contents", p->contents);
	say_mode("Filenames", p->filenames);
	say_flags(p);
	if (v1)
		return;
	if (p->log2_data_unit_size)
		wk_fscryptctl_say(STDOUT_FILENO, "\tData unit size: %u\n",
				  1U << p->log2_data_unit_size);
	else
		wk_fscryptctl_say(STDOUT_FILENO, "\tData unit size: default\n");
}

int wk_fscryptctl_get_policy(int argc, char **argv)
{
	WK_AUTO_FD int fd = -1;
	struct wk_fscrypt_policy p;
	struct wk_err err;
	const char *path;

	if (!wk_fscryptctl_no_options(argc, argv))
		return EXIT_FAILURE;
	if (argc - optind != 1)
		return wk_fscryptctl_fail("must specify a single file or "
					  "directory");
	path = argv[optind];
	if (wk_fscryptctl_open(path, 0, &fd))
		return EXIT_FAILURE;
	if (wk_fscrypt_get_policy(fd, &p, &err))
		return wk_fscryptctl_fail(
			"getting policy for %s: %s", path,
			wk_fscryptctl_get_policy_cause(err.errnum));
	say_policy(path, &p);
	return EXIT_SUCCESS;
}

/* --- set_policy ------------------------------------------------------------ */

enum option_id {
	OPT_CONTENTS = 1,
	OPT_FILENAMES,
	OPT_PADDING,
	OPT_DIRECT_KEY,
	OPT_LBLK_64,
	OPT_LBLK_32,
	OPT_DATA_UNIT_SIZE,
};

/* getopt_long(3) lists those that an abbreviation could mean in this order. */
static const struct option options[] = {
	{ "contents", required_argument, NULL, OPT_CONTENTS },
	{ "filenames", required_argument, NULL, OPT_FILENAMES },
	{ "padding", required_argument, NULL, OPT_PADDING },
	{ "direct-key", no_argument, NULL, OPT_DIRECT_KEY },
	{ "iv-ino-lblk-64", no_argument, NULL, OPT_LBLK_64 },
	{ "iv-ino-lblk-32", no_argument, NULL, OPT_LBLK_32 },
	{ "data-unit-size", required_argument, NULL, OPT_DATA_UNIT_SIZE },
	{ 0 },
};

static bool parse_mode(const char *text, uint8_t *ret_mode)
{
	const struct wk_fscrypt_mode *m = wk_fscrypt_mode_by_name(text);

	if (m)
		*ret_mode = m->number;
	return m;
}

/* As atoi(3): what follows the number is passed over, and so is too much. */
static int number(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

static bool parse_padding(const char *text, uint8_t *ret_padding)
{
	int n = number(text);

	if (n != 4 && n != 8 && n != 16 && n != 32)
		return false;
	*ret_padding = (uint8_t)n;
	return true;
}

/* A power of two above 1; whether it will do, the kernel says. */
static bool parse_data_unit(const char *text, uint8_t *ret_log2)
{
	int n = number(text);

	if (n <= 1 || (n & (n - 1)))
		return false;
	*ret_log2 = (uint8_t)__builtin_ctz((unsigned int)n);
	return true;
}

/* At once where somebody looks on, else after all messages. */
static void warn_of_32(void)
{
	wk_fscryptctl_say(STDOUT_FILENO, "warning: --iv-ino-lblk-32 should "
					 "normally not be used\n");
	if (isatty(STDOUT_FILENO))
		(void)wk_fscryptctl_flush(STDOUT_FILENO);
}

/* EXIT_FAILURE when it has been refused. */
static int parse_option(int opt, const char *value, struct wk_fscrypt_policy *p)
{
	switch (opt) {
	case OPT_CONTENTS:
		if (parse_mode(value, &p->contents))
			return EXIT_SUCCESS;
		return wk_fscryptctl_fail("invalid contents mode: %s", value);
	case OPT_FILENAMES:
		if (parse_mode(value, &p->filenames))
			return EXIT_SUCCESS;
		return wk_fscryptctl_fail("invalid filenames mode: %s", value);
	case OPT_PADDING:
		if (parse_padding(value, &p->padding))
			return EXIT_SUCCESS;
		return wk_fscryptctl_fail("invalid padding: %s", value);
	case OPT_DATA_UNIT_SIZE:
		if (parse_data_unit(value, &p->log2_data_unit_size))
			return EXIT_SUCCESS;
		return wk_fscryptctl_fail("invalid data unit size: %s", value);
	case OPT_DIRECT_KEY:
		p->flags |= WK_FSCRYPT_DIRECT_KEY;
		return EXIT_SUCCESS;
	case OPT_LBLK_64:
		p->flags |= WK_FSCRYPT_IV_INO_LBLK_64;
		return EXIT_SUCCESS;
	case OPT_LBLK_32:
		warn_of_32();
		p->flags |= WK_FSCRYPT_IV_INO_LBLK_32;
		return EXIT_SUCCESS;
	default:
		return wk_fscryptctl_misuse();
	}
}

int wk_fscryptctl_set_policy(int argc, char **argv)
{
	struct wk_fscrypt_policy p = WK_FSCRYPT_POLICY_DEFAULT;
	WK_AUTO_FD int fd = -1;
	struct wk_err err;
	const char *path;
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (parse_option(opt, optarg, &p))
			return EXIT_FAILURE;
	if (argc - optind != 2)
		return wk_fscryptctl_fail("must specify a key and a directory");
	path = argv[optind + 1];
	if (wk_fscryptctl_identifier(argv[optind], p.identifier) ||
	    wk_fscryptctl_open(path, WK_KEEP_FOWNER, &fd))
		return EXIT_FAILURE;
	/* The original asks nobody but the kernel. */
	if (wk_fscrypt_put_unchecked(fd, &p, &err))
		return wk_fscryptctl_fail(
			"setting policy for %s: %s", path,
			wk_fscryptctl_set_policy_cause(err.errnum));
	return EXIT_SUCCESS;
}
