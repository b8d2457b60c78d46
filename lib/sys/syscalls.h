/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system calls behind lib/sys, one thin function each: the only ioctl,
 * keyctl and add_key in the project.
 *
 * They decide nothing.  What fails returns a negative errno; nothing above
 * reads errno.  Unit tests link tests/unit/fake_syscalls.c instead.
 */
#ifndef WK_SYS_SYSCALLS_H
#define WK_SYS_SYSCALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* --- keyrings: add_key(2), keyctl(2); a serial is positive -------------- */

int32_t wk_sys_add_key(const char *type, const char *description,
		       const void *payload, size_t len, int32_t ring);
/* Searches ring and what it links; dest 0, or a keyring that gets a link. */
int32_t wk_sys_keyctl_search(int32_t ring, const char *type,
			     const char *description, int32_t dest);
/* As keyctl(1) finds "%type:description": own keyrings, then /proc/keys. */
int32_t wk_sys_keyctl_find(const char *type, const char *description);
int wk_sys_keyctl_link(int32_t key, int32_t ring);
/*
 * Beware: the kernel looks for the key's type and description, not for the key,
 * and so removes the link of another one of that name (security/keys/keyring.c,
 * key_unlink()).
 */
int wk_sys_keyctl_unlink(int32_t key, int32_t ring);
/* excl: -EEXIST instead of displacing a key of that type and description. */
int wk_sys_keyctl_move(int32_t key, int32_t from, int32_t to, bool excl);
int wk_sys_keyctl_revoke(int32_t key);
int wk_sys_keyctl_set_timeout(int32_t key, unsigned int seconds);
/* The whole length; beyond cap the buffer is left as it was. */
int wk_sys_keyctl_read(int32_t key, void *buf, size_t cap);
/* The whole length with its NUL; beyond cap the buffer is left as it was. */
int wk_sys_keyctl_describe(int32_t key, char *buf, size_t cap);

/* --- directories and ioctls ----------------------------------------------- */

/* O_RDONLY | O_DIRECTORY | O_CLOEXEC. */
int wk_sys_open_dir(const char *path);
int wk_sys_open_dir_at(int dir, const char *name);
/* O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC: to ask about, not to read. */
int wk_sys_open_any(const char *path);
/* Modes 0700 and 0600; what is there is -EEXIST. */
int wk_sys_make_dir(int dir, const char *name);
int wk_sys_make_file(int dir, const char *name);
int wk_sys_remove_dir(int dir, const char *name);
int wk_sys_remove_file(int dir, const char *name);
void wk_sys_close(int fd);
int wk_sys_ioctl(int fd, unsigned long request, void *arg);
/* The device that fd's file system has in st_dev. */
int wk_sys_device(int fd, dev_t *ret_dev);
/* S_IFREG, S_IFDIR and the like. */
int wk_sys_file_type(int fd, mode_t *ret_type);
/* Bytes of a block of fd's file system. */
int wk_sys_block_size(int fd, uint64_t *ret_bytes);
/* 1: the directory has no entries, 0: it has. */
int wk_sys_is_empty(int dir);
/* Whether its policy may be set: by its owner, who can write in it. */
int wk_sys_may_encrypt(int dir);

/* --- what the machine gives this process ---------------------------------- */

/* Up to cap - 1 bytes and a NUL; returns the length.  For /proc and /sys. */
ssize_t wk_sys_read_file(const char *path, char *buf, size_t cap);
/* The soft limit; UINT64_MAX for none. */
uint64_t wk_sys_rlimit(int resource);
/* Bytes of memory that nothing uses. */
uint64_t wk_sys_free_ram(void);
/* CPUs of sched_getaffinity(2). */
int wk_sys_cpu_count(void);

#endif
