/* SPDX-License-Identifier: Apache-2.0 */
/*
 * argon2 PASSES: Argon2id with 64 MiB and 4 lanes as libargon2's own manual
 * calls it, one thread for each lane; 0 passes: all but the derivation.
 */
#include <stdio.h>
#include <stdlib.h>

#include <argon2.h>

int main(int argc, char **argv)
{
	static const char pass[] = "correct horse", salt[] = "sixteen bytes of";
	unsigned char out[32];
	int passes = argc > 1 ? atoi(argv[1]) : 0, rc = 0;

	if (passes > 0)
		rc = argon2id_hash_raw((unsigned int)passes, 64 << 10, 4, pass,
				       sizeof(pass) - 1, salt, 16, out,
				       sizeof(out));
	if (rc)
		fprintf(stderr, "argon2: %s\n", argon2_error_message(rc));
	return rc != 0;
}
