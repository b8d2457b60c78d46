/* SPDX-License-Identifier: Apache-2.0 */
/* What cmocka wants included before it, and children to try things in. */
#ifndef WK_TESTS_UNIT_H
#define WK_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* In a child, where cmocka's own assertions would run the other tests too. */
#define CHECK(what)                                                        \
	do {                                                               \
		if (!(what)) {                                             \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
				#what);                                    \
			exit(1);                                           \
		}                                                          \
	} while (0)

/* The wait status of a child that runs body(arg) and exits with 0. */
static inline int status_of_child(void (*body)(const void *arg),
				  const void *arg)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		body(arg);
		exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static inline void in_child(void (*body)(const void *arg), const void *arg)
{
	assert_int_equal(status_of_child(body, arg), 0);
}

#endif
