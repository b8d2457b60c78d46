/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a command gives up once its inputs are open: new privileges, the
 * capabilities that it does not name, writing outside the places that it names,
 * and system calls that it has no business with (exec, ptrace, mount, …), which
 * then fail and never kill: a kill would leak what a TPM holds.
 *
 * What the kernel lacks is left out; `probe` tells.  Threads that are started
 * later inherit all of it.
 */
#ifndef WK_CMD_SANDBOX_H
#define WK_CMD_SANDBOX_H

#include <stddef.h>

/* Capabilities that a command may keep; bits. */
enum {
	WK_KEEP_FILES = 1 << 0,	 /* reads and writes files of other users */
	WK_KEEP_FOWNER = 1 << 1, /* sets policies on directories of others */
	WK_KEEP_ADMIN = 1 << 2,	 /* CAP_SYS_ADMIN: keys of all users */
	WK_KEEP_PEEK = 1 << 3,	 /* CAP_SYS_PTRACE: open files of others */
};

struct wk_sandbox {
	unsigned int keep;
	/*
	 * Files that will be made or replaced: their directories stay
	 * writable.  One that ends with '/' is such a directory itself.
	 */
	const char *const *writes;
	size_t write_count;
};

/* Once for each process; after signals, secrets options and lists are read. */
void wk_sandbox_enter(const struct wk_sandbox *s);

#endif
