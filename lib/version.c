/* SPDX-License-Identifier: Apache-2.0 */
/* The version, from the Makefile. */
#include "wkey.h"

const char *wk_version(void)
{
	return WK_VERSION;
}
