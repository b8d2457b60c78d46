/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a whole file of public bytes; secrets are read elsewhere. */
#ifndef WK_BASE_FILE_H
#define WK_BASE_FILE_H

#include <unistd.h>

#include "base/blob.h"

/*
 * Replaces the contents of *ret, whose memory is reused, by those of the
 * regular file at path, "-" being standard input of any kind.  On failure *ret
 * is empty and its memory released.
 * WK_NOT_FOUND "file.not-found"; WK_DENIED "file.denied"; WK_CORRUPT
 * "file.too-large": more than max bytes; WK_FAIL "file.not-regular"; WK_NOMEM;
 * else what the errno means.
 */
WK_MUST enum wk_status wk_file_read(const char *path, size_t max,
				    struct wk_blob *ret, struct wk_err *err);

/*
 * As read(2) and as write(2) of all of s, but whatever interrupts them; and they
 * wait, because whoever shares a descriptor may have made it non-blocking.
 */
ssize_t wk_fd_read(int fd, void *p, size_t len);
/* 0 or an errno. */
WK_MUST int wk_fd_write(int fd, struct wk_span s);

static inline void wk_fd_cleanup(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}
/* WK_AUTO_FD int fd = -1; */
#define WK_AUTO_FD __attribute__((cleanup(wk_fd_cleanup)))

#endif
