/* SPDX-License-Identifier: Apache-2.0 */
/* What any dynamic C program costs. */
#include <stdio.h>

int main(void)
{
	return puts("hello") < 0;
}
