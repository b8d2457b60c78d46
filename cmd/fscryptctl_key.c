/* SPDX-License-Identifier: Apache-2.0 */
/* fscryptctl add_key, remove_key and key_status. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hex.h"
#include "cmd/fscryptctl.h"
#include "cmd/sandbox.h"
#include "sys/fscrypt.h"

static int add(const char *mountpoint, bool wrapped)
{
	WK_AUTO_SECRET struct wk_secret *key = NULL;
	WK_AUTO_FD int fd = -1;
	uint8_t id[WK_FSCRYPT_ID_BYTES];
	char line[2 * sizeof(id) + 1];
	struct wk_err err;

	if (wk_fscryptctl_read_key(wrapped ? WK_FSCRYPT_WRAPPED_MAX :
					     WK_FSCRYPT_KEY_MAX,
				   &key) ||
	    wk_fscryptctl_open(mountpoint, 0, &fd))
		return EXIT_FAILURE;
	if (wk_fscrypt_add_key(fd, key, wrapped, id, &err))
		return wk_fscryptctl_fail("adding key to %s: %s", mountpoint,
					  wk_fscryptctl_key_cause(err.errnum));
	wk_hex_encode(wk_span(id, sizeof(id)), line);
	line[sizeof(line) - 1] = '\n';
	return wk_fscryptctl_write(STDOUT_FILENO, line, sizeof(line)) ?
		       EXIT_SUCCESS :
		       EXIT_FAILURE;
}

int wk_fscryptctl_add_key(int argc, char **argv)
{
	static const struct option options[] = {
		{ "hw-wrapped-key", no_argument, NULL, 'w' },
		{ 0 },
	};
	bool wrapped = false;
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt != 'w')
			return wk_fscryptctl_misuse();
		wrapped = true;
	}
	if (argc - optind != 1)
		return wk_fscryptctl_fail("must specify a single mountpoint");
	return add(argv[optind], wrapped);
}

/* The two arguments that remain: which key, and where. */
static enum wk_status key_and_mount(int argc, char **argv, unsigned int keep,
				    uint8_t ret_id[WK_FSCRYPT_ID_BYTES],
				    int *ret_fd)
{
	if (argc - optind != 2) {
		(void)wk_fscryptctl_fail("must specify a key identifier and a "
					 "mountpoint");
		return WK_FAIL;
	}
	if (wk_fscryptctl_identifier(argv[optind], ret_id))
		return WK_FAIL;
	return wk_fscryptctl_open(argv[optind + 1], keep, ret_fd);
}

static int remove_key(int argc, char **argv, bool all_users)
{
	WK_AUTO_FD int fd = -1;
	uint8_t id[WK_FSCRYPT_ID_BYTES];
	bool others = false;
	struct wk_err err;
	enum wk_status st;

	if (key_and_mount(argc, argv, all_users ? WK_KEEP_ADMIN : 0, id, &fd))
		return EXIT_FAILURE;
	st = wk_fscrypt_remove_key(fd, id, all_users, &others, &err);
	/* There the key is gone, and some of its files are not yet. */
	if (st == WK_EXISTS && strcmp(err.code, "fscrypt.busy") == 0)
		wk_fscryptctl_say(STDOUT_FILENO,
				  "warning: some files using this key are "
				  "still in-use\n");
	else if (st)
		return wk_fscryptctl_fail("removing key: %s",
					  wk_fscryptctl_key_cause(err.errnum));
	else if (others)
		wk_fscryptctl_say(STDOUT_FILENO,
				  "warning: other users still have this key "
				  "added\n");
	return EXIT_SUCCESS;
}

int wk_fscryptctl_remove_key(int argc, char **argv)
{
	static const struct option options[] = {
		{ "all-users", no_argument, NULL, 'a' },
		{ 0 },
	};
	bool all_users = false;
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt != 'a')
			return wk_fscryptctl_misuse();
		all_users = true;
	}
	return remove_key(argc, argv, all_users);
}

/* What is known of a key that is there, in brackets. */
static void say_users(const struct wk_fscrypt_status *s)
{
	if (!s->user_count && !s->added_by_self && !s->other_flags)
		return;
	wk_fscryptctl_say(STDOUT_FILENO, " (user_count=%u", s->user_count);
	if (s->added_by_self)
		wk_fscryptctl_say(STDOUT_FILENO, ", added_by_self");
	if (s->other_flags)
		wk_fscryptctl_say(STDOUT_FILENO, ", unknown_flags=0x%08x",
				  s->other_flags);
	wk_fscryptctl_say(STDOUT_FILENO, ")");
}

static void say_status(const struct wk_fscrypt_status *s)
{
	switch (s->presence) {
	case WK_FSCRYPT_PRESENT:
		wk_fscryptctl_say(STDOUT_FILENO, "Present");
		say_users(s);
		wk_fscryptctl_say(STDOUT_FILENO, "\n");
		break;
	case WK_FSCRYPT_ABSENT:
		wk_fscryptctl_say(STDOUT_FILENO, "Absent\n");
		break;
	case WK_FSCRYPT_INCOMPLETELY_REMOVED:
		wk_fscryptctl_say(STDOUT_FILENO, "Incompletely removed\n");
		break;
	default:
		wk_fscryptctl_say(STDOUT_FILENO, "Unknown status (%u)\n",
				  (unsigned int)s->presence);
	}
}

int wk_fscryptctl_key_status(int argc, char **argv)
{
	WK_AUTO_FD int fd = -1;
	uint8_t id[WK_FSCRYPT_ID_BYTES];
	struct wk_fscrypt_status s;
	struct wk_err err;

	if (!wk_fscryptctl_no_options(argc, argv) ||
	    key_and_mount(argc, argv, 0, id, &fd))
		return EXIT_FAILURE;
	if (wk_fscrypt_key_status(fd, id, &s, &err))
		return wk_fscryptctl_fail("getting key status: %s",
					  wk_fscryptctl_key_cause(err.errnum));
	say_status(&s);
	return EXIT_SUCCESS;
}
