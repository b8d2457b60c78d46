/* SPDX-License-Identifier: Apache-2.0 */
/* What the harnesses share.  Each is one function that libFuzzer calls. */
#ifndef WK_TESTS_FUZZ_H
#define WK_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/blob.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* der_mutate.c, for input that is DER. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed);
/* Of libFuzzer: bytes without structure. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

/* What must hold for every input: a finding when it does not. */
#define HOLDS(what)                                                   \
	do {                                                          \
		if (!(what)) {                                        \
			fprintf(stderr, "%s:%d: does not hold: %s\n", \
				__FILE__, __LINE__, #what);           \
			abort();                                      \
		}                                                     \
	} while (0)

static inline bool same(struct wk_span a, struct wk_span b)
{
	return a.len == b.len && (!a.len || !memcmp(a.p, b.p, a.len));
}

/* The input as text, which ends where the input does.  free(3) it. */
static inline char *text_of(const uint8_t *data, size_t size)
{
	char *s = malloc(size + 1);

	HOLDS(s);
	if (size)
		memcpy(s, data, size);
	s[size] = '\0';
	return s;
}

/* A failure says why, in one line that ends. */
static inline void check_err(const struct wk_err *err)
{
	HOLDS(err->code[0]);
	HOLDS(err->msg[0]);
	HOLDS(!strchr(err->msg, '\n'));
}

#endif
