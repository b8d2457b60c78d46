/* SPDX-License-Identifier: Apache-2.0 */
/* How much memory and how many processors this process may use. */
#ifndef WK_SYS_LIMITS_H
#define WK_SYS_LIMITS_H

#include "base/err.h"

/*
 * Bytes that can be allocated and used now: the least of
 *  - memory.max and memory.high of the cgroup (version 2) and of all above it,
 *    less what is used there and cannot be reclaimed at once;
 *  - RLIMIT_AS and RLIMIT_DATA, less what this process has;
 *  - MemAvailable of /proc/meminfo (proc(5)); without /proc the free memory.
 * What cannot be read is no limit.  A moment later it may be less.
 */
WK_MUST enum wk_status wk_sys_memory_allowed(uint64_t *ret_bytes,
					     struct wk_err *err);

/* Processors that this process may run on; at least 1. */
unsigned int wk_sys_cpus(void);

#endif
