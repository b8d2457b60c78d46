/* SPDX-License-Identifier: Apache-2.0 */
/* What each documented errno of each kernel call must become. */
#ifndef WK_TESTS_ERRNO_TABLE_H
#define WK_TESTS_ERRNO_TABLE_H

#include <stddef.h>

#include "wkey.h"

enum errno_need {
	NEED_NOTHING, /* it is no failure here */
	NEED_TEXT,    /* the system's own words will do */
	NEED_CAUSE,   /* a cause in our words, and a code of its own */
	NEED_HINT,    /* that, and what to do */
};

struct errno_row {
	int errnum;
	const char *name;
	enum wk_status status;
	enum errno_need need;
};

enum errno_op {
	OP_ADD_KEY,
	OP_MOVE,
	OP_LINK,
	OP_LINK_SECOND,
	OP_UNLINK,
	OP_SEARCH,
	OP_SEARCH_PRESENT,
	OP_SEARCH_TAKE,
	OP_FIND,
	OP_SET_TIMEOUT,
	OP_DESCRIBE,
	OP_REVOKE,
	OP_READ,
	OP_ADD,
	OP_ADD_WRAPPED,
	OP_ADD_SERIAL,
	OP_REMOVE,
	OP_REMOVE_ALL,
	OP_STATUS,
	OP_SET_POLICY,
	OP_TRIAL_DIRECTORY,
	OP_TRIAL_FILE,
	OP_GET_POLICY,
	OP_GET_NONCE,
};
#define ERRNO_OPS 24

/* The rows of each end with errnum 0. */
extern const struct errno_row *const errno_rows[ERRNO_OPS];

/* Why two errnos of an operation say the same. */
struct errno_alike {
	enum errno_op op;
	int a, b;
	const char *reason;
};
/* Ends with reason NULL. */
extern const struct errno_alike errno_alike[];

#endif
