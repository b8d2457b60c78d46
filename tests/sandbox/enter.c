/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enter caps COMMAND: gives up all capabilities but those for reading files,
 *     without a system call filter, and executes it.
 * enter sockets: enters the filter for those that need sockets, and tries.
 */
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmd/sandbox_impl.h"

static int caps(char **command)
{
	const struct wk_sandbox s = { .keep = WK_KEEP_FILES };

	if (wk_sandbox_drop(&s))
		return 1;
	execvp(command[0], command);
	return 1;
}

static int sockets(void)
{
	const struct wk_sandbox s = { .sockets = true };

	if (wk_sandbox_filter(&s) || socket(AF_UNIX, SOCK_STREAM, 0) < 0)
		return 1;
	return fork() < 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 1;
	return argc > 2 && !strcmp(argv[1], "caps") ? caps(argv + 2) :
						      sockets();
}
