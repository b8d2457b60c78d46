/* SPDX-License-Identifier: Apache-2.0 */
/* In place of lib/base/wipe.c: a tool that forgets to wipe, to be caught. */
#include "base/secret.h"

void wk_wipe(void *p, size_t len)
{
	(void)p;
	(void)len;
}
