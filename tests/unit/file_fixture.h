/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system calls under base/file, counted and failing on demand, and a folder
 * to read from.  A test that links this wraps the calls.
 */
#ifndef WK_TESTS_FILE_FIXTURE_H
#define WK_TESTS_FILE_FIXTURE_H

#include <stdbool.h>

#include "base/file.h"
#include "tests/unit/unit.h"

/* --- the system calls -------------------------------------------------------- */

struct calls {
	unsigned int openat, fstat, read, close, poll, realloc;
};
extern struct calls calls;

/* errno of the next call, then 0 again. */
struct fails {
	int openat, fstat, read, poll, write;
};
extern struct fails fails;

extern bool no_memory;
extern off_t size_lie;		     /* added to what fstat(2) says */
extern size_t read_most, write_most; /* bytes per call, 0: as asked */
extern void (*on_read)(void);	     /* before the next read only */
extern bool write_nothing;

/* Not counted, and never failing on demand. */
int __real_openat(int dirfd, const char *name, int flags, mode_t mode);
ssize_t __real_write(int fd, const void *p, size_t n);
int __real_close(int fd);

/* --- a folder of its own ----------------------------------------------------- */

extern char dir[];
extern char path[64]; /* of a file in it */
extern struct wk_err err;

/* Setup and teardown of a group; reset() is the setup of a test. */
int make_dir(void **state);
int remove_dir(void **state);
int reset(void **state);

/* What is in a file made by make_file(). */
uint8_t byte_at(size_t i);
void make_file(size_t len);
void assert_holds(const struct wk_blob *b, size_t len);
/* Fails with st and code, and empties the blob. */
void refused(const char *name, size_t max, enum wk_status st, const char *code);

#endif
