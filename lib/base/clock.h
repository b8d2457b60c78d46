/* SPDX-License-Identifier: Apache-2.0 */
/* The time of day. */
#ifndef WK_BASE_CLOCK_H
#define WK_BASE_CLOCK_H

#include <time.h>

/* Seconds since 1970. */
static inline time_t wk_clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

#endif
