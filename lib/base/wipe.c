/* SPDX-License-Identifier: Apache-2.0 */
/* The one place that wipes memory; alone, so that a test can replace it. */
#include "base/secret.h"

#include <string.h>

void wk_wipe(void *p, size_t len)
{
	if (len > 0)
		explicit_bzero(p, len);
}
