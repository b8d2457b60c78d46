/* SPDX-License-Identifier: Apache-2.0 */
/* alone PROGRAM [ARGUMENT]...: runs it with keyrings of its own. */
#include <stdio.h>
#include <unistd.h>

#include "keyrings.h"

int main(int argc, char **argv)
{
	if (argc < 2 || !keyrings_new())
		return 125;
	(void)execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
