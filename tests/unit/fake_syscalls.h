/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system calls of lib/sys without a kernel: a test scripts their results
 * and looks at their arguments.  Linked instead of lib/sys/syscalls.c by tests
 * that say so in their first lines.
 *
 * Calls are named without "wk_sys_": "add_key", "keyctl_move", "ioctl".
 */
#ifndef WK_FAKE_SYSCALLS_H
#define WK_FAKE_SYSCALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FAKE_DATA_MAX 512

struct fake_call {
	char name[24];
	long num[3];		     /* integer arguments, in order */
	char text[2][256];	     /* string arguments, in order */
	uint8_t data[FAKE_DATA_MAX]; /* payload or ioctl argument, as it came */
	size_t len;
};

/* Forgets calls, scripts and files. */
void fake_reset(void);
/* The same as a setup of cmocka. */
int fake_setup(void **state);

/*
 * The result of the next call of that name that has none yet.  Calls beyond
 * the script succeed: a serial of 1001 upwards where one is returned, else 0.
 */
void fake_result(const char *name, long result);
/* The same, and len bytes written at offset in the call's output. */
void fake_output(const char *name, long result, size_t offset, const void *data,
		 size_t len);

/* A file for read_file; what is not there gives -ENOENT. */
void fake_file(const char *path, const char *text);
void fake_device(unsigned int major, unsigned int minor);
/* Of all descriptors; before it: an empty directory, blocks of 4096 bytes. */
void fake_directory(mode_t type, uint64_t block_size, bool has_entries);
void fake_rlimit(int resource, uint64_t soft);
void fake_free_ram(uint64_t bytes);

size_t fake_count(void);
/* The i-th call of all; asserts that it happened. */
const struct fake_call *fake_call(size_t i);
/* The n-th call of that name, or NULL. */
const struct fake_call *fake_find(const char *name, size_t n);
/* Whether the key was unlinked from the ring. */
bool fake_unlinked(int32_t key, int32_t ring);
/* "add_key keyctl_move": all names, for a comparison; valid until the next. */
const char *fake_names(void);

#endif
