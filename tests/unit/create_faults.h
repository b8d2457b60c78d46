/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system calls under base/create: as on a kernel or file system that lacks
 * something, and one of them failing or being the last.  A test that links
 * this wraps them all.
 */
#ifndef WK_TESTS_CREATE_FAULTS_H
#define WK_TESTS_CREATE_FAULTS_H

#include <stdbool.h>

/* What the file system and kernel of a test cannot do: errnos, or 0. */
struct lacks {
	const char *what;
	int tmpfile, link_fd, link_proc, link, renameat2, fsync_dir;
};
extern struct lacks lacks;

/* The at-th of the counted calls fails with e, or is the last one. */
struct inject {
	unsigned int at, count;
	int e;
	bool kill;
	const char *call; /* the one that it was */
};
extern struct inject inject;

/* This call does its work and answers e, as when a server's answer got lost. */
struct lost {
	const char *call;
	int e;
};
extern struct lost lost;

extern void (*on_fsync)(void), (*on_rename)(void); /* once, before it */
extern unsigned int same_random; /* so many times the same bytes */
extern bool count_unlink;
/*
 * What came in which order: 'f' a file was synchronized, 'd' a directory, 'n'
 * something is to get the name "key".  The first few, NUL-terminated.
 */
extern char order[32];

/* Nothing lacks, nothing fails, nothing is hooked. */
void reset_faults(void);

#endif
