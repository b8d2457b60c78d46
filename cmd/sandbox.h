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

#include <stdbool.h>
#include <stddef.h>

/* Capabilities that a command may keep; bits. */
enum {
	/* Reads files of other users; with writes named, writes there, too. */
	WK_KEEP_FILES = 1 << 0,
	WK_KEEP_FOWNER = 1 << 1, /* sets policies on directories of others */
	WK_KEEP_ADMIN = 1 << 2,	 /* CAP_SYS_ADMIN: keys of all users */
	/*
	 * CAP_SYS_PTRACE: open files of others; and so no Landlock, but a filter
	 * that lets nothing be written.  Not with writes or a folder.
	 */
	WK_KEEP_PEEK = 1 << 3,
	/*
	 * Files that are replaced keep their owners, groups, modes and access
	 * lists: CAP_CHOWN, CAP_FOWNER, and the calls for it.  Not with sockets.
	 */
	WK_KEEP_OWNER = 1 << 4,
};

struct wk_sandbox {
	unsigned int keep;
	/*
	 * Locations (lib/location.h) that will be made or replaced: directories
	 * of files stay writable, and devices and images of raw regions.
	 */
	const char *const *writes;
	size_t write_count;
	/* In it directories may be made and removed as well; or NULL. */
	const char *folder;
	/* Whoever talks to a daemon has connected before: false. */
	bool sockets;
	/*
	 * For a program that lasts half a millisecond, asks nothing and may
	 * say nothing of its own: no filter, which would take a tenth of that,
	 * no terminal, no warnings.
	 */
	bool brief;
};

/* Once for each process; after signals, secrets options and lists are read. */
void wk_sandbox_enter(const struct wk_sandbox *s);

/* What entering came to: 0, or the errno that says why it is not in force. */
struct wk_sandbox_found {
	int no_new_privs;
	int capabilities;
	int landlock;
	int landlock_abi; /* that of the kernel, 0: none */
	int seccomp;
};

const struct wk_sandbox_found *wk_sandbox_found(void);
/* Whether this build has a filter. */
bool wk_sandbox_has_filter(void);

#endif
