/* SPDX-License-Identifier: Apache-2.0 */
/* Lookup in a table of causes.  See cause.h. */
#include "sys/cause.h"

const struct wk_cause *wk_cause_find(const struct wk_cause *table, int errnum)
{
	for (; table->errnum; table++) {
		if (table->errnum == errnum)
			return table;
	}
	return NULL;
}
