/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system calls under base/secret, counted and failing on demand, and what
 * tests do with secrets.  A test that links this wraps the calls.
 */
#ifndef WK_TESTS_SECRET_FIXTURE_H
#define WK_TESTS_SECRET_FIXTURE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/secret.h"
#include "tests/unit/unit.h"

/* errno to fail with, or 0. */
struct fails {
	int memfd_secret, ftruncate, mmap_anonymous, mmap_shared, mprotect,
		dontfork, dontdump, mlock2;
};
extern struct fails fails;
extern unsigned int calls;
extern long mapped; /* bytes */

/* Not counted. */
long __real_syscall(long n, long a);
int __real_close(int fd);

/* --- all for children: the arena is made once per process ------------------- */

struct wk_secret *new_secret(size_t cap);
struct wk_secret *new_pinnable(size_t cap);
bool all_zero(const uint8_t *p, size_t len);
/* The flag's two letters, of proc(5), for the mapping that p is in. */
bool has_flag(const uint8_t *p, const char *flag);
/* For children that end by a signal. */
void no_core(void);
/* Whether a child of that status touched what it may not. */
bool faults(int status);

#endif
