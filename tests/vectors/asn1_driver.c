/* SPDX-License-Identifier: Apache-2.0 */
/*
 * asn1_driver FILE...: what asn1c's code for lib/keyfile.asn1 makes of each.
 * One line per file, FILE TAB verdict:
 *   same      decodes, satisfies the constraints, re-encodes to these octets
 *   differs   decodes and satisfies them, but its DER is other octets
 *   rejects   does not decode, or breaks a constraint
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "KeyFile.h"

#define FILE_MAX 131072

struct buffer {
	size_t len;
	uint8_t bytes[FILE_MAX];
};

static struct buffer in, out;

static bool read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	bool ok;

	if (!f)
		return false;
	in.len = fread(in.bytes, 1, sizeof(in.bytes), f);
	ok = !ferror(f) && in.len < sizeof(in.bytes);
	fclose(f);
	return ok;
}

static int collect(const void *bytes, size_t len, void *arg)
{
	struct buffer *b = arg;

	if (len > sizeof(b->bytes) - b->len)
		return -1;
	memcpy(b->bytes + b->len, bytes, len);
	b->len += len;
	return 0;
}

static const char *judge(struct KeyFile *kf)
{
	char why[256];
	size_t why_len = sizeof(why);
	asn_enc_rval_t enc;

	if (asn_check_constraints(&asn_DEF_KeyFile, kf, why, &why_len))
		return "rejects";
	out.len = 0;
	enc = der_encode(&asn_DEF_KeyFile, kf, collect, &out);
	if (enc.encoded == (ssize_t)in.len && out.len == in.len &&
	    !memcmp(in.bytes, out.bytes, in.len))
		return "same";
	return "differs";
}

static const char *verdict(void)
{
	struct KeyFile *kf = NULL;
	asn_dec_rval_t dec = ber_decode(NULL, &asn_DEF_KeyFile, (void **)&kf,
					in.bytes, in.len);
	const char *result = "rejects";

	if (dec.code == RC_OK && dec.consumed == in.len)
		result = judge(kf);
	ASN_STRUCT_FREE(asn_DEF_KeyFile, kf);
	return result;
}

int main(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++) {
		if (!read_file(argv[i])) {
			fprintf(stderr, "asn1_driver: cannot read %s\n",
				argv[i]);
			return EXIT_FAILURE;
		}
		printf("%s\t%s\n", argv[i], verdict());
	}
	return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
