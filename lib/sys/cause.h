/* SPDX-License-Identifier: Apache-2.0 */
/* What an errno of one particular kernel call means, as a table. */
#ifndef WK_SYS_CAUSE_H
#define WK_SYS_CAUSE_H

#include "base/err.h"

struct wk_cause {
	int errnum;
	enum wk_status status;
	const char *code;  /* "keyring.quota" */
	const char *cause; /* follows "subject: " in the message */
	const char *hint;  /* NULL: none */
};

/* The entry for errnum in a table that ends with errnum 0, or NULL. */
const struct wk_cause *wk_cause_find(const struct wk_cause *table, int errnum);

#endif
