/* SPDX-License-Identifier: Apache-2.0 */
/* Which command was called, and the usage.  See fscryptctl.h. */
#include "cmd/fscryptctl.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/blob.h"
#include "cmd/process.h"

#define VERSION_TEXT "v1.3.0\n"

/* In the order of the usage. */
static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *args, *text;
} commands[] = {
	{ "add_key", wk_fscryptctl_add_key, "<mountpoint>",
	  "    Read a key from stdin, add it to the specified mounted "
	  "filesystem,\n"
	  "    and print its identifier.\n" },
	{ "remove_key", wk_fscryptctl_remove_key,
	  "<key identifier> <mountpoint>",
	  "    Remove the key with the specified identifier from the "
	  "specified\n"
	  "    mounted filesystem.\n" },
	{ "key_status", wk_fscryptctl_key_status,
	  "<key identifier> <mountpoint>",
	  "    Get the status of the key with the specified identifier on "
	  "the\n"
	  "    specified mounted filesystem.\n" },
	{ "get_policy", wk_fscryptctl_get_policy, "<file or directory>",
	  "    Print out the encryption policy for the specified path.\n" },
	{ "set_policy", wk_fscryptctl_set_policy,
	  "<key identifier> <directory>",
	  "    Set up an encryption policy on the specified directory with "
	  "the\n"
	  "    specified key identifier.\n" },
	{ "import_hw_wrapped_key", wk_fscryptctl_import, "<block device>",
	  "    Create a hardware-wrapped key by importing a raw key.\n" },
	{ "generate_hw_wrapped_key", wk_fscryptctl_generate, "<block device>",
	  "    Create a hardware-wrapped key by generating one in hardware.\n" },
	{ "prepare_hw_wrapped_key", wk_fscryptctl_prepare, "<block device>",
	  "    Prepare a hardware-wrapped key to be used by converting it "
	  "from\n"
	  "    long-term wrapped form to ephemerally-wrapped form.\n" },
};

/* A name without a text is that of a command, whose options follow. */
static const struct {
	const char *name, *text;
} options[] = {
	{ "-h, --help", "print this help screen" },
	{ "-v, --version", "print the version of fscryptctl" },
	{ "add_key", NULL },
	{ "--hw-wrapped-key",
	  "add a hardware-wrapped key (rather than a raw key)" },
	{ "remove_key", NULL },
	{ "--all-users",
	  "force-remove all users' claims to the key (requires root)" },
	{ "set_policy", NULL },
	{ "--contents=<mode>",
	  "contents encryption mode (default: AES-256-XTS)" },
	{ "--filenames=<mode>",
	  "filenames encryption mode (default: AES-256-CTS)" },
	{ "--padding=<bytes>",
	  "bytes of zero padding for filenames (default: 32)" },
	{ "--direct-key", "optimize for Adiantum encryption" },
	{ "--iv-ino-lblk-64", "optimize for UFS inline crypto hardware" },
	{ "--iv-ino-lblk-32",
	  "optimize for eMMC inline crypto hardware (not recommended)" },
	{ "--data-unit-size=<du_size>",
	  "data unit size in bytes (default: filesystem block size)" },
};

/* Options of a command stand deeper than those of all. */
static void say_options(int fd)
{
	const char *indent = "";

	for (size_t i = 0; i < WK_ARRAY_LEN(options); i++) {
		if (!options[i].text)
			indent = "";
		wk_fscryptctl_say(fd, "    %s%s\n", indent, options[i].name);
		if (options[i].text)
			wk_fscryptctl_say(fd, "    %s    %s\n", indent,
					  options[i].text);
		else
			indent = "    ";
	}
}

static void say_usage(int fd)
{
	wk_fscryptctl_say(fd, "\nUsage:\n"
			      "  fscryptctl <command> [arguments] [options]\n"
			      "\nCommands:\n");
	for (size_t i = 0; i < WK_ARRAY_LEN(commands); i++)
		wk_fscryptctl_say(fd, "  fscryptctl %s %s\n%s",
				  commands[i].name, commands[i].args,
				  commands[i].text);
	wk_fscryptctl_say(fd, "\nOptions:\n");
	say_options(fd);
	wk_fscryptctl_say(fd,
			  "\nNotes:\n"
			  "  Keys are identified by 32-character hex strings "
			  "(key identifiers).\n"
			  "\n"
			  "  Keys are given on stdin in raw binary.\n"
			  "\n"
			  "  For more information, run `man fscryptctl`.\n");
}

int wk_fscryptctl_misuse(void)
{
	say_usage(STDERR_FILENO);
	(void)wk_fscryptctl_flush(STDERR_FILENO);
	return EXIT_FAILURE;
}

bool wk_fscryptctl_no_options(int argc, char **argv)
{
	static const struct option none[] = { { 0 } };

	if (getopt_long(argc, argv, "", none, NULL) == -1)
		return true;
	(void)wk_fscryptctl_misuse();
	return false;
}

bool wk_fscryptctl_is_name(const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;

	return argv0 && strcmp(slash ? slash + 1 : argv0, "fscryptctl") == 0;
}

/* Anywhere before "--", even where another option's value is expected. */
static bool asks_for(int argc, char **argv, bool *ret_version)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		*ret_version = !strcmp(argv[i], "-v") ||
			       !strcmp(argv[i], "--version");
		if (*ret_version || !strcmp(argv[i], "-h") ||
		    !strcmp(argv[i], "--help"))
			return true;
	}
	return false;
}

static int run(int argc, char **argv)
{
	for (size_t i = 0; i < WK_ARRAY_LEN(commands); i++) {
		if (strcmp(argv[1], commands[i].name))
			continue;
		wk_process_seal();
		return commands[i].run(argc - 1, argv + 1);
	}
	(void)wk_fscryptctl_fail("invalid command: %s", argv[1]);
	return wk_fscryptctl_misuse();
}

int wk_fscryptctl_main(int argc, char **argv)
{
	int status = EXIT_SUCCESS;
	bool version;

	if (asks_for(argc, argv, &version)) {
		if (version)
			wk_fscryptctl_say(STDOUT_FILENO, VERSION_TEXT);
		else
			say_usage(STDOUT_FILENO);
	} else if (argc < 2) {
		(void)wk_fscryptctl_fail("no command specified");
		return wk_fscryptctl_misuse();
	} else {
		status = run(argc, argv);
	}
	return wk_fscryptctl_flush(STDOUT_FILENO) ? status : EXIT_FAILURE;
}
