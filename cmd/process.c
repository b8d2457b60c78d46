/* SPDX-License-Identifier: Apache-2.0 */
/* prctl(2), setrlimit(2) and the environment. */
#include "cmd/process.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/blob.h"

/*
 * A closed standard descriptor would be taken by the next file that is opened,
 * and output would land in a key file.  Each is opened the wrong way round, so
 * that using it fails as if it were still closed.
 */
static void fill_std_fds(void)
{
	if (fcntl(0, F_GETFD) < 0)
		(void)openat(AT_FDCWD, "/dev/null", O_WRONLY);
	for (int fd = 1; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)openat(AT_FDCWD, "/dev/null", O_RDONLY);
}

static void clean_environment(void)
{
	static const char *const unwanted[] = {
		"TSS2_LOGFILE",
		"OPENSSL_CONF",
		"OPENSSL_MODULES",
		"OPENSSL_ENGINES",
	};
	/* Becomes part of the environment, hence static and writable. */
	static char no_log[] = "TSS2_LOG=all+NONE";

	for (size_t i = 0; i < WK_ARRAY_LEN(unwanted); i++)
		unsetenv(unwanted[i]);
	putenv(no_log);
}

void wk_process_seal(void)
{
	static const struct rlimit none = { 0, 0 };

	fill_std_fds();
	umask(077);
	/* Each of the two alone keeps secrets off the disk. */
	(void)prlimit(0, RLIMIT_CORE, &none, NULL);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void wk_process_harden(void)
{
	wk_process_seal();
	clean_environment();
}
